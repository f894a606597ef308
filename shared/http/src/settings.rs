//! Settings of the deployment: its public URL and its region.

use std::fmt;

use lambda_http::http::header::HOST;
use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use satsuma_domain::InstanceId;
use satsuma_domain::file::FileName;

/// The environment variable with the public base URL, if it differs from the API's own.
const PUBLIC_URL: &str = "SATSUMA_PUBLIC_URL";

/// The environment variable with the region; Lambda sets it.
const REGION: &str = "AWS_REGION";

/// Characters that need no encoding in a path segment (RFC 3986, unreserved).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Settings of the deployment that responses contain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The public base URL, without `/pm/v1`. `None`: derived from the request.
    pub public_url: Option<String>,
    /// The region, first part of a job's `namespace`.
    pub region: String,
}

impl Settings {
    /// Reads `SATSUMA_PUBLIC_URL` (optional) and `AWS_REGION` (else `local`).
    #[must_use]
    pub fn from_env() -> Self {
        let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self { public_url: set(PUBLIC_URL), region: set(REGION).unwrap_or_else(|| "local".to_owned()) }
    }

    /// The public base URL, without a final slash.
    #[must_use]
    pub fn base_url(&self, request: &Request) -> String {
        if let Some(url) = &self.public_url {
            return url.trim_end_matches('/').to_owned();
        }
        let Some(RequestContext::ApiGatewayV2(context)) = request.request_context_ref() else {
            return String::new();
        };
        let header = request.headers().get(HOST).and_then(|host| host.to_str().ok());
        let host = context.domain_name.as_deref().or(header).unwrap_or("localhost");
        match context.stage.as_deref() {
            None | Some("" | "$default") => format!("https://{host}"),
            Some(stage) => format!("https://{host}/{stage}"),
        }
    }

    /// The URL of a file, without a query: clients append their key themselves.
    #[must_use]
    pub fn file_url(&self, request: &Request, file: &FileName) -> String {
        format!("{}/pm/v1/file/{}", self.base_url(request), percent_encode(&file.id()))
    }

    /// The namespace of an instance's jobs, a field of the original API.
    #[must_use]
    pub fn namespace(&self, instance: &InstanceId) -> String {
        format!("{}${instance}", self.region)
    }
}

/// A text as one path segment.
#[must_use]
pub fn percent_encode(text: &str) -> impl fmt::Display + '_ {
    utf8_percent_encode(text, SEGMENT)
}

/// A text as a path segment before other segments. A slash is encoded twice (`%252F`), because API Gateway
/// decodes a path before it looks up its route.
#[must_use]
pub fn percent_encode_twice(text: &str) -> String {
    percent_encode(text).to_string().replace("%2F", "%252F")
}
