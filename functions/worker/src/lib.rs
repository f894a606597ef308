//! The worker: SQS messages in, finished jobs out.
//!
//! - [`handle`] processes a batch of messages independently: a failure or panic is reported only for its own
//!   message.
//! - [`EngineRunner`] runs one execution: it fetches the files into a folder, runs the stream with the
//!   engine, and stores the results under the execution's prefix.
//! - [`dry_run`] is the dry run of an execution.
//! - [`OnOwnThreads`]: keeps scoring away from the threads of the heartbeats.

mod batch;
mod bundle;
pub mod dry_run;
mod failure;
mod limits;
mod metering;
mod narrate;
mod refresh;
mod report;
mod request;
mod runner;
pub mod scratch;
mod sources;
mod threads;
mod training;
mod unsupported;

pub use batch::handle;
pub use limits::limits;
pub use metering::Metering;
pub use runner::EngineRunner;
pub use threads::OnOwnThreads;

#[cfg(test)]
mod tests;
