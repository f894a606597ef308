//! The canvas in words: a line a node, and what it reads from.

use std::collections::HashMap;

use satsuma_stream::explain::{DiagramSummary, Explanation, NodeSummary};
use unicode_width::UnicodeWidthStr;

use super::{line, plain};

/// Width of the column of names; longer ones push the rest to the right.
const NAME: usize = 28;

pub(super) fn draw(out: &mut String, stream: &Explanation) {
    let DiagramSummary { nodes, links, comments } = &stream.diagram;
    let counts = [(nodes.len(), "node"), (links.len(), "link"), (comments.len(), "comment")];
    let counts = counts.map(|(count, what)| format!("{count} {what}{}", if count == 1 { "" } else { "s" }));
    line(out, format_args!("\nCanvas: {}", counts.join(", ")));
    diagram(out, &stream.diagram, 1);
}

fn diagram(out: &mut String, diagram: &DiagramSummary, depth: usize) {
    let mut inputs: HashMap<u32, Vec<String>> = HashMap::new();
    for link in &diagram.links {
        inputs.entry(link.to).or_default().push(link.from.to_string());
    }
    for node in &diagram.nodes {
        self::node(out, node, inputs.get(&node.id).map(Vec::as_slice).unwrap_or_default(), depth);
    }
}

fn node(out: &mut String, node: &NodeSummary, inputs: &[String], depth: usize) {
    let name = plain(node.label.as_deref().unwrap_or(&node.name));
    let mut about = plain(&node.node_type);
    if !inputs.is_empty() {
        about += &format!(", reads {}", inputs.join(", "));
    }
    if !node.enabled {
        about += ", switched off";
    }
    let indent = "  ".repeat(depth);
    // A character of Chinese or Japanese takes the place of two.
    let blanks = " ".repeat(NAME.saturating_sub(name.width()));
    line(out, format_args!("{indent}{:>3}  {name}{blanks}  {about}", node.id));
    if let Some(inside) = &node.inside {
        diagram(out, inside, depth + 2);
    }
}
