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
use satsuma_engine::{DataAccess, Graph, SourceOverride};
use satsuma_stream::Stream;
use tokio::sync::Mutex;

use crate::{failure, narrate, request};

/// Fetches an instance's uploads under new names in the folder. A file is fetched once: if it is replaced or
/// deleted during the job, all nodes of this execution still read the first version.
pub(crate) struct Sources<F> {
    files: Arc<F>,
    instance: InstanceId,
    folder: PathBuf,
    /// The local copies; `None` for missing files.
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
        // Locked during a download, so that no other version of the file is fetched meanwhile.
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

    /// The files of source overrides.
    pub(crate) async fn overrides(
        &self,
        stream: &Stream,
        inputs: &[NodeData],
    ) -> Result<Vec<SourceOverride>, Failure> {
        let mut sources = Vec::with_capacity(inputs.len());
        for input in inputs {
            // Inputs that are not files have been refused.
            let Some(file) = input.file() else { continue };
            let id = &file.id;
            let fetched = self.fetch(id).await.map_err(|fault| failure::of_store(&fault))?;
            let path = fetched.ok_or_else(|| missing(stream, &input.node, id))?;
            let message = format!("reads the file `{id}`, as defined by the job");
            self.context.log().node(Level::Info, &input.node, &message);
            sources.push(given(&input.node, file, path));
        }
        Ok(sources)
    }
}

/// The failure of an input whose file is missing, at its node of the stream.
fn missing(stream: &Stream, node: &str, id: &FileId) -> Failure {
    let failure = failure::input_missing(id);
    match Graph::flatten(stream).source_named(node) {
        Some(node) => failure::at(failure, &node),
        None => failure.at_node(node),
    }
}

/// The key of an upload.
pub(crate) fn key(instance: &InstanceId, id: &FileId) -> FileKey {
    FileKey { instance: instance.clone(), name: FileName::Upload(id.clone()) }
}

/// The upload of a source node without an override: the one with the name of its file.
pub(crate) fn upload_of(file_name: &str) -> Option<FileId> {
    FileId::new(file_name).ok()
}

/// A source override with a file.
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
    async fn a_job_keeps_a_file_that_is_replaced_or_deleted_meanwhile() {
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

        // A missing file does not appear during the execution.
        assert_eq!(sources.locate("late.csv").await.unwrap(), None);
        let late = FileName::Upload(FileId::new("late.csv").unwrap());
        store.put_file(&FileKey { name: late, ..key }, "text/csv", "new".into()).await.unwrap();
        assert_eq!(sources.locate("late.csv").await.unwrap(), None);
    }
}
