use std::time::Duration;

use super::*;
use crate::ids::{ExecutionNumber, InstanceId, JobId, JobNumber, WorkerId};
use crate::job::definition::JobDefinition;
use crate::job::execution::Progress;
use crate::job::transition::{Event, transition};
use crate::job::{JobKey, RESEND_AFTER};

const NOON: Timestamp = Timestamp(1_496_225_893_369);

fn submitted() -> Job {
    let key = JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("churn").unwrap() };
    let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
    Job::new(key, JobNumber(1), definition, NOON)
}

fn claimed(job: &Job, at: Timestamp) -> Job {
    let claim = Event::Claim { worker: WorkerId::new(), revision: job.revision };
    transition(job, &claim, at).unwrap()
}

fn reason(job: &Job) -> String {
    pending_reason(job, None)
        .map_or_else(String::new, |reason| format!("{}: {}", reason.code, reason.message))
}

#[test]
fn a_pending_job_has_a_reason() {
    let job = submitted();
    insta::assert_snapshot!(reason(&job), @"waiting_for_worker: waits for a worker since 2017-05-31T10:18:13.369Z");
    let swept = transition(&job, &Event::Sweep, NOON.plus(RESEND_AFTER)).unwrap();
    insta::assert_snapshot!(reason(&swept), @"message_sent_again: no worker claimed the job since \
                                              2017-05-31T10:18:13.369Z; its message was sent again at \
                                              2017-05-31T10:20:13.369Z, because it may have been lost");
    let running = claimed(&swept, NOON.plus(RESEND_AFTER));
    assert_eq!(reason(&running), "");
    let lost = transition(&running, &Event::Sweep, NOON.plus(RESEND_AFTER).plus(LEASE)).unwrap();
    insta::assert_snapshot!(reason(&lost), @"worker_lost: the worker stopped without a report on attempt 1 \
                                             of 3: it was killed, or ran out of memory or time; waits for \
                                             attempt 2 of 3, whose message was sent at \
                                             2017-05-31T10:21:13.369Z");
    let again =
        transition(&lost, &Event::Resubmit(lost.definition.clone()), NOON.plus(RESEND_AFTER)).unwrap();
    insta::assert_snapshot!(reason(&again), @"waiting_for_worker: waits for a worker since 2017-05-31T10:20:13.369Z");
}

#[test]
fn a_job_at_the_running_quota_has_that_reason() {
    let job = submitted();
    let until = NOON.plus(Duration::from_secs(30));
    let deferred = transition(&job, &Event::Defer { revision: job.revision, until }, NOON).unwrap();
    assert!(depends_on_usage(&deferred) && !depends_on_usage(&job));
    let usage = Usage { running_jobs: 5, ..Usage::default() };
    let reason = pending_reason(&deferred, Some(&usage)).unwrap();
    insta::assert_snapshot!(format!("{}: {}", reason.code, reason.message), @"instance_at_limit: the instance runs its maximum number of jobs (5 of 5 now); the job is retried at 2017-05-31T10:18:43.369Z");
    assert_eq!(reason.code, pending_reason(&deferred, None).unwrap().code);
}

/// A job that read this part of its data within 40 s, and its estimate 3 s after that heartbeat.
fn remaining(fraction: f64) -> Option<u64> {
    let running = claimed(&submitted(), NOON);
    let progress = Progress { fraction, rows_read: 1, rows_written: 1, ..Progress::default() };
    let beat_at = NOON.plus(Duration::from_secs(40));
    let beat = Event::Heartbeat { execution: ExecutionNumber(1), progress };
    let running = transition(&running, &beat, beat_at).unwrap();
    remaining_seconds(&running, beat_at.plus(Duration::from_secs(3)))
}

#[test]
fn the_remaining_time_is_extrapolated_from_progress() {
    assert_eq!(remaining(0.25), Some(117));
    assert_eq!(remaining(0.5), Some(37));
    assert_eq!(remaining(0.99), Some(0), "never less than nothing");
}

#[test]
fn an_unknown_remaining_time_is_left_out() {
    for fraction in [0.0, 0.01, 1.0, f64::NAN, -1.0, f64::INFINITY] {
        assert_eq!(remaining(fraction), None, "{fraction}");
    }
    assert_eq!(remaining_seconds(&submitted(), NOON), None);
    assert_eq!(remaining_seconds(&claimed(&submitted(), NOON), NOON), None);
}
