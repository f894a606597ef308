//! Cost of an execution in units of use, because prices differ by region, contract and year.

use satsuma_domain::Execution;
use serde::Serialize;

/// What an execution used of billed resources, as counted by its worker.
///
/// Not included: the start of a cold worker, its claim and its last write, the sweeper, the API's own
/// requests, storage, and transfer.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Cost"))]
#[serde(rename_all = "camelCase")]
pub(super) struct CostView {
    /// The memory of the worker's function in GB (1024 MB), multiplied by the seconds from claim to end.
    gb_seconds: f64,
    /// Requests of the worker, including failed attempts.
    requests: RequestsView,
}

/// Requests by service.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Requests"))]
#[serde(rename_all = "camelCase")]
struct RequestsView {
    /// Requests to the job store (DynamoDB).
    table: u64,
    /// Requests to the file store (S3).
    files: u64,
}

impl CostView {
    /// The cost of an execution after its end, if known.
    pub(super) fn of(execution: &Execution) -> Option<Self> {
        let (used, finished) = (execution.report.used?, execution.finished_at?);
        let millis = u64::try_from(finished.0.saturating_sub(execution.started_at.0)).unwrap_or(0);
        let gb_seconds = f64::from(used.memory_mb) * millis as f64 / 1024.0 / 1000.0;
        let requests = RequestsView { table: used.table_requests, files: used.file_requests };
        Some(Self { gb_seconds, requests })
    }
}
