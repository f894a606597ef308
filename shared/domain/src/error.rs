//! Errors in terms that a caller understands, with the details for operators kept apart.

use thiserror::Error;

use crate::ids::IdError;
use crate::tenancy::usage::Exceeded;

/// A fault of storage, queue or network. Its text is for the log.
#[derive(Debug, Error)]
#[error("{operation}: {detail}")]
pub struct StoreError {
    /// The operation that failed, in a few words.
    pub operation: &'static str,
    /// The response or error that was received.
    pub detail: String,
    /// True if a retry may help (throttling, time-outs).
    pub transient: bool,
}

impl StoreError {
    /// A fault that a retry will not resolve.
    #[must_use]
    pub fn permanent(operation: &'static str, detail: impl Into<String>) -> Self {
        Self { operation, detail: detail.into(), transient: false }
    }

    /// A fault that a retry may resolve.
    #[must_use]
    pub fn transient(operation: &'static str, detail: impl Into<String>) -> Self {
        Self { operation, detail: detail.into(), transient: true }
    }
}

/// Why a request was not carried out.
#[derive(Debug, Error)]
pub enum Error {
    /// The key belongs to no instance, or was revoked.
    #[error("the access key is missing or invalid")]
    Unauthorized,
    /// No job with this id in the caller's instance.
    #[error("there is no job `{0}`")]
    JobNotFound(String),
    /// No file with this id in the caller's instance.
    #[error("there is no file `{0}`")]
    FileNotFound(String),
    /// The file has no such version, or the store does not keep it any more.
    #[error("the file has no stored version `{0}`")]
    VersionNotFound(String),
    /// The job has no execution of this number, or does not keep it any more.
    #[error("the job `{job}` has no stored execution {number}")]
    ExecutionNotFound {
        /// The job's id.
        job: String,
        /// The number.
        number: u32,
    },
    /// A `POST` for a job that exists.
    #[error("a job `{0}` exists already; use PUT to submit it again")]
    JobExists(String),
    /// No instance with this id.
    #[error("there is no instance `{0}`; provision it first")]
    InstanceNotFound(String),
    /// The instance has no key of this name.
    #[error("the instance has no key `{0}`")]
    BindingNotFound(String),
    /// The job's state does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// A quota of the instance is used up.
    #[error("{0}")]
    QuotaExceeded(Exceeded),
    /// The request is invalid.
    #[error("{message}")]
    Invalid {
        /// Stable code for programs.
        code: &'static str,
        /// The field that is wrong, as a path such as `setting.inputs[0].node`.
        field: Option<String>,
        /// The problem, and what would be right.
        message: String,
    },
    /// More bytes than this kind of request or response can carry.
    #[error("{what} has {bytes} bytes, the limit is {limit}")]
    TooLarge {
        /// Name of the part that was too large.
        what: &'static str,
        /// Its size.
        bytes: u64,
        /// The largest size that is allowed.
        limit: u64,
    },
    /// More bytes than one request carries, of a file that can be uploaded in parts.
    #[error(
        "{what} has {bytes} bytes, the limit of one request is {limit}; POST /pm/v1/file/<id>/upload \
         accepts up to 5 GB in parts"
    )]
    TooLargeForOneRequest {
        /// Name of the part that was too large.
        what: &'static str,
        /// Its size.
        bytes: u64,
        /// The largest size that is allowed.
        limit: u64,
    },
    /// The caller's instance has no such upload in progress, and the file was not made by it.
    #[error(
        "this upload does not exist, was replaced, or expired after a day; start again with POST \
         /pm/v1/file/<id>/upload"
    )]
    UploadNotFound,
    /// Parts of an upload are missing.
    #[error("{0}")]
    UploadIncomplete(String),
    /// The body's media type is not supported by this operation.
    #[error("the content type must be {expected}, {}", not_what_was_sent(actual))]
    UnsupportedMediaType {
        /// The supported media type.
        expected: &'static str,
        /// The media type of the request.
        actual: String,
    },
    /// Storage, queue or network failed.
    #[error("the service could not complete the request; try again")]
    Store(#[from] StoreError),
}

impl Error {
    /// An invalid request, with its field if there is one.
    #[must_use]
    pub fn invalid(code: &'static str, field: Option<&str>, message: impl Into<String>) -> Self {
        Self::Invalid { code, field: field.map(str::to_owned), message: message.into() }
    }

    /// The error for operators: it includes the detail of a fault, which the text for callers leaves out.
    #[must_use]
    pub fn for_operators(&self) -> String {
        match self {
            Self::Store(fault) => fault.to_string(),
            other => other.to_string(),
        }
    }

    /// A stable code for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::JobNotFound(_) => "job_not_found",
            Self::FileNotFound(_) => "file_not_found",
            Self::VersionNotFound(_) => "version_not_found",
            Self::ExecutionNotFound { .. } => "execution_not_found",
            Self::InstanceNotFound(_) => "instance_not_found",
            Self::BindingNotFound(_) => "key_not_found",
            Self::JobExists(_) => "job_exists",
            Self::Conflict(_) => "conflict",
            Self::QuotaExceeded(_) => "quota_exceeded",
            Self::Invalid { code, .. } => code,
            Self::TooLarge { .. } | Self::TooLargeForOneRequest { .. } => "too_large",
            Self::UploadNotFound => "upload_not_found",
            Self::UploadIncomplete(_) => "upload_incomplete",
            Self::UnsupportedMediaType { .. } => "unsupported_media_type",
            Self::Store(fault) if fault.transient => "unavailable",
            Self::Store(_) => "internal",
        }
    }

    /// The field that is wrong, if there is one.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Invalid { field, .. } => field.as_deref(),
            _ => None,
        }
    }
}

fn not_what_was_sent(actual: &str) -> String {
    if actual.is_empty() { "and none was named".to_owned() } else { format!("not `{actual}`") }
}

impl From<IdError> for Error {
    fn from(error: IdError) -> Self {
        Self::invalid("invalid_id", Some("id"), error.to_string())
    }
}
