//! Which nodes each action ends with. IBM: "Machine Learning service batch job API", "Job types".

use satsuma_stream::{Diagram, Node, NodeFamily, Stream};

use crate::error::{EngineError, NodeRef, Refusal};
use crate::request::Action;

/// Inside a supernode, stands for the link that leaves it.
const WAY_OUT: &str = "SuperNodeOutputConnectorNode";

/// The terminal nodes that an action other than scoring runs, in the order in which a run executes them.
///
/// - `TRAINING` and `AUTO_REFRESH`: the model builders.
/// - `EVALUATION`: what makes documents, which is outputs and charts; not the end of the scoring branch.
/// - `RUN_STREAM`: what the stream's properties say: all of them, or the script.
pub(crate) fn of_action(stream: &Stream, action: Action) -> Result<Vec<&Node>, EngineError> {
    if action == Action::RunStream && stream.properties.script_is_default_execution {
        let language = &stream.properties.script_language;
        let reason = format!("the stream is set to run its script ({language}); scripts are not supported");
        let property = Some("script".to_owned());
        let node = NodeRef::of_stream(stream);
        return Err(EngineError::Unsupported(vec![Refusal { node, property, value: None, reason }]));
    }
    let scoring = stream.properties.scoring_terminal_node.as_deref();
    let is_left_out = |node: &Node| action == Action::Evaluation && scoring == Some(node.uid.as_str());
    let terminals = stream.diagram.terminals().into_iter();
    let found = terminals.filter(|node| is_run(node, action) && !is_left_out(node)).collect::<Vec<_>>();
    match found.as_slice() {
        [] => Err(EngineError::Branch(format!("the stream has no {} for {action} to run", wanted(action)))),
        _ => Ok(found),
    }
}

/// Whether an action runs a terminal node: by its family or, for a supernode, by what ends inside it.
fn is_run(node: &Node, action: Action) -> bool {
    match (&node.inner, node.family()) {
        (Some(inner), NodeFamily::SuperNode) => inner.terminals().iter().any(|node| is_run(node, action)),
        (_, family) => match action {
            Action::Training | Action::AutoRefresh => family == NodeFamily::Builder,
            Action::Evaluation => matches!(family, NodeFamily::Output | NodeFamily::Graph),
            Action::BatchScore | Action::RunStream => true,
        },
    }
}

/// Where a run ends inside a supernode that records flow through: at its way out.
pub(crate) fn ways_out(inner: &Diagram) -> Vec<&Node> {
    inner.nodes().iter().filter(|node| node.node_type.class() == WAY_OUT).collect()
}

/// Where a run of the action ends inside a supernode that a branch ends with.
pub(crate) fn inner_terminals(inner: &Diagram, action: Action) -> Vec<&Node> {
    inner.terminals().into_iter().filter(|node| is_run(node, action)).collect()
}

fn wanted(action: Action) -> &'static str {
    match action {
        Action::Training | Action::AutoRefresh => "model builder",
        Action::Evaluation => "output or chart outside its scoring branch",
        Action::BatchScore | Action::RunStream => "terminal node",
    }
}
