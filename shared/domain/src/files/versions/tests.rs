use bytes::Bytes;

use super::*;
use crate::files::file::FileName;
use crate::files::{delete, upload};
use crate::ids::{FileId, InstanceId};
use crate::ports::{GetUsage, PutFile};
use crate::tenancy::usage::{Month, Quotas};
use crate::testing::Memory;

fn key() -> FileKey {
    FileKey {
        instance: InstanceId::new("acme").unwrap(),
        name: FileName::Upload(FileId::new("churn.str").unwrap()),
    }
}

async fn put(store: &Memory, content: &'static str) -> FileVersion {
    let FileKey { instance, .. } = key();
    let id = FileId::new("churn.str").unwrap();
    upload(store, store, instance, id, None, Bytes::from_static(content.as_bytes()), |_| Ok(()))
        .await
        .unwrap();
    store.file_info(&key()).await.unwrap().unwrap().version
}

async fn content(store: &Memory) -> Bytes {
    store.get_file(&key(), 100).await.unwrap().unwrap().unwrap()
}

async fn charged(store: &Memory) -> u64 {
    store.get_usage(&key().instance, Month::of(Timestamp(0))).await.unwrap().storage_bytes
}

#[tokio::test]
async fn a_rollback_brings_the_version_before_and_is_reversible() {
    let store = Memory::default();
    let old = put(&store, "old").await;
    let new = put(&store, "newer").await;
    let back = rollback(&store, &store, &key(), None).await.unwrap();
    assert_eq!((content(&store).await, charged(&store).await), (Bytes::from("old"), 3));
    assert_eq!(*back.by, Origin::Rollback { to: old, over: new.clone() });

    let again = rollback(&store, &store, &key(), None).await.unwrap();
    assert_eq!((content(&store).await, charged(&store).await), (Bytes::from("newer"), 5));
    assert_eq!(*again.by, Origin::Rollback { to: new, over: back.version });
    let versions = list(&store, &key(), None, 10).await.unwrap().items;
    let current: Vec<bool> = versions.iter().map(|version| version.is_current).collect();
    assert_eq!(current, [true, false, false, false]);
}

#[tokio::test]
async fn a_repeated_rollback_to_a_version_changes_nothing_more() {
    let store = Memory::default();
    let first = put(&store, "1").await;
    put(&store, "2").await;
    put(&store, "3").await;
    let back = rollback(&store, &store, &key(), Some(first.clone())).await.unwrap();
    assert_eq!(rollback(&store, &store, &key(), Some(first)).await.unwrap(), back);
    assert_eq!(content(&store).await, "1");
}

#[tokio::test]
async fn a_missing_file_or_version_is_not_rolled_back() {
    let store = Memory::default();
    let code = async |wanted: Option<&str>| {
        let wanted = wanted.map(|wanted| FileVersion(wanted.to_owned()));
        rollback(&store, &store, &key(), wanted).await.unwrap_err().code()
    };
    assert_eq!(code(None).await, "file_not_found");
    put(&store, "1").await;
    assert_eq!(code(None).await, "conflict");
    assert_eq!(code(Some("x")).await, "version_not_found");
    put(&store, "2").await;
    delete(&store, &store, &key()).await.unwrap();
    assert_eq!(code(None).await, "file_not_found");
    assert_eq!(list(&store, &key(), None, 10).await.unwrap_err().code(), "file_not_found");
}

#[tokio::test]
async fn a_rollback_beyond_the_quota_is_refused_and_releases_it() {
    let store = Memory::default();
    put(&store, "a large one").await;
    put(&store, "small").await;
    store.set_quotas(&key().instance, Quotas { storage_bytes: 6, ..Quotas::STANDARD });
    let refused = rollback(&store, &store, &key(), None).await.unwrap_err();
    assert_eq!((refused.code(), charged(&store).await), ("quota_exceeded", 5));
    assert_eq!(content(&store).await, "small");
}

#[tokio::test]
async fn a_rollback_that_loses_a_race_keeps_the_upload() {
    let store = Memory::default();
    let old = put(&store, "old").await;
    put(&store, "new").await;
    let current = store.file_info(&key()).await.unwrap().unwrap();
    store.put_file(&key(), "", "raced".into()).await.unwrap();
    let by = Origin::Rollback { to: old.clone(), over: current.version.clone() };
    let restored = store.restore_version(&key(), &old, &current, &by).await.unwrap();
    assert_eq!((restored, content(&store).await), (Replaced::Changed, Bytes::from("raced")));
}
