//! Everything around the processes: the store, the queue, the clock, and what may still go wrong.

use std::collections::BTreeSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use satsuma_domain::ids::JobUuid;
use satsuma_domain::invariants::{self, Invariant};
use satsuma_domain::job::{HEARTBEAT, JobState, LEASE};
use satsuma_domain::ports::{CreateJob, DueJobs, GetJob, RemoveJob, ReplaceJob, Written};
use satsuma_domain::testing::Memory;
use satsuma_domain::work::VERSION_CHECK_INTERVAL;
use satsuma_domain::{Execution, ExecutionNumber, Job, Revision, StoreError, Timestamp};
use stateright::{Model, Property};

use crate::process::{Call, Kind, Process, RunEnd, Standing, Told, key};
use crate::properties::{self, Sight};
use crate::settle::Settled;
use crate::stored::Stored;

/// How many workers there are.
const WORKERS: usize = 2;

/// The number of the first caller: beyond all workers.
const FIRST_CALLER: u8 = 100;

/// A request of a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Request {
    Post,
    Put,
    Delete,
}

/// The budget of events and faults: it keeps the states finite.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Budget {
    /// Processes that die.
    pub(crate) crashes: u8,
    /// Messages that are delivered and stay.
    pub(crate) duplicates: u8,
    /// Messages that vanish.
    pub(crate) losses: u8,
    /// Calls that are done and not answered, or not done and not answered.
    pub(crate) faults: u8,
    /// Moves of the clock by a lease.
    pub(crate) ticks: u8,
    /// Moves of the clock by half a lease.
    pub(crate) half_ticks: u8,
    /// True if publishing a notice is a call like others, which may fail and be lost; otherwise it succeeds
    /// at once.
    pub(crate) notices: bool,
    /// Whether the clock moves, and the sweeper begins, only while no call waits for its answer.
    pub(crate) calm: bool,
    /// Heartbeats.
    pub(crate) beats: u8,
    /// Looks between two heartbeats.
    pub(crate) looks: u8,
    /// Rounds of the sweeper.
    pub(crate) sweeps: u8,
    /// Runs that fail by themselves.
    pub(crate) failures: u8,
}

/// A process, its slot and its progress.
#[derive(Clone)]
pub(crate) struct Slot {
    pub(crate) process: Process,
    pub(crate) standing: Arc<Standing>,
}

impl Slot {
    fn new(process: Process) -> Self {
        let standing = process.standing();
        Self { process, standing }
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.process.fmt(f)
    }
}

impl PartialEq for Slot {
    fn eq(&self, other: &Self) -> bool {
        self.process == other.process
    }
}

impl Hash for Slot {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.process.hash(state);
    }
}

/// A state of everything.
#[derive(Debug, Clone, PartialEq, Hash)]
pub(crate) struct World {
    pub(crate) now: i64,
    pub(crate) job: Option<Stored>,
    /// The revisions that waiting messages name.
    pub(crate) messages: Vec<Revision>,
    /// The workers, the sweeper, the callers.
    pub(crate) slots: Vec<Option<Slot>>,
    /// How many of the callers' requests have begun.
    pub(crate) requests: usize,
    /// How many workers have got a message.
    pub(crate) claims: u8,
    pub(crate) left: Budget,
    /// Results that are stored, by job and execution.
    pub(crate) results: BTreeSet<(u128, u32)>,
    /// The ends that there were, by job and execution.
    pub(crate) ends: BTreeSet<(u128, u32)>,
    /// The published ends.
    pub(crate) told: BTreeSet<(u128, u32)>,
    /// The first rule that a write broke.
    pub(crate) broken: Option<Invariant>,
    /// Whether a worker lost its job before its lease was over.
    pub(crate) robbed: bool,
    /// The job that was seen canceling.
    pub(crate) canceling: Option<u128>,
    /// True if a worker lost its job.
    pub(crate) zombie: bool,
}

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    /// The next request of the callers begins.
    Request,
    /// The sweeper begins a round.
    Sweep,
    /// A worker gets a message, which may stay in the queue.
    Deliver { worker: usize, revision: Revision, stays: bool },
    /// A message vanishes.
    Lose(Revision),
    /// A call is done, and answered.
    Answer(usize),
    /// A call is done, and its answer is lost.
    AnswerLost(usize),
    /// A call is not done, and fails.
    Fail(usize),
    /// Time passes for a process: until a worker's next heartbeat or version check, or until the event that
    /// another process waits for.
    TimePasses(usize, Duration),
    /// A worker's engine is done.
    RunEnds(usize, RunEnd),
    /// A process dies.
    Crash(usize),
    /// The clock moves on.
    Tick(Duration),
}

/// The model: its callers, and its faults.
pub(crate) struct Protocol {
    requests: Vec<Request>,
    budget: Budget,
    /// The states that must be reached, because otherwise the exploration proves nothing.
    meets: Vec<Sight>,
    pub(crate) settled: Settled,
}

impl Protocol {
    pub(crate) fn new(requests: &[Request], budget: Budget, meets: &[Sight]) -> Self {
        let (requests, meets) = (requests.to_vec(), meets.to_vec());
        Self { requests, budget, meets, settled: Settled::default() }
    }
}

impl Model for Protocol {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        vec![World {
            now: 0,
            job: None,
            messages: Vec::new(),
            // Callers do not wait for each other.
            slots: vec![None; WORKERS + 1 + self.requests.len()],
            requests: 0,
            claims: 0,
            left: self.budget,
            results: BTreeSet::new(),
            ends: BTreeSet::new(),
            told: BTreeSet::new(),
            broken: None,
            robbed: false,
            canceling: None,
            zombie: false,
        }]
    }

    fn actions(&self, world: &World, steps: &mut Vec<Step>) {
        if world.requests < self.requests.len() {
            steps.push(Step::Request);
        }
        let may_pass = world.awaits_an_end() && !(world.left.calm && world.has_calls());
        if may_pass && world.slots[WORKERS].is_none() && world.left.sweeps > 0 {
            steps.push(Step::Sweep);
        }
        // Idle workers are all alike.
        let idle = (0..WORKERS).find(|worker| world.slots[*worker].is_none());
        let mut messages = world.messages.clone();
        messages.dedup();
        for revision in messages {
            if let Some(worker) = idle {
                steps.push(Step::Deliver { worker, revision, stays: false });
                if world.left.duplicates > 0 {
                    steps.push(Step::Deliver { worker, revision, stays: true });
                }
            }
            if world.left.losses > 0 {
                steps.push(Step::Lose(revision));
            }
        }
        for (index, slot) in world.slots.iter().enumerate() {
            let Some(slot) = slot else { continue };
            if let Some(call) = &slot.standing.call {
                steps.push(Step::Answer(index));
                if world.left.faults > 0 {
                    steps.push(Step::Fail(index));
                    if call.writes() {
                        steps.push(Step::AnswerLost(index));
                    }
                }
            } else if slot.standing.runs.is_none() {
                steps.push(Step::TimePasses(index, HEARTBEAT));
            }
            if slot.standing.runs.is_some() {
                if slot.standing.call.is_none() && world.left.beats > 0 {
                    steps.push(Step::TimePasses(index, HEARTBEAT));
                }
                if slot.standing.call.is_none() && world.left.looks > 0 {
                    steps.push(Step::TimePasses(index, VERSION_CHECK_INTERVAL));
                }
                steps.push(Step::RunEnds(index, RunEnd::Success));
                if world.left.failures > 0 {
                    steps.push(Step::RunEnds(index, RunEnd::Failed));
                }
            }
            if world.left.crashes > 0 {
                steps.push(Step::Crash(index));
            }
        }
        if may_pass && world.left.ticks > 0 {
            steps.push(Step::Tick(LEASE));
        }
        if may_pass && world.left.half_ticks > 0 {
            steps.push(Step::Tick(LEASE / 2));
        }
    }

    fn next_state(&self, world: &World, step: Step) -> Option<World> {
        let mut next = world.clone();
        match step {
            Step::Request => {
                let kind = match self.requests[world.requests] {
                    Request::Post => Kind::Post,
                    Request::Put => Kind::Put,
                    Request::Delete => Kind::Delete,
                };
                next.requests += 1;
                next.start(WORKERS + world.requests + 1, kind);
            }
            Step::Sweep => {
                next.left.sweeps -= 1;
                next.sweep();
            }
            Step::Deliver { worker, revision, stays } => {
                if stays {
                    next.left.duplicates -= 1;
                } else {
                    next.take_message(revision);
                }
                next.start(worker, Kind::Worker(revision));
            }
            Step::Lose(revision) => {
                next.left.losses -= 1;
                next.take_message(revision);
            }
            Step::Answer(slot) => next.answer(slot),
            Step::AnswerLost(slot) => {
                next.left.faults -= 1;
                let _ = next.carry_out(slot);
                next.tell(slot, Told::Fault);
            }
            Step::Fail(slot) => {
                next.left.faults -= 1;
                next.tell(slot, Told::Fault);
            }
            Step::TimePasses(slot, time) => {
                if next.standing(slot).runs.is_some() {
                    let left = if time == VERSION_CHECK_INTERVAL {
                        &mut next.left.looks
                    } else {
                        &mut next.left.beats
                    };
                    *left -= 1;
                }
                next.tell(slot, Told::TimePasses(time));
            }
            Step::RunEnds(slot, end) => {
                next.left.failures -= u8::from(end == RunEnd::Failed);
                next.end_run(slot, end);
            }
            Step::Crash(slot) => {
                next.left.crashes -= 1;
                next.slots[slot] = None;
            }
            Step::Tick(by) => {
                let left = if by == LEASE { &mut next.left.ticks } else { &mut next.left.half_ticks };
                *left -= 1;
                next.now = Timestamp(next.now).plus(by).0;
            }
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::always().into_iter().chain(properties::sometimes(&self.meets)).collect()
    }
}

impl World {
    pub(crate) fn standing(&self, slot: usize) -> Arc<Standing> {
        Arc::clone(&self.slots[slot].as_ref().unwrap().standing)
    }

    pub(crate) fn start(&mut self, slot: usize, kind: Kind) {
        // Only workers and callers draw ids, and their numbers distinguish those.
        let number = match kind {
            Kind::Worker(_) => self.claims,
            _ => FIRST_CALLER + u8::try_from(self.requests).unwrap(),
        };
        self.claims += u8::from(slot < WORKERS);
        self.put(slot, Process { kind, number, started_at: self.now, told: Vec::new() });
    }

    pub(crate) fn sweep(&mut self) {
        self.start(WORKERS, Kind::Sweeper);
    }

    /// Whether there is a job that has not ended, or is still to be removed.
    fn awaits_an_end(&self) -> bool {
        self.job
            .as_ref()
            .map(Stored::job)
            .is_some_and(|job| !job.state.is_terminal() || job.remove_when_ended)
    }

    fn has_calls(&self) -> bool {
        self.slots.iter().flatten().any(|slot| slot.standing.call.is_some())
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.slots.iter().any(Option::is_some)
    }

    pub(crate) fn idle_worker(&self) -> Option<usize> {
        (0..WORKERS).find(|worker| self.slots[*worker].is_none())
    }

    pub(crate) fn take_message(&mut self, revision: Revision) {
        let index = self.messages.iter().position(|message| *message == revision).unwrap();
        self.messages.remove(index);
    }

    /// The process in its slot with its current progress; none once it has ended.
    fn put(&mut self, index: usize, process: Process) {
        let mut slot = Slot::new(process);
        while let Some(answer) = self.answered_at_once(slot.standing.call.as_ref()) {
            slot.process.told.push((self.now, answer));
            slot = Slot::new(slot.process);
        }
        for (uuid, execution) in &slot.standing.discarded {
            self.results.remove(&(uuid.0.as_u128(), execution.0));
        }
        self.zombie |= slot.standing.ended.as_deref() == Some("Ok(Lost)");
        self.slots[index] = slot.standing.ended.is_none().then_some(slot);
    }

    /// The answer to a call that is no step of its own.
    fn answered_at_once(&mut self, call: Option<&Call>) -> Option<Told> {
        match call? {
            // Drawing a number touches nothing that others see.
            Call::Number => Some(Told::Number),
            Call::Notice(uuid, execution) if !self.left.notices => {
                self.told.insert((uuid.0.as_u128(), execution.0));
                Some(Told::Done)
            }
            _ => None,
        }
    }

    pub(crate) fn tell(&mut self, slot: usize, told: Told) {
        let mut process = self.slots[slot].take().unwrap().process;
        process.told.push((self.now, told));
        self.put(slot, process);
    }

    pub(crate) fn answer(&mut self, slot: usize) {
        let answer = self.carry_out(slot);
        self.tell(slot, answer);
    }

    pub(crate) fn end_run(&mut self, slot: usize, end: RunEnd) {
        let (uuid, execution): (JobUuid, ExecutionNumber) = self.standing(slot).runs.unwrap();
        if end == RunEnd::Success {
            self.results.insert((uuid.0.as_u128(), execution.0));
        }
        self.tell(slot, Told::RunEnds(end));
    }

    /// Does what a process asked for.
    fn carry_out(&mut self, slot: usize) -> Told {
        let standing = self.standing(slot);
        let call = standing.call.as_ref().unwrap();
        let store = Memory::default();
        if let Some(job) = &self.job {
            assert_eq!(at_once(store.create_job(job.job())), Written::Done);
        }
        let told = match call {
            Call::Get => Told::Job(self.job.clone()),
            Call::Number => unreachable!("answered at once"),
            Call::Notice(uuid, execution) => {
                self.told.insert((uuid.0.as_u128(), execution.0));
                Told::Done
            }
            Call::Create(job) => written(at_once(store.create_job(job))),
            Call::Replace(before, after) => written(at_once(store.replace_job(before, after))),
            Call::Remove(job) => written(at_once(store.remove_job(job))),
            Call::Due(now) => Told::Due(!at_once(store.due_jobs(*now, 1)).is_empty()),
            Call::Send(revision) => {
                self.messages.push(*revision);
                self.messages.sort_unstable();
                Told::Done
            }
        };
        if call.writes() {
            self.store(at_once(store.get_job(&key())).map(Stored::new));
        }
        told
    }

    /// The new content of the store.
    fn store(&mut self, after: Option<Stored>) {
        let before = std::mem::replace(&mut self.job, after);
        let (before, after) = (before.as_ref().map(Stored::job), self.job.as_ref().map(Stored::job));
        let broken = match (before, after) {
            (Some(before), Some(after)) if before.uuid == after.uuid => {
                (before != after).then(|| invariants::broken_by(before, after)).flatten()
            }
            (_, Some(after)) => invariants::broken_in(after),
            _ => None,
        };
        self.broken = self.broken.or(broken);
        if let (Some(before), Some(after)) = (before, after) {
            let lease = before.lease.as_ref().filter(|lease| lease.expires_at > Timestamp(self.now));
            self.robbed |= lease.is_some() && takes_away(before, after);
        }
        let has_ended = |job: &&Job| job.state.is_terminal();
        let is_same = before.zip(after).is_some_and(|(before, after)| before.uuid == after.uuid);
        // One that vanishes before its end has ended, too.
        let ended = after.filter(has_ended).or(before.filter(|_| !is_same));
        if let Some(job) = ended.filter(|_| !before.is_some_and(|before| before.state.is_terminal())) {
            let execution = job.execution().map_or_else(|| job.next_execution(), |it| it.number);
            self.ends.insert((job.uuid.0.as_u128(), execution.0));
        }
        if let Some(job) = after.filter(|job| job.state == JobState::Canceling) {
            self.canceling = Some(job.uuid.0.as_u128());
        }
    }
}

fn at_once<T>(answer: impl Future<Output = Result<T, StoreError>>) -> T {
    answer.now_or_never().unwrap().unwrap()
}

/// Whether the job's running execution is given up in another's name.
fn takes_away(before: &Job, after: &Job) -> bool {
    let Some(running) = before.execution().filter(|it| it.outcome.is_none()) else { return false };
    let ended = after.executions.iter().find(|it| it.number == running.number);
    ended.and_then(Execution::failure).is_some_and(|failure| failure.code == "worker_lost")
}

fn written(written: Written) -> Told {
    match written {
        Written::Done => Told::Done,
        Written::Conflict(held) => Told::Conflict(held.map(|job| Stored::new(*job))),
        Written::OverQuota(exceeded) => unreachable!("one job is below every quota: {exceeded}"),
    }
}
