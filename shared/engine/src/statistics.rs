//! Statistics of a run: records and time of each node.
//!
//! They are updated once per batch. Nodes that only select, rename or describe fields (Filter, Type) have no
//! work of their own: they become part of the query, and report their input records.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::error::NodeRef;

/// The work of one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeStatistics {
    /// The node.
    pub node: NodeRef,
    /// Number of input records over all links; 0 at a source.
    pub rows_in: u64,
    /// Number of output records; 0 at a terminal node.
    pub rows_out: u64,
    /// Processing time: reading and converting text in a source, computing a model, writing in a terminal
    /// node. Waiting for other nodes does not count. Nodes work in parallel, so that the sum may exceed the
    /// duration of the run. The query's own work between nodes does not count for any node.
    pub busy: Duration,
}

/// The statistics of a run's nodes. They can be read during the run and after it, whatever its result.
#[derive(Debug, Clone, Default)]
pub struct RunStatistics(Arc<Mutex<Vec<Entry>>>);

#[derive(Debug)]
struct Entry {
    inputs: Vec<usize>,
    counter: Arc<NodeCounter>,
}

impl RunStatistics {
    /// Empty statistics.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The work of every node so far, in the order of the plan; empty before the plan exists.
    #[must_use]
    pub fn nodes(&self) -> Vec<NodeStatistics> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut nodes: Vec<NodeStatistics> = Vec::with_capacity(entries.len());
        let mut passed: Vec<u64> = Vec::with_capacity(entries.len());
        for entry in entries.iter() {
            let rows_in = entry.inputs.iter().filter_map(|input| passed.get(*input)).sum();
            let counter = &entry.counter;
            let rows_out = match counter.counts.load(Relaxed) {
                true => counter.rows.load(Relaxed),
                false => rows_in,
            };
            passed.push(rows_out);
            nodes.push(NodeStatistics {
                node: counter.node.clone(),
                rows_in: if counter.is_terminal { counter.rows.load(Relaxed) } else { rows_in },
                rows_out: if counter.is_terminal { 0 } else { rows_out },
                busy: Duration::from_nanos(counter.busy_nanos.load(Relaxed)),
            });
        }
        nodes
    }

    /// Adds the counter of a node of the plan, with the indexes of its inputs.
    pub(crate) fn add(&self, node: &NodeRef, inputs: Vec<usize>, is_terminal: bool) -> Arc<NodeCounter> {
        let counter = Arc::new(NodeCounter::new(node, is_terminal));
        let entry = Entry { inputs, counter: Arc::clone(&counter) };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
        counter
    }
}

/// Counts the output records of one node, and its time.
#[derive(Debug)]
pub struct NodeCounter {
    node: NodeRef,
    is_terminal: bool,
    /// Whether the node counts its records itself.
    counts: AtomicBool,
    rows: AtomicU64,
    busy_nanos: AtomicU64,
    /// The most that a pass counted of something in a part of a source.
    parts: Mutex<HashMap<(u64, Cow<'static, str>), u64>>,
}

impl NodeCounter {
    pub(crate) fn new(node: &NodeRef, is_terminal: bool) -> Self {
        Self {
            node: node.clone(),
            is_terminal,
            counts: AtomicBool::new(false),
            rows: AtomicU64::new(0),
            busy_nanos: AtomicU64::new(0),
            parts: Mutex::default(),
        }
    }

    /// A pass has counted so much of something in a part of the source; gives what is more than any pass before
    /// it counted.
    pub(crate) fn advance(&self, part: u64, what: Cow<'static, str>, counted: u64) -> u64 {
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        let most = parts.entry((part, what)).or_default();
        let more = counted.saturating_sub(*most);
        *most += more;
        more
    }

    /// The node.
    pub fn node(&self) -> &NodeRef {
        &self.node
    }

    /// Makes the counter the source of the node's number of records.
    pub(crate) fn counts_rows(&self) {
        self.counts.store(true, Relaxed);
    }

    /// Whether the node counts its records itself.
    pub(crate) fn is_counting(&self) -> bool {
        self.counts.load(Relaxed)
    }

    /// Counts records; returns the number so far.
    pub(crate) fn add(&self, rows: u64) -> u64 {
        self.rows.fetch_add(rows, Relaxed) + rows
    }

    /// Executes work in this node's time.
    pub fn busy<T>(&self, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let done = work();
        let nanos = u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.busy_nanos.fetch_add(nanos, Relaxed);
        done
    }
}
