//! The ports in memory: the reference for the real adapters, and the base of the use cases' tests. It can be
//! set to fail before or after a write. The [`suite`] checks any implementation of the ports.

mod clock;
mod counters;
mod files;
mod inbox;
mod jobs;
mod key_management;
mod messages;
mod mortal;
#[allow(clippy::unwrap_used, reason = "a check panics where a port breaks its promise")]
pub mod suite;
mod tenants;
mod uploads;
mod versions;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;

pub use self::clock::ManualClock;
use self::counters::Counters;
pub use self::key_management::KeyManagement;
pub use self::mortal::{Chronicle, Death, Mortal};
use crate::job::Job;
use crate::job::notices::QueuedNotice;
use crate::ports::JobMessage;
use crate::tenancy::instance::Instance;
use crate::tenancy::key::KeyRecord;

/// How the next write goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is not done, and fails.
    Before,
    /// It is done, and its answer is lost.
    After,
}

/// Everything that is stored, in memory.
#[derive(Debug, Default)]
pub struct Memory {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    jobs: BTreeMap<(String, String), Job>,
    numbers: BTreeMap<String, u64>,
    files: BTreeMap<(String, String), (String, Bytes, u64)>,
    versions: BTreeMap<(String, String), Vec<versions::Kept>>,
    writes: u64,
    inbox: BTreeMap<(String, String), Bytes>,
    uploads: BTreeMap<String, uploads::Begun>,
    staged: BTreeMap<(String, String, String), Bytes>,
    marks: BTreeMap<(String, String), String>,
    reports: BTreeMap<(String, String), String>,
    keys: BTreeMap<String, KeyRecord>,
    messages: VecDeque<JobMessage>,
    deferred: VecDeque<(JobMessage, Duration)>,
    returned: VecDeque<(String, Duration)>,
    usage: BTreeMap<String, Counters>,
    instances: BTreeMap<String, Instance>,
    notices: VecDeque<QueuedNotice>,
    deaf: bool,
    faults: VecDeque<Fault>,
    /// Writes of others that happen before the next write.
    overtaken: VecDeque<Option<Job>>,
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
