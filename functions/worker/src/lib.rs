//! The worker: SQS messages in, finished jobs out.
//!
//! - [`handle`]: a batch of messages, each on its own: one that fails, or panics, is reported alone.
//! - [`EngineRunner`]: one execution: fetches what the job names into a folder of its own, lets the
//!   engine run the stream, and stores the results under the execution's prefix.

mod batch;
mod failure;
mod limits;
mod request;
mod runner;
pub mod scratch;
mod sources;

pub use batch::handle;
pub use limits::limits;
pub use runner::EngineRunner;

#[cfg(test)]
mod tests;
