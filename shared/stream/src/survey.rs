//! A survey of many streams: their node types, and the branches that an engine can run, by node type, as
//! Markdown.
//!
//! A *branch* is a node that a run executes, with all nodes that it reads from. This crate has no engine, so
//! the caller of [`Survey::add`] supplies the check.

mod markdown;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use crate::file::StreamFile;
use crate::node::{NodeFamily, NodeType};
use crate::stream::Branch;

/// Whether a branch can be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Unchecked.
    Unasked,
    /// It can be run.
    Runs,
    /// It cannot be run, for these reasons.
    Blocked(Vec<String>),
}

/// The counts of the streams that were added.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    streams: Vec<StreamLine>,
    unreadable: Vec<Unreadable>,
    types: BTreeMap<NodeType, TypeLine>,
    reasons: BTreeMap<String, usize>,
}

/// A file that is not a stream, or a damaged one.
#[derive(Debug, Clone)]
struct Unreadable {
    path: String,
    reason: String,
}

/// A row of the table of streams.
#[derive(Debug, Clone)]
struct StreamLine {
    path: String,
    version: String,
    nodes: usize,
    types: usize,
    branches: Count,
    scoring: &'static str,
}

/// A row of the table of node types.
#[derive(Debug, Clone, Default)]
struct TypeLine {
    family: Option<NodeFamily>,
    nodes: usize,
    streams: usize,
    branches: Count,
}

/// Number of branches, and of those that run: `None` after an unchecked one.
#[derive(Debug, Clone, Copy)]
struct Count {
    all: usize,
    running: Option<usize>,
}

impl Default for Count {
    fn default() -> Self {
        Count { all: 0, running: Some(0) }
    }
}

impl Count {
    fn add(&mut self, verdict: &Verdict) {
        self.all += 1;
        self.running = match verdict {
            Verdict::Unasked => None,
            Verdict::Runs => self.running.map(|running| running + 1),
            Verdict::Blocked(_) => self.running,
        };
    }
}

impl Survey {
    /// Adds a stream. `verdict` checks each of its branches.
    pub fn add(
        &mut self,
        path: &str,
        file: &StreamFile,
        mut verdict: impl FnMut(&StreamFile, &Branch<'_>) -> Verdict,
    ) {
        let stream = file.stream();
        let nodes = stream.diagram.all_nodes();
        let types: BTreeSet<_> = nodes.iter().map(|node| &node.node_type).collect();
        for node in &nodes {
            let line = self.types.entry(node.node_type.clone()).or_default();
            line.family = Some(node.family());
            line.nodes += 1;
        }
        for node_type in &types {
            self.types.entry((*node_type).clone()).or_default().streams += 1;
        }
        let mut branches = Count::default();
        for terminal in stream.diagram.terminals() {
            let Ok(branch) = stream.branch_to(terminal) else { continue };
            let verdict = verdict(file, &branch);
            branches.add(&verdict);
            let in_branch: BTreeSet<_> = branch.nodes.iter().flat_map(|node| node.with_inner()).collect();
            for node_type in in_branch {
                self.types.entry(node_type.clone()).or_default().branches.add(&verdict);
            }
            if let Verdict::Blocked(reasons) = verdict {
                let reasons: BTreeSet<_> = reasons.into_iter().collect();
                reasons.into_iter().for_each(|reason| *self.reasons.entry(reason).or_default() += 1);
            }
        }
        let scoring = match (stream.scoring_branch(), &stream.properties.scoring_terminal_node) {
            (Ok(_), _) => "yes",
            (Err(_), Some(_)) => "dangling",
            (Err(_), None) => "",
        };
        self.streams.push(StreamLine {
            path: path.to_owned(),
            version: stream.version.clone(),
            nodes: nodes.len(),
            types: types.len(),
            branches,
            scoring,
        });
    }
}

impl Survey {
    /// Adds a file that could not be read.
    pub fn add_unreadable(&mut self, path: &str, reason: &str) {
        self.unreadable.push(Unreadable { path: path.to_owned(), reason: reason.to_owned() });
    }

    /// Number of files that could not be read.
    pub fn unreadable(&self) -> usize {
        self.unreadable.len()
    }
}

impl crate::node::Node {
    /// The node's type and those of all nodes inside it.
    fn with_inner(&self) -> Vec<&NodeType> {
        let inner = self.inner.iter().flat_map(|inner| inner.all_nodes());
        std::iter::once(&self.node_type).chain(inner.map(|node| &node.node_type)).collect()
    }
}

#[cfg(test)]
mod tests;
