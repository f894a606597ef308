//! Two versions of the service on one table, as while it is deployed or rolled back.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use satsuma_domain::execution::{Outcome, Progress};
use satsuma_domain::ports::JobMessage;
use satsuma_domain::{Event, ExecutionNumber, Job, JobState, Timestamp, WorkerId, invariants, transition};
use serde_json::{Value, json};

/// A running job as the first version stored it.
fn stored_by_the_first_version() -> Value {
    json!({
        "instance": "acme", "id": "churn", "uuid": "019ab1c2-0000-7000-8000-000000000001", "number": 7,
        "definition": {
            "action": "BATCH_SCORE", "model": {"id": "churn.str"},
            "setting": {"inputs": [], "exports": [], "parameterOverride": []}
        },
        "revision": 1, "state": "RUNNING",
        "createdAt": 1000, "submittedAt": 1000, "queuedAt": 1000,
        "lease": {"worker": "00000000-0000-4000-8000-000000000001", "expiresAt": 61000},
        "removeWhenEnded": false,
        "executions": [{
            "number": 1, "revision": 1, "attempt": 1, "worker": "00000000-0000-4000-8000-000000000001",
            "startedAt": 1000, "progress": {"fraction": 0.5, "rowsRead": 10, "rowsWritten": 5}
        }],
        "version": 2
    })
}

fn ended(job: &Job) -> Job {
    let finish = Event::Finish {
        execution: ExecutionNumber(1),
        progress: Progress::default(),
        warnings: vec![],
        report: satsuma_domain::report::Report::default(),
        outcome: Outcome::Success { results: vec![] },
    };
    transition(job, &finish, Timestamp(2_000)).unwrap()
}

#[test]
fn a_job_that_the_first_version_began_is_ended_by_this_one() {
    let job: Job = serde_json::from_value(stored_by_the_first_version()).unwrap();
    assert_eq!(invariants::broken_in(&job), None);
    assert_eq!(ended(&job).state, JobState::Success);
    let lost = transition(&job, &Event::Sweep, Timestamp(61_000)).unwrap();
    assert_eq!(lost.state, JobState::Pending);
    let claim = Event::Claim { worker: WorkerId::new(), revision: lost.revision };
    assert_eq!(transition(&lost, &claim, Timestamp(61_000)).unwrap().state, JobState::Running);
}

#[test]
fn fields_of_a_later_version_do_not_stop_a_job() {
    let mut stored = stored_by_the_first_version();
    stored["priority"] = json!("high");
    stored["executions"][0]["energy"] = json!({"joules": 3});
    stored["lease"]["region"] = json!("eu-central-1");
    let job: Job = serde_json::from_value(stored).unwrap();
    assert_eq!(ended(&job).state, JobState::Success);
    let message = json!({"instance": "acme", "id": "churn", "revision": 1, "priority": "high"});
    assert!(serde_json::from_value::<JobMessage>(message).is_ok());
}

/// It is an error and no panic: the adapter returns it, the sweeper continues with the next job, and the
/// message is redelivered until a version that knows the state is deployed again.
#[test]
fn a_state_of_a_later_version_is_refused_and_not_guessed() {
    let mut stored = stored_by_the_first_version();
    stored["state"] = json!("PAUSED");
    let error = serde_json::from_value::<Job>(stored).unwrap_err();
    assert!(error.to_string().contains("PAUSED"), "{error}");
}
