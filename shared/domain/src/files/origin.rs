//! Who made a version of a file.

use std::fmt;

use crate::files::file::FileVersion;
use crate::ids::{ExecutionNumber, JobId, JobUuid, Revision};

/// Who made a version of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Origin {
    /// An upload, by any way.
    #[default]
    Upload,
    /// A job that replaced its stream.
    Job {
        /// The id of the job.
        id: JobId,
        /// Its own identity.
        uuid: JobUuid,
        /// The submission.
        revision: Revision,
        /// The execution.
        execution: ExecutionNumber,
    },
    /// A rollback to an earlier version.
    Rollback {
        /// The earlier version, whose content this one has.
        to: FileVersion,
        /// The version that was replaced.
        over: FileVersion,
    },
}

impl Origin {
    /// The origin as a line for stores; [`Origin::parse`] reads it.
    #[must_use]
    pub fn line(&self) -> String {
        match self {
            Self::Upload => "upload".to_owned(),
            // The id may hold blanks, so that it is last.
            Self::Job { id, uuid, revision, execution } => format!("job {uuid} {revision} {execution} {id}"),
            Self::Rollback { to, over } => format!("rollback {} {}", to.0, over.0),
        }
    }

    /// Reads the line of an origin. Any other text is an upload's: only this service writes other lines.
    #[must_use]
    pub fn parse(line: &str) -> Self {
        parsed(line).unwrap_or_default()
    }

    /// Whether an execution of a submission of this job made it.
    #[must_use]
    pub fn is_of(&self, job: JobUuid, submission: Revision) -> bool {
        matches!(self, Self::Job { uuid, revision, .. } if (*uuid, *revision) == (job, submission))
    }
}

fn parsed(line: &str) -> Option<Origin> {
    let (kind, rest) = line.split_once(' ')?;
    match kind {
        "job" => {
            let mut words = rest.splitn(4, ' ');
            Some(Origin::Job {
                uuid: JobUuid(words.next()?.parse().ok()?),
                revision: Revision(words.next()?.parse().ok()?),
                execution: ExecutionNumber(words.next()?.parse().ok()?),
                id: JobId::new(words.next()?).ok()?,
            })
        }
        "rollback" => {
            let (to, over) = rest.split_once(' ')?;
            Some(Origin::Rollback { to: FileVersion(to.to_owned()), over: FileVersion(over.to_owned()) })
        }
        _ => None,
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Upload => f.write_str("an upload"),
            Self::Job { id, execution, .. } => write!(f, "execution {execution} of the job `{id}`"),
            Self::Rollback { to, .. } => write!(f, "a rollback to version {}", to.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_an_origin_is_read_back() {
        let (uuid, revision, execution) = (JobUuid::new(), Revision(2), ExecutionNumber(7));
        let id = JobId::new("每晚 nightly 1").unwrap();
        let (to, over) = (FileVersion("a".to_owned()), FileVersion("b".to_owned()));
        for origin in
            [Origin::Upload, Origin::Job { id, uuid, revision, execution }, Origin::Rollback { to, over }]
        {
            assert_eq!(Origin::parse(&origin.line()), origin);
        }
        for line in ["", "job", "job x 1 1 a", "rollback a", "robot"] {
            assert_eq!(Origin::parse(line), Origin::Upload, "{line}");
        }
    }
}
