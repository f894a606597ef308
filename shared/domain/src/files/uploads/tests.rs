use super::*;
use crate::testing::{ManualClock, Memory};
use crate::time::Timestamp;

const STREAM_LIMIT: u64 = 100 << 20;
const MIB: u64 = 1 << 20;

fn acme() -> InstanceId {
    InstanceId::new("acme").unwrap()
}

fn request(json: &str) -> UploadRequest {
    UploadRequest::parse(json.as_bytes()).unwrap()
}

async fn started(store: &Memory, id: &str, json: &str) -> Result<Plan, Error> {
    let clock = ManualClock::at(Timestamp(0));
    start(store, &clock, acme(), FileId::new(id).unwrap(), &request(json), STREAM_LIMIT).await
}

async fn completed(store: &Memory, instance: &InstanceId, id: &str, plan: &Plan) -> Result<(), Error> {
    let check = |bytes: Bytes| {
        let good = bytes.starts_with(b"good");
        if good { Ok(()) } else { Err(Error::invalid("unreadable_stream", None, "no stream")) }
    };
    complete(store, store, instance.clone(), FileId::new(id).unwrap(), &plan.token.to_string(), check).await
}

fn send_all(store: &Memory, plan: &Plan, first: &[u8]) {
    for part in &plan.parts {
        let mut bytes = vec![b'x'; usize::try_from(part.bytes).unwrap()];
        if part.number == 1 {
            bytes[..first.len()].copy_from_slice(first);
        }
        assert!(store.put_part(&part.url, bytes.into()));
    }
}

async fn content(store: &Memory, id: &str) -> Option<Bytes> {
    use crate::ports::GetFile;
    let key = FileKey { instance: acme(), name: FileName::Upload(FileId::new(id).unwrap()) };
    store.get_file(&key, MAX_UPLOAD_BYTES).await.unwrap().map(Result::unwrap)
}

#[tokio::test]
async fn the_parts_of_any_file_are_few_and_the_whole_file() {
    let store = Memory::default();
    for bytes in [1, 16 * MIB, 16 * MIB + 1, 1_000 * MIB, 1_700 * MIB + 1, MAX_UPLOAD_BYTES] {
        let plan = started(&store, "big.csv", &format!(r#"{{"bytes":{bytes}}}"#)).await.unwrap();
        assert!(plan.parts.len() <= 100, "{bytes}");
        assert_eq!(plan.parts.iter().map(|part| part.bytes).sum::<u64>(), bytes);
        let (last, full) = plan.parts.split_last().unwrap();
        assert!(full.iter().all(|part| part.bytes == plan.part_bytes) && last.bytes <= plan.part_bytes);
        assert!(plan.parts.iter().map(|part| part.number).eq(1..=plan.parts.len() as u32));
        assert_eq!(UploadToken::parse(&plan.token.to_string()).as_ref(), Some(&plan.token));
    }
}

#[tokio::test]
async fn a_file_appears_when_complete_and_completing_is_idempotent() {
    let store = Memory::default();
    let plan = started(&store, "big.csv", r#"{"bytes":40000000}"#).await.unwrap();
    let (first, rest) = plan.parts.split_first().unwrap();
    assert!(store.put_part(&first.url, vec![b'a'; first.bytes as usize].into()));
    let Err(Error::UploadIncomplete(message)) = completed(&store, &acme(), "big.csv", &plan).await else {
        panic!()
    };
    assert!(
        message.starts_with("of 3 parts these are missing, or not of their planned size: 2-3;"),
        "{message}"
    );
    assert_eq!(content(&store, "big.csv").await, None);

    // The line was slow: new URLs for what is missing.
    let again = format!(r#"{{"bytes":40000000,"upload":"{}"}}"#, plan.token);
    let again = started(&store, "big.csv", &again).await.unwrap();
    assert_eq!((&again.token, &again.parts[..]), (&plan.token, rest));
    send_all(&store, &again, b"");
    for _ in 0..2 {
        completed(&store, &acme(), "big.csv", &plan).await.unwrap();
        assert_eq!(content(&store, "big.csv").await.unwrap().len(), 40_000_000);
    }

    // A file that replaced it in the meantime is not mistaken for it.
    let other = started(&store, "big.csv", r#"{"bytes":1}"#).await.unwrap();
    send_all(&store, &other, b"");
    completed(&store, &acme(), "big.csv", &other).await.unwrap();
    assert!(matches!(completed(&store, &acme(), "big.csv", &plan).await, Err(Error::UploadNotFound)));
}

#[tokio::test]
async fn a_part_must_have_its_announced_size() {
    let store = Memory::default();
    let plan = started(&store, "big.csv", r#"{"bytes":10}"#).await.unwrap();
    assert!(!store.put_part(&plan.parts[0].url, Bytes::from_static(b"nine only")));
    assert!(matches!(completed(&store, &acme(), "big.csv", &plan).await, Err(Error::UploadIncomplete(_))));
}

#[tokio::test]
async fn an_upload_token_is_bound_to_its_file_and_expires() {
    let store = Memory::default();
    let plan = started(&store, "big.csv", r#"{"bytes":10}"#).await.unwrap();
    send_all(&store, &plan, b"");
    let other = InstanceId::new("other").unwrap();
    assert!(matches!(completed(&store, &other, "big.csv", &plan).await, Err(Error::UploadNotFound)));
    assert!(matches!(completed(&store, &acme(), "else.csv", &plan).await, Err(Error::UploadNotFound)));
    store.give_uploads_up();
    assert!(matches!(completed(&store, &acme(), "big.csv", &plan).await, Err(Error::UploadNotFound)));
}

#[tokio::test]
async fn a_stream_is_looked_at_before_it_is_a_file() {
    let store = Memory::default();
    for (id, json) in [("s", r#"{"bytes":20,"fileName":"Churn.STR"}"#), ("churn.str", r#"{"bytes":20}"#)] {
        let plan = started(&store, id, json).await.unwrap();
        send_all(&store, &plan, b"bad");
        let refused = completed(&store, &acme(), id, &plan).await;
        assert!(matches!(refused, Err(Error::Invalid { code: "unreadable_stream", .. })));
        assert_eq!((content(&store, id).await, store.staged_objects()), (None, 0));

        let plan = started(&store, id, json).await.unwrap();
        send_all(&store, &plan, b"good");
        for _ in 0..2 {
            completed(&store, &acme(), id, &plan).await.unwrap();
            assert_eq!(store.staged_objects(), 0);
        }
        assert!(content(&store, id).await.unwrap().starts_with(b"good"));
    }
}

#[tokio::test]
async fn an_interrupted_completion_of_a_stream_resumes() {
    let store = Memory::default();
    let plan = started(&store, "churn.str", r#"{"bytes":20}"#).await.unwrap();
    send_all(&store, &plan, b"good");
    // The first try got as far as the staging place.
    let target = plan
        .token
        .target(FileKey { instance: acme(), name: FileName::Upload(FileId::new("churn.str").unwrap()) });
    let parts = store.list_parts(&target, plan.token.upload()).await.unwrap().unwrap();
    assert!(store.complete_upload(&target, plan.token.upload(), &parts).await.unwrap());
    completed(&store, &acme(), "churn.str", &plan).await.unwrap();
    assert!(content(&store, "churn.str").await.is_some());
}

#[tokio::test]
async fn an_upload_that_is_too_large_is_refused_at_its_start() {
    let store = Memory::default();
    let too_large = format!(r#"{{"bytes":{}}}"#, MAX_UPLOAD_BYTES + 1);
    assert!(matches!(started(&store, "a", &too_large).await, Err(Error::TooLarge { what: "the file", .. })));
    let stream = format!(r#"{{"bytes":{}}}"#, STREAM_LIMIT + 1);
    let refused = started(&store, "a.str", &stream).await;
    assert!(matches!(refused, Err(Error::TooLarge { what: "the stream", limit: STREAM_LIMIT, .. })));
}

#[test]
fn a_wrong_request_is_refused_by_its_field() {
    let refusals =
        ["", "{}", r#"{"bytes":1} {}"#, r#"{"bytes":0}"#, r#"{"bytes":-1}"#, r#"{"bytes":5,"size":5}"#]
            .map(|json| UploadRequest::parse(json.as_bytes()).unwrap_err())
            .map(|error| format!("{} at {:?}: {error}", error.code(), error.field()));
    insta::assert_snapshot!(refusals.join("\n"));
}

#[test]
fn an_invalid_token_is_rejected() {
    for text in ["", "x", "e30", "....", &"A".repeat(5_000)] {
        assert_eq!(UploadToken::parse(text), None, "{text}");
    }
}

#[tokio::test]
async fn a_large_file_is_counted_or_refused_when_complete() {
    use crate::ports::ChargeStorage;
    use crate::tenancy::usage::Quotas;

    let store = Memory::default();
    let plan = started(&store, "big.csv", r#"{"bytes":3000}"#).await.unwrap();
    send_all(&store, &plan, b"a,b");
    store.set_quotas(&acme(), Quotas { storage_bytes: 2_999, ..Quotas::STANDARD });
    let refused = completed(&store, &acme(), "big.csv", &plan).await.unwrap_err();
    assert_eq!(refused.code(), "quota_exceeded");
    store.set_quotas(&acme(), Quotas::STANDARD);
    for _ in 0..2 {
        completed(&store, &acme(), "big.csv", &plan).await.unwrap();
        assert_eq!(store.charge_storage(&acme(), 0).await.unwrap().bytes, 3_000);
    }
}
