//! The worker: SQS messages in, finished jobs out.
//!
//! - [`handle`]: a batch of messages, processed independently: a failure or panic is reported for its own
//!   message only.
//! - [`EngineRunner`]: one execution: fetches its files into a folder of its own, lets the engine run the
//!   stream, and stores the results under the execution's prefix.
//! - [`rehearsal`]: dry run of an execution.
//! - [`OnOwnThreads`]: keeps scoring away from the threads of the heartbeats.

mod account;
mod batch;
mod bundle;
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
