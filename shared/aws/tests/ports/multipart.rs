//! Large files go in parts and arrive whole.

use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::ports::{GetFile, PutFile};
use satsuma_domain::{FileId, InstanceId};

use crate::stores;

/// S3's least size of a part.
const PART: u64 = 5 * 1024 * 1024;

#[tokio::test]
async fn a_large_file_travels_in_parts_and_is_the_same_afterwards() {
    let files = stores::files().await.with_parts(PART, PART);
    let instance = InstanceId::new("acme").unwrap();
    let key = FileKey { instance, name: FileName::Upload(FileId::new("large.csv").unwrap()) };
    let folder = tempfile::tempdir().unwrap();
    let (sent, received) = (folder.path().join("sent"), folder.path().join("received"));
    // Two whole parts and a short one, no two chunks alike.
    let words = (2 * PART + 1_000) / 4;
    let bytes: Vec<u8> =
        (0..words as u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    std::fs::write(&sent, &bytes).unwrap();

    files.upload(&key, "text/csv", &sent).await.unwrap();
    let info = files.download(&key, &received).await.unwrap().unwrap();

    assert!(std::fs::read(&received).unwrap() == bytes);
    assert_eq!((info.bytes, info.media_type.as_str()), (bytes.len() as u64, "text/csv"));
}

#[tokio::test]
async fn a_local_file_that_is_not_there_is_a_lasting_fault() {
    let files = stores::files().await;
    let instance = InstanceId::new("acme").unwrap();
    let key = FileKey { instance, name: FileName::Upload(FileId::new("a").unwrap()) };
    let folder = tempfile::tempdir().unwrap();
    let fault = files.upload(&key, "text/csv", &folder.path().join("missing")).await.unwrap_err();
    assert!(!fault.transient);
    assert_eq!(files.file_info(&key).await.unwrap(), None);
}
