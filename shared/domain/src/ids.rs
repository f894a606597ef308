//! Typed identifiers: one cannot be passed where another is meant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

/// Longest id that a caller may choose, in bytes of UTF-8. Percent-encoded it still fits an S3 key.
pub const MAX_ID_BYTES: usize = 255;

/// Pattern of every id (ECMA-262): no control characters, neither `.` nor `..`.
#[cfg(feature = "schema")]
pub const ID_PATTERN: &str = r"^(?:[^.\u0000-\u001f\u007f-\u009f]|\.[^.\u0000-\u001f\u007f-\u009f]|\.\.[^\u0000-\u001f\u007f-\u009f])[^\u0000-\u001f\u007f-\u009f]*$";

/// Reasons why a text is not a valid id.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdError {
    /// An empty text.
    #[error("an id must not be empty")]
    Empty,
    /// More than [`MAX_ID_BYTES`].
    #[error("an id may have at most {MAX_ID_BYTES} bytes, this one has {0}")]
    TooLong(usize),
    /// A control character: always a mistake of the client.
    #[error("an id must not contain control characters")]
    Control,
    /// `.` and `..` have another meaning in a path.
    #[error("`.` and `..` are not ids")]
    Dots,
}

fn check_id(text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() > MAX_ID_BYTES {
        return Err(IdError::TooLong(text.len()));
    }
    if text.chars().any(char::is_control) {
        return Err(IdError::Control);
    }
    if text == "." || text == ".." {
        return Err(IdError::Dots);
    }
    Ok(())
}

macro_rules! chosen_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks an id.
            ///
            /// # Errors
            /// [`IdError`] where the text is empty, too long, `.` or `..`, or holds control characters.
            pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
                let text = text.into();
                check_id(&text)?;
                Ok(Self(text))
            }

            /// The id as its user wrote it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string", "minLength": 1, "maxLength": MAX_ID_BYTES, "pattern": ID_PATTERN,
                })
            }
        }
    };
}

chosen_id! {
    /// A service instance: the tenant that owns jobs, files and access keys.
    InstanceId
}
chosen_id! {
    /// The id that its user chose for a job, unique within the instance.
    JobId
}
chosen_id! {
    /// The id that its user chose for an uploaded file, unique within the instance.
    FileId
}

chosen_id! {
    /// The name of an access key within its instance.
    BindingId
}

chosen_id! {
    /// Identifies a request, so that a repeated request is recognised: the `Idempotency-Key` header of an
    /// HTTP request, or the sequencer of an inbox object.
    IdempotencyKey
}

impl JobId {
    /// True if the paths of the batch API can carry it: `/` and `,` separate ids there, and some front ends
    /// change `?` and `%`.
    #[must_use]
    pub fn is_addressable(&self) -> bool {
        !self.0.contains(['/', ',', '?', '%'])
    }
}

/// The identity of a job. It is never reused, unlike the id that the user chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobUuid(pub Uuid);

impl JobUuid {
    /// A new identity; later ones sort after earlier ones.
    #[must_use]
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }
}

impl Default for JobUuid {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for JobUuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Identity of the worker that claimed a job. New for every claim, so that a worker can recognise its own
/// writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkerId(pub Uuid);

impl WorkerId {
    /// A new, unique identity.
    #[must_use]
    pub fn new() -> Self {
        Self(Uuid::new_v4())
    }
}

impl Default for WorkerId {
    fn default() -> Self {
        Self::new()
    }
}

macro_rules! count {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl $name {
            /// The next one.
            #[must_use]
            pub fn next(self) -> Self {
                Self(self.0.saturating_add(1))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

count! {
    /// A job's number within its instance, counting from 1. Gaps are possible.
    JobNumber(u64)
}
count! {
    /// The submission of a job that this is, counting from 1; every resubmission is a new one.
    Revision(u32)
}
count! {
    /// An execution's number within its job, counting from 1 and never reused. It is the fencing token:
    /// every write of a worker names it, and only the newest one is accepted.
    ExecutionNumber(u32)
}
count! {
    /// Number of writes of a stored job. Every write is conditional on it.
    Version(u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_hold_spaces_and_any_script() {
        for text in ["drug cap", "香水分析", "a/b", "-", "…", "a\u{301}"] {
            assert_eq!(JobId::new(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn ids_that_no_client_can_mean_are_refused() {
        assert_eq!(FileId::new(""), Err(IdError::Empty));
        assert_eq!(FileId::new(".."), Err(IdError::Dots));
        assert_eq!(FileId::new("a\nb"), Err(IdError::Control));
        assert_eq!(FileId::new("é".repeat(128)), Err(IdError::TooLong(256)));
    }

    #[test]
    fn a_stored_id_is_checked_again_when_read() {
        assert!(serde_json::from_str::<JobId>("\"ok\"").is_ok());
        assert!(serde_json::from_str::<JobId>("\"..\"").is_err());
    }
}
