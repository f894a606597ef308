//! Traverses links backwards.

use super::{Graph, Vertex};

/// The links contain a cycle through this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Circle(pub(crate) Vertex);

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    New,
    Open,
    Done,
}

enum Step {
    Enter(Vertex),
    Leave(Vertex),
}

impl Graph<'_> {
    /// Some nodes and all nodes that they read from, each once and after its inputs.
    ///
    /// # Errors
    /// [`Circle`] if the links contain a cycle.
    pub(crate) fn upstream_of(&self, ends: &[Vertex]) -> Result<Vec<Vertex>, Circle> {
        let mut marks = vec![Mark::New; self.nodes.len()];
        let mut found = Vec::new();
        let mut steps = ends.iter().rev().copied().map(Step::Enter).collect::<Vec<_>>();
        while let Some(step) = steps.pop() {
            let (vertex, mark) = match step {
                Step::Enter(vertex) | Step::Leave(vertex) => (vertex, marks.get_mut(vertex.0)),
            };
            let Some(mark) = mark else { continue };
            match (step, *mark) {
                (Step::Leave(_), _) => {
                    *mark = Mark::Done;
                    found.push(vertex);
                }
                (Step::Enter(_), Mark::Done) => {}
                (Step::Enter(_), Mark::Open) => return Err(Circle(vertex)),
                (Step::Enter(_), Mark::New) => {
                    *mark = Mark::Open;
                    steps.push(Step::Leave(vertex));
                    let inputs = self.node(vertex).into_iter().flat_map(|node| node.inputs.iter().rev());
                    steps.extend(inputs.map(|input| Step::Enter(input.from)));
                }
            }
        }
        Ok(found)
    }
}
