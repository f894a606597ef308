//! The batch job service without its surroundings: what a job is, how its state changes, who may
//! change it, and what the service needs from the world.
//!
//! - [`job`]: a job, its definition and its executions. One pure function
//!   ([`transition`](job::transition)) decides every change of its state, and
//!   [`invariants`](job::invariants) hold for every job and every write, in production and in all tests.
//! - [`files`]: uploaded files and results, their storage quota, uploads in parts.
//! - [`tenancy`]: instances, access keys, usage and quotas, webhooks.
//! - [`secrets`]: secret texts, and their sealed form.
//! - [`ports`]: what must be stored, queued and known. One trait per verb, so that each function gets
//!   exactly what it may do.
//! - [`use_cases`]: submit, run, remove, watch and sweep jobs, and publish their ends.
//! - `testing`: the ports in memory, and one suite of tests for every implementation of them.
//!
//! # The protocol in short
//!
//! A job is stored `Pending` before its message is sent. A worker *claims* it (one conditional write:
//! two workers can never both win), *heartbeats* while it runs, and *finishes* it. Every write names
//! the version it was based on; a failed condition is re-read and compared with what was meant to be
//! written, because it may be one's own write whose answer was lost. The sweeper sends lost messages
//! again and takes jobs away from workers that went silent.

pub mod error;
pub mod files;
pub mod ids;
pub mod job;
mod json;
pub mod metrics;
pub mod ports;
pub mod request;
pub mod secrets;
pub mod tenancy;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod time;
pub mod use_cases;

// The short paths that the other crates use.
pub use error::{Error, StoreError};
pub use files::{file, storage, uploads};
pub use ids::{ExecutionNumber, FileId, IdempotencyKey, InstanceId, JobId, JobNumber, Revision, WorkerId};
pub use job::definition::JobDefinition;
pub use job::execution::{Execution, Failure, FailureCategory, Outcome, Progress, ResultFile};
pub use job::report::Report;
pub use job::transition::{Event, Refusal, transition};
pub use job::{Job, JobState, Lease};
pub use job::{definition, execution, fingerprint, invariants, log, notices, outlook, report, transition};
pub use secrets as secret;
pub use tenancy::{instance, key, usage, webhook};
pub use time::{Clock, SystemClock, Timestamp};
pub use use_cases::{messages, passwords, publish, remove, retention, submit, sweep, watch, work};
