use super::*;
use crate::ids::{InstanceId, JobId, Revision};
use crate::job::JobState;
use crate::testing::{ManualClock, Memory};
use crate::time::Timestamp;

fn key() -> JobKey {
    JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("churn").unwrap() }
}

fn marked(mark: &str, model: &str) -> Submission {
    let json = format!(r#"{{"action":"BATCH_SCORE","model":{{"id":"{model}"}}}}"#);
    let definition = JobDefinition::parse(json.as_bytes()).unwrap();
    Submission { definition, idempotency_key: Some(IdempotencyKey::new(mark).unwrap()) }
}

#[tokio::test]
async fn a_marked_request_sent_twice_submits_once() {
    let (store, clock) = (Memory::default(), ManualClock::at(Timestamp(1)));
    let first = create(&store, &store, &clock, key(), marked("k1", "m")).await.unwrap();
    assert_eq!(create(&store, &store, &clock, key(), marked("k1", "m")).await.unwrap(), first);
    let put = create_or_resubmit(&store, &store, &clock, key(), marked("k1", "m")).await.unwrap();
    assert_eq!(put, Submitted::Repeated(first));
    assert!(store.take_message().is_some());
    assert_eq!(store.take_message(), None);
}

#[tokio::test]
async fn a_mark_counts_for_its_definition_and_its_revision_only() {
    let (store, clock) = (Memory::default(), ManualClock::at(Timestamp(1)));
    create(&store, &store, &clock, key(), marked("k1", "m")).await.unwrap();
    let other = create(&store, &store, &clock, key(), marked("k1", "other")).await;
    assert!(matches!(other, Err(Error::JobExists(_))));
    for (mark, revision) in [("k2", 2), ("k2", 2), ("k3", 3)] {
        create_or_resubmit(&store, &store, &clock, key(), marked(mark, "m")).await.unwrap();
        let job = store.get_job(&key()).await.unwrap().unwrap();
        assert_eq!((job.revision, job.state), (Revision(revision), JobState::Pending));
    }
}

#[tokio::test]
async fn an_unmarked_request_sent_twice_is_two_requests() {
    let (store, clock) = (Memory::default(), ManualClock::at(Timestamp(1)));
    let definition = marked("-", "m").definition;
    create(&store, &store, &clock, key(), definition.clone()).await.unwrap();
    let again = create(&store, &store, &clock, key(), definition).await;
    assert!(matches!(again, Err(Error::JobExists(_))));
}
