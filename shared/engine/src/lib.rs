//! Runs Modeler streams. The engine converts a stream and a job request to a query plan, result files and
//! warnings, or to errors with the node, the property and the remedy.
//!
//! [`Engine::run`] runs a job; [`Engine::check`] and [`Engine::dry_run`] check it beforehand. The steps:
//!
//! 1. **Graph**: supernodes are expanded; the stream becomes one graph ([`Graph`]).
//! 2. **Branch**: the terminal nodes of the action, and all nodes that they read from.
//! 3. **Plan**: every node is compiled from its own properties. All unsupported features are collected and
//!    refused together, before anything runs.
//! 4. **Fields**: sources open their files (headers only), then every node derives its output fields. Missing
//!    fields, wrong storages and name conflicts are detected here, before the first record.
//! 5. **Tables and products**: each terminal node requests its table. A table with several readers is
//!    computed once. Parts of a table are computed in parallel; records keep their order.
//!
//! The engine has no dependency on HTTP, storage services, job states or types of nodes. The types are in
//! `satsuma-nodes`, which supplies a [`Registry`]. `docs/adding-a-node.md` describes how to add one.

mod assess;
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
mod training;

pub use check::{CheckReport, Effort, NodeUse, ResultUse, SourceFile, SourceUse};
pub use compile::Compile;
pub use data::{Projected, Table, one, require};
pub use diagnostic::{NodeDiagnostics, Reported};
pub use environment::{DataAccess, Environment, NoData};
pub use error::{Category, DataFault, Diagnostic, EngineError, NodeError, NodeRef, Severity, clipped, list};
pub use event::{Event, Listener};
pub use exec::{Encoded, Found, Kernel, Kind, NodeTask, RecordSource, Records, Serial, TaskStatus};
pub use export_names::without_special_characters;
pub use graph::{Graph, GraphNode, Input, Scope, ScopeId, Vertex};
pub use limits::Limits;
pub use models::stream_result;
pub use node::{Compiled, Inputs, NodeType, Process, Registry, Source, Terminal};
pub use order::{ORDER, SortKey};
pub use outcome::{GlobalStatistic, GlobalValue, JobOutcome, METRICS, Product, ResultFile};
pub use progress::{Cancellation, Progress, ProgressSink};
pub use request::{Action, ExportOverride, FileFormat, JobRequest, ParameterOverride, SourceOverride};
pub use run::Engine;
pub use satsuma_documents::Format as DocumentFormat;
pub use statistics::{NodeCounter, NodeStatistics, RunStatistics};
pub use task::NodeRun;
pub use training::{BuiltModel, Measure, Part, Promotion, Quality, Training};
