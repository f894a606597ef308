//! The shapes of node families.

use std::f64::consts::{PI, TAU};

use crate::node::NodeFamily;

/// Distance from the centre of a node to the corners of its shape.
pub(super) const RADIUS: f64 = 20.0;

/// The style class of a family.
pub(super) fn class(family: NodeFamily) -> &'static str {
    match family {
        NodeFamily::Source => "source",
        NodeFamily::RecordOperation => "record",
        NodeFamily::FieldOperation => "field",
        NodeFamily::Graph => "graph",
        NodeFamily::Builder => "builder",
        NodeFamily::Nugget => "nugget",
        NodeFamily::Output => "output",
        NodeFamily::Export => "export",
        NodeFamily::SuperNode => "super",
        NodeFamily::Connector => "connector",
        NodeFamily::Other => "other",
    }
}

/// The shape of a family around a point.
pub(super) fn shape(family: NodeFamily, x: f64, y: f64) -> String {
    let class = class(family);
    let polygon = |points: Vec<(f64, f64)>| {
        let points: Vec<_> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        format!("<polygon class=\"icon {class}\" points=\"{}\"/>", points.join(" "))
    };
    let regular = |corners: usize, radius: f64, turn: f64| -> Vec<(f64, f64)> {
        let angle = |corner: usize| turn + TAU * corner as f64 / corners as f64;
        let corner = |corner| (x + radius * angle(corner).sin(), y - radius * angle(corner).cos());
        (0..corners).map(corner).collect()
    };
    let half = RADIUS * 0.82;
    let square =
        || vec![(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)];
    match family {
        NodeFamily::Source => circle(class, x, y, RADIUS * 0.95),
        NodeFamily::Connector => circle(class, x, y, RADIUS * 0.6),
        NodeFamily::RecordOperation | NodeFamily::FieldOperation => polygon(regular(6, RADIUS, PI / 6.0)),
        NodeFamily::Builder => polygon(regular(5, RADIUS * 1.05, 0.0)),
        NodeFamily::Nugget => polygon(regular(4, RADIUS * 1.15, 0.0)),
        NodeFamily::Graph => polygon(regular(3, RADIUS * 1.2, 0.0)),
        NodeFamily::Output | NodeFamily::Other => polygon(square()),
        // A square that points down, because data leave here.
        NodeFamily::Export => {
            let mut points = square();
            points.insert(3, (x, y + half * 1.4));
            polygon(points)
        }
        NodeFamily::SuperNode => {
            let outer = regular(8, RADIUS * 1.2, 0.0);
            let inner = regular(8, RADIUS * 0.85, PI / 8.0);
            polygon(outer.into_iter().zip(inner).flat_map(|(outer, inner)| [outer, inner]).collect())
        }
    }
}

fn circle(class: &str, x: f64, y: f64, radius: f64) -> String {
    format!("<circle class=\"icon {class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\"/>")
}
