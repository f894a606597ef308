//! Calls the API as a client does: over HTTP, or where a test brings its own way, in process.

mod http;

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;

use self::http::Http;

/// How long a job may take: the emulator polls its queues, the first worker starts cold, and a lost
/// message waits for the next round of the sweeper.
const JOB_PATIENCE: Duration = Duration::from_secs(180);

/// Separates the parts of an upload.
const BOUNDARY: &str = "satsuma-tests-boundary";

/// How requests reach the API.
pub trait Transport: Send + Sync {
    /// Sends a request: a path with its query, and a body with its media type.
    fn call(&self, method: &str, target: &str, body: Option<(String, Vec<u8>)>) -> Answer;

    /// Waits a short time in which jobs proceed.
    fn wait(&self) {
        std::thread::sleep(Duration::from_millis(300));
    }
}

/// A caller with an access key.
pub struct Client {
    transport: Arc<dyn Transport>,
    access_key: String,
}

/// The response.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Where else to look.
    pub location: Option<String>,
    /// The next page of a list, from the header.
    pub link: Option<String>,
    /// The body.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The path of the next page of a list, with its query.
    #[must_use]
    pub fn next(&self) -> Option<String> {
        let (url, _) = self.link.as_deref()?.strip_prefix('<')?.split_once(">; rel=\"next\"")?;
        Some(url.get(url.find("/pm/v1")?..)?.to_owned())
    }

    /// The answer, which must have this status.
    ///
    /// # Panics
    /// Where it has another one.
    #[must_use]
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// The code of an error object, which must have this status and every part that is promised.
    ///
    /// # Panics
    /// Where it is no such error object.
    #[must_use]
    #[track_caller]
    pub fn refusal(self, status: u16) -> String {
        let error = self.expect(status).json();
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{error}");
        assert!(error["requestId"].as_str().is_some_and(|id| !id.is_empty()), "{error}");
        error["code"].as_str().expect("an error has a code").to_owned()
    }
}

impl Client {
    /// A caller of the API at `address` (`127.0.0.1:4566`) under the name `host`.
    pub fn new(address: impl Into<String>, host: impl Into<String>, access_key: impl Into<String>) -> Self {
        Self::over(Arc::new(Http::new(address.into(), host.into())), access_key)
    }

    /// A caller whose requests go another way.
    pub fn over(transport: Arc<dyn Transport>, access_key: impl Into<String>) -> Self {
        Self { transport, access_key: access_key.into() }
    }

    /// The key that it calls with.
    #[must_use]
    pub fn access_key(&self) -> &str {
        &self.access_key
    }

    /// The same API, called with another key.
    #[must_use]
    pub fn with_key(&self, access_key: &str) -> Self {
        Self::over(Arc::clone(&self.transport), access_key)
    }

    /// `GET`.
    #[must_use]
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None)
    }

    /// `DELETE`.
    #[must_use]
    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None)
    }

    /// `POST` or `PUT` of JSON.
    #[must_use]
    pub fn send_json(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.send(method, path, Some(("application/json".to_owned(), body.to_string().into_bytes())))
    }

    /// Uploads a file, as a form.
    #[must_use]
    pub fn upload(&self, path: &str, file_name: &str, bytes: &[u8]) -> Answer {
        let mut body = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"model_file\"; filename=\"{file_name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        self.send("PUT", path, Some((format!("multipart/form-data; boundary={BOUNDARY}"), body)))
    }

    /// Asks for a job's status until it has ended.
    ///
    /// # Panics
    /// Where it does not end in time.
    #[must_use]
    pub fn await_end(&self, job: &str) -> Value {
        let started = Instant::now();
        loop {
            let answer = self.get(&format!("/pm/v1/jobs/{job}/status"));
            let status = if answer.status == 404 { Value::Null } else { answer.expect(200).json() };
            if matches!(status["jobStatus"].as_str(), Some("SUCCESS" | "FAILED" | "CANCELED")) {
                return status;
            }
            assert!(started.elapsed() < JOB_PATIENCE, "{job} has not ended: {status}");
            self.transport.wait();
        }
    }

    /// Asks for a job's status until there is no such job any more.
    ///
    /// # Panics
    /// Where it does not go in time.
    pub fn await_gone(&self, job: &str) {
        let started = Instant::now();
        while self.get(&format!("/pm/v1/jobs/{job}/status")).status != 404 {
            assert!(started.elapsed() < JOB_PATIENCE, "{job} is still there");
            self.transport.wait();
        }
    }

    /// Sends a request without an access key.
    #[must_use]
    pub fn get_without_key(&self, path: &str) -> Answer {
        self.transport.call("GET", path, None)
    }

    /// Goes where an answer points to, outside the API.
    ///
    /// # Panics
    /// Where it points nowhere.
    #[must_use]
    pub fn follow(&self, answer: &Answer) -> Answer {
        let url = answer.location.clone().expect("the answer points somewhere");
        http::outside("GET", &url, None)
    }

    /// Sends bytes to where a plan points to, outside the API.
    #[must_use]
    pub fn put_elsewhere(&self, url: &str, bytes: Vec<u8>) -> Answer {
        let body = ("application/octet-stream".to_owned(), bytes);
        http::outside("PUT", url, Some(body))
    }

    fn send(&self, method: &str, path: &str, body: Option<(String, Vec<u8>)>) -> Answer {
        let separator = if path.contains('?') { '&' } else { '?' };
        self.transport.call(method, &format!("{path}{separator}accesskey={}", self.access_key), body)
    }
}
