//! A service in memory, called by method and path like the real one.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use lambda_http::{Body, Request, RequestExt, Response};
use percent_encoding::percent_decode_str;
use satsuma_domain::execution::{Outcome, Progress, ResultFile};
use satsuma_domain::file::{FileKey, FileName, ResultId};
use satsuma_domain::ports::PutFile;
use satsuma_domain::report::{NodeReport, Report, Used};
use satsuma_domain::testing::{KeyManagement, ManualClock, Memory};
use satsuma_domain::work::{self, Ran, RunContext, Runner};
use satsuma_domain::{ExecutionNumber, Failure, FailureCategory, InstanceId, Job, Timestamp};
use satsuma_http::{Settings, gateway};

use crate::{ROUTES, Service, call};

pub(super) struct World {
    pub(super) service: Service<Memory, Memory, Memory>,
    pub(super) clock: Arc<ManualClock>,
    pub(super) keys: Arc<KeyManagement>,
    pub(super) instance: Option<InstanceId>,
}

impl World {
    /// A service at the time of IBM's recorded responses, and a caller with a valid key.
    pub(super) fn new() -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp(1_496_225_893_369)));
        let keys = Arc::new(KeyManagement::default());
        let settings =
            Settings { public_url: Some("https://satsuma.example/".into()), region: "us-south".into() };
        let service = Service {
            jobs: Memory::default(),
            files: Memory::default(),
            queue: Memory::default(),
            keys: keys.clone(),
            clock: clock.clone(),
            settings,
        };
        Self { service, clock, keys, instance: Some(InstanceId::new("634640a0").unwrap()) }
    }

    /// Sends a request with a JSON body, or without a body, to the function that [`ROUTES`] names.
    pub(super) async fn send(&self, method: &str, target: &str, json: &str) -> Response<Body> {
        self.send_as(method, target, &[("content-type", "application/json")], json.as_bytes()).await
    }

    pub(super) async fn send_as(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response<Body> {
        let mut request = http::Request::builder().method(method).uri(target).header("host", "inner");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Bytes::copy_from_slice(body)).unwrap();
        let path = target.split('?').next().unwrap();
        self.call(function(method, path), gateway::hand_over(request, "req-1", self.instance.as_ref())).await
    }

    /// Like [`send`](Self::send), with the path in the form that API Gateway produces: decoded once, cut at a
    /// `?`, matched with the routes, and decoded again.
    pub(super) async fn send_through_gateway(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response<Body> {
        let decoded = |path: &str| percent_decode_str(path).decode_utf8().unwrap().into_owned();
        let once = decoded(path);
        let once = once.split('?').next().unwrap();
        let mut request = http::Request::builder().method(method).uri("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Bytes::copy_from_slice(body)).unwrap();
        let request = gateway::hand_over(request, "req-1", self.instance.as_ref());
        self.call(function(method, once), request.with_raw_http_path(decoded(once))).await
    }

    pub(super) async fn call(&self, function: &str, request: Request) -> Response<Body> {
        call(function, &self.service, request).await
    }

    /// Sends a file in the form that browsers and Python's requests use.
    pub(super) async fn upload(&self, id: &str, file_name: &str, bytes: &[u8]) -> Response<Body> {
        let disposition =
            format!("Content-Disposition: form-data; name=\"model_file\"; filename=\"{file_name}\"");
        let head = format!("--X\r\n{disposition}\r\nContent-Type: application/octet-stream\r\n\r\n");
        let body = [head.as_bytes(), bytes, b"\r\n--X--\r\n"].concat();
        let headers = [("content-type", "multipart/form-data; boundary=X")];
        self.send_as("PUT", &format!("/pm/v1/file/{id}"), &headers, &body).await
    }

    /// A worker claims the oldest message, and the run ends as given.
    pub(super) async fn work(&self, ending: Ending) {
        let message = self.service.queue.take_message().unwrap();
        let runner = Arc::new(Told { ending: ending.clone(), clock: self.clock.clone() });
        let long = std::time::Duration::from_secs(900);
        let handled = work::handle(&self.service.jobs, runner, &*self.clock, &message, long).await.unwrap();
        let work::Handled::Ended(job) = handled else { return };
        let name = FileName::Log { job: job.uuid, execution: job.execution().unwrap().number };
        let key = FileKey { instance: job.key.instance.clone(), name };
        let log = "2017-05-31T10:18:13.369Z INFO  what the worker wrote\n";
        self.service.files.put_file(&key, "text/plain", Bytes::from(log)).await.unwrap();
        for file in job.execution().unwrap().results() {
            let number = job.execution().unwrap().number;
            let result = ResultId { job: job.uuid, execution: number, name: file.name.clone() };
            let key = FileKey { instance: job.key.instance.clone(), name: FileName::Result(result) };
            self.service.files.put_file(&key, &file.media_type, Bytes::from("a\tb\r\n")).await.unwrap();
        }
    }
}

/// The function for a client's path, matched by API Gateway's rules.
fn function(method: &str, path: &str) -> &'static str {
    let matches = |template: &str| {
        let mut given = path.split('/');
        for part in template.split('/') {
            let Some(segment) = given.next() else { return false };
            match part {
                "{id+}" => return !segment.is_empty() || given.any(|more| !more.is_empty()),
                parameter if parameter.starts_with('{') && !segment.is_empty() => {}
                _ if part == segment => {}
                _ => return false,
            }
        }
        given.next().is_none()
    };
    let route = ROUTES.iter().find(|route| route.method == method && matches(route.path));
    route.map_or("-", |route| route.function)
}

/// The end of a run.
#[derive(Clone)]
pub(super) enum Ending {
    Success,
    Failure,
}

struct Told {
    ending: Ending,
    clock: Arc<ManualClock>,
}

#[async_trait]
impl Runner for Told {
    async fn run(&self, _: Job, _: ExecutionNumber, context: RunContext) -> Ran {
        context.report(Progress { fraction: 1.0, rows_read: 10, rows_written: 10, ..Progress::default() });
        let (node, kind) = ("scoreInput".to_owned(), "Var. File".to_owned());
        let uid = "id3IVSXN8IHW1".to_owned();
        let node = NodeReport { node, kind, uid, rows_in: 0, rows_out: 10, busy_ms: 12 };
        let used = Used { memory_mb: 2048, table_requests: 27, file_requests: 4 };
        context.set_report(Report { used: Some(used), ..Report::of_nodes(vec![node]) });
        self.clock.advance(std::time::Duration::from_millis(24_697));
        let outcome = match self.ending {
            Ending::Success => {
                let name = "Table 1.tab".to_owned();
                let result = ResultFile { name, media_type: "text/tab-separated-values".into(), bytes: 5 };
                Outcome::Success { results: vec![result] }
            }
            Ending::Failure => {
                let message = "there is no file `churn.csv`; upload it under that id";
                let failure = Failure::new("file_not_found", FailureCategory::Data, message);
                let failure = failure.at_node("Var. File \"scoreInput\"").with_uid("id3IVSXN8IHW1");
                Outcome::Failed { failure }
            }
        };
        Ran { warnings: vec!["Type: 2 values are new".into()], outcome }
    }
}

/// A response in wire form, without values that differ from run to run.
pub(super) fn shown(response: &Response<Body>) -> String {
    let mut text = format!("{}\n", response.status());
    assert_eq!(response.headers()["x-content-type-options"], "nosniff", "no answer is taken for a page");
    for (name, value) in response.headers().iter().filter(|(name, _)| *name != "x-content-type-options") {
        text.push_str(&format!("{name}: {}\n", value.to_str().unwrap()));
    }
    let body = match response.body() {
        Body::Binary(bytes) => format!("{} bytes: {:?}", bytes.len(), Bytes::copy_from_slice(bytes)),
        body => String::from_utf8(body.to_vec()).unwrap(),
    };
    without_uuids(&format!("{text}\n{body}"))
}

fn without_uuids(text: &str) -> String {
    let is_uuid =
        |part: &str| part.len() == 36 && part.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    text.split_inclusive(['~', '"', '/'])
        .map(|part| match part.split_at_checked(part.len().saturating_sub(1)) {
            Some((id, end)) if is_uuid(id) => format!("[uuid]{end}"),
            _ => part.to_owned(),
        })
        .collect()
}
