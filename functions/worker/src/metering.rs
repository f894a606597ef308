//! Metering of executions where they are billed: on Lambda.

use satsuma_aws::Requests;
use satsuma_domain::report::Used;

use crate::limits::MEMORY_SIZE;

/// Counts the resources that this process uses. Lambda sends it one message at a time, so that the counts
/// during an execution belong to that execution.
#[derive(Debug, Clone, Default)]
pub struct Metering {
    /// Requests to the table of jobs.
    pub table: Requests,
    /// Requests to the store of files.
    pub files: Requests,
    memory_mb: Option<u32>,
}

impl Metering {
    /// The metering of this Lambda function; without effect outside Lambda.
    #[must_use]
    pub fn from_env() -> Self {
        let memory_mb = std::env::var(MEMORY_SIZE).ok().and_then(|size| size.parse().ok());
        Self { memory_mb, ..Self::default() }
    }

    /// The use since `before`, an earlier result of this; `None` if nothing is billed.
    pub(crate) fn used_since(&self, before: Option<Used>) -> Option<Used> {
        let (table, files) = before.map_or((0, 0), |used| (used.table_requests, used.file_requests));
        Some(Used {
            memory_mb: self.memory_mb?,
            table_requests: self.table.so_far().saturating_sub(table),
            file_requests: self.files.so_far().saturating_sub(files),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_execution_is_charged_for_its_own_usage() {
        let metering = Metering { memory_mb: Some(2048), ..Metering::default() };
        let before = Used { memory_mb: 2048, table_requests: 0, file_requests: 0 };
        assert_eq!(metering.used_since(metering.used_since(None)), Some(before));
        assert_eq!(Metering::default().used_since(None), None, "nobody pays for memory here");
    }
}
