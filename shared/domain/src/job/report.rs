//! The report of an execution: the work of each node, and the resources used.

use serde::{Deserialize, Serialize};

/// Most nodes that are stored of one execution, those with the longest running time. They are stored with the
/// job, which every heartbeat of a later execution rewrites. The execution's log has all nodes.
pub const MAX_NODES: usize = 20;

/// Longest stored name of a node, in bytes.
const MAX_NODE_NAME_BYTES: usize = 100;

/// The work of one node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeReport {
    /// Its label in the stream.
    pub node: String,
    /// Modeler's name of its type.
    pub kind: String,
    /// Its uid; empty in executions of earlier versions.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub uid: String,
    /// Number of input records; 0 at a source.
    pub rows_in: u64,
    /// Number of output records; 0 at a terminal node.
    pub rows_out: u64,
    /// Milliseconds of its own work. Nodes work in parallel. A node that only selects or describes fields has
    /// no work of its own.
    pub busy_ms: u64,
}

/// Resources that an execution used, as counted by its worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Used {
    /// Memory for which the worker's function is billed, in MB.
    pub memory_mb: u32,
    /// Requests to the job store, including failed attempts.
    pub table_requests: u64,
    /// Requests to the file store, including failed attempts.
    pub file_requests: u64,
}

/// The report of an execution's work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The nodes. Each node follows its inputs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nodes: Vec<NodeReport>,
    /// Number of nodes beyond [`MAX_NODES`]; only the log has them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_nodes: u32,
    /// Resources used; unknown outside Lambda.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Used>,
}

impl Report {
    /// A report of these nodes, with at most [`MAX_NODES`].
    #[must_use]
    pub fn of_nodes(mut nodes: Vec<NodeReport>) -> Self {
        let surplus = nodes.len().saturating_sub(MAX_NODES);
        if surplus > 0 {
            let mut times: Vec<u64> = nodes.iter().map(|node| node.busy_ms).collect();
            times.sort_unstable_by(|one, other| other.cmp(one));
            let least = times.get(MAX_NODES - 1).copied().unwrap_or_default();
            let mut equal = MAX_NODES - times.iter().filter(|time| **time > least).count();
            nodes.retain(|node| {
                let is_equal = node.busy_ms == least;
                let kept = node.busy_ms > least || is_equal && equal > 0;
                equal -= usize::from(is_equal && kept);
                kept
            });
        }
        for node in &mut nodes {
            cut_name(&mut node.node);
            cut_name(&mut node.kind);
            cut_name(&mut node.uid);
        }
        Self { nodes, more_nodes: u32::try_from(surplus).unwrap_or(u32::MAX), used: None }
    }

    /// True if the report has no content.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Shortens the name of a node.
pub(super) fn cut_name(name: &mut String) {
    if name.len() > MAX_NODE_NAME_BYTES {
        let end = (0..=MAX_NODE_NAME_BYTES).rev().find(|&at| name.is_char_boundary(at)).unwrap_or(0);
        name.truncate(end);
        name.push('…');
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str, busy_ms: u64) -> NodeReport {
        let (node, kind, uid) = (name.to_owned(), "Type".to_owned(), name.to_owned());
        NodeReport { node, kind, uid, rows_in: 1, rows_out: 1, busy_ms }
    }

    #[test]
    fn the_slowest_nodes_are_kept_in_plan_order() {
        let all = (0..MAX_NODES as u64 * 2).map(|at| node(&at.to_string(), at % 3)).collect();
        let report = Report::of_nodes(all);
        assert_eq!((report.nodes.len(), report.more_nodes), (MAX_NODES, MAX_NODES as u32));
        let names: Vec<u64> = report.nodes.iter().map(|node| node.node.parse().unwrap()).collect();
        assert!(names.is_sorted(), "{names:?}");
        assert_eq!(report.nodes.iter().filter(|node| node.busy_ms == 2).count(), 13);
        assert_eq!(report.nodes.iter().filter(|node| node.busy_ms == 0).count(), 0);
    }

    #[test]
    fn a_report_is_small() {
        let all = (0..MAX_NODES).map(|_| node(&"é".repeat(1_000), u64::MAX)).collect();
        let stored = serde_json::to_string(&Report::of_nodes(all)).unwrap();
        assert!(stored.len() < 7_000, "{}", stored.len());
    }
}
