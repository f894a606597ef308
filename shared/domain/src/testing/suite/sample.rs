//! Jobs to write and read.

use crate::ids::{ExecutionNumber, InstanceId, JobId, JobNumber, WorkerId};
use crate::job::definition::JobDefinition;
use crate::job::execution::{Failure, FailureCategory, Outcome, Progress, ResultFile};
use crate::job::report::{NodeReport, Report, Used};
use crate::job::transition::{Event, transition};
use crate::job::{Job, JobKey};
use crate::ports::{CreateJob, Written};
use crate::time::Timestamp;

/// When all checks begin.
pub(super) const NOW: Timestamp = Timestamp(1_700_000_000_000);

pub(super) fn acme() -> InstanceId {
    InstanceId::new("acme").unwrap()
}

pub(super) fn named(instance: &InstanceId, id: &str) -> JobKey {
    JobKey { instance: instance.clone(), id: JobId::new(id).unwrap() }
}

/// A job that was just submitted and is not stored yet.
pub(super) fn submitted(key: JobKey, number: u64, now: Timestamp) -> Job {
    let definition = r#"{
        "action": "BATCH_SCORE",
        "model": {"id": "drug cap", "name": "香水分析.str"},
        "setting": {
            "inputs": [{"node": "scoreInput", "file": {"id": "batch.csv"}}],
            "parameterOverride": [
                {"name": "huge", "value": 1e300},
                {"name": "tiny", "value": -4.9e-324},
                {"name": "whole", "value": 18446744073709551615},
                {"name": "text", "value": ""},
                {"name": "flag", "value": false}
            ]
        }
    }"#;
    let definition = JobDefinition::parse(definition.as_bytes()).unwrap();
    Job::new(key, JobNumber(number), definition, now)
}

/// A stored job named `churn`.
pub(super) async fn stored<S: CreateJob>(store: &S) -> Job {
    let job = submitted(named(&acme(), "churn"), 1, NOW);
    assert_eq!(store.create_job(&job).await.unwrap(), Written::Done);
    job
}

/// The job as a worker claims it.
pub(super) fn claimed(job: &Job, now: Timestamp) -> Job {
    let claim = Event::Claim { worker: WorkerId::new(), revision: job.revision };
    transition(job, &claim, now).unwrap()
}

fn report() -> Report {
    let (node, kind, uid) = ("“香水” 1".to_owned(), "Var. File".to_owned(), "id6BPTTYFV44A".to_owned());
    let node = NodeReport { node, kind, uid, rows_in: 0, rows_out: u64::MAX, busy_ms: 7 };
    let used = Used { memory_mb: 2048, table_requests: 4, file_requests: 5 };
    Report { nodes: vec![node], more_nodes: 3, used: Some(used) }
}

/// The job as its worker ends it.
pub(super) fn ended(job: &Job, outcome: Outcome, now: Timestamp) -> Job {
    let finish = Event::Finish {
        execution: running(job),
        progress: Progress {
            fraction: 1.0 / 3.0,
            rows_read: u64::MAX,
            rows_written: 0,
            ..Progress::default()
        },
        warnings: vec!["“$S-Churn” has 3 blanks\n".into(), String::new()],
        report: report(),
        outcome,
    };
    transition(job, &finish, now).unwrap()
}

pub(super) fn succeeded() -> Outcome {
    let result = ResultFile { name: "预测.csv".into(), media_type: "text/csv".into(), bytes: 12 };
    Outcome::Success { results: vec![result] }
}

pub(super) fn failed() -> Outcome {
    let failure = Failure::new("missing_field", FailureCategory::Data, "there is no field `Age`");
    Outcome::Failed { failure: failure.at_node("Type \"Type\"").with_uid("id3VFVUYWQGYW") }
}

fn running(job: &Job) -> ExecutionNumber {
    job.execution().unwrap().number
}
