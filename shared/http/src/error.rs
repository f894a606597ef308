//! Errors as responses: a stable code, a message for people, the field, the request id.

use lambda_http::http::StatusCode;
use lambda_http::http::header::{HeaderValue, RETRY_AFTER};
use lambda_http::{Body, Response};
use satsuma_domain::usage::Exceeded;
use satsuma_domain::{Error, StoreError};
use serde::Serialize;

use crate::reply;
use crate::route::NoRoute;
use crate::shown_key::ShownKey;

/// The reason for an error response.
#[derive(Debug)]
pub enum ApiError {
    /// An error of the domain.
    Domain(Error),
    /// The access key is missing or unknown.
    NotIdentified(ShownKey),
    /// No operation has this path and method; contains a hint.
    NoRoute(NoRoute),
    /// The handler panicked; the log has the details.
    Panicked,
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self::Domain(error)
    }
}

impl From<StoreError> for ApiError {
    fn from(fault: StoreError) -> Self {
        Self::Domain(fault.into())
    }
}

/// The body of an error response.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Error"))]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody<'a> {
    /// Stable code for programs.
    code: &'static str,
    /// The problem and the remedy, for people.
    message: String,
    /// The invalid field or parameter, as a path such as `setting.inputs[0].node`.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    /// The quota that was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    quota: Option<QuotaBody>,
    /// Request id, to quote when you report a problem.
    request_id: &'a str,
}

/// A quota that was reached.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Quota"))]
pub(crate) struct QuotaBody {
    /// Name of the quota: `queued_jobs`, `storage_bytes` or `runtime_seconds`.
    name: &'static str,
    /// Present usage.
    used: u64,
    /// Upper limit.
    limit: u64,
}

impl From<&Exceeded> for QuotaBody {
    fn from(exceeded: &Exceeded) -> Self {
        Self { name: exceeded.quota.name(), used: exceeded.used, limit: exceeded.limit }
    }
}

impl ApiError {
    /// The stable code for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Domain(error) => error.code(),
            Self::NotIdentified(_) => "unauthorized",
            Self::NoRoute(_) => "route_not_found",
            Self::Panicked => "internal",
        }
    }

    /// The HTTP status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        let error = match self {
            Self::Domain(error) => error,
            Self::NotIdentified(_) => return StatusCode::UNAUTHORIZED,
            Self::NoRoute(_) => return StatusCode::NOT_FOUND,
            Self::Panicked => return StatusCode::INTERNAL_SERVER_ERROR,
        };
        match error {
            Error::Unauthorized => StatusCode::UNAUTHORIZED,
            Error::JobNotFound(_)
            | Error::FileNotFound(_)
            | Error::UploadNotFound
            | Error::VersionNotFound(_)
            | Error::ExecutionNotFound { .. } => StatusCode::NOT_FOUND,
            Error::InstanceNotFound(_) | Error::BindingNotFound(_) => StatusCode::NOT_FOUND,
            Error::JobExists(_) | Error::Conflict(_) | Error::UploadIncomplete(_) => StatusCode::CONFLICT,
            Error::QuotaExceeded(_) => StatusCode::TOO_MANY_REQUESTS,
            Error::Invalid { .. } => StatusCode::BAD_REQUEST,
            Error::TooLarge { .. } | Error::TooLargeForOneRequest { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Error::UnsupportedMediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Error::Store(fault) if fault.transient => StatusCode::SERVICE_UNAVAILABLE,
            Error::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Details for the log that callers must not get.
    #[must_use]
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Domain(Error::Store(fault)) => Some(fault.to_string()),
            _ => None,
        }
    }

    pub(crate) fn into_response(self, request_id: &str) -> Response<Body> {
        let (message, field) = match &self {
            Self::Domain(error) => (error.to_string(), error.field()),
            Self::NotIdentified(shown) => (shown.to_string(), None),
            Self::NoRoute(route) => (route.to_string(), None),
            Self::Panicked => ("the service itself failed; the log has the details".to_owned(), None),
        };
        let quota = match &self {
            Self::Domain(Error::QuotaExceeded(exceeded)) => Some(QuotaBody::from(exceeded)),
            _ => None,
        };
        let body = ErrorBody { code: self.code(), message, field, quota, request_id };
        let text = serde_json::to_string(&body).unwrap_or_default();
        let mut response = reply::with_type(self.status(), "application/json", Body::Text(text));
        if self.status() == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
