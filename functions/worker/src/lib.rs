//! The worker: SQS messages in, finished jobs out.
//!
//! - [`handle`]: a batch of messages, each on its own: one that fails, or panics, is reported alone.
//! - [`EngineRunner`]: one execution: fetches what the job names into a folder of its own, lets the
//!   engine run the stream, and stores the results under the execution's prefix.
//! - [`rehearsal`]: what an execution would do, without it.
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
