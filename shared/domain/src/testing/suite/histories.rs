//! Any history of a store of jobs, compared with a short reference: responses, stored jobs, lists, due jobs
//! and counters.

use std::collections::BTreeMap;
use std::time::Duration;

use super::sample::{NOW, claimed, failed, named, submitted, succeeded};
use crate::ids::InstanceId;
use crate::job::execution::{Outcome, Progress};
use crate::job::report::Report;
use crate::job::transition::{Event, transition};
use crate::job::{Job, JobKey, JobState};
use crate::ports::{CreateJob, DueJobs, GetJob, GetUsage, ListJobs, RemoveJob, ReplaceJob, Written};
use crate::tenancy::usage::Month;
use crate::time::Timestamp;

/// One step, as random bytes: the operation, the job, and a variant.
pub type Choice = [u8; 3];

/// Runs a history on an empty store.
///
/// # Panics
/// Where the store and the reference differ.
pub async fn a_history_matches_the_reference<S>(store: &S, history: &[Choice])
where
    S: CreateJob + GetJob + ReplaceJob + RemoveJob + ListJobs + DueJobs + GetUsage,
{
    let mut world = World::default();
    for choice in history {
        world.now = world.now.plus(Duration::from_secs(u64::from(choice[2] % 40)));
        world.step(store, *choice).await;
        world.compare(store).await;
    }
}

/// The reference: the expected content of a store, and all states of jobs that a client may still hold.
struct World {
    now: Timestamp,
    held: BTreeMap<(String, String), Job>,
    known: Vec<Job>,
    /// Replacements that were tried, and may be tried again.
    tried: Vec<(Job, Job)>,
    numbers: u64,
}

impl Default for World {
    fn default() -> Self {
        Self { now: NOW, held: BTreeMap::new(), known: Vec::new(), tried: Vec::new(), numbers: 0 }
    }
}

fn place(key: &JobKey) -> (String, String) {
    (key.instance.to_string(), key.id.to_string())
}

fn instances() -> [InstanceId; 2] {
    ["acme", "a#b"].map(|name| InstanceId::new(name).unwrap())
}

impl World {
    async fn step<S>(&mut self, store: &S, [what, which, how]: Choice)
    where
        S: CreateJob + ReplaceJob + RemoveJob,
    {
        let old = pick(&self.known, which).cloned();
        match (what % 8, old) {
            (0 | 1, _) | (_, None) => {
                self.numbers += 1;
                let instance = &instances()[usize::from(which % 2)];
                let key = named(instance, ["a", "b#c", "香"][usize::from(which / 2 % 3)]);
                self.create(store, submitted(key, self.numbers, self.now)).await;
            }
            // A repetition, however long ago the first one was. Not if the key is free again: a second life
            // of the same job would have versions with another meaning than in its first.
            (2, Some(old)) => {
                if self.held.contains_key(&place(&old.key)) {
                    self.create(store, old).await;
                }
            }
            (3, Some(old)) => self.remove(store, &old).await,
            (4, _) if !self.tried.is_empty() => {
                let (before, after) = pick(&self.tried, which).cloned().unwrap();
                self.replace(store, before, after).await;
            }
            (_, Some(old)) => {
                if let Some(next) = self.next(&old, how) {
                    self.replace(store, old, next).await;
                }
            }
        }
    }

    /// The next state that a client derives from this state of a job.
    fn next(&self, job: &Job, how: u8) -> Option<Job> {
        let finish = |outcome: Outcome| Event::Finish {
            execution: job.execution().map_or(crate::ExecutionNumber(1), |it| it.number),
            progress: Progress::default(),
            warnings: vec![],
            report: Report::default(),
            outcome,
        };
        let event = match how % 7 {
            0 | 1 if job.state == JobState::Pending => return Some(claimed(job, self.now)),
            2 => finish(succeeded()),
            3 => finish(failed()),
            4 => Event::Cancel,
            5 => Event::Resubmit(job.definition.clone()),
            _ => Event::Sweep,
        };
        transition(job, &event, self.now).ok()
    }

    async fn create<S: CreateJob>(&mut self, store: &S, job: Job) {
        let expected = match self.held.get(&place(&job.key)) {
            Some(held) if held.uuid != job.uuid => Written::Conflict(Some(Box::new(held.clone()))),
            Some(_) => Written::Done,
            None => {
                self.held.insert(place(&job.key), job.clone());
                Written::Done
            }
        };
        assert_eq!(store.create_job(&job).await.unwrap(), expected);
        self.known.push(job);
    }

    async fn replace<S: ReplaceJob>(&mut self, store: &S, before: Job, after: Job) {
        let held = self.held.get(&place(&after.key)).cloned();
        let expected = match held {
            Some(held) if held == after => Written::Done,
            Some(held) if held.uuid == before.uuid && held.version == before.version => {
                self.held.insert(place(&after.key), after.clone());
                Written::Done
            }
            held => Written::Conflict(held.map(Box::new)),
        };
        assert_eq!(store.replace_job(&before, &after).await.unwrap(), expected);
        // No client continues from a state that was never stored.
        if expected == Written::Done {
            self.known.push(after.clone());
        }
        self.tried.push((before, after));
    }

    async fn remove<S: RemoveJob>(&mut self, store: &S, job: &Job) {
        let expected = match self.held.get(&place(&job.key)) {
            None => Written::Done,
            Some(held) if held.uuid == job.uuid && held.version == job.version => {
                self.held.remove(&place(&job.key));
                Written::Done
            }
            Some(held) => Written::Conflict(Some(Box::new(held.clone()))),
        };
        assert_eq!(store.remove_job(job).await.unwrap(), expected);
    }

    async fn compare<S>(&self, store: &S)
    where
        S: GetJob + ListJobs + DueJobs + GetUsage,
    {
        for job in self.known.iter().rev().take(3) {
            let held = self.held.get(&place(&job.key));
            assert_eq!(store.get_job(&job.key).await.unwrap().as_ref(), held);
        }
        let mut due: Vec<_> = store.due_jobs(self.now, 100).await.unwrap().iter().map(place).collect();
        due.sort();
        let is_due = |job: &&Job| job.due_at().is_some_and(|due| due <= self.now);
        let expected: Vec<_> = self.held.values().filter(is_due).map(|job| place(&job.key)).collect();
        assert_eq!(due, expected);
        for instance in instances() {
            self.compare_instance(store, &instance).await;
        }
    }

    async fn compare_instance<S: ListJobs + GetUsage>(&self, store: &S, instance: &InstanceId) {
        let mut expected: Vec<&Job> =
            self.held.values().filter(|job| job.key.instance == *instance).collect();
        expected.sort_by_key(|job| job.number);
        let mut listed = Vec::new();
        let mut after = None;
        loop {
            let page = store.list_jobs(instance, after.as_deref(), 2).await.unwrap();
            listed.extend(page.items);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(listed.iter().collect::<Vec<_>>(), expected);

        let usage = store.get_usage(instance, Month::of(self.now)).await.unwrap();
        let count =
            |states: &[JobState]| expected.iter().filter(|job| states.contains(&job.state)).count() as u64;
        assert_eq!(usage.queued_jobs, count(&[JobState::Pending]));
        assert_eq!(usage.running_jobs, count(&[JobState::Running, JobState::Canceling]));
    }
}

fn pick<T>(list: &[T], which: u8) -> Option<&T> {
    // Recent ones more often: they are what a store mostly meets.
    let back = usize::from(which % 16) % list.len().max(1);
    list.len().checked_sub(back + 1).and_then(|index| list.get(index))
}
