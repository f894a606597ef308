//! The report of an execution: the work of each node, and the resources used.

use serde::{Deserialize, Serialize};

/// Most nodes that are kept of one execution, those that were longest at work: they are stored with
/// the job, which every heartbeat of a later execution writes anew. The execution's log has them all.
pub const MAX_NODES: usize = 20;

/// Longest name of a node that is kept, in bytes.
const MAX_NODE_NAME_BYTES: usize = 100;

/// What one node did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NodeReport {
    /// Its name in the stream.
    pub node: String,
    /// What kind of node it is.
    pub kind: String,
    /// Records that arrived; 0 at a source.
    pub rows_in: u64,
    /// Records that it passed on; 0 at a terminal node.
    pub rows_out: u64,
    /// Milliseconds that it was at work itself. Nodes work at the same time, and one that only chooses or
    /// describes fields has no work of its own.
    pub busy_ms: u64,
}

/// What an execution used, as its worker counted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Used {
    /// The memory that the worker's function is billed for, in MB.
    pub memory_mb: u32,
    /// Requests to the table of jobs, tries that failed included.
    pub table_requests: u64,
    /// Requests to the store of files, tries that failed included.
    pub file_requests: u64,
}

/// What an execution tells of its work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The nodes, each after what it reads from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nodes: Vec<NodeReport>,
    /// Nodes beyond [`MAX_NODES`], which only the log has.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_nodes: u32,
    /// What it used; unknown outside Lambda.
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
            cut(&mut node.node);
            cut(&mut node.kind);
        }
        Self { nodes, more_nodes: u32::try_from(surplus).unwrap_or(u32::MAX), used: None }
    }

    /// True if the report has no content.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn cut(name: &mut String) {
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
        NodeReport { node: name.to_owned(), kind: "Type".to_owned(), rows_in: 1, rows_out: 1, busy_ms }
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
        assert!(stored.len() < 5_000, "{}", stored.len());
    }
}
