//! Hints for paths without an operation.

use std::fmt;

/// The probable mistake in a path without an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRoute {
    /// Unknown.
    Nothing,
    /// The path looks like a job id that contains a slash.
    JobWithSlash,
    /// The path belongs to the original's API of deployed models.
    Models,
    /// The path contains the access key.
    Query,
}

impl NoRoute {
    /// The probable meaning of a path without a route.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let Some((_, rest)) = path.split_once("/v1/") else { return Self::Nothing };
        if rest.contains("accesskey=") {
            return Self::Query;
        }
        match rest.split_once('/') {
            Some(("jobs", id)) if id.contains('/') => Self::JobWithSlash,
            Some(("model" | "score" | "metadata" | "stream", _)) => Self::Models,
            _ => Self::Nothing,
        }
    }
}

impl fmt::Display for NoRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "there is no such operation; the API is under /pm/v1",
            Self::JobWithSlash => {
                "there is no such operation on jobs; if the id of the job contains a `/`, choose another id"
            }
            Self::Models => {
                "this service deploys no models for single records; upload the stream with PUT \
                 /pm/v1/file/<id>, and run it as a job with PUT /pm/v1/jobs/<id>"
            }
            Self::Query => "the access key is part of the path; append it to the URL as ?accesskey=…",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leads_nowhere_is_told_what_was_meant() {
        for (path, meant) in [
            ("/", NoRoute::Nothing),
            ("/pm/v2/jobs", NoRoute::Nothing),
            ("/pm/v1/job/a", NoRoute::Nothing),
            ("/pm/v1/jobs/a/b", NoRoute::JobWithSlash),
            ("/v1/jobs/a/b/status", NoRoute::JobWithSlash),
            ("/pm/v1/score/a", NoRoute::Models),
            ("/pm/v1/model/a/b", NoRoute::Models),
            ("/pm/v1/file&accesskey=canary", NoRoute::Query),
        ] {
            assert_eq!(NoRoute::of(path), meant, "{path}");
            assert!(!meant.to_string().contains("canary"));
        }
    }
}
