//! Requests over HTTP.

use std::time::Duration;

use super::{Answer, Transport};

/// How long one answer may take: longer than API Gateway waits, and a cold start of an emulated function.
const PATIENCE: Duration = Duration::from_secs(60);

/// An API at an address, under a name.
pub(super) struct Http {
    agent: ureq::Agent,
    address: String,
    host: String,
}

impl Http {
    pub(super) fn new(address: String, host: String) -> Self {
        Self { agent: agent(), address, host }
    }
}

impl Transport for Http {
    fn call(&self, method: &str, target: &str, body: Option<(String, Vec<u8>)>) -> Answer {
        let url = format!("http://{}{target}", self.address);
        call(&self.agent, Some(&self.host), method, &url, body)
    }
}

/// A request to somewhere else.
pub(super) fn outside(method: &str, url: &str, body: Option<(String, Vec<u8>)>) -> Answer {
    call(&agent(), None, method, url, body)
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(PATIENCE))
        .build();
    config.into()
}

fn call(
    agent: &ureq::Agent,
    host: Option<&str>,
    method: &str,
    url: &str,
    body: Option<(String, Vec<u8>)>,
) -> Answer {
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    if let Some(host) = host {
        request = request.header("Host", host);
    }
    let response = match body {
        None => agent.run(request.body(()).unwrap()),
        Some((media_type, bytes)) => {
            agent.run(request.header("Content-Type", media_type).body(bytes).unwrap())
        }
    };
    let mut response = response.expect("the API answers");
    let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    let (location, link) = (header("location"), header("link"));
    Answer {
        status: response.status().as_u16(),
        location,
        link,
        bytes: response.body_mut().with_config().limit(64 << 20).read_to_vec().expect("a whole body"),
    }
}
