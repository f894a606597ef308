use std::net::Ipv4Addr;
use std::time::Duration;

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use bytes::Bytes;
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::job::JobKey;
use satsuma_domain::ports::{
    CreateJob, GetFile, GetJob, Inbox, InboxKey, JobMessage, ListFiles, ListVersions, PutFile, RemoveFile,
    ReturnMessage, SendMessage, Written,
};
use satsuma_domain::{FileId, InstanceId, Job, JobDefinition, JobId, JobNumber, Revision, Timestamp};

use super::*;

fn acme() -> InstanceId {
    InstanceId::new("acme").unwrap()
}

fn file(id: &str) -> FileKey {
    FileKey { instance: acme(), name: FileName::Upload(FileId::new(id).unwrap()) }
}

async fn read(files: &Files, id: &str) -> Option<Bytes> {
    files.get_file(&file(id), 1_000_000).await.unwrap().map(Result::unwrap)
}

async fn start(root: &Path) -> (DataFolder, Stores) {
    let (data, disk) = DataFolder::open(root, 0).unwrap();
    let stores = Stores::start(&data, &disk, Ipv4Addr::LOCALHOST.into(), &Front::default()).await.unwrap();
    (data, stores)
}

#[tokio::test]
async fn jobs_and_files_are_still_there_at_the_next_start() {
    let root = tempfile::tempdir().unwrap();
    let key = JobKey { instance: acme(), id: JobId::new("churn").unwrap() };
    let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
    let job = Job::new(key.clone(), JobNumber(1), definition, Timestamp(1));
    // The longest ids, in a script whose characters are all encoded.
    let long = "香".repeat(85);

    let (data, stores) = start(root.path()).await;
    assert_eq!(stores.jobs.create_job(&job).await.unwrap(), Written::Done);
    stores.files.put_file(&file(&long), "text/csv", Bytes::from_static(b"a,b")).await.unwrap();
    drop((data, stores));

    let (_data, stores) = start(root.path()).await;
    assert_eq!(stores.jobs.get_job(&key).await.unwrap(), Some(job));
    assert_eq!(read(&stores.files, &long).await.unwrap(), "a,b");
    assert_eq!(stores.files.file_info(&file(&long)).await.unwrap().unwrap().media_type, "text/csv");
}

#[tokio::test]
async fn files_are_replaced_listed_in_pages_and_deleted() {
    let root = tempfile::tempdir().unwrap();
    let (_data, stores) = start(root.path()).await;
    for (id, bytes) in [("a", "1"), ("b", "1"), ("c", "1"), ("b", "2")] {
        stores.files.put_file(&file(id), "text/plain", Bytes::from(bytes)).await.unwrap();
    }
    assert_eq!(read(&stores.files, "b").await.unwrap(), "2");
    let first = stores.files.list_files(&acme(), None, 2).await.unwrap();
    let second = stores.files.list_files(&acme(), first.next.as_deref(), 2).await.unwrap();
    let ids: Vec<&str> = first.items.iter().chain(&second.items).map(FileId::as_str).collect();
    assert_eq!((ids, second.next), (vec!["a", "b", "c"], None));
    for id in ["a", "b", "c"] {
        assert!(stores.files.remove_file(&file(id)).await.unwrap());
    }
    assert!(!stores.files.remove_file(&file("a")).await.unwrap());
    let left = std::fs::read_dir(root.path().join("objects/blobs")).unwrap().count();
    assert_eq!(left, 0, "files of objects that are gone");
}

#[tokio::test]
async fn an_inbox_object_becomes_a_file() {
    let root = tempfile::tempdir().unwrap();
    let (_data, stores) = start(root.path()).await;
    let key = "uploads/acme/data 1.csv";
    let body = ByteStream::from_static(b"a\tb");
    stores.bucket.put_object().bucket(BUCKET).key(key).body(body).send().await.unwrap();
    let dropped = InboxKey { instance: acme(), name: FileId::new("data 1.csv").unwrap() };
    stores.files.adopt(&dropped, &file("data 1.csv")).await.unwrap();
    assert_eq!(read(&stores.files, "data 1.csv").await.unwrap(), "a\tb");
}

#[tokio::test]
async fn an_upload_in_parts_is_seen_once_it_is_complete() {
    let root = tempfile::tempdir().unwrap();
    let (_data, stores) = start(root.path()).await;
    let bucket = &stores.bucket;
    let begun = bucket.create_multipart_upload().bucket(BUCKET).key("big").send().await.unwrap();
    let id = begun.upload_id.unwrap();
    let mut parts = Vec::new();
    for (number, bytes) in [(2, "world"), (1, "hello "), (2, "moon")] {
        let part = bucket.upload_part().bucket(BUCKET).key("big").upload_id(&id).part_number(number);
        let part = part.body(ByteStream::from_static(bytes.as_bytes())).send().await.unwrap();
        parts.push(CompletedPart::builder().part_number(number).set_e_tag(part.e_tag).build());
    }
    assert!(bucket.get_object().bucket(BUCKET).key("big").send().await.is_err());
    let parts = CompletedMultipartUpload::builder().parts(parts[1].clone()).parts(parts[2].clone()).build();
    let completed = bucket.complete_multipart_upload().bucket(BUCKET).key("big").upload_id(&id);
    completed.multipart_upload(parts).send().await.unwrap();
    let object = bucket.get_object().bucket(BUCKET).key("big").send().await.unwrap();
    assert_eq!(object.body.collect().await.unwrap().into_bytes(), "hello moon");
    assert_eq!(std::fs::read_dir(root.path().join("objects/blobs")).unwrap().count(), 1);
}

#[tokio::test]
async fn a_conditional_put_does_not_replace_a_newer_object() {
    let root = tempfile::tempdir().unwrap();
    let (_data, stores) = start(root.path()).await;
    let put = |bytes: &'static str| {
        let put = stores.bucket.put_object().bucket(BUCKET).key("k");
        put.body(ByteStream::from_static(bytes.as_bytes()))
    };
    let first = put("1").if_none_match("*").send().await.unwrap().e_tag.unwrap();
    put("2").send().await.unwrap();
    assert!(put("3").if_match(first).send().await.is_err());
    assert!(put("4").if_none_match("*").send().await.is_err());
    let object = stores.bucket.get_object().bucket(BUCKET).key("k").send().await.unwrap();
    assert_eq!(object.body.collect().await.unwrap().into_bytes(), "2");
}

#[tokio::test]
async fn messages_go_through_the_queue() {
    let root = tempfile::tempdir().unwrap();
    let (_data, stores) = start(root.path()).await;
    let key = JobKey { instance: acme(), id: JobId::new("churn").unwrap() };
    let message = JobMessage { key, revision: Revision(1) };
    stores.queue.send(&message).await.unwrap();
    let received = stores.queue.receive(10, Duration::ZERO, Duration::from_secs(30)).await.unwrap();
    assert_eq!(received[0].message().unwrap(), message);
    stores.queue.return_message(&received[0].receipt, Duration::ZERO).await.unwrap();
    let again = stores.queue.receive(10, Duration::ZERO, Duration::from_secs(30)).await.unwrap();
    assert_eq!(again[0].message().unwrap(), message, "handed back, it is not hidden any longer");
    stores.queue.delete(&again[0].receipt).await.unwrap();
}

#[tokio::test]
async fn other_users_of_the_machine_cannot_read_the_stores() {
    let root = tempfile::tempdir().unwrap();
    let (data, disk) = DataFolder::open(root.path(), 0).unwrap();
    let own = Credentials::draw().unwrap();
    let others = Credentials::draw().unwrap();
    let config = |url: String| {
        aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .credentials_provider(sdk_credentials(&others))
            .endpoint_url(url)
            .build()
    };
    let jobs = JsonEndpoint::new(Arc::new(DynamoDb(Database::memory().unwrap())), own.clone());
    let jobs = base_url(loopback::serve(LOOPBACK, jobs).await.unwrap());
    let jobs = aws_sdk_dynamodb::Client::from_conf(config(jobs));
    let refused = jobs.describe_table().table_name(TABLE).send().await.unwrap_err();
    assert!(format!("{refused:?}").contains("UnrecognizedClientException"));

    let objects = s3::service(&data.folder("objects").unwrap(), &disk, BUCKET, &own).unwrap();
    let url = base_url(loopback::serve(LOOPBACK, objects).await.unwrap());
    for credentials in [&others, &Credentials { secret: others.secret.clone(), ..own.clone() }] {
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .credentials_provider(sdk_credentials(credentials))
            .endpoint_url(&url)
            .force_path_style(true)
            .build();
        let listed = aws_sdk_s3::Client::from_conf(config).list_objects_v2().bucket(BUCKET).send().await;
        assert!(listed.is_err());
    }
}

#[tokio::test]
async fn replaced_files_keep_their_versions() {
    use satsuma_domain::testing::suite::versions;
    let start_empty = async || {
        let root = tempfile::tempdir().unwrap();
        let (data, stores) = start(root.path()).await;
        (root, data, stores.files.clone())
    };
    let (_root, _data, files) = start_empty().await;
    versions::an_expected_file_is_replaced(&files).await;
    let (_root, _data, files) = start_empty().await;
    versions::a_changed_file_is_not_replaced(&files).await;
    let (_root, _data, files) = start_empty().await;
    versions::a_repeated_replacement_is_done(&files).await;
    let (_root, _data, files) = start_empty().await;
    versions::versions_are_listed_newest_first(&files).await;
    let (_root, _data, files) = start_empty().await;
    versions::a_version_is_restored(&files).await;
}

#[tokio::test]
async fn versions_outlive_a_restart_and_go_with_their_file() {
    let root = tempfile::tempdir().unwrap();
    let (data, stores) = start(root.path()).await;
    for content in ["1", "2", "3"] {
        stores.files.put_file(&file("a"), "text/plain", Bytes::from(content)).await.unwrap();
    }
    drop((data, stores));
    let (_data, stores) = start(root.path()).await;
    let versions = stores.files.list_versions(&file("a"), None, 10).await.unwrap().items;
    assert_eq!(versions.len(), 3);
    assert!(stores.files.remove_file(&file("a")).await.unwrap());
    assert_eq!(stores.files.list_versions(&file("a"), None, 10).await.unwrap().items, []);
    let left = std::fs::read_dir(root.path().join("objects/blobs")).unwrap().count();
    assert_eq!(left, 0, "files of versions that are gone");
}
