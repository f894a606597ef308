//! A job as the store holds it, with ids that do not differ from one exploration to the next.

use std::collections::hash_map::DefaultHasher;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use satsuma_domain::ids::JobUuid;
use satsuma_domain::{Job, WorkerId};
use uuid::Uuid;

/// A stored job, compared by all of its content.
#[derive(Clone)]
pub(crate) struct Stored(Arc<(Job, u64)>);

impl Stored {
    pub(crate) fn new(job: Job) -> Self {
        let digest = fingerprint(&serde_json::to_string(&job).unwrap());
        Self(Arc::new((job, digest)))
    }

    pub(crate) fn job(&self) -> &Job {
        &self.0.0
    }
}

impl PartialEq for Stored {
    fn eq(&self, other: &Self) -> bool {
        self.job() == other.job()
    }
}

impl Hash for Stored {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.1.hash(state);
    }
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let job = self.job();
        write!(f, "{} v{} r{}", job.state, job.version, job.revision)?;
        for it in &job.executions {
            let outcome = it.outcome.as_ref().map(|outcome| format!("{outcome:?}"));
            let outcome: String = outcome.as_deref().unwrap_or("open").chars().take(12).collect();
            write!(f, " #{}r{}a{}:{outcome}", it.number, it.revision, it.attempt)?;
        }
        Ok(())
    }
}

/// A hash as the checker computes it.
pub(crate) fn fingerprint(thing: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    thing.hash(&mut hasher);
    hasher.finish()
}

/// The first ids of processes: random ones are far beyond.
const OURS: u128 = 1 << 64;

/// Random values of a process are named after the process, in the order in which they are drawn.
#[derive(Default)]
pub(crate) struct Names {
    process: u8,
    drawn: Vec<Uuid>,
}

impl Names {
    pub(crate) fn of(process: u8) -> Self {
        Self { process, drawn: Vec::new() }
    }

    fn name(&self, index: usize) -> Uuid {
        Uuid::from_u128((u128::from(self.process) + 1) << 8 | index as u128)
    }

    /// The job as the store sees it.
    pub(crate) fn outward(&mut self, mut job: Job) -> Job {
        change_ids(&mut job, |id| self.outward_id(id));
        job
    }

    /// An id as the store sees it.
    pub(crate) fn outward_id(&mut self, id: Uuid) -> Uuid {
        if id.as_u128() < OURS {
            return id;
        }
        let index = self.drawn.iter().position(|drawn| *drawn == id);
        let index = index.unwrap_or_else(|| {
            self.drawn.push(id);
            self.drawn.len() - 1
        });
        self.name(index)
    }

    /// The job as the process sees it, which knows what it has drawn.
    pub(crate) fn inward(&self, mut job: Job) -> Job {
        change_ids(&mut job, |id| {
            let mut drawn = self.drawn.iter().enumerate();
            drawn.find(|(index, _)| self.name(*index) == id).map_or(id, |(_, drawn)| *drawn)
        });
        job
    }
}

fn change_ids(job: &mut Job, mut change: impl FnMut(Uuid) -> Uuid) {
    job.uuid = JobUuid(change(job.uuid.0));
    if let Some(lease) = &mut job.lease {
        lease.worker = WorkerId(change(lease.worker.0));
    }
    for execution in &mut job.executions {
        execution.worker = WorkerId(change(execution.worker.0));
    }
}
