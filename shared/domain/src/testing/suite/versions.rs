//! [`ReplaceFile`], [`ListVersions`] and [`RestoreVersion`].

use bytes::Bytes;

use super::sample::acme;
use crate::files::file::{FileInfo, FileKey, FileName, FileVersion};
use crate::files::origin::Origin;
use crate::ids::{ExecutionNumber, FileId, JobId, JobUuid, Revision};
use crate::ports::{GetFile, ListVersions, PutFile, RemoveFile, ReplaceFile, Replaced, RestoreVersion};

fn key(id: &str) -> FileKey {
    FileKey { instance: acme(), name: FileName::Upload(FileId::new(id).unwrap()) }
}

fn job() -> Origin {
    Origin::Job {
        id: JobId::new("每晚 1").unwrap(),
        uuid: JobUuid::new(),
        revision: Revision(1),
        execution: ExecutionNumber(3),
    }
}

async fn put<S: GetFile + PutFile>(store: &S, id: &str, content: &'static str) -> FileInfo {
    store.put_file(&key(id), "text/csv", Bytes::from_static(content.as_bytes())).await.unwrap();
    store.file_info(&key(id)).await.unwrap().unwrap()
}

async fn replace<S: ReplaceFile>(
    store: &S,
    id: &str,
    expected: &FileInfo,
    by: &Origin,
    content: &str,
) -> Replaced {
    let path = std::env::temp_dir().join(JobUuid::new().to_string());
    tokio::fs::write(&path, content).await.unwrap();
    let done = store.replace_file(&key(id), expected, by, "text/csv", &path).await.unwrap();
    tokio::fs::remove_file(&path).await.unwrap();
    done
}

async fn content<S: GetFile>(store: &S, id: &str) -> Option<String> {
    let found = store.get_file(&key(id), 1_000).await.unwrap();
    found.map(|file| String::from_utf8(file.unwrap().to_vec()).unwrap())
}

/// The new content names its maker; the expected content is that which a download reported.
pub async fn an_expected_file_is_replaced<S: GetFile + PutFile + ReplaceFile>(store: &S) {
    put(store, "churn 流.str", "old").await;
    let path = std::env::temp_dir().join(JobUuid::new().to_string());
    let read = store.download(&key("churn 流.str"), &path).await.unwrap().unwrap();
    tokio::fs::remove_file(&path).await.unwrap();
    assert_eq!(*read.by, Origin::Upload);
    let by = job();
    assert_eq!(replace(store, "churn 流.str", &read, &by, "new").await, Replaced::Done);
    let info = store.file_info(&key("churn 流.str")).await.unwrap().unwrap();
    assert_eq!((*info.by, content(store, "churn 流.str").await.as_deref()), (by, Some("new")));
}

/// Neither one that was uploaded in between, nor one that was deleted.
pub async fn a_changed_file_is_not_replaced<S>(store: &S)
where
    S: GetFile + PutFile + RemoveFile + ReplaceFile,
{
    let read = put(store, "a.str", "old").await;
    put(store, "a.str", "uploaded").await;
    assert_eq!(replace(store, "a.str", &read, &job(), "new").await, Replaced::Changed);
    assert_eq!(content(store, "a.str").await.as_deref(), Some("uploaded"));
    let read = store.file_info(&key("a.str")).await.unwrap().unwrap();
    assert!(store.remove_file(&key("a.str")).await.unwrap());
    assert_eq!(replace(store, "a.str", &read, &job(), "new").await, Replaced::Changed);
    assert_eq!(content(store, "a.str").await, None);
}

/// A repetition of the same execution's replacement is done, not refused: its first response may have been lost.
pub async fn a_repeated_replacement_is_done<S: GetFile + PutFile + ReplaceFile>(store: &S) {
    let read = put(store, "a.str", "old").await;
    let by = job();
    for _ in 0..2 {
        assert_eq!(replace(store, "a.str", &read, &by, "new").await, Replaced::Done);
    }
    assert_eq!(replace(store, "a.str", &read, &job(), "newer").await, Replaced::Changed);
    assert_eq!(content(store, "a.str").await.as_deref(), Some("new"));
}

/// Newest first, in pages of any size; those of no other file.
pub async fn versions_are_listed_newest_first<S>(store: &S)
where
    S: GetFile + ListVersions + PutFile + ReplaceFile,
{
    put(store, "a", "1").await;
    let second = put(store, "a", "22").await;
    let by = job();
    assert_eq!(replace(store, "a", &second, &by, "333").await, Replaced::Done);
    put(store, "a", "4444").await;
    put(store, "ab", "other").await;
    put(store, "a/b", "other").await;
    for limit in [1, 3, 10] {
        let mut versions = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = store.list_versions(&key("a"), after.as_deref(), limit).await.unwrap();
            assert!(page.items.len() <= limit);
            versions.extend(page.items);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let shown: Vec<_> = versions.iter().map(|it| (it.bytes, it.is_current, it.by.clone())).collect();
        let upload = Origin::Upload;
        let expected = [
            (4, true, upload.clone()),
            (3, false, by.clone()),
            (2, false, upload.clone()),
            (1, false, upload),
        ];
        assert_eq!(shown, expected);
        let current = store.file_info(&key("a")).await.unwrap().unwrap();
        assert_eq!(versions[0].version, current.version);
    }
    for place in ["x", "", "\0"] {
        let page = store.list_versions(&key("a"), Some(place), 10).await.unwrap();
        assert_eq!((page.items, page.next), (Vec::new(), None), "{place:?}");
    }
}

/// A copy of it is the newest one; all others stay.
pub async fn a_version_is_restored<S>(store: &S)
where
    S: GetFile + ListVersions + PutFile + RestoreVersion,
{
    let old = put(store, "a", "old").await;
    let new = put(store, "a", "newer").await;
    assert_eq!(store.version_info(&key("a"), &old.version).await.unwrap(), Some(old.clone()));
    assert_eq!(store.version_info(&key("a"), &FileVersion("x".to_owned())).await.unwrap(), None);
    let by = Origin::Rollback { to: old.version.clone(), over: new.version.clone() };
    for _ in 0..2 {
        let restored = store.restore_version(&key("a"), &old.version, &new, &by).await.unwrap();
        assert_eq!(restored, Replaced::Done);
    }
    let info = store.file_info(&key("a")).await.unwrap().unwrap();
    assert_eq!((info.media_type.as_str(), *info.by), ("text/csv", by.clone()));
    assert_eq!(content(store, "a").await.as_deref(), Some("old"));
    assert_eq!(store.list_versions(&key("a"), None, 10).await.unwrap().items.len(), 3);

    let uploaded = put(store, "a", "uploaded").await;
    let over = Origin::Rollback { to: old.version.clone(), over: uploaded.version };
    let lost = store.restore_version(&key("a"), &old.version, &new, &over).await.unwrap();
    assert_eq!((lost, content(store, "a").await.as_deref()), (Replaced::Changed, Some("uploaded")));
}
