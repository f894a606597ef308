//! One run of a use case, over ports that wait for the checker.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use satsuma_domain::error::StoreError;
use satsuma_domain::execution::{Failure, FailureCategory, Outcome, ResultFile};
use satsuma_domain::ids::JobUuid;
use satsuma_domain::job::JobKey;
use satsuma_domain::notices::QueuedNotice;
use satsuma_domain::ports::{
    CreateJob, DueJobs, GetJob, JobMessage, RemoveJob, ReplaceJob, SendMessage, SendNotice, Written,
};
use satsuma_domain::publish::publish_notices;
use satsuma_domain::work::{self, Handled, Ran, RunContext, Runner};
use satsuma_domain::{
    Clock, ExecutionNumber, InstanceId, Job, JobDefinition, JobId, JobNumber, Revision, Timestamp, remove,
    submit, sweep,
};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::stored::{Names, Stored, fingerprint};

/// Kind of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// A worker that got a message of this revision.
    Worker(Revision),
    /// A round of the sweeper.
    Sweeper,
    /// A caller that submits under an id that should be free.
    Post,
    /// A caller that submits, or submits again.
    Put,
    /// A caller that deletes.
    Delete,
}

/// A call of a port.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Call {
    Get,
    Number,
    Create(Box<Job>),
    Replace(Box<Job>, Box<Job>),
    Remove(Box<Job>),
    Due(Timestamp),
    Send(Revision),
    Notice(JobUuid, ExecutionNumber),
}

impl Call {
    /// True if it changes the world, so that it can take effect although its response is lost.
    pub(crate) fn writes(&self) -> bool {
        !matches!(self, Self::Get | Self::Number | Self::Due(_))
    }
}

/// A response to a process.
#[derive(Debug, Clone, PartialEq, Hash)]
pub(crate) enum Told {
    /// A port's answer.
    Job(Option<Stored>),
    Number,
    Done,
    Conflict(Option<Stored>),
    Due(bool),
    /// No answer: the call failed, or its answer was lost.
    Fault,
    /// So much time has passed for it.
    TimePasses(Duration),
    /// The engine is done.
    RunEnds(RunEnd),
}

/// How the engine ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum RunEnd {
    Success,
    Failed,
}

/// A process, by all responses that it received, and their times.
#[derive(Debug, Clone, PartialEq, Hash)]
pub(crate) struct Process {
    pub(crate) kind: Kind,
    pub(crate) number: u8,
    pub(crate) started_at: i64,
    pub(crate) told: Vec<(i64, Told)>,
}

/// Where a process stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Standing {
    /// The call that it waits for.
    pub(crate) call: Option<Call>,
    /// The engine that runs.
    pub(crate) runs: Option<Run>,
    /// Which results it has removed again.
    pub(crate) discarded: Vec<Run>,
    /// How it ended.
    pub(crate) ended: Option<String>,
}

/// The one job that everything is about.
pub(crate) fn key() -> JobKey {
    JobKey { instance: InstanceId::new("i").unwrap(), id: JobId::new("j").unwrap() }
}

fn definition() -> JobDefinition {
    JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap()
}

/// Longer than anything lasts here: running out of time is one of the engine's ends.
const LONG: Duration = Duration::from_secs(1 << 30);

thread_local! {
    /// Where processes were found to stand: one is in many states of the world.
    static KNOWN: RefCell<HashMap<u64, Arc<Standing>>> = RefCell::default();

    /// Time stands still in it but for what [`Told::TimePasses`] lets pass.
    static RUNTIME: RefCell<Runtime> =
        RefCell::new(Builder::new_current_thread().enable_time().start_paused(true).build().unwrap());
}

impl Process {
    /// Runs the process from its start, as far as its responses allow.
    pub(crate) fn standing(&self) -> Arc<Standing> {
        KNOWN.with_borrow_mut(|known| {
            let replay = || RUNTIME.with_borrow(|runtime| Arc::new(runtime.block_on(self.replay())));
            Arc::clone(known.entry(fingerprint(self)).or_insert_with(replay))
        })
    }

    async fn replay(&self) -> Standing {
        let script = Arc::new(Script::new(self.number, self.started_at));
        let mut ended = None;
        let mut running = run(self.kind, &script);
        settle(&mut running, &mut ended).await;
        for (at, told) in &self.told {
            script.clock.store(*at, Ordering::Relaxed);
            match told {
                Told::TimePasses(time) => tokio::time::advance(*time).await,
                Told::RunEnds(end) => script.end_run(*end),
                answer => script.answer(answer.clone()),
            }
            settle(&mut running, &mut ended).await;
        }
        script.standing(ended)
    }
}

type Running = Pin<Box<dyn Future<Output = String>>>;

/// The use case itself.
fn run(kind: Kind, script: &Arc<Script>) -> Running {
    let s = Arc::clone(script);
    Box::pin(async move {
        let (store, clock) = (&*s, &*s);
        match kind {
            Kind::Worker(revision) => {
                let message = JobMessage { key: key(), revision };
                let runner = Arc::new(Engine(Arc::clone(&s)));
                let handled = work::handle(store, runner, clock, &message, LONG).await;
                // Other ends are left to the sweeper, which publishes them after a crash anyway.
                if let Ok(Handled::Ended(ended)) = &handled
                    && ended.remove_when_ended
                {
                    drop(publish_notices(store, store, clock, ended).await);
                }
                format!("{handled:?}")
            }
            Kind::Sweeper => format!("{:?}", sweep::sweep(store, store, clock).await),
            Kind::Post => format!("{:?}", submit::create(store, store, clock, key(), definition()).await),
            Kind::Put => {
                format!("{:?}", submit::create_or_resubmit(store, store, clock, key(), definition()).await)
            }
            Kind::Delete => {
                format!("{:?}", remove::remove(store, store, clock, &key().instance, &[key().id]).await)
            }
        }
    })
}

/// Polls until nothing moves any more: the use case, the task of its engine, the use case again.
async fn settle(running: &mut Running, ended: &mut Option<String>) {
    for _ in 0..3 {
        if ended.is_none()
            && let std::task::Poll::Ready(end) = futures::poll!(running.as_mut())
        {
            *ended = Some(end);
        }
        tokio::task::yield_now().await;
    }
}

/// Which execution of which job.
type Run = (JobUuid, ExecutionNumber);

/// The ports of one process.
struct Script {
    clock: AtomicI64,
    names: Mutex<Names>,
    asked: Mutex<Option<(Call, oneshot::Sender<Told>)>>,
    engine: Mutex<Option<(Run, oneshot::Sender<RunEnd>)>>,
    discarded: Mutex<Vec<Run>>,
}

impl Script {
    fn new(process: u8, now: i64) -> Self {
        Self {
            clock: AtomicI64::new(now),
            names: Mutex::new(Names::of(process)),
            asked: Mutex::default(),
            engine: Mutex::default(),
            discarded: Mutex::default(),
        }
    }

    async fn ask(&self, call: Call) -> Told {
        let (answer, answered) = oneshot::channel();
        let before = self.asked.lock().unwrap().replace((call, answer));
        assert!(before.is_none(), "a process makes one call at a time: {before:?}");
        match answered.await {
            Ok(told) => told,
            Err(_) => std::future::pending().await,
        }
    }

    fn answer(&self, told: Told) {
        let (_, answer) = self.asked.lock().unwrap().take().expect("it has asked");
        answer.send(told).unwrap();
    }

    fn end_run(&self, end: RunEnd) {
        let (_, engine) = self.engine.lock().unwrap().take().expect("its engine runs");
        engine.send(end).unwrap();
    }

    fn outward(&self, job: &Job) -> Box<Job> {
        Box::new(self.names.lock().unwrap().outward(job.clone()))
    }

    fn inward(&self, stored: Option<Stored>) -> Option<Job> {
        stored.map(|stored| self.names.lock().unwrap().inward(stored.job().clone()))
    }

    async fn write(&self, call: Call) -> Result<Written, StoreError> {
        match self.ask(call).await {
            Told::Done => Ok(Written::Done),
            Told::Conflict(held) => Ok(Written::Conflict(self.inward(held).map(Box::new))),
            other => Err(fault(&other)),
        }
    }

    fn standing(&self, ended: Option<String>) -> Standing {
        // A run that was abandoned no longer exists, and neither does its process.
        let engine = self.engine.lock().unwrap();
        let running = engine.as_ref().filter(|(_, end)| !end.is_closed());
        Standing {
            call: self.asked.lock().unwrap().as_ref().map(|(call, _)| call.clone()),
            runs: running.map(|(execution, _)| *execution),
            discarded: self.discarded.lock().unwrap().clone(),
            ended,
        }
    }
}

fn fault(told: &Told) -> StoreError {
    assert!(matches!(told, Told::Fault), "{told:?} is no answer to this call");
    StoreError::transient("ask the model", "no answer came")
}

impl Clock for Script {
    fn now(&self) -> Timestamp {
        Timestamp(self.clock.load(Ordering::Relaxed))
    }
}

#[async_trait]
impl GetJob for Script {
    async fn get_job(&self, _: &JobKey) -> Result<Option<Job>, StoreError> {
        match self.ask(Call::Get).await {
            Told::Job(stored) => Ok(self.inward(stored)),
            other => Err(fault(&other)),
        }
    }
}

#[async_trait]
impl CreateJob for Script {
    async fn next_number(&self, _: &InstanceId) -> Result<JobNumber, StoreError> {
        match self.ask(Call::Number).await {
            Told::Number => Ok(JobNumber(1)),
            other => Err(fault(&other)),
        }
    }

    async fn create_job(&self, job: &Job) -> Result<Written, StoreError> {
        self.write(Call::Create(self.outward(job))).await
    }
}

#[async_trait]
impl ReplaceJob for Script {
    async fn replace_job(&self, before: &Job, after: &Job) -> Result<Written, StoreError> {
        self.write(Call::Replace(self.outward(before), self.outward(after))).await
    }
}

#[async_trait]
impl RemoveJob for Script {
    async fn remove_job(&self, job: &Job) -> Result<Written, StoreError> {
        self.write(Call::Remove(self.outward(job))).await
    }
}

#[async_trait]
impl DueJobs for Script {
    async fn due_jobs(&self, now: Timestamp, _: usize) -> Result<Vec<JobKey>, StoreError> {
        match self.ask(Call::Due(now)).await {
            Told::Due(due) => Ok(if due { vec![key()] } else { Vec::new() }),
            other => Err(fault(&other)),
        }
    }
}

#[async_trait]
impl SendMessage for Script {
    async fn send(&self, message: &JobMessage) -> Result<(), StoreError> {
        match self.ask(Call::Send(message.revision)).await {
            Told::Done => Ok(()),
            other => Err(fault(&other)),
        }
    }
}

#[async_trait]
impl SendNotice for Script {
    async fn send_notice(&self, queued: &QueuedNotice) -> Result<(), StoreError> {
        let uuid = JobUuid(self.names.lock().unwrap().outward_id(queued.notice.uuid.0));
        match self.ask(Call::Notice(uuid, queued.notice.execution)).await {
            Told::Done => Ok(()),
            other => Err(fault(&other)),
        }
    }
}

/// An engine that ends when the checker decides.
struct Engine(Arc<Script>);

#[async_trait]
impl Runner for Engine {
    async fn run(&self, job: Job, execution: ExecutionNumber, _: RunContext) -> Ran {
        let (end, ended) = oneshot::channel();
        let uuid = self.0.outward(&job).uuid;
        *self.0.engine.lock().unwrap() = Some(((uuid, execution), end));
        let outcome = match ended.await {
            Ok(RunEnd::Success) => {
                let result = ResultFile { name: "r".into(), media_type: "m".into(), bytes: 1 };
                Outcome::Success { results: vec![result] }
            }
            Ok(RunEnd::Failed) => Outcome::Failed { failure: Failure::new("x", FailureCategory::Data, "x") },
            Err(_) => Outcome::Canceled,
        };
        Ran { warnings: vec![], outcome }
    }

    async fn discard(&self, job: &Job, execution: ExecutionNumber, _: &[ResultFile]) {
        let uuid = self.0.outward(job).uuid;
        self.0.discarded.lock().unwrap().push((uuid, execution));
    }
}
