use std::sync::Arc;

use aws_lambda_events::s3::S3Event;
use bytes::Bytes;
use satsuma_domain::job::JobKey;
use satsuma_domain::ports::{GetJob, Inbox, InboxKey, ListFiles};
use satsuma_domain::testing::{Death, KeyManagement, Memory, Mortal};
use satsuma_domain::{FileId, InstanceId, JobId, JobState, SystemClock};
use serde_json::json;

use crate::{Taken, handle};

const DEFINITION: &[u8] = br#"{"action":"BATCH_SCORE","model":{"id":"churn.str"}}"#;

fn dropped(name: &str) -> InboxKey {
    InboxKey { instance: InstanceId::new("acme").unwrap(), name: FileId::new(name).unwrap() }
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
    handle(store, store, store, &KeyManagement::default(), &SystemClock, event(encoded_key, sequencer))
        .await
        .unwrap()
}

async fn uploads(store: &Memory) -> Vec<String> {
    let page = store.list_files(&InstanceId::new("acme").unwrap(), None, 100).await.unwrap();
    page.items.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn an_inbox_file_becomes_an_upload_of_the_same_name() {
    let store = Memory::default();
    store.put_inbox_object(&dropped("new customers é.csv"), Bytes::from_static(b"a,b\n"));
    assert_eq!(told(&store, "uploads/acme/new+customers+%C3%A9.csv", "1").await, [Taken::File]);
    assert_eq!(uploads(&store).await, ["new customers é.csv"]);
}

#[tokio::test]
async fn repeated_events_of_a_definition_make_one_job() {
    let store = Memory::default();
    store.put_inbox_object(&dropped("nightly.json"), Bytes::from_static(DEFINITION));
    assert_eq!(told(&store, "uploads/acme/nightly.json", "1").await, [Taken::Job]);
    assert_eq!(told(&store, "uploads/acme/nightly.json", "1").await, [Taken::Job]);
    let key = JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("nightly").unwrap() };
    assert_eq!(store.get_job(&key).await.unwrap().unwrap().revision.0, 1);

    // Uploading it again runs it again, and a late event of the first upload has no effect.
    for sequencer in ["2", "1"] {
        assert_eq!(told(&store, "uploads/acme/nightly.json", sequencer).await, [Taken::Job]);
        assert_eq!(store.get_job(&key).await.unwrap().unwrap().revision.0, 2);
    }
}

/// The function is killed at every step in turn, and S3 sends the event again.
#[tokio::test]
async fn an_inbox_object_is_processed_once_after_a_crash() {
    for death in Death::all(8) {
        let world = Arc::new(Memory::default());
        world.put_inbox_object(&dropped("nightly.json"), Bytes::from_static(DEFINITION));
        world.put_inbox_object(&dropped("data.csv"), Bytes::from_static(b"a\n1\n"));
        for encoded_key in ["uploads/acme/nightly.json", "uploads/acme/data.csv"] {
            for death in [death, Death::Never] {
                let taker = Mortal::new(Arc::clone(&world), Arc::default(), death);
                let event = event(encoded_key, "1");
                let keys = KeyManagement::default();
                let handled = handle(&*taker, &*taker, &*taker, &keys, &SystemClock, event);
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
async fn an_invalid_inbox_object_is_reported_and_not_stored() {
    let store = Memory::default();
    store.put_inbox_object(&dropped("bad.str"), Bytes::from_static(b"{\\rtf1}"));
    assert_eq!(told(&store, "uploads/acme/bad.str", "1").await, [Taken::Rejected]);
    assert!(uploads(&store).await.is_empty());
    assert!(store.report(&dropped("bad.str")).unwrap().contains("unreadable_stream"));

    for name in ["sub/folder.json", "result~x", "100%.csv"] {
        store.put_inbox_object(&dropped(name), Bytes::from_static(DEFINITION));
        assert_eq!(told(&store, &format!("uploads/acme/{name}"), "1").await, [Taken::Rejected], "{name}");
        assert!(store.report(&dropped(name)).unwrap().contains("invalid_id"), "{name}");
    }

    store.put_inbox_object(&dropped("bad.json"), Bytes::from_static(b"{\"action\":\"SCORE\"}"));
    assert_eq!(told(&store, "uploads/acme/bad.json", "1").await, [Taken::Rejected]);
    assert!(store.report(&dropped("bad.json")).unwrap().contains("\"field\":\"action\""));
}

#[tokio::test]
async fn a_refused_definition_with_a_password_is_deleted() {
    let store = Memory::default();
    let refused = br#"{"action":"SCORE","dbDefinitions":{"db1":{"Password":"hunter2"}}}"#;
    let utf16: Vec<u8> = refused.iter().flat_map(|byte| [*byte, 0]).collect();
    for bytes in [Bytes::from_static(refused), Bytes::from(utf16)] {
        store.put_inbox_object(&dropped("bad.json"), bytes);
        assert_eq!(told(&store, "uploads/acme/bad.json", "1").await, [Taken::RejectedPasswords]);
        assert_eq!(store.get_inbox_object(&dropped("bad.json"), 1_000).await.unwrap(), None);
        let report = store.report(&dropped("bad.json")).unwrap();
        assert!(report.contains("message") && !report.contains("hunter2"), "{report}");
    }
}

#[tokio::test]
async fn a_missing_object_or_one_outside_the_inbox_is_ignored() {
    let store = Memory::default();
    assert_eq!(told(&store, "uploads/acme/gone.json", "1").await, [Taken::Gone]);
    assert!(told(&store, "instances/acme/files/x", "1").await.is_empty());
}

#[tokio::test]
async fn an_event_of_s3_is_read_as_it_is_sent() {
    let store = Memory::default();
    store.put_inbox_object(&dropped("香水 1.csv"), Bytes::from_static(b"a,b\n"));
    let event = serde_json::from_str(include_str!("event.json")).unwrap();
    let taken = handle(&store, &store, &store, &KeyManagement::default(), &SystemClock, event).await.unwrap();
    assert_eq!(taken, [Taken::File]);
    assert_eq!(uploads(&store).await, ["香水 1.csv"]);
}

#[tokio::test]
async fn an_inbox_definition_with_passwords_is_deleted_once_sealed() {
    let store = Memory::default();
    let definition = br#"{"action":"BATCH_SCORE","model":{"id":"m"},"dbDefinitions":{"db1":
        {"type":"DB2","host":"h","db":"d","username":"u","password":"hunter2"}}}"#;
    store.put_inbox_object(&dropped("nightly.json"), Bytes::from_static(definition));
    let keys = KeyManagement::default();
    keys.be_away(true);
    let told = handle(&store, &store, &store, &keys, &SystemClock, event("uploads/acme/nightly.json", "1"));
    assert!(told.await.unwrap_err().transient, "S3 sends the event again");
    let key = JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("nightly").unwrap() };
    assert_eq!(store.get_job(&key).await.unwrap(), None, "nothing is stored");

    assert_eq!(results_of_event(&store).await, [Taken::JobWithPasswords]);
    let job = store.get_job(&key).await.unwrap().unwrap();
    assert!(!serde_json::to_string(&job).unwrap().contains("hunter2"));
    assert_eq!(store.get_inbox_object(&dropped("nightly.json"), 1_000).await.unwrap(), None);
    assert_eq!(results_of_event(&store).await, [Taken::Gone], "a repeated event has no effect");
}

async fn results_of_event(store: &Memory) -> Vec<Taken> {
    told(store, "uploads/acme/nightly.json", "1").await
}
