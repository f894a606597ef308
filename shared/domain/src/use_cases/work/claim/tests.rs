use super::*;
use crate::ids::{InstanceId, JobId};
use crate::job::definition::JobDefinition;
use crate::job::report::Report;
use crate::job::transition::Event;
use crate::job::{JobKey, JobState, RESEND_AFTER};
use crate::tenancy::usage::Quotas;
use crate::testing::{ManualClock, Memory};
use crate::time::Timestamp;
use crate::use_cases::submit::create;
use crate::use_cases::sweep::{Swept, sweep};
use crate::{ExecutionNumber, Outcome, Progress};

fn over(waiting: u64, limit: u64) -> Exceeded {
    Exceeded { quota: Quota::RunningJobs, used: limit, limit, waiting }
}

#[test]
fn however_many_jobs_wait_they_ask_about_as_often() {
    for (waiting, limit) in [(10, 5), (100, 5), (200, 5)] {
        let delays = (0..waiting).map(|_| delay(&over(waiting, limit), WorkerId::new()).as_secs_f64());
        let asked_a_second = delays.map(|seconds| 1.0 / seconds).sum::<f64>();
        let places_each = asked_a_second * ASK_EVERY.as_secs_f64() / limit as f64;
        assert!((1.0..3.0).contains(&places_each), "{waiting}: {places_each}");
    }
}

#[test]
fn no_delay_exceeds_the_queues_maximum() {
    for (waiting, limit) in [(0, 0), (1_000_000, 1), (u64::MAX, 0), (1, u64::MAX)] {
        let delay = delay(&over(waiting, limit), WorkerId::new());
        assert!((SHORTEST..=LONGEST).contains(&delay), "{delay:?}");
    }
}

fn acme() -> InstanceId {
    InstanceId::new("acme").unwrap()
}

fn named(id: &str) -> JobKey {
    JobKey { instance: acme(), id: JobId::new(id).unwrap() }
}

/// An instance that may run one job at a time, and two that were submitted.
async fn two_jobs() -> (Memory, ManualClock, [JobMessage; 2]) {
    let (store, clock) = (Memory::default(), ManualClock::at(Timestamp(1_700_000_000_000)));
    store.set_quotas(&acme(), Quotas { running_jobs: 1, ..Quotas::STANDARD });
    for id in ["first", "second"] {
        let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
        create(&store, &store, &clock, named(id), definition).await.unwrap();
    }
    let messages = [store.take_message().unwrap(), store.take_message().unwrap()];
    (store, clock, messages)
}

async fn end(store: &Memory, clock: &ManualClock, job: &Job) {
    let outcome = Outcome::Success { results: vec![] };
    let (execution, progress) = (ExecutionNumber(1), Progress::default());
    let finish = Event::Finish { execution, progress, warnings: vec![], report: Report::default(), outcome };
    let ended = transition(job, &finish, clock.now()).unwrap();
    assert_eq!(store.replace_job(job, &ended).await.unwrap(), Written::Done);
}

#[tokio::test]
async fn a_job_beyond_the_running_quota_runs_after_another_ended() {
    let (store, clock, [first, second]) = two_jobs().await;
    let Claim::Won(running) = claim(&store, &clock, &first).await.unwrap() else { panic!("not won") };
    let Claim::Waits(delay) = claim(&store, &clock, &second).await.unwrap() else { panic!("it runs") };
    let waiting = store.get_job(&second.key).await.unwrap().unwrap();
    assert_eq!((waiting.state, waiting.deferred_until), (JobState::Pending, Some(clock.now().plus(delay))));

    // No other worker has its message: only the delayed one counts.
    clock.advance(delay / 3);
    assert!(matches!(claim(&store, &clock, &second).await.unwrap(), Claim::Nothing(Some(Refusal::NotDue))));
    assert_eq!(sweep(&store, &store, &clock).await.unwrap(), Swept::default());

    end(&store, &clock, &running).await;
    clock.advance(delay);
    let Claim::Won(running) = claim(&store, &clock, &second).await.unwrap() else { panic!("not won") };
    assert_eq!(running.deferred_until, None);
}

#[tokio::test]
async fn the_sweeper_finds_a_deferred_job_whose_message_was_lost() {
    let (store, clock, [first, second]) = two_jobs().await;
    assert!(matches!(claim(&store, &clock, &first).await.unwrap(), Claim::Won(_)));
    let Claim::Waits(delay) = claim(&store, &clock, &second).await.unwrap() else { panic!("it runs") };
    clock.advance(delay + RESEND_AFTER);
    sweep(&store, &store, &clock).await.unwrap();
    let resent: Vec<JobMessage> = std::iter::from_fn(|| store.take_message()).collect();
    assert!(resent.contains(&second));
    // The first one's worker is gone by then, and there is room again.
    assert!(matches!(claim(&store, &clock, &second).await.unwrap(), Claim::Won(_)));
}

#[tokio::test]
async fn a_resubmitted_deferred_job_is_not_delayed() {
    let (store, clock, [first, second]) = two_jobs().await;
    let Claim::Won(running) = claim(&store, &clock, &first).await.unwrap() else { panic!("not won") };
    assert!(matches!(claim(&store, &clock, &second).await.unwrap(), Claim::Waits(_)));
    end(&store, &clock, &running).await;
    let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"n"}}"#).unwrap();
    crate::use_cases::submit::create_or_resubmit(&store, &store, &clock, second.key.clone(), definition)
        .await
        .unwrap();
    let anew = store.take_message().unwrap();
    assert!(matches!(claim(&store, &clock, &anew).await.unwrap(), Claim::Won(_)));
}

#[tokio::test]
async fn a_job_beyond_the_runtime_quota_fails_with_a_reason() {
    let (store, clock, [first, second]) = two_jobs().await;
    let quotas = Quotas { runtime_seconds: 60, ..Quotas::STANDARD };
    store.set_quotas(&acme(), quotas);
    let Claim::Won(running) = claim(&store, &clock, &first).await.unwrap() else { panic!("not won") };
    clock.advance(std::time::Duration::from_secs(61));
    end(&store, &clock, &running).await;

    let Claim::Refused(job) = claim(&store, &clock, &second).await.unwrap() else { panic!("it runs") };
    assert_eq!(store.get_job(&second.key).await.unwrap().as_ref(), Some(&job));
    assert_eq!(job.state, JobState::Failed);
    let failure = job.execution().unwrap().failure().unwrap();
    assert_eq!(failure.code, "quota_exceeded");
    insta::assert_snapshot!(failure.message, @"jobs of this instance have run for 61 s this month, the limit is 60 s; ask for a larger quota or submit again next month");

    let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
    let refused = create(&store, &store, &clock, named("third"), definition.clone()).await.unwrap_err();
    assert_eq!(refused.code(), "quota_exceeded");
    clock.advance(std::time::Duration::from_secs(32 * 86_400));
    assert!(create(&store, &store, &clock, named("third"), definition).await.is_ok(), "a new month");
}
