//! Marks as shapes.

use std::f64::consts::TAU;

use crate::chart::Scale;
use crate::marks::{Mark, Paint, Shape, Symbol};
use crate::text::escaped;

use super::frame::Inside;
use super::{FONT, INK, SERIES, at, label, named};

/// Appends a mark.
pub(super) fn draw(mark: &Mark, inside: &Inside, x: &Scale, y: &Scale, out: &mut String) {
    let place = |point: &(f64, f64)| (inside.x(point.0, x), inside.y(point.1, y));
    let (class, color) = paint(mark.paint);
    let shape = match &mark.shape {
        Shape::Rectangle { x: (x1, x2), y: (y1, y2) } => {
            let ((left, top), (right, bottom)) = (place(&(*x1, *y1)), place(&(*x2, *y2)));
            let (left, right) = (left.min(right), left.max(right));
            let (top, bottom) = (top.min(bottom), top.max(bottom));
            format!(
                "rect class=\"{class}\" fill=\"{color}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"",
                at(left),
                at(top),
                at((right - left).max(0.1)),
                at((bottom - top).max(0.1))
            )
        }
        Shape::Point { x, y, radius, symbol } => {
            let (x, y) = place(&(*x, *y));
            point(x, y, *radius, *symbol, &class, &color)
        }
        Shape::Line { points, width, dashed } => {
            let steps = points.iter().map(place).map(|(x, y)| format!("{} {}", at(x), at(y)));
            let path = steps.collect::<Vec<_>>().join("L");
            let dashes = if *dashed { " stroke-dasharray=\"5 4\"" } else { "" };
            format!(
                "path class=\"{class} l\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{}\"{dashes} d=\"M{path}\"",
                at(*width)
            )
        }
        Shape::Slice { from, to } => {
            format!("path class=\"{class}\" fill=\"{color}\" d=\"{}\"", slice(inside, *from, *to))
        }
        Shape::Label { x, y, text, anchor } => {
            let (x, y) = place(&(*x, *y));
            let anchor = match anchor {
                anchor if *anchor < 0.35 => "start",
                anchor if *anchor > 0.65 => "end",
                _ => "middle",
            };
            *out += &label(x, y + FONT / 3.0, named(text), anchor);
            return;
        }
    };
    match mark.tip.as_str() {
        "" => *out += &format!("<{shape}/>"),
        tip => {
            let element = shape.split(' ').next().unwrap_or_default();
            *out += &format!("<{shape}><title>{}</title></{element}>", escaped(tip));
        }
    }
}

/// The class and the colour of a paint.
fn paint(paint: Paint) -> (String, String) {
    match paint {
        Paint::Series(series) => {
            let color = series % SERIES.len();
            (format!("s{color}"), SERIES.get(color).copied().unwrap_or(INK).to_owned())
        }
        Paint::Ink => ("ink".to_owned(), INK.to_owned()),
        Paint::Shade(share) => {
            let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
            // From pale yellow to dark blue.
            let mix = |low: f64, high: f64| (low + share * (high - low)).round() as u8;
            let (red, green, blue) = (mix(255.0, 8.0), mix(247.0, 48.0), mix(200.0, 107.0));
            ("shade".to_owned(), format!("#{red:02x}{green:02x}{blue:02x}"))
        }
    }
}

fn point(x: f64, y: f64, radius: f64, symbol: Symbol, class: &str, color: &str) -> String {
    let r = radius;
    let path = |points: &[(f64, f64)]| {
        let steps = points.iter().map(|(dx, dy)| format!("{} {}", at(x + dx * r), at(y + dy * r)));
        steps.collect::<Vec<_>>().join("L")
    };
    match symbol {
        Symbol::Circle => {
            let (x, y, r) = (at(x), at(y), at(r));
            format!("circle class=\"{class}\" fill=\"{color}\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\"")
        }
        Symbol::Cross => {
            let (one, two) = (path(&[(-1.0, -1.0), (1.0, 1.0)]), path(&[(-1.0, 1.0), (1.0, -1.0)]));
            format!("path class=\"{class} l\" fill=\"none\" stroke=\"{color}\" d=\"M{one}M{two}\"")
        }
        other => {
            let corners: &[(f64, f64)] = match other {
                Symbol::Square => &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
                Symbol::Triangle => &[(0.0, -1.1), (1.1, 0.9), (-1.1, 0.9)],
                _ => &[(0.0, -1.2), (1.2, 0.0), (0.0, 1.2), (-1.2, 0.0)],
            };
            format!("path class=\"{class}\" fill=\"{color}\" d=\"M{}Z\"", path(corners))
        }
    }
}

/// A slice of the largest disc inside the panel.
fn slice(inside: &Inside, from: f64, to: f64) -> String {
    let (x, y) = ((inside.left + inside.right) / 2.0, (inside.top + inside.bottom) / 2.0);
    let radius = ((inside.right - inside.left).min(inside.bottom - inside.top) / 2.0 - 2.0).max(1.0);
    let edge = |share: f64| {
        let (sine, cosine) = (share * TAU).sin_cos();
        format!("{} {}", at(x + radius * sine), at(y - radius * cosine))
    };
    let (x, y, r) = (at(x), at(y), at(radius));
    if to - from > 0.999_999 {
        // An arc from a point to itself is nothing.
        return format!("M{}A{r} {r} 0 1 1 {}A{r} {r} 0 1 1 {}Z", edge(0.0), edge(0.5), edge(0.0));
    }
    let large = u8::from(to - from > 0.5);
    format!("M{x} {y}L{}A{r} {r} 0 {large} 1 {}Z", edge(from), edge(to))
}
