//! A drawing of a stream in Modeler's layout.
//!
//! Each family of nodes has its own shape and colour: sources are circles, operations hexagons, builders
//! pentagons, models golden diamonds, charts triangles, outputs and exports squares, supernodes stars. The
//! scoring branch is strong green, and disabled nodes are faint. The content of a supernode has a frame of
//! its own below.
//!
//! The drawing is self-contained and deterministic. All texts are escaped, because they may be hostile.

mod axis;
mod canvas;
mod frame;
mod label;
mod note;
mod shape;

use std::collections::HashSet;

use canvas::Canvas;
use frame::Frame;

use crate::diagram::Diagram;
use crate::file::StreamFile;
use crate::node::NodeId;

/// Draws a stream.
pub fn svg(file: &StreamFile) -> String {
    let stream = file.stream();
    let branch = stream.scoring_branch();
    let branch: HashSet<NodeId> =
        branch.iter().flat_map(|branch| branch.nodes.iter().map(|node| node.id)).collect();
    let mut frames = vec![Frame::new(&stream.name, &stream.diagram, branch)];
    inner_frames(&stream.diagram, &mut frames);
    let mut canvas = Canvas::new();
    for frame in &frames {
        frame.draw(&mut canvas);
    }
    canvas.finish(&stream.name)
}

fn inner_frames<'a>(diagram: &'a Diagram, frames: &mut Vec<Frame<'a>>) {
    for node in diagram.nodes() {
        if let Some(inner) = &node.inner {
            let title = format!("inside {}", node.display_name());
            frames.push(Frame::new(&title, inner, HashSet::new()));
            inner_frames(inner, frames);
        }
    }
}

#[cfg(test)]
mod tests;
