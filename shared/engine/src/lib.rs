//! Runs Modeler streams: a stream and a job request become a query plan, result files, warnings, or errors
//! that name the node, the property and what to do.
//!
//! [`Engine::run`] runs a job; [`Engine::check`] and [`Engine::examine`] check it beforehand. The steps:
//!
//! 1. **Graph**: supernodes are opened; the stream becomes one graph ([`Graph`]).
//! 2. **Branch**: the terminal nodes of the action, and all nodes that they read from.
//! 3. **Plan**: every node is compiled from its own properties. Everything that is not supported is
//!    collected and refused together, before anything runs.
//! 4. **Fields**: sources open their files (headers only), then every node gives the fields that come out of
//!    it. Missing fields, wrong storages and name clashes show here, still before the first record.
//! 5. **Tables and products**: each terminal node asks for its table. A table that several nodes read is
//!    computed once. Parts of a table are computed in parallel; records keep their order.
//!
//! The engine knows no HTTP, no storage service and no job states, and no single type of node: those are in
//! `satsuma-nodes`, which gives a [`Registry`]. `docs/adding-a-node.md` shows how one is added.

mod check;
mod compile;
mod data;
mod diagnostic;
mod environment;
mod error;
mod event;
mod exec;
mod export_names;
mod graph;
pub mod limits;
mod models;
mod node;
mod opaque;
mod order;
mod outcome;
mod plan;
mod progress;
mod request;
mod run;
pub mod settings;
mod statistics;
mod task;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use check::{Effort, Examination, NodeUse, ResultUse, SourceFile, SourceUse};
pub use compile::Compile;
pub use data::{Table, column, one, require};
pub use diagnostic::{NodeDiagnostics, Reported};
pub use environment::{DataAccess, Environment, NoData};
pub use error::{Category, DataFault, Diagnostic, EngineError, NodeError, NodeRef, Severity, clipped, list};
pub use event::{Event, Listener};
pub use exec::{Encoded, Kernel, Records, Serial, TaskStatus};
pub use graph::{Graph, GraphNode, Input, Scope, ScopeId, Vertex};
pub use limits::Limits;
pub use node::{Compiled, Inputs, NodeType, Process, Registry, Source, Terminal};
pub use order::{ORDER, SortKey};
pub use outcome::{GlobalStatistic, GlobalValue, JobOutcome, Product, ResultFile};
pub use progress::{Cancellation, Progress, ProgressSink};
pub use request::{Action, ExportOverride, FileFormat, JobRequest, ParameterOverride, SourceOverride};
pub use run::Engine;
pub use statistics::{NodeCounter, NodeStatistics, RunStatistics};
pub use task::{NodeRun, Pass};
