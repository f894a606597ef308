//! The scenario in this process: the functions of the API and the worker with its engine, over the ports in
//! memory.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use satsuma_batch::{ROUTES, Service};
use satsuma_domain::file::{FileInfo, FileKey};
use satsuma_domain::origin::Origin;
use satsuma_domain::ports::{GetFile, PutFile, RemoveFile, ReplaceFile, Replaced};
use satsuma_domain::testing::{KeyManagement, Memory};
use satsuma_domain::{InstanceId, StoreError, SystemClock, work};
use satsuma_http::{Settings, gateway};
use satsuma_tests::client::{Answer, Client, Transport};
use satsuma_tests::scenario;
use satsuma_worker::EngineRunner;

const KEY: &str = "key-of-acme";

/// How long a job may run: no sample takes a second.
const LONG: Duration = Duration::from_secs(60);

type InMemory = Service<Memory, Memory, Memory>;

/// The service, and a worker that works while its caller waits.
struct InProcess {
    service: Arc<InMemory>,
    runner: Arc<EngineRunner<Files>>,
    runtime: tokio::runtime::Runtime,
    _scratch: tempfile::TempDir,
}

impl InProcess {
    fn new() -> Self {
        let service = Arc::new(Service {
            jobs: Memory::default(),
            files: Memory::default(),
            queue: Memory::default(),
            keys: Arc::new(KeyManagement::default()),
            clock: Arc::new(SystemClock),
            settings: Settings { public_url: Some("https://satsuma.example".into()), region: "local".into() },
        });
        let scratch = tempfile::tempdir().unwrap();
        let files = Arc::new(Files(Arc::clone(&service)));
        let runner = EngineRunner::new(files, scratch.path().to_owned(), satsuma_worker::limits());
        let runtime = tokio::runtime::Runtime::new().unwrap();
        Self { service, runner: Arc::new(runner), runtime, _scratch: scratch }
    }
}

impl Transport for InProcess {
    fn call(&self, method: &str, target: &str, body: Option<(String, Vec<u8>)>) -> Answer {
        let (media_type, bytes) = body.unwrap_or_default();
        let request = http::Request::builder().method(method).uri(target).header("content-type", media_type);
        let request = request.header("host", "satsuma.example").body(Bytes::from(bytes)).unwrap();
        let acme = InstanceId::new("acme").unwrap();
        // The authorizer's result.
        let caller = target.ends_with(&format!("accesskey={KEY}")).then_some(&acme);
        let path = target.split('?').next().unwrap();
        let request = gateway::hand_over(request, "in-process", caller);
        let answered = satsuma_batch::call(function(method, path), &self.service, request);
        let response = self.runtime.block_on(answered);
        let header = |name: &str| response.headers().get(name).map(|it| it.to_str().unwrap().to_owned());
        Answer {
            status: response.status().as_u16(),
            location: header("location"),
            link: header("link"),
            bytes: response.body().to_vec(),
        }
    }

    fn wait(&self) {
        let Some(message) = self.service.queue.take_message() else { return };
        let runner = Arc::clone(&self.runner);
        let handled = work::handle(&self.service.jobs, runner, &SystemClock, &message, LONG);
        self.runtime.block_on(handled).unwrap();
    }
}

/// The function that a path leads to: a full match before a greedy one, as in API Gateway.
fn function(method: &str, path: &str) -> &'static str {
    let matches = |template: &str| {
        let (mut given, mut parts) = (path.split('/'), template.split('/'));
        loop {
            match (parts.next(), given.next()) {
                (None, None) => return true,
                (Some("{id+}"), Some(first)) => {
                    return !first.is_empty() || given.any(|more| !more.is_empty());
                }
                (Some(part), Some(segment)) if part.starts_with('{') && !segment.is_empty() => {}
                (Some(part), Some(segment)) if part == segment => {}
                _ => return false,
            }
        }
    };
    let mut routes = ROUTES.iter().filter(|route| route.method == method && matches(route.path));
    let full = routes.clone().find(|route| !route.path.ends_with("+}"));
    full.or_else(|| routes.next()).map_or("-", |route| route.function)
}

/// The service's files, for its worker.
struct Files(Arc<InMemory>);

#[async_trait]
impl GetFile for Files {
    async fn file_info(&self, key: &FileKey) -> Result<Option<FileInfo>, StoreError> {
        self.0.files.file_info(key).await
    }

    async fn get_file(
        &self,
        key: &FileKey,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError> {
        self.0.files.get_file(key, limit).await
    }

    async fn download(&self, key: &FileKey, to: &Path) -> Result<Option<FileInfo>, StoreError> {
        self.0.files.download(key, to).await
    }
}

#[async_trait]
impl PutFile for Files {
    async fn put_file(&self, key: &FileKey, media_type: &str, bytes: Bytes) -> Result<(), StoreError> {
        self.0.files.put_file(key, media_type, bytes).await
    }

    async fn upload(&self, key: &FileKey, media_type: &str, from: &Path) -> Result<(), StoreError> {
        self.0.files.upload(key, media_type, from).await
    }
}

#[async_trait]
impl ReplaceFile for Files {
    async fn replace_file(
        &self,
        key: &FileKey,
        expected: &FileInfo,
        by: &Origin,
        media_type: &str,
        from: &Path,
    ) -> Result<Replaced, StoreError> {
        self.0.files.replace_file(key, expected, by, media_type, from).await
    }
}

#[async_trait]
impl RemoveFile for Files {
    async fn remove_file(&self, key: &FileKey) -> Result<bool, StoreError> {
        self.0.files.remove_file(key).await
    }
}

#[test]
fn the_scenario_runs_in_process() {
    scenario::tell(&Client::over(Arc::new(InProcess::new()), KEY));
}
