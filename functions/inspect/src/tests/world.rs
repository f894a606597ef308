//! A service in memory.

use bytes::Bytes;
use lambda_http::{Body, Response};
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::ports::PutFile;
use satsuma_domain::testing::Memory;
use satsuma_domain::{FileId, InstanceId};
use satsuma_http::gateway;
use satsuma_stream::{Field, Measure, Storage, StreamBuilder};

use crate::call;

pub(super) struct World {
    pub(super) store: Memory,
    pub(super) instance: Option<InstanceId>,
}

impl World {
    pub(super) fn new() -> Self {
        Self { store: Memory::default(), instance: Some(InstanceId::new("acme").unwrap()) }
    }

    pub(super) async fn put(&self, id: &str, bytes: impl Into<Bytes>) {
        let instance = self.instance.clone().unwrap();
        let key = FileKey { instance, name: FileName::Upload(FileId::new(id).unwrap()) };
        self.store.put_file(&key, "application/octet-stream", bytes.into()).await.unwrap();
    }

    pub(super) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
        let mut request = http::Request::builder().method("GET").uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request =
            gateway::hand_over(request.body(Bytes::new()).unwrap(), "req-1", self.instance.as_ref());
        call("explain-stream", &self.store, &self.store, request).await
    }

    /// Validates a definition or, with an empty body, the stored job.
    pub(super) async fn validate(&self, id: &str, body: &str) -> Response<Body> {
        let request = http::Request::builder().method("POST").uri(format!("/pm/v1/jobs/{id}/validate"));
        let request = request.body(Bytes::copy_from_slice(body.as_bytes())).unwrap();
        let request = gateway::hand_over(request, "req-1", self.instance.as_ref());
        call("validate-job", &self.store, &self.store, request).await
    }
}

/// A stream that reads a file into a table, and has no charts.
pub(super) fn stream() -> StreamBuilder {
    let mut stream = StreamBuilder::new("churn");
    let fields = [
        Field::new("tenure", Storage::Integer, Measure::Range),
        Field::new("sex", Storage::String, Measure::Flag),
    ];
    let source = stream.delimited_file("C:\\data\\in.csv", &fields);
    let table = stream.table();
    let flat = stream.text_file_export("D:\\out\\all.csv");
    stream.label(source, "Customers").link(source, table).link(source, flat).score_with(table);
    stream.set(flat, "writeMode", "append");
    stream
}

/// The headers and the text of a response.
pub(super) fn shown(response: &Response<Body>) -> String {
    let mut text = format!("{}\n", response.status());
    for (name, value) in response.headers().iter().filter(|(name, _)| *name != "x-content-type-options") {
        text += &format!("{name}: {}\n", value.to_str().unwrap());
    }
    text + "\n" + &body(response)
}

pub(super) fn body(response: &Response<Body>) -> String {
    String::from_utf8(response.body().to_vec()).unwrap()
}
