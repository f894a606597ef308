//! Callers send the parts of a big file to S3 themselves, with no credentials but the URLs.
//!
//! s3s-fs lists parts without their tags, which are needed to complete an upload: these tests run only where
//! an endpoint is set. The local service's own S3 is tested for the same over HTTP.

use bytes::Bytes;
use satsuma_aws::Files;
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::ports::{GetFile, PutFile};
use satsuma_domain::testing::Memory;
use satsuma_domain::uploads::{Plan, UploadRequest, complete, start};
use satsuma_domain::{Error, FileId, InstanceId, SystemClock};

use crate::stores;

/// Two parts: a whole one, and a short one.
const BYTES: usize = 16 * 1024 * 1024 + 5;

fn acme() -> InstanceId {
    InstanceId::new("acme").unwrap()
}

fn id(text: &str) -> FileId {
    FileId::new(text).unwrap()
}

fn file(name: &str) -> FileKey {
    FileKey { instance: acme(), name: FileName::Upload(id(name)) }
}

/// Files in an empty bucket of an S3 that lists the tags of parts.
async fn files() -> Option<Files> {
    if stores::endpoint().is_none() {
        eprintln!("skipped: SATSUMA_TEST_ENDPOINT names no endpoint with a whole S3");
        return None;
    }
    Some(stores::files().await)
}

async fn started(files: &Files, name: &str, bytes: usize) -> Plan {
    let request = UploadRequest { bytes: bytes as u64, file_name: None, upload: None };
    start(files, &SystemClock, acme(), id(name), &request, 1 << 20).await.unwrap()
}

async fn completed(files: &Files, instance: InstanceId, name: &str, plan: &Plan) -> Result<(), Error> {
    let check = |bytes: Bytes| {
        let bad = bytes.starts_with(b"bad");
        if bad { Err(Error::invalid("unreadable_stream", None, "no stream")) } else { Ok(()) }
    };
    complete(files, &Memory::default(), instance, id(name), &plan.token.to_string(), check).await
}

/// The response to a client without credentials.
async fn put(url: &str, bytes: Vec<u8>) -> u16 {
    let url = url.to_owned();
    let done = tokio::task::spawn_blocking(move || match ureq::put(&url).send(&bytes[..]) {
        Ok(response) => response.status().as_u16(),
        Err(ureq::Error::StatusCode(status)) => status,
        Err(other) => panic!("{other}"),
    });
    done.await.unwrap()
}

#[tokio::test]
async fn completing_an_upload_in_parts_is_idempotent() {
    let Some(files) = files().await else { return };
    let bytes: Vec<u8> = (0..BYTES as u32).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
    let plan = started(&files, "香水 big.csv", bytes.len()).await;
    let [first, second] = &plan.parts[..] else { panic!("{} parts", plan.parts.len()) };
    let (head, tail) = bytes.split_at(first.bytes as usize);

    assert_eq!(put(&second.url, b"four".to_vec()).await, 403, "the length is signed");
    assert_eq!(put(&second.url.replace("partNumber=2", "partNumber=1"), tail.to_vec()).await, 403);
    assert_eq!(put(&second.url, tail.to_vec()).await, 200);
    let missing = completed(&files, acme(), "香水 big.csv", &plan).await.unwrap_err();
    assert!(missing.to_string().contains("planned size: 1;"), "{missing:?}");
    assert_eq!(files.file_info(&file("香水 big.csv")).await.unwrap(), None);

    assert_eq!(put(&first.url, head.to_vec()).await, 200);
    let other = InstanceId::new("other").unwrap();
    let refused = completed(&files, other, "香水 big.csv", &plan).await;
    assert_eq!(refused.unwrap_err().code(), "upload_not_found");
    for _ in 0..2 {
        completed(&files, acme(), "香水 big.csv", &plan).await.unwrap();
        let stored = files.get_file(&file("香水 big.csv"), u64::MAX).await.unwrap().unwrap().unwrap();
        assert!(stored == bytes);
    }

    // Another content is not mistaken for this upload's.
    files.put_file(&file("香水 big.csv"), "text/csv", Bytes::from_static(b"x")).await.unwrap();
    let replaced = completed(&files, acme(), "香水 big.csv", &plan).await;
    assert!(matches!(replaced, Err(Error::UploadNotFound)));
}

#[tokio::test]
async fn a_stream_is_no_file_before_it_was_looked_at() {
    let Some(files) = files().await else { return };
    let plan = started(&files, "churn.str", 9).await;
    assert_eq!(put(&plan.parts[0].url, b"bad bytes".to_vec()).await, 200);
    let refused = completed(&files, acme(), "churn.str", &plan).await;
    assert_eq!(refused.unwrap_err().code(), "unreadable_stream");
    assert_eq!(files.file_info(&file("churn.str")).await.unwrap(), None);

    let plan = started(&files, "churn.str", 9).await;
    assert_eq!(put(&plan.parts[0].url, b"all right".to_vec()).await, 200);
    for _ in 0..2 {
        completed(&files, acme(), "churn.str", &plan).await.unwrap();
        let stored = files.get_file(&file("churn.str"), 100).await.unwrap().unwrap().unwrap();
        assert_eq!(stored, "all right");
    }
}
