//! The batch job service without its surroundings: what a job is, how its state changes, who may
//! change it, and what the service needs from the world.
//!
//! - [`job`], [`execution`], [`definition`], [`file`](mod@file), [`key`]: the things.
//! - [`mod@transition`]: one pure function decides every change of a job's state.
//! - [`invariants`]: what holds of every job and every write, checked in production and by all tests.
//! - [`secret`], [`passwords`]: what must not be seen, and its sealed form.
//! - [`ports`]: what must be stored, queued and known, one trait per verb, so that a function can be
//!   given exactly what it may do.
//! - [`submit`], [`remove`], [`work`], [`watch`], [`mod@sweep`], [`notices`], [`files`], [`uploads`]: the
//!   use cases over the ports.
//!
//! # The protocol in short
//!
//! A job is stored `Pending` before its message is sent. A worker *claims* it (one conditional write:
//! two workers can never both win), *heartbeats* while it runs, and *finishes* it. Every write names
//! the version it was based on; a failed condition is re-read and compared with what was meant to be
//! written, because it may be one's own write whose answer was lost. The sweeper sends lost messages
//! again and takes jobs away from workers that went silent.

pub mod definition;
pub mod error;
pub mod execution;
pub mod file;
pub mod files;
pub mod fingerprint;
pub mod ids;
pub mod instance;
pub mod invariants;
pub mod job;
mod json;
pub mod key;
pub mod log;
pub mod messages;
pub mod metrics;
pub mod notices;
pub mod outlook;
pub mod passwords;
pub mod ports;
pub mod remove;
pub mod report;
pub mod request;
pub mod retention;
pub mod secret;
pub mod storage;
pub mod submit;
pub mod sweep;
pub mod tenancy;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod time;
pub mod transition;
pub mod uploads;
pub mod usage;
pub mod watch;
pub mod webhook;
pub mod work;

pub use definition::JobDefinition;
pub use error::{Error, StoreError};
pub use execution::{Execution, Failure, FailureCategory, Outcome, Progress, ResultFile};
pub use ids::{ExecutionNumber, FileId, IdempotencyKey, InstanceId, JobId, JobNumber, Revision, WorkerId};
pub use job::{Job, JobState, Lease};
pub use report::Report;
pub use time::{Clock, SystemClock, Timestamp};
pub use transition::{Event, Refusal, transition};
