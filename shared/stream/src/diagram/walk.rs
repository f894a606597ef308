//! Traversal of links.

use std::collections::HashSet;

use super::Diagram;
use crate::error::{ErrorKind, Result};
use crate::node::{Node, NodeFamily, NodeId};

/// One step of a depth-first walk.
enum Step {
    Enter(NodeId),
    Leave(NodeId),
}

impl Diagram {
    /// A node and all nodes that it reads from, directly or not. Each node follows its inputs: sources are
    /// first and the node itself is last.
    ///
    /// # Errors
    /// [`ErrorKind::Cycle`] if the links contain a cycle, [`ErrorKind::NoNode`] for an unknown number.
    pub fn upstream(&self, id: NodeId) -> Result<Vec<&Node>> {
        self.walk(&[id], |id| self.inputs(id).map(|node| node.id).collect())
    }

    /// Some nodes and all nodes that they read from, each once and after its inputs.
    ///
    /// # Errors
    /// Those of [`Diagram::upstream`].
    pub fn upstream_of(&self, ids: &[NodeId]) -> Result<Vec<&Node>> {
        self.walk(ids, |id| self.inputs(id).map(|node| node.id).collect())
    }

    /// A node and all nodes that read from it, directly or not. The node itself is first, and each node
    /// precedes those that read from it.
    ///
    /// # Errors
    /// Those of [`Diagram::upstream`].
    pub fn downstream(&self, id: NodeId) -> Result<Vec<&Node>> {
        let mut nodes = self.walk(&[id], |id| self.outputs(id).map(|node| node.id).collect())?;
        nodes.reverse();
        Ok(nodes)
    }

    /// Nodes that a run executes: first those with a place in the order, then the others in document order. A supernode
    /// without terminal nodes is none, even if nothing reads from it: Modeler runs terminal supernodes only.
    pub fn terminals(&self) -> Vec<&Node> {
        let ordered = self.terminal_order().iter().filter_map(|id| self.node(*id));
        let is_terminal = |node: &&Node| match node.family() {
            NodeFamily::SuperNode => {
                let inner = node.inner.iter().flat_map(|inner| inner.all_nodes());
                self.outputs(node.id).next().is_none()
                    && inner.into_iter().any(|node| node.family().is_terminal())
            }
            family => family.is_terminal(),
        };
        let mut seen = HashSet::new();
        let all = ordered.chain(self.nodes().iter().filter(is_terminal));
        all.filter(|node| seen.insert(node.id)).collect()
    }

    /// All nodes, each after its inputs.
    ///
    /// # Errors
    /// [`ErrorKind::Cycle`] if the links contain a cycle.
    pub fn in_order(&self) -> Result<Vec<&Node>> {
        let all: Vec<_> = self.nodes().iter().map(|node| node.id).collect();
        self.walk(&all, |id| self.inputs(id).map(|node| node.id).collect())
    }

    /// Nodes reachable from `starts`, each after the nodes that `next` returns for it.
    fn walk(&self, starts: &[NodeId], next: impl Fn(NodeId) -> Vec<NodeId>) -> Result<Vec<&Node>> {
        let mut finished = Vec::new();
        let mut seen = HashSet::new();
        let mut open = HashSet::new();
        let mut steps: Vec<_> = starts.iter().rev().copied().map(Step::Enter).collect();
        while let Some(step) = steps.pop() {
            let id = match step {
                Step::Leave(id) => {
                    open.remove(&id);
                    finished.extend(self.node(id));
                    continue;
                }
                Step::Enter(id) => id,
            };
            let node = self.node(id).ok_or_else(|| ErrorKind::NoNode(id.to_string()))?;
            if open.contains(&id) {
                return Err(ErrorKind::Cycle(node.describe()).into());
            }
            if !seen.insert(id) {
                continue;
            }
            open.insert(id);
            steps.push(Step::Leave(id));
            steps.extend(next(id).into_iter().rev().map(Step::Enter));
        }
        Ok(finished)
    }
}
