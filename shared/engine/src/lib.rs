//! Runs Modeler streams: a stream graph and a job request become a query plan, result files, warnings,
//! or an error that says which node, which property and what to do.
//!
//! [`run`] does a job; [`check`] says beforehand whether it could be done. The steps:
//!
//! 1. **Branch**: which terminal nodes the action runs, the nodes that they read from, and which of those
//!    the job's overrides replace.
//! 2. **Plan**: every node of the branch is understood, each from its own properties. All that is not
//!    supported is collected and refused together, before anything runs.
//! 3. **Tables**: sources open their files (headers only), then every node turns its input table into an
//!    output table: a DataFusion plan plus what Modeler knows about the fields. Missing fields, wrong
//!    storages and name clashes show here, still before the first record.
//! 4. **Results**: each terminal node's plan runs, batch by batch, into a file. Records keep their order;
//!    memory does not grow with their number.
//!
//! The engine knows no HTTP, no storage service and no job states. It gets files and gives files.
//!
//! ```no_run
//! use std::sync::Arc;
//! use satsuma_engine::{Action, FileFormat, JobRequest, Limits, SourceOverride, Surroundings};
//! use satsuma_stream::StreamFile;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let request = JobRequest {
//!     action: Action::BatchScore,
//!     stream: Arc::new(StreamFile::open(std::fs::read("churn.str")?)?),
//!     sources: vec![SourceOverride {
//!         node: "Input data".into(),
//!         path: "new-customers.csv".into(),
//!         file_name: "new-customers.csv".into(),
//!         format: None,
//!         encoding: None,
//!     }],
//!     exports: Vec::new(),
//!     format: FileFormat::Csv,
//!     parameters: Vec::new(),
//!     work_dir: "attempt-1".into(),
//!     limits: Limits::default(),
//! };
//! let outcome = satsuma_engine::run(&request, &Surroundings::default()).await?;
//! println!("{} records scored", outcome.rows_written);
//! # Ok(())
//! # }
//! ```
//!
//! # What a node must do
//!
//! A type of node is a file in `src/nodes/`, named as users name the node, and a line in
//! `nodes::understand`. It has two halves.
//!
//! *Understanding* reads the node's properties through `satsuma_stream::nodes` and gives something that
//! can no longer be wrong, or refuses. Every property that could change a result is either heeded or
//! refused by name and value: values outside the known ones, properties that nobody knows
//! (`refusals.unknown`), stored models that ask for more than is computed. Models are compiled here. A
//! property is ignored only if it provably changes nothing, and the list of those is in the stream crate.
//!
//! *Applying* makes the output table from the input table:
//!
//! - Fields go by exact name. A field that the node needs is asked for with `Table::require`, which names
//!   node and field if it is missing. Names given twice are an error.
//! - Plain column work is DataFusion expressions. Scorers and transformations are a `ColumnStep`: Arrow
//!   columns in, Arrow columns out, once a batch; try it on columns without rows first, so that a wrong
//!   storage shows before anything runs.
//! - Records keep their order and number unless changing them is what the node does.
//! - Null is null: `$null$` in Modeler. The empty string is not null.
//! - New fields get the names and types that Modeler gives them, stored ones where the node stores them.
//! - Nothing per record allocates; a loop over batches asks the meter whether to go on.
//!
//! Its tests say what they rest on: IBM's published numbers, numbers inside real streams, documented
//! behaviour, or an independent computation.

mod branch;
mod columns;
mod delimited;
mod error;
mod examine;
mod export;
mod limits;
mod moment;
mod node_work;
mod nodes;
mod outcome;
mod plan;
mod progress;
mod refusals;
mod request;
mod run;
mod session;
mod step;
mod surroundings;
mod table;
mod terminals;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod write;

pub use error::{Category, DataFault, EngineError, NodeRef, Refusal};
pub use examine::{
    Effort, Examination, NodeUse, ResultUse, SourceFile, SourceUse, branch_verdicts, examine, verdicts,
};
pub use limits::Limits;
pub use moment::{Listener, Moment};
pub use node_work::{NodeLedger, NodeWork};
pub use outcome::{JobOutcome, ResultFile};
pub use progress::{Cancellation, Progress, ProgressSink};
pub use request::{Action, ExportOverride, FileFormat, JobRequest, ParameterOverride, SourceOverride};
pub use run::{check, run};
pub use surroundings::{NoSources, SourceResolver, Surroundings};
