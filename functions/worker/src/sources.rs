//! The files that a job reads, fetched into the execution's folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use satsuma_domain::definition::NodeFile;
use satsuma_domain::execution::Failure;
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::ports::GetFile;
use satsuma_domain::{FileId, InstanceId, StoreError};
use satsuma_engine::{SourceOverride, SourceResolver};

use crate::{failure, request};

/// Fetches an instance's uploads; every file gets a name of ours in the folder.
pub(crate) struct Sources<F> {
    files: Arc<F>,
    instance: InstanceId,
    folder: PathBuf,
    fetched: AtomicUsize,
}

impl<F: GetFile> Sources<F> {
    pub(crate) fn new(files: Arc<F>, instance: InstanceId, folder: &Path) -> Self {
        Self { files, instance, folder: folder.to_owned(), fetched: AtomicUsize::new(0) }
    }

    /// A local copy of an upload, if there is one.
    pub(crate) async fn fetch(&self, id: &FileId) -> Result<Option<PathBuf>, StoreError> {
        let number = self.fetched.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.join(format!("input-{number}"));
        let key = FileKey { instance: self.instance.clone(), name: FileName::Upload(id.clone()) };
        Ok(self.files.download(&key, &path).await?.map(|_| path))
    }

    /// The files that the definition names for source nodes.
    pub(crate) async fn overrides(&self, inputs: &[NodeFile]) -> Result<Vec<SourceOverride>, Failure> {
        let mut sources = Vec::with_capacity(inputs.len());
        for input in inputs {
            let id = &input.file.id;
            let fetched = self.fetch(id).await.map_err(|fault| failure::of_store(&fault))?;
            let path = fetched.ok_or_else(|| failure::input_missing(&input.node, id))?;
            sources.push(SourceOverride {
                node: input.node.clone(),
                path,
                file_name: id.to_string(),
                format: input.file.format.map(request::of_text),
                encoding: None,
            });
        }
        Ok(sources)
    }
}

#[async_trait]
impl<F: GetFile> SourceResolver for Sources<F> {
    async fn locate(&self, file_name: &str) -> std::io::Result<Option<PathBuf>> {
        let Ok(id) = FileId::new(file_name) else { return Ok(None) };
        self.fetch(&id).await.map_err(std::io::Error::other)
    }
}
