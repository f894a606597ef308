//! A client of the API.

use std::time::Duration;

use serde_json::Value;
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body};

use crate::error::LocalError;

/// The boundary between parts of a form. The sample's files do not contain it.
const BOUNDARY: &str = "satsuma-demo-part";

/// Time limit for one response.
const ANSWER_TIME: Duration = Duration::from_secs(30);

/// Talks to one service with one key.
pub(super) struct Client {
    agent: Agent,
    base_url: String,
    key: String,
}

impl Client {
    pub(super) fn new(base_url: &str, key: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // A proxy from the environment does not lead back to this process.
            .proxy(None)
            .timeout_global(Some(ANSWER_TIME))
            .build();
        Self { agent: config.into(), base_url: base_url.to_owned(), key: key.to_owned() }
    }

    /// Uploads a file as a form.
    pub(super) fn upload(&self, id: &str, bytes: &[u8]) -> Result<(), LocalError> {
        let mut form = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{id}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        form.extend_from_slice(bytes);
        form.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
        let url = self.url(&format!("{}/pm/v1/file/{id}", self.base_url));
        text(self.agent.put(url).content_type(content_type).send(&form[..])).map(|_| ())
    }

    /// Submits a job, or resubmits an existing one with this id.
    pub(super) fn submit(&self, id: &str, definition: &str) -> Result<(), LocalError> {
        let url = self.url(&format!("{}/pm/v1/jobs/{id}", self.base_url));
        text(self.agent.put(url).content_type("application/json").send(definition)).map(|_| ())
    }

    /// A job's status object.
    pub(super) fn status(&self, id: &str) -> Result<Value, LocalError> {
        let url = self.url(&format!("{}/pm/v1/jobs/{id}/status", self.base_url));
        let answer = text(self.agent.get(url).call())?;
        serde_json::from_str(&answer)
            .map_err(|error| LocalError::Demo(format!("the status is not JSON: {error}")))
    }

    /// The text behind a `dataUrl`.
    pub(super) fn fetch(&self, data_url: &str) -> Result<String, LocalError> {
        text(self.agent.get(self.url(data_url)).call())
    }

    fn url(&self, path: &str) -> String {
        format!("{path}?accesskey={}", self.key)
    }
}

fn text(answer: Result<Response<Body>, ureq::Error>) -> Result<String, LocalError> {
    let mut answer = answer.map_err(|error| LocalError::Demo(error.to_string()))?;
    let body = answer.body_mut().read_to_string().map_err(|error| LocalError::Demo(error.to_string()))?;
    match answer.status() {
        StatusCode::OK | StatusCode::CREATED => Ok(body),
        status => Err(LocalError::Demo(format!("the service answered {status}: {body}"))),
    }
}
