//! A chart as SVG.
//!
//! Colours are attributes, so that the picture is complete by itself; a page's style replaces them by class.

mod frame;
mod legend;
mod shapes;
mod sheet;

use crate::chart::Chart;
use crate::text::{cut, escaped, width};

use self::frame::Frame;
pub(crate) use self::sheet::sheet;

/// Colours of series: distinguishable with the common kinds of colour blindness (Okabe and Ito, 2008), then darker ones.
pub(crate) const SERIES: [&str; 10] = [
    "#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#7a6a00", "#5b4db1", "#8c510a",
    "#4d4d4d",
];

/// The colour of text.
pub(crate) const INK: &str = "#1f2328";

/// The colour of grid lines.
pub(crate) const GRID: &str = "#d8dee4";

/// Size of labels.
const FONT: f64 = 12.0;

/// Width and height of the picture of a small chart, in pixels.
const SMALL: (f64, f64) = (110.0, 44.0);

/// Width of the picture, and height of its panels.
const SIZE: (f64, f64) = (720.0, 420.0);

/// The picture with its axes.
pub(crate) fn picture(chart: &Chart) -> String {
    let (content, height) = drawn(chart);
    let mut out = open(&chart.title, SIZE.0, height);
    out += &content;
    out + "</svg>"
}

/// Everything inside the picture, and its height.
fn drawn(chart: &Chart) -> (String, f64) {
    let frame = Frame::new(chart, SIZE);
    let legend_height = legend::height(chart, SIZE.0);
    let content = frame.drawn(chart) + &legend::drawn(chart, frame.bottom, SIZE.0);
    (content, frame.bottom + legend_height)
}

/// The marks alone, for a cell of a table.
pub(crate) fn small(chart: &Chart) -> String {
    let (width, height) = SMALL;
    let mut out = open(&chart.title, width, height);
    if let Some(panel) = chart.panels.first() {
        let inside = frame::Inside { left: 1.0, top: 1.0, right: width - 1.0, bottom: height - 1.0 };
        for mark in &panel.marks {
            shapes::draw(mark, &inside, &chart.x.scale, &chart.y.scale, &mut out);
        }
    }
    out + "</svg>"
}

fn open(title: &str, width: f64, height: f64) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" width=\"{}\" height=\"{}\" role=\"img\" \
         aria-label=\"{}\" font-family=\"system-ui, sans-serif\" font-size=\"{FONT}\">",
        at(width),
        at(height),
        at(width),
        at(height),
        escaped(title)
    )
}

/// A place in the picture, to a tenth of a pixel.
fn at(place: f64) -> String {
    let text = format!("{place:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// Text at a place; `anchor` is `start`, `middle` or `end`.
fn label(x: f64, y: f64, text: &str, anchor: &str) -> String {
    let (x, y, text) = (at(x), at(y), escaped(text));
    format!("<text class=\"ink\" fill=\"{INK}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>")
}

/// The name of a category; an empty or white one would be invisible.
fn named(name: &str) -> &str {
    if name.trim().is_empty() { "(empty)" } else { name }
}

/// The width of text, in pixels.
fn text_width(text: &str) -> f64 {
    width(text) * FONT
}

/// Text that fits a width in pixels.
fn fitted(text: &str, pixels: f64) -> String {
    cut(text, pixels / FONT)
}
