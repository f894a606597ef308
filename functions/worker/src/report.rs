//! The engine's counters, as the execution's report.

use satsuma_domain::report::{NodeReport, Report};
use satsuma_engine::RunStatistics;

/// The report of the nodes' work so far.
pub(crate) fn of(statistics: &RunStatistics) -> Report {
    let nodes = statistics.nodes().into_iter().map(|work| NodeReport {
        node: work.node.label,
        kind: work.node.kind,
        uid: work.node.uid,
        rows_in: work.rows_in,
        rows_out: work.rows_out,
        busy_ms: u64::try_from(work.busy.as_millis()).unwrap_or(u64::MAX),
    });
    Report::of_nodes(nodes.collect())
}
