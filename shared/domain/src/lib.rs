//! The batch job service without HTTP and AWS: jobs and their state machine, files, tenants, and the traits
//! that storage and queues implement.
//!
//! - [`job`]: a job, its definition and its executions. One pure function
//!   ([`transition()`]) decides every change of its state, and
//!   [`invariants`] hold for every job and every write, in production and in all tests.
//! - [`files`]: uploaded files and results, their storage quota, uploads in parts.
//! - [`tenancy`]: instances, access keys, usage and quotas, webhooks.
//! - [`secrets`]: secret texts, and their sealed form.
//! - [`ports`]: interfaces for storage, queues and other services. One trait per verb, so that each function
//!   gets only the operations that it needs.
//! - [`use_cases`]: submit, run, remove, watch and sweep jobs, and publish their ends.
//! - `testing`: the ports in memory, and one suite of tests for every implementation of them.
//!
//! # The protocol in short
//!
//! A job is stored `Pending` before its message is sent. A worker *claims* it with one conditional write, so
//! that two workers can never both win. It sends *heartbeats* while it runs the job, and *finishes* it.
//! Every write names the version that it is based on. After a failed condition the store is read again and
//! compared with the intended state, because the stored state may be the caller's own write whose response
//! was lost. The sweeper resends lost messages and ends the leases of silent workers.

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
pub use files::{file, origin, quota, uploads, versions};
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
