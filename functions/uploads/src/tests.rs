use std::sync::Arc;

use aws_lambda_events::s3::S3Event;
use bytes::Bytes;
use satsuma_domain::job::JobKey;
use satsuma_domain::ports::{DropBox, DroppedKey, GetJob, ListFiles};
use satsuma_domain::testing::{Death, Keeper, Memory, Mortal};
use satsuma_domain::{FileId, InstanceId, JobId, JobState, SystemClock};
use serde_json::json;

use crate::{Taken, handle};

const DEFINITION: &[u8] = br#"{"action":"BATCH_SCORE","model":{"id":"churn.str"}}"#;

fn dropped(name: &str) -> DroppedKey {
    DroppedKey { instance: InstanceId::new("acme").unwrap(), name: FileId::new(name).unwrap() }
}

/// An event as S3 writes it, cut to what counts.
fn event(encoded_key: &str, sequencer: &str) -> S3Event {
    serde_json::from_value(json!({"Records": [{
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "eu-central-1",
        "eventTime": "2026-11-22T10:00:00.000Z", "eventName": "ObjectCreated:Put",
        "userIdentity": {}, "requestParameters": {}, "responseElements": {},
        "s3": {"bucket": {"name": "satsuma"}, "object": {"key": encoded_key, "sequencer": sequencer}}
    }]}))
    .unwrap()
}

async fn told(store: &Memory, encoded_key: &str, sequencer: &str) -> Vec<Taken> {
    handle(store, store, store, &Keeper::default(), &SystemClock, event(encoded_key, sequencer))
        .await
        .unwrap()
}

async fn uploads(store: &Memory) -> Vec<String> {
    let page = store.list_files(&InstanceId::new("acme").unwrap(), None, 100).await.unwrap();
    page.items.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_dropped_file_becomes_an_upload_of_the_same_name() {
    let store = Memory::default();
    store.drop_object(&dropped("new customers é.csv"), Bytes::from_static(b"a,b\n"));
    assert_eq!(told(&store, "uploads/acme/new+customers+%C3%A9.csv", "1").await, [Taken::File]);
    assert_eq!(uploads(&store).await, ["new customers é.csv"]);
}

#[tokio::test]
async fn a_dropped_definition_becomes_a_job_once_however_often_it_is_told_of() {
    let store = Memory::default();
    store.drop_object(&dropped("nightly.json"), Bytes::from_static(DEFINITION));
    assert_eq!(told(&store, "uploads/acme/nightly.json", "1").await, [Taken::Job]);
    assert_eq!(told(&store, "uploads/acme/nightly.json", "1").await, [Taken::Job]);
    let key = JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("nightly").unwrap() };
    assert_eq!(store.get_job(&key).await.unwrap().unwrap().revision.0, 1);

    // Dropped once more it runs once more, and late news of the first drop change nothing.
    for sequencer in ["2", "1"] {
        assert_eq!(told(&store, "uploads/acme/nightly.json", sequencer).await, [Taken::Job]);
        assert_eq!(store.get_job(&key).await.unwrap().unwrap().revision.0, 2);
    }
}

/// The function is killed at every step in turn, and S3 tells again.
#[tokio::test]
async fn a_drop_whose_taker_was_killed_is_taken_once_when_it_is_told_of_again() {
    for death in Death::all(8) {
        let world = Arc::new(Memory::default());
        world.drop_object(&dropped("nightly.json"), Bytes::from_static(DEFINITION));
        world.drop_object(&dropped("data.csv"), Bytes::from_static(b"a\n1\n"));
        for encoded_key in ["uploads/acme/nightly.json", "uploads/acme/data.csv"] {
            for death in [death, Death::Never] {
                let taker = Mortal::new(Arc::clone(&world), Arc::default(), death);
                let event = event(encoded_key, "1");
                let keeper = Keeper::default();
                let handled = handle(&*taker, &*taker, &*taker, &keeper, &SystemClock, event);
                let taken = taker.live(handled).await;
                assert!(taken.is_none_or(|taken| taken.is_ok()), "{death:?}");
            }
        }
        assert_eq!(uploads(&world).await, ["data.csv"], "{death:?}");
        let key = JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("nightly").unwrap() };
        let job = world.get_job(&key).await.unwrap().unwrap();
        assert_eq!((job.revision.0, job.state), (1, JobState::Pending), "{death:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_taken_is_reported_and_not_stored() {
    let store = Memory::default();
    store.drop_object(&dropped("bad.str"), Bytes::from_static(b"{\\rtf1}"));
    assert_eq!(told(&store, "uploads/acme/bad.str", "1").await, [Taken::Rejected]);
    assert!(uploads(&store).await.is_empty());
    assert!(store.report(&dropped("bad.str")).unwrap().contains("unreadable_stream"));

    for name in ["sub/folder.json", "result~x", "100%.csv"] {
        store.drop_object(&dropped(name), Bytes::from_static(DEFINITION));
        assert_eq!(told(&store, &format!("uploads/acme/{name}"), "1").await, [Taken::Rejected], "{name}");
        assert!(store.report(&dropped(name)).unwrap().contains("invalid_id"), "{name}");
    }

    store.drop_object(&dropped("bad.json"), Bytes::from_static(b"{\"action\":\"SCORE\"}"));
    assert_eq!(told(&store, "uploads/acme/bad.json", "1").await, [Taken::Rejected]);
    assert!(store.report(&dropped("bad.json")).unwrap().contains("\"field\":\"action\""));
}

#[tokio::test]
async fn a_refused_definition_with_a_password_is_deleted() {
    let store = Memory::default();
    let refused = br#"{"action":"SCORE","dbDefinitions":{"db1":{"Password":"hunter2"}}}"#;
    let utf16: Vec<u8> = refused.iter().flat_map(|byte| [*byte, 0]).collect();
    for bytes in [Bytes::from_static(refused), Bytes::from(utf16)] {
        store.drop_object(&dropped("bad.json"), bytes);
        assert_eq!(told(&store, "uploads/acme/bad.json", "1").await, [Taken::RejectedPasswords]);
        assert_eq!(store.get_dropped(&dropped("bad.json"), 1_000).await.unwrap(), None);
        let report = store.report(&dropped("bad.json")).unwrap();
        assert!(report.contains("message") && !report.contains("hunter2"), "{report}");
    }
}

#[tokio::test]
async fn an_object_that_is_gone_or_lies_elsewhere_is_nothing() {
    let store = Memory::default();
    assert_eq!(told(&store, "uploads/acme/gone.json", "1").await, [Taken::Gone]);
    assert!(told(&store, "instances/acme/files/x", "1").await.is_empty());
}

#[tokio::test]
async fn an_event_of_s3_is_read_as_it_is_sent() {
    let store = Memory::default();
    store.drop_object(&dropped("香水 1.csv"), Bytes::from_static(b"a,b\n"));
    let event = serde_json::from_str(include_str!("event.json")).unwrap();
    let taken = handle(&store, &store, &store, &Keeper::default(), &SystemClock, event).await.unwrap();
    assert_eq!(taken, [Taken::File]);
    assert_eq!(uploads(&store).await, ["香水 1.csv"]);
}

#[tokio::test]
async fn a_dropped_definition_that_holds_passwords_is_deleted_once_they_are_sealed() {
    let store = Memory::default();
    let definition = br#"{"action":"BATCH_SCORE","model":{"id":"m"},"dbDefinitions":{"db1":
        {"type":"DB2","host":"h","db":"d","username":"u","password":"hunter2"}}}"#;
    store.drop_object(&dropped("nightly.json"), Bytes::from_static(definition));
    let keeper = Keeper::default();
    keeper.be_away(true);
    let told = handle(&store, &store, &store, &keeper, &SystemClock, event("uploads/acme/nightly.json", "1"));
    assert!(told.await.unwrap_err().transient, "S3 tells again");
    let key = JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("nightly").unwrap() };
    assert_eq!(store.get_job(&key).await.unwrap(), None, "nothing is stored");

    assert_eq!(told_of(&store).await, [Taken::JobWithPasswords]);
    let job = store.get_job(&key).await.unwrap().unwrap();
    assert!(!serde_json::to_string(&job).unwrap().contains("hunter2"));
    assert_eq!(store.get_dropped(&dropped("nightly.json"), 1_000).await.unwrap(), None);
    assert_eq!(told_of(&store).await, [Taken::Gone], "told of again, nothing happens");
}

async fn told_of(store: &Memory) -> Vec<Taken> {
    told(store, "uploads/acme/nightly.json", "1").await
}
