//! The files that a job reads, fetched into the execution's folder.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use satsuma_domain::definition::{FileRef, NodeData};
use satsuma_domain::execution::Failure;
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::log::Level;
use satsuma_domain::ports::GetFile;
use satsuma_domain::work::RunContext;
use satsuma_domain::{FileId, InstanceId, StoreError};
use satsuma_engine::{DataAccess, SourceOverride};
use tokio::sync::Mutex;

use crate::{failure, narrate, request};

/// Fetches an instance's uploads; every file gets a name of ours in the folder. A file is fetched once:
/// one that is replaced or deleted while the job runs stays for this execution what it was, for all nodes
/// that read it.
pub(crate) struct Sources<F> {
    files: Arc<F>,
    instance: InstanceId,
    folder: PathBuf,
    /// The copies, and which files are not there.
    fetched: Mutex<HashMap<FileId, Option<PathBuf>>>,
    context: RunContext,
}

impl<F: GetFile> Sources<F> {
    pub(crate) fn new(files: Arc<F>, instance: InstanceId, folder: &Path, context: &RunContext) -> Self {
        let (folder, context) = (folder.to_owned(), context.clone());
        Self { files, instance, folder, fetched: Mutex::default(), context }
    }

    /// A local copy of an upload, if there is one.
    pub(crate) async fn fetch(&self, id: &FileId) -> Result<Option<PathBuf>, StoreError> {
        // Locked during a download: no other content of the file may be fetched meanwhile.
        let mut fetched = self.fetched.lock().await;
        if let Some(known) = fetched.get(id) {
            return Ok(known.clone());
        }
        let path = self.folder.join(format!("input-{}", fetched.len()));
        let info = self.files.download(&key(&self.instance, id), &path).await?;
        if let Some(info) = &info {
            let message = format!("file `{id}`: {}", narrate::content(info));
            self.context.log().line(Level::Info, &message);
        }
        let copy = info.map(|_| path);
        fetched.insert(id.clone(), copy.clone());
        Ok(copy)
    }

    /// The files that the definition names for source nodes.
    pub(crate) async fn overrides(&self, inputs: &[NodeData]) -> Result<Vec<SourceOverride>, Failure> {
        let mut sources = Vec::with_capacity(inputs.len());
        for input in inputs {
            // Inputs that are not files were refused already.
            let Some(file) = input.file() else { continue };
            let id = &file.id;
            let fetched = self.fetch(id).await.map_err(|fault| failure::of_store(&fault))?;
            let path = fetched.ok_or_else(|| failure::input_missing(&input.node, id))?;
            let message = format!("reads the file `{id}`, as defined by the job");
            self.context.log().node(Level::Info, &input.node, &message);
            sources.push(given(&input.node, file, path));
        }
        Ok(sources)
    }
}

/// The key of an upload.
pub(crate) fn key(instance: &InstanceId, id: &FileId) -> FileKey {
    FileKey { instance: instance.clone(), name: FileName::Upload(id.clone()) }
}

/// The upload that a source node reads which the job leaves alone: the one that is called as its file.
pub(crate) fn upload_of(file_name: &str) -> Option<FileId> {
    FileId::new(file_name).ok()
}

/// A source node that reads a file which the job names.
pub(crate) fn given(node: &str, file: &FileRef, path: PathBuf) -> SourceOverride {
    SourceOverride {
        node: node.to_owned(),
        path,
        file_name: file.id.to_string(),
        format: file.format.map(request::of_format),
        encoding: file.encoding.clone(),
    }
}

#[async_trait]
impl<F: GetFile> DataAccess for Sources<F> {
    async fn locate(&self, file_name: &str) -> std::io::Result<Option<PathBuf>> {
        let Some(id) = upload_of(file_name) else { return Ok(None) };
        self.fetch(&id).await.map_err(std::io::Error::other)
    }
}

#[cfg(test)]
mod tests {
    use satsuma_domain::ports::{PutFile, RemoveFile};
    use satsuma_domain::testing::Memory;

    use super::*;

    #[tokio::test]
    async fn a_file_that_is_replaced_or_deleted_while_a_job_runs_stays_what_it_was() {
        let store = Arc::new(Memory::default());
        let instance = InstanceId::new("acme").unwrap();
        let id = FileId::new("customers.csv").unwrap();
        let key = FileKey { instance: instance.clone(), name: FileName::Upload(id.clone()) };
        store.put_file(&key, "text/csv", "old".into()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let sources = Sources::new(Arc::clone(&store), instance, folder.path(), &RunContext::new());

        let first = sources.fetch(&id).await.unwrap().unwrap();
        store.put_file(&key, "text/csv", "new".into()).await.unwrap();
        let second = sources.locate("customers.csv").await.unwrap().unwrap();
        store.remove_file(&key).await.unwrap();
        let third = sources.fetch(&id).await.unwrap().unwrap();
        assert_eq!((&second, &third), (&first, &first));
        assert_eq!(std::fs::read_to_string(first).unwrap(), "old");

        // And one that was not there does not appear halfway through.
        assert_eq!(sources.locate("late.csv").await.unwrap(), None);
        let late = FileName::Upload(FileId::new("late.csv").unwrap());
        store.put_file(&FileKey { name: late, ..key }, "text/csv", "new".into()).await.unwrap();
        assert_eq!(sources.locate("late.csv").await.unwrap(), None);
    }
}
