use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use proptest::prelude::*;

use super::*;
use crate::ids::{ExecutionNumber, InstanceId, JobId};
use crate::job::definition::JobDefinition;
use crate::job::execution::{Failure, FailureCategory, Outcome, ResultFile};
use crate::job::report::Report;
use crate::job::{Job, JobKey, LEASE, RESEND_AFTER};
use crate::ports::JobMessage;
use crate::testing::suite::usage::counted_from_jobs;
use crate::testing::{Fault, ManualClock, Memory};
use crate::time::Timestamp;
use crate::use_cases::remove::remove;
use crate::use_cases::submit::{create, create_or_resubmit};
use crate::use_cases::sweep::sweep;
use crate::use_cases::work::{Handled, Ran, RunContext, Runner, handle};

const LONG: Duration = Duration::from_secs(900);
const BYTES: u64 = 7;

fn acme() -> InstanceId {
    InstanceId::new("acme").unwrap()
}

fn named(id: &str) -> JobKey {
    JobKey { instance: acme(), id: JobId::new(id).unwrap() }
}

fn definition(text: &str) -> JobDefinition {
    let json = format!(r#"{{"action":"BATCH_SCORE","model":{{"id":"{text}"}}}}"#);
    JobDefinition::parse(json.as_bytes()).unwrap()
}

/// A run of one second with a given outcome.
struct Scripted {
    clock: Arc<ManualClock>,
    play: Play,
    store: Arc<Memory>,
}

#[derive(Debug, Clone, Copy)]
enum Play {
    Succeed,
    Fail,
    /// Its worker is thought dead while it runs, and its job is given to another.
    LoseLease,
    /// Its caller deletes the job.
    Deleted,
}

#[async_trait]
impl Runner for Scripted {
    async fn run(&self, job: Job, _: ExecutionNumber, context: RunContext) -> Ran {
        self.clock.advance(Duration::from_secs(1));
        match self.play {
            Play::Succeed => {}
            Play::Fail => {
                let failure = Failure::new("x", FailureCategory::Data, "x");
                return Ran { warnings: vec![], outcome: Outcome::Failed { failure } };
            }
            Play::LoseLease => {
                self.clock.advance(LEASE);
                let _ = sweep(&*self.store, &*self.store, &*self.clock).await;
            }
            Play::Deleted => {
                let ids = [job.key.id.clone()];
                if remove(&*self.store, &*self.store, &*self.clock, &job.key.instance, &ids).await.is_ok() {
                    context.stopped().await;
                }
            }
        }
        let results = vec![ResultFile { name: "a".into(), media_type: "text/csv".into(), bytes: BYTES }];
        Ran { warnings: vec![], outcome: Outcome::Success { results } }
    }
}

/// Something that happens.
#[derive(Debug, Clone)]
enum Step {
    Create(u8),
    Put(u8, u8),
    Delete(u8),
    Work(Play),
    Later(u16),
    Sweep,
    Fault(bool),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let play = prop_oneof![
        4 => Just(Play::Succeed), 2 => Just(Play::Fail), 1 => Just(Play::LoseLease), 1 => Just(Play::Deleted)
    ];
    let step = prop_oneof![
        3 => (0..4_u8).prop_map(Step::Create),
        3 => (0..4_u8, 0..9_u8).prop_map(|(id, text)| Step::Put(id, text)),
        2 => (0..4_u8).prop_map(Step::Delete),
        4 => play.prop_map(Step::Work),
        1 => (1..200_u16).prop_map(Step::Later),
        2 => Just(Step::Sweep),
        1 => any::<bool>().prop_map(Step::Fault),
    ];
    prop::collection::vec(step, 1..60)
}

/// Does one step. Faults are responses like any other here: only the stored state counts.
async fn step(store: &Arc<Memory>, clock: &Arc<ManualClock>, step: Step, late: &mut Vec<JobMessage>) {
    match step {
        Step::Create(id) => {
            drop(create(&**store, &**store, &**clock, named(&id.to_string()), definition("m")).await)
        }
        Step::Put(id, text) => {
            let key = named(&id.to_string());
            drop(create_or_resubmit(&**store, &**store, &**clock, key, definition(&text.to_string())).await);
        }
        Step::Delete(id) => {
            let ids = [JobId::new(id.to_string()).unwrap()];
            drop(remove(&**store, &**store, &**clock, &acme(), &ids).await);
        }
        Step::Work(play) => {
            let message = store.take_message().or_else(|| late.pop());
            let Some(message) = message else { return };
            let runner = Scripted { clock: clock.clone(), play, store: store.clone() };
            match handle(&**store, Arc::new(runner), &**clock, &message, LONG).await {
                Ok(Handled::Waits(_)) | Err(_) => late.push(message),
                Ok(_) => {}
            }
        }
        Step::Later(seconds) => clock.advance(Duration::from_secs(u64::from(seconds))),
        Step::Sweep => {
            clock.advance(RESEND_AFTER);
            drop(sweep(&**store, &**store, &**clock).await);
        }
        Step::Fault(done) => store.fail_next_writes([if done { Fault::After } else { Fault::Before }]),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Any events, with lost responses and lost workers, and with quotas small enough to be reached.
    #[test]
    fn usage_equals_the_state_of_the_jobs(steps in steps(), queued in 1..4_u64, running in 1..3_u64) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let store = Arc::new(Memory::default());
            let clock = Arc::new(ManualClock::at(Timestamp(1_700_000_000_000)));
            let quotas = Quotas { queued_jobs: queued, running_jobs: running, ..Quotas::STANDARD };
            store.set_quotas(&acme(), quotas);
            let mut late = Vec::new();
            for one in steps {
                step(&store, &clock, one, &mut late).await;
                let usage = usage_now(&*store, &*clock, &acme()).await.unwrap();
                assert_eq!((usage.queued_jobs, usage.running_jobs), counted_from_jobs(&*store, &acme()).await);
                assert!(usage.running_jobs <= running);
            }
        });
    }
}

#[test]
fn the_change_of_a_write_follows_from_both_states() {
    let pending = Job::new(named("j"), crate::JobNumber(1), definition("m"), Timestamp(0));
    let submitted = Change::of(None, Some(&pending));
    assert_eq!((submitted.queued_jobs, submitted.running_jobs, submitted.need), (1, 0, Need::Submission));

    let claim = crate::Event::Claim { worker: crate::WorkerId::new(), revision: pending.revision };
    let running = crate::transition(&pending, &claim, Timestamp(1_000)).unwrap();
    let started = Change::of(Some(&pending), Some(&running));
    assert_eq!((started.queued_jobs, started.running_jobs, started.need), (-1, 1, Need::Start));

    let results = vec![ResultFile { name: "a".into(), media_type: "text/csv".into(), bytes: BYTES }; 2];
    let finish = crate::Event::Finish {
        execution: ExecutionNumber(1),
        progress: crate::Progress::default(),
        warnings: vec![],
        report: Report::default(),
        outcome: Outcome::Success { results },
    };
    let ended = crate::transition(&running, &finish, Timestamp(4_500)).unwrap();
    let done = Change::of(Some(&running), Some(&ended));
    assert_eq!((done.running_jobs, done.runtime_ms, done.storage_bytes), (-1, 3_500, 2 * BYTES));
    assert_eq!(done.need, Need::Nothing);
    assert!(Change::of(Some(&ended), None).is_none());

    // Its worker went silent: it waits again, and no quota of its caller can keep it from that.
    let lost = crate::transition(&running, &crate::Event::Sweep, Timestamp(1_000).plus(LEASE)).unwrap();
    let again = Change::of(Some(&running), Some(&lost));
    assert_eq!((again.queued_jobs, again.running_jobs, again.need), (1, -1, Need::Nothing));
    assert_eq!(again.runtime_ms, 60_000);
}

#[test]
fn a_job_that_starts_counts_to_the_month_of_its_start() {
    let day = 24 * 60 * 60 * 1_000;
    let pending = Job::new(named("j"), crate::JobNumber(1), definition("m"), Timestamp(30 * day));
    let claim = crate::Event::Claim { worker: crate::WorkerId::new(), revision: pending.revision };
    let running = crate::transition(&pending, &claim, Timestamp(31 * day)).unwrap();
    assert_eq!(Change::of(None, Some(&pending)).month, Month { year: 1970, month: 1 });
    assert_eq!(Change::of(Some(&pending), Some(&running)).month, Month { year: 1970, month: 2 });
}

#[test]
fn a_removed_running_job_is_charged_to_its_last_heartbeat() {
    let pending = Job::new(named("j"), crate::JobNumber(1), definition("m"), Timestamp(0));
    let claim = crate::Event::Claim { worker: crate::WorkerId::new(), revision: pending.revision };
    let running = crate::transition(&pending, &claim, Timestamp(1_000)).unwrap();
    let beat =
        crate::Event::Heartbeat { execution: ExecutionNumber(1), progress: crate::Progress::default() };
    let running = crate::transition(&running, &beat, Timestamp(11_000)).unwrap();
    assert!(Change::of(Some(&running), Some(&running)).is_none());
    let removed = Change::of(Some(&running), None);
    assert_eq!((removed.running_jobs, removed.runtime_ms), (-1, 10_000));
}
