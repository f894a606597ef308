//! One diagram, drawn below the previous ones.

use std::collections::{HashMap, HashSet};

use super::axis::{Axis, LARGEST};
use super::canvas::Canvas;
use super::label::{clipped, code, columns, escaped, wrapped};
use super::note::Note;
use super::shape::{RADIUS, shape};
use crate::diagram::Diagram;
use crate::node::{Node, NodeFamily, NodeId};

/// Margin around a diagram, for shapes and labels.
const MARGIN: (f64, f64) = (64.0, 56.0);
/// Height of a title.
const TITLE: f64 = 24.0;
/// Distance of nodes without a position.
const SPACING: f64 = 96.0;
/// Largest number of characters of a full name.
const NAME: usize = 200;
/// Most links, comments and ties of a comment that are drawn; real streams have a hundredth of it.
const LINKS: usize = 20_000;
const COMMENTS: usize = 2000;
const TIES: usize = 500;
/// Columns and lines of a label.
const LABEL: (usize, usize) = (15, 2);
/// Height of a line of text.
pub(super) const LINE: f64 = 13.0;
/// Width of a column of text.
pub(super) const COLUMN: f64 = 6.2;

/// A diagram with the positions of its nodes.
pub(super) struct Frame<'a> {
    title: String,
    diagram: &'a Diagram,
    branch: HashSet<NodeId>,
    places: HashMap<NodeId, (f64, f64)>,
    notes: Vec<Note>,
    width: f64,
    height: f64,
}

impl<'a> Frame<'a> {
    pub(super) fn new(title: &str, diagram: &'a Diagram, branch: HashSet<NodeId>) -> Self {
        let mut frame = Frame {
            title: clipped(title, NAME).to_owned(),
            diagram,
            branch,
            places: HashMap::new(),
            notes: Vec::new(),
            width: 0.0,
            height: 0.0,
        };
        frame.lay_out();
        frame
    }

    /// Places everything at the stream's positions, moved so that the margin is kept.
    fn lay_out(&mut self) {
        let placed = |node: &Node| node.position.map(|(x, y)| (node.id, (f64::from(x), f64::from(y))));
        let mut places: Vec<(NodeId, (f64, f64))> = self.diagram.nodes().iter().filter_map(placed).collect();
        let lowest = places.iter().map(|(_, (_, y))| *y).fold(0.0, f64::max);
        let lost = self.diagram.nodes().iter().filter(|node| node.position.is_none());
        places.extend(lost.enumerate().map(|(number, node)| {
            let (column, row) = ((number % 10) as f64, (number / 10) as f64);
            (node.id, (column * SPACING, lowest + (row + 1.0) * SPACING))
        }));
        let mut notes: Vec<_> = self.diagram.comments().iter().take(COMMENTS).map(Note::new).collect();
        let corners = || places.iter().map(|(_, place)| *place).chain(notes.iter().map(|note| note.place));
        let (across, down) = (Axis::new(corners().map(|(x, _)| x)), Axis::new(corners().map(|(_, y)| y)));
        let moved = |(x, y): (f64, f64)| (across.at(x) + MARGIN.0, down.at(y) + TITLE + MARGIN.1);
        self.places = places.iter().map(|(id, place)| (*id, moved(*place))).collect();
        notes.iter_mut().for_each(|note| note.place = moved(note.place));
        self.notes = notes;
        let ends = self.places.values().map(|place| (*place, (0.0, 0.0)));
        let ends: Vec<_> = ends.chain(self.notes.iter().map(|note| (note.place, note.size))).collect();
        self.width = ends.iter().map(|((x, _), (width, _))| x + width).fold(MARGIN.0, f64::max) + MARGIN.0;
        self.height = ends.iter().map(|((_, y), (_, height))| y + height).fold(TITLE, f64::max) + MARGIN.1;
    }

    pub(super) fn draw(&self, canvas: &mut Canvas) {
        let top = canvas.height();
        let title_width = columns(&self.title) as f64 * COLUMN * 1.4 + 24.0;
        let (width, height) = (self.width.max(title_width.min(LARGEST)), self.height);
        canvas.push(format_args!("<g transform=\"translate(0 {top:.0})\">"));
        canvas.push(format_args!(
            "<rect class=\"frame\" x=\"4\" y=\"4\" width=\"{:.0}\" height=\"{:.0}\" rx=\"6\"/>",
            width - 8.0,
            height - 8.0
        ));
        canvas.push(format_args!("<text class=\"title\" x=\"14\" y=\"24\">{}</text>", escaped(&self.title)));
        self.draw_comments(canvas);
        self.draw_links(canvas);
        for node in self.diagram.nodes() {
            self.draw_node(node, canvas);
        }
        canvas.push("</g>");
        canvas.grow(width, top + height);
    }

    fn draw_comments(&self, canvas: &mut Canvas) {
        let nodes = self.diagram.nodes().iter();
        let by_uid: HashMap<_, _> = nodes.map(|node| (node.uid.as_str(), node.id)).collect();
        for (comment, note) in self.diagram.comments().iter().zip(&self.notes) {
            let (x, y) = note.middle();
            let tied =
                comment.nodes.iter().take(TIES).filter_map(|uid| self.places.get(by_uid.get(uid.as_str())?));
            for (to_x, to_y) in tied {
                canvas.push(format_args!(
                    "<line class=\"tie\" x1=\"{x:.1}\" y1=\"{y:.1}\" x2=\"{to_x:.1}\" y2=\"{to_y:.1}\"/>"
                ));
            }
            note.draw(canvas);
        }
    }

    fn draw_links(&self, canvas: &mut Canvas) {
        for link in self.diagram.links().iter().take(LINKS) {
            let ends = (self.places.get(&link.source), self.places.get(&link.target));
            let (Some((x, y)), Some((to_x, to_y))) = ends else { continue };
            let length = (to_x - x).hypot(to_y - y);
            if length <= 2.0 * RADIUS {
                continue;
            }
            let scoring = self.branch.contains(&link.source) && self.branch.contains(&link.target);
            let (class, arrow) = if scoring { ("link scoring", "scoring") } else { ("link", "arrow") };
            let direction = ((to_x - x) / length, (to_y - y) / length);
            let start = self.reach(link.source, direction);
            // With some distance before the arrow head.
            let end = length - self.reach(link.target, (-direction.0, -direction.1)) - 3.0;
            if end <= start {
                continue;
            }
            let at = |way: f64| (x + direction.0 * way, y + direction.1 * way);
            let ((x1, y1), (x2, y2)) = (at(start), at(end));
            canvas.push(format_args!(
                "<path class=\"{class}\" d=\"M{x1:.1} {y1:.1} {x2:.1} {y2:.1}\" marker-end=\"url(#{arrow})\"/>"
            ));
        }
    }

    /// Distance from the centre of a node, in some direction, that is clear of its shape and label.
    fn reach(&self, id: NodeId, (right, down): (f64, f64)) -> f64 {
        let lines = self.diagram.node(id).map(label).unwrap_or_default();
        let half = lines.iter().map(|line| columns(line)).max().unwrap_or(0) as f64 * COLUMN / 2.0;
        let bottom = RADIUS + 4.0 + lines.len() as f64 * LINE;
        if down <= 0.0 || right.abs() / down * RADIUS > half {
            return RADIUS;
        }
        (bottom / down).min(half / right.abs().max(1e-9)).max(RADIUS)
    }

    fn draw_node(&self, node: &Node, canvas: &mut Canvas) {
        let Some((x, y)) = self.places.get(&node.id).copied() else {
            return;
        };
        let mut classes = vec!["node"];
        classes.extend(self.branch.contains(&node.id).then_some("scoring"));
        classes.extend((!node.enabled).then_some("disabled"));
        let name = escaped(clipped(node.display_name(), NAME));
        let node_type = escaped(clipped(&node.node_type.to_string(), NAME));
        canvas.push(format_args!("<g class=\"{}\"><title>{name} ({node_type})</title>", classes.join(" ")));
        canvas.push(shape(node.family(), x, y));
        if node.family() != NodeFamily::Connector {
            let code = escaped(&code(&node.node_type));
            canvas.push(format_args!("<text class=\"code\" x=\"{x:.1}\" y=\"{:.1}\">{code}</text>", y + 0.5));
        }
        let lines = label(node);
        for (line, number) in lines.iter().zip(0_u32..) {
            let down = y + RADIUS + 13.0 + f64::from(number) * LINE;
            canvas.push(format_args!(
                "<text class=\"label\" x=\"{x:.1}\" y=\"{down:.1}\">{}</text>",
                escaped(line)
            ));
        }
        canvas.push("</g>");
    }
}

/// The lines below a node.
fn label(node: &Node) -> Vec<String> {
    wrapped(node.display_name(), LABEL.0, LABEL.1)
}
