//! The versions of a file.

use satsuma_domain::Timestamp;
use satsuma_domain::origin::Origin;
use satsuma_domain::versions::StoredVersion;
use serde::Serialize;

/// A stored version of a file.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "FileVersion"))]
#[serde(rename_all = "camelCase")]
pub struct VersionView<'a> {
    /// Its id.
    version: &'a str,
    /// Its size in bytes.
    bytes: u64,
    /// When it was stored.
    created_at: Timestamp,
    /// Whether it is the present content of the file.
    current: bool,
    /// Who made it.
    made_by: Maker,
    /// On `JOB`: the id of the job.
    #[serde(skip_serializing_if = "Option::is_none")]
    job: Option<&'a str>,
    /// On `JOB`: the number of the execution.
    #[serde(skip_serializing_if = "Option::is_none")]
    execution: Option<u32>,
    /// On `ROLLBACK`: the earlier version that was brought back.
    #[serde(skip_serializing_if = "Option::is_none")]
    restored: Option<&'a str>,
    /// On `ROLLBACK`: the version that was current before.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced: Option<&'a str>,
}

/// Who made a version.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "VersionMaker"))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Maker {
    /// An upload.
    Upload,
    /// An `AUTO_REFRESH` job.
    Job,
    /// A rollback.
    Rollback,
}

impl<'a> From<&'a StoredVersion> for VersionView<'a> {
    fn from(stored: &'a StoredVersion) -> Self {
        let mut view = Self {
            version: &stored.version.0,
            bytes: stored.bytes,
            created_at: stored.stored_at,
            current: stored.is_current,
            made_by: Maker::Upload,
            job: None,
            execution: None,
            restored: None,
            replaced: None,
        };
        match &stored.by {
            Origin::Upload => {}
            Origin::Job { id, execution, .. } => {
                view.made_by = Maker::Job;
                (view.job, view.execution) = (Some(id.as_str()), Some(execution.0));
            }
            Origin::Rollback { to, over } => {
                view.made_by = Maker::Rollback;
                (view.restored, view.replaced) = (Some(to.0.as_str()), Some(over.0.as_str()));
            }
        }
        view
    }
}
