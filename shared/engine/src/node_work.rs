//! What each node of a run has done so far.
//!
//! Counted once a batch, nothing per record. Nodes that only choose, rename or describe fields (Filter,
//! Type) have no work of their own: they become part of the query, and what they pass on is what
//! arrives. Where several terminal nodes read from a node it works for each of them, and all of that
//! counts.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::error::NodeRef;
use crate::plan::Planned;
use crate::step::Step;

/// What one node did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeWork {
    /// The node.
    pub node: NodeRef,
    /// Records that arrived; none at a source.
    pub rows_in: u64,
    /// Records that it passed on; none from a terminal node.
    pub rows_out: u64,
    /// How long it was at work: a source reading and converting text, a model computing, a terminal node
    /// writing. Not what it waited for others. Nodes work at the same time, so that the sum may be more
    /// than the run took; what the query itself does between nodes is in none.
    pub busy: Duration,
}

/// The work of a run's nodes, to be looked at while it runs and after it, however it ended.
#[derive(Debug, Clone, Default)]
pub struct NodeLedger(Arc<Mutex<Vec<Entry>>>);

#[derive(Debug)]
struct Entry {
    id: u32,
    input: Option<u32>,
    part: Part,
    counter: Arc<NodeCounter>,
}

#[derive(Debug, Clone, Copy)]
enum Part {
    Source,
    Process,
    Export,
}

impl NodeLedger {
    /// Nothing has run yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What every node did so far, in the order of the plan; empty before there is one.
    #[must_use]
    pub fn work(&self) -> Vec<NodeWork> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut works: Vec<(u32, NodeWork)> = Vec::with_capacity(entries.len());
        for entry in entries.iter() {
            let before = works.iter().find(|(id, _)| Some(*id) == entry.input);
            let arrived = before.map_or(0, |(_, work)| work.rows_out);
            works.push((entry.id, entry.work(arrived)));
        }
        works.into_iter().map(|(_, work)| work).collect()
    }

    /// Opens an account for a node of the plan, which works for so many terminal nodes.
    pub(crate) fn open(&self, planned: &Planned, terminals: u64) -> Arc<NodeCounter> {
        let counter = Arc::new(NodeCounter { terminals, ..NodeCounter::new(&planned.node) });
        let part = match planned.step {
            Step::Source(_) => Part::Source,
            Step::Process(_) => Part::Process,
            Step::Export(_) => Part::Export,
        };
        let entry = Entry { id: planned.id, input: planned.input, part, counter: Arc::clone(&counter) };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
        counter
    }
}

impl Entry {
    fn work(&self, arrived: u64) -> NodeWork {
        let rows = self.counter.rows.load(Relaxed);
        let (rows_in, rows_out) = match self.part {
            Part::Source => (0, rows),
            // No node so far drops or makes records. One that is part of the query counts none itself.
            Part::Process if rows == 0 => (arrived, arrived),
            Part::Process => (rows, rows),
            Part::Export => (rows, 0),
        };
        let busy = Duration::from_nanos(self.counter.busy_nanos.load(Relaxed));
        NodeWork { node: self.counter.node.clone(), rows_in, rows_out, busy }
    }
}

/// Counts the records that one node handled, and the time that it took.
#[derive(Debug)]
pub(crate) struct NodeCounter {
    pub(crate) node: NodeRef,
    /// How many terminal nodes it works for.
    pub(crate) terminals: u64,
    rows: AtomicU64,
    busy_nanos: AtomicU64,
}

impl NodeCounter {
    pub(crate) fn new(node: &NodeRef) -> Self {
        Self { node: node.clone(), terminals: 1, rows: AtomicU64::new(0), busy_nanos: AtomicU64::new(0) }
    }

    /// Counts records; gives how many it were so far.
    pub(crate) fn add(&self, rows: u64) -> u64 {
        self.rows.fetch_add(rows, Relaxed) + rows
    }

    /// Does something in this node's time.
    pub(crate) fn busy<T>(&self, doing: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let done = doing();
        let nanos = u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.busy_nanos.fetch_add(nanos, Relaxed);
        done
    }
}
