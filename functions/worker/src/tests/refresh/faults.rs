//! Files that change while the job runs, and a store that fails.

use std::path::Path;

use satsuma_domain::StoreError;
use satsuma_domain::ports::{RemoveFile, ReplaceFile, Replaced};

use super::*;

/// What happens to the stream between its reading and its replacement.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Uploaded,
    Deleted,
    /// The store fails, and has not replaced it.
    Refused,
    /// The store replaces it, and its response is lost.
    ResponseLost,
}

struct Fateful {
    files: Arc<Memory>,
    fate: Fate,
}

#[async_trait]
impl GetFile for Fateful {
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
        self.files.download(key, to).await
    }
}

#[async_trait]
impl PutFile for Fateful {
    async fn put_file(&self, key: &FileKey, media_type: &str, bytes: Bytes) -> Result<(), StoreError> {
        self.files.put_file(key, media_type, bytes).await
    }

    async fn upload(&self, key: &FileKey, media_type: &str, from: &Path) -> Result<(), StoreError> {
        self.files.upload(key, media_type, from).await
    }
}

#[async_trait]
impl ReplaceFile for Fateful {
    async fn replace_file(
        &self,
        key: &FileKey,
        expected: &FileInfo,
        by: &Origin,
        media_type: &str,
        from: &Path,
    ) -> Result<Replaced, StoreError> {
        match self.fate {
            Fate::Uploaded => put_bytes(&self.files, "churn.str", UPLOADED.into()).await,
            Fate::Deleted => assert!(self.files.remove_file(key).await.unwrap()),
            Fate::Refused => return Err(StoreError::transient("replace a file", "SlowDown")),
            Fate::ResponseLost => {}
        }
        let replaced = self.files.replace_file(key, expected, by, media_type, from).await;
        match self.fate {
            Fate::ResponseLost => Err(StoreError::transient("replace a file", "timed out")),
            _ => replaced,
        }
    }
}

#[async_trait]
impl RemoveFile for Fateful {
    async fn remove_file(&self, key: &FileKey) -> Result<bool, StoreError> {
        self.files.remove_file(key).await
    }
}

const UPLOADED: &[u8] = b"uploaded meanwhile";

/// A refresh with this fate: the store, the old stream and the job.
async fn ended(fate: Fate) -> (Arc<Memory>, Bytes, Job) {
    let store = prepared().await;
    let (_, old) = stored(&store).await.unwrap();
    let message = submitted(&store, "job", REFRESH).await;
    let scratch = tempfile::tempdir().unwrap();
    let files = Arc::new(Fateful { files: Arc::clone(&store), fate });
    let runner = EngineRunner::new(files, scratch.path().to_owned(), Limits::default());
    let runner = Arc::new(runner.charging(Arc::clone(&store) as Arc<dyn ChargeStorage>));
    let event = batch(vec![record("1", serde_json::to_string(&message).unwrap())]);
    crate::handle(&*store, &*store, runner, &SystemClock, event, BUDGET).await;
    let job = store.get_job(&key("job")).await.unwrap().unwrap();
    (store, old, job)
}

/// The new stream of a successful job.
async fn new_stream(store: &Memory, job: &Job) -> Bytes {
    let (_, new) = result(store, job).await;
    assert_eq!(StreamFile::open(new.clone()).unwrap().stream().ties().len(), 1, "it has its model");
    new
}

#[tokio::test]
async fn an_upload_during_a_refresh_stays() {
    let (store, old, job) = ended(Fate::Uploaded).await;
    assert_eq!((job.state, stored(&store).await.unwrap().1), (JobState::Success, Bytes::from(UPLOADED)));
    assert!(new_stream(&store, &job).await != old);
    insta::assert_snapshot!(job.execution().unwrap().warnings.join("\n"), @"the file `churn.str` was changed while the job ran, by an upload; it stays, and the new stream is a result of the job");
    assert_eq!(versions(&store).await, [Origin::Upload, Origin::Upload]);
    let charged =
        store.get_usage(&file().instance, Month::of(SystemClock.now())).await.unwrap().storage_bytes;
    assert_eq!(charged, new_stream(&store, &job).await.len() as u64, "only the result is charged");
}

#[tokio::test]
async fn a_stream_that_is_deleted_during_a_refresh_stays_deleted() {
    let (store, _, job) = ended(Fate::Deleted).await;
    assert_eq!((job.state, stored(&store).await), (JobState::Success, None));
    new_stream(&store, &job).await;
    insta::assert_snapshot!(job.execution().unwrap().warnings.join("\n"), @"the file `churn.str` was deleted while the job ran; the new stream is only a result of the job");
}

#[tokio::test]
async fn a_stream_that_is_deleted_before_a_refresh_fails_it() {
    let store = prepared().await;
    assert!(store.remove_file(&file()).await.unwrap());
    let job = ran(&store, REFRESH).await;
    assert_eq!(job.execution().unwrap().failure().unwrap().code, "stream_missing");
    assert_eq!(stored(&store).await, None);
}

#[tokio::test]
async fn a_store_that_refuses_the_replacement_fails_the_job() {
    let (store, old, job) = ended(Fate::Refused).await;
    assert_eq!((job.state, stored(&store).await.unwrap().1), (JobState::Failed, old));
    insta::assert_snapshot!(job.execution().unwrap().failure().unwrap().message, @"the storage failed while the file `churn.str` was replaced; it is not replaced; submit the job again");
    assert_eq!(store.stored_results(), [], "no result of a failed job stays");
}

#[tokio::test]
async fn a_replacement_whose_response_is_lost_is_a_success() {
    let (store, old, job) = ended(Fate::ResponseLost).await;
    let (info, new) = stored(&store).await.unwrap();
    assert_eq!((job.state, job.execution().unwrap().warnings.len()), (JobState::Success, 0));
    assert!(info.by.is_of(job.uuid, job.revision) && new != old);
    assert_eq!(new_stream(&store, &job).await, new);
}
