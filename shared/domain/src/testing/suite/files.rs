//! [`GetFile`], [`ListFiles`], [`PutFile`], [`RemoveFile`] and [`MeasureFiles`].

use std::collections::{BTreeSet, HashSet};

use bytes::Bytes;

use super::sample::acme;
use crate::files::file::{FileKey, FileName, ResultId};
use crate::ids::{ExecutionNumber, FileId, InstanceId, JobUuid};
use crate::ports::{GetFile, ListFiles, MeasureFiles, PutFile, RemoveFile};

/// Ids that are different files, however alike they look to a path, a URL or a file system.
const AWKWARD: [&str; 26] = [
    "a",
    "A",
    "á",
    "a\u{301}",
    "a/b",
    "a/b/c",
    "a/",
    "a//b",
    "/a",
    "a+",
    "a b",
    "a%20b",
    "%61",
    "a\\b",
    "a?b",
    "a#b",
    "...",
    "..a",
    "~",
    "!YQ",
    "-",
    "香水分析.str",
    "🐍",
    "drug cap",
    "a;b",
    "files",
];

fn upload(id: &str) -> FileKey {
    FileKey { instance: acme(), name: FileName::Upload(FileId::new(id).unwrap()) }
}

fn result(job: JobUuid, name: &str) -> FileKey {
    let result = ResultId { job, execution: ExecutionNumber(1), name: name.to_owned() };
    FileKey { instance: acme(), name: FileName::Result(result) }
}

async fn put<S: PutFile>(store: &S, key: &FileKey, content: &str) {
    store.put_file(key, "text/csv", Bytes::from(content.to_owned())).await.unwrap();
}

async fn content<S: GetFile>(store: &S, key: &FileKey) -> Option<String> {
    let found = store.get_file(key, 1_000).await.unwrap();
    found.map(|file| String::from_utf8(file.unwrap().to_vec()).unwrap())
}

/// All ids, by pages of at most `limit`.
async fn listed<S: ListFiles>(store: &S, instance: &InstanceId, limit: usize) -> Vec<String> {
    let mut ids = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = store.list_files(instance, after.as_deref(), limit).await.unwrap();
        assert!(page.items.len() <= limit);
        ids.extend(page.items.iter().map(ToString::to_string));
        after = page.next;
        if after.is_none() {
            return ids;
        }
    }
}

/// With its media type; also an empty one.
pub async fn a_file_is_read_back<S: GetFile + PutFile>(store: &S) {
    for text in ["a,b\r\n1,2\r\n", ""] {
        let key = upload("batch.csv");
        put(store, &key, text).await;
        assert_eq!(content(store, &key).await.as_deref(), Some(text));
        let info = store.file_info(&key).await.unwrap().unwrap();
        assert_eq!((info.bytes, info.media_type.as_str()), (text.len() as u64, "text/csv"));
    }
}

/// So that a job can check whether the file that it read is still there.
pub async fn a_replaced_file_has_another_version<S: GetFile + PutFile>(store: &S) {
    let key = upload("churn.str");
    put(store, &key, "one").await;
    let first = store.file_info(&key).await.unwrap().unwrap().version;
    assert_eq!(store.file_info(&key).await.unwrap().unwrap().version, first);
    put(store, &key, "two").await;
    assert_ne!(store.file_info(&key).await.unwrap().unwrap().version, first);
    assert_eq!(content(store, &key).await.as_deref(), Some("two"));
}

/// Before it was stored, and after it was removed; removing returns which.
pub async fn a_missing_file_is_none<S: GetFile + PutFile + RemoveFile>(store: &S) {
    let key = upload("a");
    let path = std::env::temp_dir().join(JobUuid::new().to_string());
    for _ in 0..2 {
        assert_eq!(store.file_info(&key).await.unwrap(), None);
        assert_eq!(store.get_file(&key, 10).await.unwrap(), None);
        assert_eq!(store.download(&key, &path).await.unwrap(), None);
        assert!(!store.remove_file(&key).await.unwrap());
        put(store, &key, "x").await;
        assert!(store.remove_file(&key).await.unwrap());
    }
}

/// A file of just the limit is read.
pub async fn a_file_beyond_the_limit_is_not_read<S: GetFile + PutFile>(store: &S) {
    let key = upload("a");
    put(store, &key, "12345").await;
    assert_eq!(store.get_file(&key, 5).await.unwrap(), Some(Ok(Bytes::from("12345"))));
    let info = store.get_file(&key, 4).await.unwrap().unwrap().unwrap_err();
    assert_eq!(Some(info), store.file_info(&key).await.unwrap());
}

/// A download replaces what was at its path.
pub async fn local_files_travel_both_ways<S: GetFile + PutFile>(store: &S) {
    let key = result(JobUuid::new(), "scores.csv");
    let path = std::env::temp_dir().join(JobUuid::new().to_string());
    // More than one chunk of any transfer.
    let bytes: Vec<u8> = (0..300_000_u32).flat_map(|n| n.to_le_bytes()).collect();
    tokio::fs::write(&path, &bytes).await.unwrap();
    store.upload(&key, "text/csv", &path).await.unwrap();
    tokio::fs::write(&path, vec![0; 2_000_000]).await.unwrap();
    let info = store.download(&key, &path).await.unwrap().unwrap();
    let read = tokio::fs::read(&path).await.unwrap();
    tokio::fs::remove_file(&path).await.unwrap();
    assert!(read == bytes);
    assert_eq!((info.bytes, info.media_type.as_str()), (1_200_000, "text/csv"));
    assert_eq!(store.file_info(&key).await.unwrap(), Some(info));
}

/// Each keeps its own content, and is listed and removed under its own name.
pub async fn awkward_ids_are_different_files<S>(store: &S)
where
    S: GetFile + ListFiles + PutFile + RemoveFile,
{
    each_is_its_own_file(store, AWKWARD.map(str::to_owned).to_vec()).await;
}

/// In any script, and where a long id begins with a shorter one.
pub async fn ids_of_the_greatest_length_are_files<S>(store: &S)
where
    S: GetFile + ListFiles + PutFile + RemoveFile,
{
    let mut ids = vec!["香".repeat(85), "é".repeat(127), " ".repeat(255), ".".repeat(255)];
    ids.extend([199, 200, 201, 254, 255].map(|length| "a".repeat(length)));
    ids.push(format!("{}..", "a".repeat(200)));
    each_is_its_own_file(store, ids).await;
}

async fn each_is_its_own_file<S>(store: &S, ids: Vec<String>)
where
    S: GetFile + ListFiles + PutFile + RemoveFile,
{
    for id in &ids {
        put(store, &upload(id), id).await;
    }
    for id in &ids {
        assert_eq!(content(store, &upload(id)).await.as_deref(), Some(id.as_str()), "{id}");
    }
    let all = listed(store, &acme(), 1000).await;
    assert_eq!(all.len(), ids.len());
    assert_eq!(all.iter().collect::<BTreeSet<_>>(), ids.iter().collect());
    for (removed, id) in ids.iter().enumerate() {
        assert!(store.remove_file(&upload(id)).await.unwrap(), "{id}");
        assert_eq!(listed(store, &acme(), 1000).await.len(), ids.len() - removed - 1, "{id}");
    }
}

/// With pages of any size.
pub async fn all_uploads_are_listed_once<S: ListFiles + PutFile>(store: &S) {
    assert!(listed(store, &acme(), 10).await.is_empty());
    let ids: Vec<String> = (10..35).map(|number| format!("data {number}.csv")).collect();
    for id in &ids {
        put(store, &upload(id), "x").await;
    }
    for limit in [1, 7, 25, 1000] {
        assert_eq!(listed(store, &acme(), limit).await, ids, "pages of {limit}");
    }
}

/// They are fetched and removed like uploads.
pub async fn results_are_files_that_no_list_shows<S>(store: &S)
where
    S: GetFile + ListFiles + PutFile + RemoveFile,
{
    let job = JobUuid::new();
    for name in ["Table.csv", "预测 1.csv", "a~b.csv"] {
        let key = result(job, name);
        put(store, &key, name).await;
        assert_eq!(content(store, &key).await.as_deref(), Some(name));
        assert_eq!(content(store, &result(JobUuid::new(), name)).await, None);
        assert!(listed(store, &acme(), 10).await.is_empty());
        assert!(store.remove_file(&key).await.unwrap());
        assert_eq!(content(store, &key).await, None);
    }
}

/// Also where the name of one could be part of the other's path.
pub async fn instances_do_not_see_each_others_files<S>(store: &S)
where
    S: GetFile + ListFiles + PutFile,
{
    let instances =
        ["acme", "acme/files", "acm", "acme/", "ACME", "香水"].map(|id| InstanceId::new(id).unwrap());
    let file = |instance: &InstanceId| FileKey {
        instance: instance.clone(),
        name: FileName::Upload(FileId::new("a").unwrap()),
    };
    for instance in &instances {
        put(store, &file(instance), instance.as_str()).await;
    }
    for instance in &instances {
        assert_eq!(content(store, &file(instance)).await.as_deref(), Some(instance.as_str()));
        assert_eq!(listed(store, instance, 10).await, ["a"]);
    }
}

/// Neither an error nor the list from its beginning.
pub async fn an_impossible_id_as_page_token_gives_an_empty_page<S: ListFiles + PutFile>(store: &S) {
    put(store, &upload("a"), "x").await;
    for place in ["", "..", "\0", &"a".repeat(256)] {
        let page = store.list_files(&acme(), Some(place), 10).await.unwrap();
        assert_eq!((page.items, page.next), (Vec::new(), None), "{place:?}");
    }
}

/// Uploads and results, as writes count them; an execution's log is not counted. Otherwise a recount would
/// charge bytes that no deletion releases.
pub async fn charged_files_of_an_instance_are_measured<S: PutFile + MeasureFiles>(store: &S) {
    let job = JobUuid::new();
    let measured = async || store.measure_files(&acme(), &HashSet::new(), None).await.unwrap();
    assert_eq!(measured().await, (0, None));
    put(store, &upload("~log.txt"), "123").await;
    put(store, &result(job, "~log.txt"), "1234").await;
    let log = FileName::Log { job, execution: ExecutionNumber(1) };
    put(store, &FileKey { instance: acme(), name: log }, "12345").await;
    let other = InstanceId::new("acme2").unwrap();
    put(store, &FileKey { instance: other, ..upload("a") }, "123456").await;
    assert_eq!(measured().await, (7, None));
    // Of an execution that has not ended nothing was counted yet; another of the same job's was.
    for (number, bytes) in [(1, 3), (2, 7)] {
        let under_way = HashSet::from([(job, ExecutionNumber(number))]);
        assert_eq!(store.measure_files(&acme(), &under_way, None).await.unwrap(), (bytes, None));
    }
}
