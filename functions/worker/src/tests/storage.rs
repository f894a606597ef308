//! Storage and disk faults while a job runs: it fails with a reason, and leaves nothing half done.

use std::path::Path;

use satsuma_domain::StoreError;
use satsuma_domain::file::FileInfo;
use satsuma_domain::origin::Origin;
use satsuma_domain::ports::{RemoveFile, ReplaceFile, Replaced};
use satsuma_stream::Limits as StreamLimits;

use super::*;

/// A store of files in which one operation does not work.
struct Broken {
    files: Arc<Memory>,
    operation: &'static str,
}

impl Broken {
    fn fail(&self, operation: &'static str) -> Result<(), StoreError> {
        let works = operation != self.operation;
        works.then_some(()).ok_or_else(|| StoreError::transient(operation, "SlowDown (status 503)"))
    }
}

#[async_trait]
impl GetFile for Broken {
    async fn file_info(&self, key: &FileKey) -> Result<Option<FileInfo>, StoreError> {
        self.files.file_info(key).await
    }

    async fn get_file(
        &self,
        key: &FileKey,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError> {
        self.files.get_file(key, limit).await
    }

    async fn download(&self, key: &FileKey, to: &Path) -> Result<Option<FileInfo>, StoreError> {
        self.fail("download")?;
        let info = self.files.download(key, to).await?;
        let bytes = |bytes| if self.operation == "size" { StreamLimits::FILE_BYTES + 1 } else { bytes };
        Ok(info.map(|info| FileInfo { bytes: bytes(info.bytes), ..info }))
    }
}

#[async_trait]
impl PutFile for Broken {
    async fn put_file(&self, key: &FileKey, media_type: &str, bytes: Bytes) -> Result<(), StoreError> {
        self.files.put_file(key, media_type, bytes).await
    }

    async fn upload(&self, key: &FileKey, media_type: &str, from: &Path) -> Result<(), StoreError> {
        self.fail("upload")?;
        self.files.upload(key, media_type, from).await?;
        self.fail("answer to an upload")
    }
}

#[async_trait]
impl ReplaceFile for Broken {
    async fn replace_file(
        &self,
        key: &FileKey,
        expected: &FileInfo,
        by: &Origin,
        media_type: &str,
        from: &Path,
    ) -> Result<Replaced, StoreError> {
        self.files.replace_file(key, expected, by, media_type, from).await
    }
}

#[async_trait]
impl RemoveFile for Broken {
    async fn remove_file(&self, key: &FileKey) -> Result<bool, StoreError> {
        self.files.remove_file(key).await
    }
}

/// The failure that callers see if an operation fails, or the folder is unusable.
async fn failure_where(operation: &'static str, scratch: &Path) -> String {
    let store = Arc::new(Memory::default());
    put_bytes(&store, "churn", stream()).await;
    put(&store, "customers.csv", b"id,age\n1,30\n").await;
    let message = submitted(&store, "job", SCORE).await;
    let files = Arc::new(Broken { files: Arc::clone(&store), operation });
    let runner = Arc::new(EngineRunner::new(files, scratch.to_owned(), Limits::default()));
    let event = batch(vec![record("1", serde_json::to_string(&message).unwrap())]);
    let response = crate::handle(&*store, &*store, runner, &SystemClock, event, BUDGET).await;
    assert!(response.batch_item_failures.is_empty());
    assert_eq!(store.stored_results(), [], "nothing is published, nothing stays");
    let job = store.get_job(&key("job")).await.unwrap().unwrap();
    let failure = job.execution().unwrap().failure().unwrap();
    format!("{} {:?}: {}", failure.code, failure.category, failure.message)
}

#[tokio::test]
async fn a_storage_fault_fails_the_job_without_results() {
    let scratch = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(failure_where("download", scratch.path()).await, @"storage System: the service could not reach its storage; submit the job again");
    let refused = failure_where("upload", scratch.path()).await;
    insta::assert_snapshot!(refused, @"storage System: a result could not be stored; submit the job again");
    assert_eq!(failure_where("answer to an upload", scratch.path()).await, refused);
    assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_disk_fault_fails_the_job_with_a_reason() {
    let scratch = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(failure_where("-", &scratch.path().join("gone")).await, @"disk System: the worker could not use its disk; submit the job again");
}

#[tokio::test]
async fn a_stream_beyond_the_limit_is_not_read() {
    let scratch = tempfile::tempdir().unwrap();
    let said = failure_where("size", scratch.path()).await;
    assert!(said.starts_with("stream_unreadable Data: the file `churn`, named in model.id, has"), "{said}");
}
