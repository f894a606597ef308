use satsuma_domain::ids::JobUuid;
use satsuma_domain::job::JobKey;
use satsuma_domain::retention::DEFAULT_RETENTION;
use satsuma_domain::{
    Event, InstanceId, JobDefinition, JobId, JobNumber, Outcome, Report, Timestamp, transition,
};
use serde_json::{Value, json};

use super::*;

fn job() -> Job {
    let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
    let key = JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("churn").unwrap() };
    let mut job = Job::new(key, JobNumber(7), definition, Timestamp(1_000));
    job.uuid = JobUuid("0190f3d2-0000-7000-8000-000000000001".parse().unwrap());
    job
}

fn text(item: &Item, name: &str) -> Option<String> {
    match item.get(name)? {
        AttributeValue::S(text) | AttributeValue::N(text) => Some(text.clone()),
        other => panic!("{name} is {other:?}"),
    }
}

#[test]
fn conditions_and_indexes_have_their_attributes() {
    let item = of_job(&job(), DEFAULT_RETENTION).unwrap();
    let seen: Vec<String> = ["pk", "sk", "uuid", "version", "list_shard", "list_number", "due_at"]
        .map(|name| format!("{name} = {}", text(&item, name).unwrap()))
        .to_vec();
    assert_eq!(
        seen,
        [
            "pk = JOB#acme#churn",
            "sk = JOB",
            "uuid = 0190f3d2-0000-7000-8000-000000000001",
            "version = 1",
            "list_shard = acme#3",
            "list_number = 7",
            "due_at = 121000",
        ]
    );
    assert!(matches!(item.get("version"), Some(AttributeValue::N(_))));
    assert_eq!(to_job(item).unwrap(), job());
}

#[test]
fn an_ended_job_is_due_for_its_notice_and_then_to_expire() {
    let mut job = job();
    let claim = Event::Claim { worker: satsuma_domain::WorkerId::new(), revision: job.revision };
    job = transition(&job, &claim, Timestamp(0)).unwrap();
    let finish = Event::Finish {
        execution: job.execution().unwrap().number,
        progress: Default::default(),
        warnings: vec![],
        report: Report::default(),
        outcome: Outcome::Success { results: vec![] },
    };
    job = transition(&job, &finish, Timestamp(1)).unwrap();
    let item = of_job(&job, DEFAULT_RETENTION).unwrap();
    assert_eq!(
        (text(&item, "due_shard").as_deref(), text(&item, "due_at").as_deref()),
        (Some("7"), Some("60001"))
    );
    let announced = Event::Published { execution: job.execution().unwrap().number };
    let item = of_job(&transition(&job, &announced, Timestamp(2)).unwrap(), DEFAULT_RETENTION).unwrap();
    // The shards of running jobs, which the sweeper reads, have other names.
    assert_eq!(text(&item, "due_shard").unwrap(), "ended-7");
    let expires_at = Timestamp(1).plus(DEFAULT_RETENTION);
    assert_eq!(text(&item, "due_at"), Some(expires_at.0.to_string()));
}

#[test]
fn attributes_of_a_newer_version_do_not_hide_a_job() {
    let mut item = of_job(&job(), DEFAULT_RETENTION).unwrap();
    item.insert("priority".into(), AttributeValue::N("3".into()));
    let mut stored: Value = serde_json::from_str(&text(&item, "job").unwrap()).unwrap();
    stored["tags"] = json!(["nightly"]);
    item.insert("job".into(), AttributeValue::S(stored.to_string()));
    assert_eq!(to_job(item).unwrap(), job());
}

#[test]
fn a_job_that_no_item_can_hold_is_refused_before_it_is_sent() {
    let mut job = job();
    job.definition.model.name = Some("x".repeat(MAX_JOB_BYTES));
    let fault = of_job(&job, DEFAULT_RETENTION).unwrap_err();
    assert!(!fault.transient);
    assert!(fault.detail.contains("an item holds 399360"), "{}", fault.detail);
}

#[test]
fn an_item_that_is_no_job_is_a_lasting_fault() {
    let mut item = of_job(&job(), DEFAULT_RETENTION).unwrap();
    item.insert("job".into(), AttributeValue::S("{}".into()));
    assert!(!to_job(item).unwrap_err().transient);
    assert!(!to_job(Item::new()).unwrap_err().transient);
}
