//! Names, keys and versions of files: uploads, results and logs.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::files::origin::Origin;
use crate::ids::{ExecutionNumber, FileId, InstanceId, JobUuid};

/// Prefix of the ids of results. Uploads may not use it.
const RESULT_PREFIX: &str = "result~";

/// The key of a result file within its instance.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResultId {
    /// The job.
    pub job: JobUuid,
    /// The execution that made it.
    pub execution: ExecutionNumber,
    /// Its name, without folders.
    pub name: String,
}

/// A file that `/file/{id}` can name: an upload or a result.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FileName {
    /// Uploaded under an id of the caller's choice.
    Upload(FileId),
    /// Made by an execution.
    Result(ResultId),
    /// An execution's log. No id names it, so that it is neither fetched nor deleted as a file.
    Log {
        /// The job.
        job: JobUuid,
        /// The execution.
        execution: ExecutionNumber,
    },
}

impl FileName {
    /// Parses an id from a path.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the id breaks the rules of [`FileId`]; [`Error::FileNotFound`] if it resembles
    /// a result's but is not one.
    pub fn parse(id: &str) -> Result<Self, Error> {
        match id.strip_prefix(RESULT_PREFIX) {
            None => Ok(Self::Upload(FileId::new(id)?)),
            Some(rest) => {
                ResultId::parse(rest).map(Self::Result).ok_or_else(|| Error::FileNotFound(id.to_owned()))
            }
        }
    }

    /// Reads an id that an upload may have: not one of a result, and one under which it can be fetched.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn upload_id(id: &str) -> Result<FileId, Error> {
        let refused = |message: &str| Err(Error::invalid("invalid_id", Some("id"), message));
        if id.starts_with(RESULT_PREFIX) {
            return refused("ids that begin with `result~` are those of results and cannot be uploaded");
        }
        if id.contains(['?', '%']) {
            return refused("a file's id must not contain `?` or `%`, which paths cannot contain");
        }
        if id.ends_with("/stream") {
            return refused(
                "a file's id must not end in `/stream`, which is the path of a stream's explanation",
            );
        }
        if id.ends_with("/versions") {
            return refused(
                "a file's id must not end in `/versions`, which is the path of a file's versions",
            );
        }
        Ok(FileId::new(id)?)
    }

    /// The id in a path, before percent-encoding.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Upload(id) => id.as_str().to_owned(),
            Self::Result(result) => {
                format!("{RESULT_PREFIX}{}~{}~{}", result.job, result.execution, result.name)
            }
            // A result's has a name behind it: this parses as nothing.
            Self::Log { job, execution } => format!("{RESULT_PREFIX}{job}~{execution}"),
        }
    }
}

impl FileName {
    /// The name to save the file under: without folders.
    #[must_use]
    pub fn save_as(&self) -> &str {
        match self {
            Self::Upload(id) => id.as_str().rsplit('/').next().unwrap_or_default(),
            Self::Result(result) => &result.name,
            Self::Log { .. } => "log.txt",
        }
    }
}

impl ResultId {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '~');
        let job = JobUuid(parts.next()?.parse().ok()?);
        let execution = ExecutionNumber(parts.next()?.parse().ok()?);
        let name = parts.next()?;
        // The name becomes part of an object key.
        let safe = FileId::new(name).is_ok() && !name.contains(['/', '\\']);
        safe.then(|| Self { job, execution, name: name.to_owned() })
    }
}

/// The key of a file: its owner and its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileKey {
    /// The owner.
    pub instance: InstanceId,
    /// Which file.
    pub name: FileName,
}

/// Distinguishes contents of a file under the same id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileVersion(pub String);

/// Metadata of a stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInfo {
    /// Size in bytes.
    pub bytes: u64,
    /// Which content.
    pub version: FileVersion,
    /// The store's tag of the content, for conditional writes: a replacement changes it.
    pub tag: String,
    /// Its media type.
    pub media_type: String,
    /// Who made it.
    pub by: Box<Origin>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_results_id_is_read_back() {
        let result =
            ResultId { job: JobUuid::new(), execution: ExecutionNumber(3), name: "Table ~ 1.csv".into() };
        let name = FileName::Result(result);
        assert_eq!(FileName::parse(&name.id()).unwrap(), name);
    }

    #[test]
    fn a_log_is_no_file_that_an_id_names() {
        let log = FileName::Log { job: JobUuid::new(), execution: ExecutionNumber(3) };
        assert!(matches!(FileName::parse(&log.id()), Err(Error::FileNotFound(_))));
        assert!(matches!(FileName::parse(&format!("{}~", log.id())), Err(Error::FileNotFound(_))));
    }

    #[test]
    fn an_id_that_only_resembles_a_result_is_not_found() {
        let uuid = JobUuid::new();
        for id in
            ["result~", "result~x~1~a", &format!("result~{uuid}~1~../../a"), &format!("result~{uuid}~1~..")]
        {
            assert!(matches!(FileName::parse(id), Err(Error::FileNotFound(_))), "{id}");
            assert!(matches!(FileName::upload_id(id), Err(Error::Invalid { .. })), "{id}");
        }
    }
}
