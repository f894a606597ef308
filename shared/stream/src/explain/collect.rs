//! Collects an explanation.

use super::diagram::{DiagramSummary, SourceSummary, text};
use super::stream::{GlobalSummary, ParameterSummary, ScoringSummary, ScriptSummary};
use super::{Explanation, models};
use crate::error::Result;
use crate::file::StreamFile;
use crate::node::{Node, NodeFamily};

pub(super) fn collect(file: &StreamFile) -> Explanation {
    let stream = file.stream();
    let nodes = stream.diagram.all_nodes();
    let (models, mut problems) = models::models(stream);
    let mut readable = |result: Result<_>| result.map_err(|error| problems.push(error.to_string())).ok();
    let is_source = |node: &&&Node| node.family() == NodeFamily::Source;
    let sources = nodes.iter().filter(is_source).filter_map(|node| readable(SourceSummary::of(node)));
    let sources = sources.collect();
    let own = stream.element().child("properties").map(|properties| &**properties);
    let inner = nodes.iter().filter(|node| node.family() == NodeFamily::SuperNode);
    let inner = inner.map(|node| ScriptSummary::of(Some(&node.uid), node.properties()));
    let scripts = std::iter::once(ScriptSummary::of(None, own)).chain(inner);
    let mut found = Vec::new();
    for script in scripts {
        match script {
            Ok(script) => found.extend(script),
            Err(error) => problems.push(error.to_string()),
        }
    }
    Explanation {
        name: stream.name.clone(),
        version: stream.version.clone(),
        save_version: stream.save_version.clone(),
        saved_at: text(own, "lastSavedDate").and_then(|saved| saved.parse().ok()),
        diagram: DiagramSummary::of(&stream.diagram),
        sources,
        terminals: stream.diagram.terminals().iter().map(|node| node.id.0).collect(),
        scoring: ScoringSummary::of(stream),
        parameters: stream.parameters.iter().map(ParameterSummary::of).collect(),
        globals: stream.globals.iter().map(GlobalSummary::of).collect(),
        models,
        scripts: found,
        actions: Vec::new(),
        problems,
    }
}
