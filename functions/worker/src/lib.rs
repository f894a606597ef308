//! The worker: SQS messages in, finished jobs out.
//!
//! - [`handle`] processes a batch of messages independently: a failure or panic is reported only for its own
//!   message.
//! - [`EngineRunner`] runs one execution: it fetches the files into a folder, runs the stream with the
//!   engine, and stores the results under the execution's prefix.
//! - [`rehearsal`] is the dry run of an execution.
//! - [`OnOwnThreads`]: keeps scoring away from the threads of the heartbeats.

mod account;
mod batch;
mod failure;
mod limits;
mod narrate;
pub mod rehearsal;
mod report;
mod request;
mod runner;
pub mod scratch;
mod sources;
mod threads;
mod unsupported;

pub use account::Account;
pub use batch::handle;
pub use limits::limits;
pub use runner::EngineRunner;
pub use threads::OnOwnThreads;

#[cfg(test)]
mod tests;
