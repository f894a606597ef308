//! The panels of a picture and their axes.

use crate::chart::{Chart, Scale};
use crate::ticks;

use super::{FONT, GRID, INK, at, fitted, label, named, shapes, text_width};

/// The inside of a panel, in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inside {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Inside {
    /// The pixel of a place on the horizontal scale.
    pub(super) fn x(&self, place: f64, scale: &Scale) -> f64 {
        let (low, high) = scale.ends();
        self.left + (place - low) / (high - low) * (self.right - self.left)
    }

    /// The pixel of a place on the vertical scale. Numbers grow upwards, categories are read downwards.
    pub(super) fn y(&self, place: f64, scale: &Scale) -> f64 {
        let (low, high) = scale.ends();
        let share = (place - low) / (high - low);
        match scale {
            Scale::Categories(_) => self.top + share * (self.bottom - self.top),
            _ => self.bottom - share * (self.bottom - self.top),
        }
    }
}

/// Where everything is.
pub(super) struct Frame {
    panels: Vec<Inside>,
    /// Where labels of the vertical axis end.
    labels: f64,
    /// Whether labels of the horizontal axis stand upright.
    upright: bool,
    /// Below everything.
    pub(super) bottom: f64,
}

/// Most panels in a row.
const IN_A_ROW: usize = 3;
/// Most pixels of labels beside an axis.
const LABELS: f64 = 190.0;
/// The least height of a bar of a category.
const BAR: f64 = 18.0;

impl Frame {
    pub(super) fn new(chart: &Chart, (width, height): (f64, f64)) -> Self {
        let columns = chart.panels.len().clamp(1, IN_A_ROW);
        let hidden = chart.x.scale.is_hidden() && chart.y.scale.is_hidden();
        let y_labels = labels(&chart.y.scale, 6);
        let widest = y_labels.iter().map(|(_, text)| text_width(text)).fold(0.0, f64::max).min(LABELS);
        let left = if hidden { 8.0 } else { widest + 34.0 };
        let gap = 16.0;
        let panel_width = (width - left - 12.0 - gap * (columns - 1) as f64) / columns as f64;
        let x_labels = labels(&chart.x.scale, if columns > 1 { 4 } else { 8 });
        let longest = x_labels.iter().map(|(_, text)| text_width(text)).fold(0.0, f64::max);
        let upright = !hidden && longest + 8.0 > panel_width / x_labels.len().max(1) as f64;
        let below = match (hidden, upright) {
            (true, _) => 8.0,
            (false, true) => longest.min(LABELS) + 34.0,
            (false, false) => 44.0,
        };
        let title = if chart.panels.iter().any(|panel| !panel.title.is_empty()) { 22.0 } else { 10.0 };
        let high = match &chart.y.scale {
            Scale::Categories(names) => (names.len() as f64 * BAR).max(80.0),
            _ if chart.panels.len() > 1 => height * 0.62,
            _ => height - 60.0,
        };
        let panels = (0..chart.panels.len().max(1)).map(|panel| {
            let (row, column) = (panel / columns, panel % columns);
            let left = left + column as f64 * (panel_width + gap);
            let top = title + row as f64 * (title + high + below);
            Inside { left, top, right: left + panel_width, bottom: top + high }
        });
        let panels = panels.collect::<Vec<_>>();
        let bottom = panels.iter().map(|panel| panel.bottom).fold(0.0, f64::max) + below;
        Self { panels, labels: left - 6.0, upright, bottom }
    }

    pub(super) fn drawn(&self, chart: &Chart) -> String {
        let mut out = String::new();
        for (at, (inside, panel)) in self.panels.iter().zip(&chart.panels).enumerate() {
            let is_first = at % IN_A_ROW == 0;
            let title = if chart.panels.len() > 1 { named(&panel.title) } else { &panel.title };
            if !title.is_empty() {
                let middle = (inside.left + inside.right) / 2.0;
                let title = fitted(title, inside.right - inside.left);
                out += &label(middle, inside.top - 7.0, &title, "middle");
            }
            self.axes(chart, inside, is_first, &mut out);
            for mark in &panel.marks {
                shapes::draw(mark, inside, &chart.x.scale, &chart.y.scale, &mut out);
            }
        }
        out
    }

    fn axes(&self, chart: &Chart, inside: &Inside, is_first: bool, out: &mut String) {
        if !chart.y.scale.is_hidden() {
            let is_number = !matches!(chart.y.scale, Scale::Categories(_));
            for (place, text) in labels(&chart.y.scale, 6) {
                let y = inside.y(place, &chart.y.scale);
                if is_number {
                    *out += &line(inside.left, y, inside.right, y);
                }
                if is_first {
                    *out += &label(self.labels, y + FONT / 3.0, &fitted(&text, LABELS), "end");
                }
            }
            if is_first && !chart.y.title.is_empty() {
                let (middle, title) = ((inside.top + inside.bottom) / 2.0, &chart.y.title);
                let title = fitted(title, inside.bottom - inside.top);
                *out += &turned(FONT + 2.0, middle, &title, "middle");
            }
        }
        if !chart.x.scale.is_hidden() {
            let is_number = !matches!(chart.x.scale, Scale::Categories(_));
            let wanted = if chart.panels.len() > 1 { 4 } else { 8 };
            let room = (inside.right - inside.left) / FONT;
            let all = labels(&chart.x.scale, wanted);
            // Omits some of the labels that would overlap.
            let every = if self.upright { (all.len() as f64 / room).ceil().max(1.0) as usize } else { 1 };
            for (place, text) in all.into_iter().step_by(every) {
                let x = inside.x(place, &chart.x.scale);
                if is_number {
                    *out += &line(x, inside.top, x, inside.bottom);
                }
                *out += &match self.upright {
                    true => turned(x + FONT / 3.0, inside.bottom + 8.0, &fitted(&text, LABELS), "end"),
                    false => label(x, inside.bottom + 16.0, &text, "middle"),
                };
            }
            if !chart.x.title.is_empty() {
                let middle = (inside.left + inside.right) / 2.0;
                let title = fitted(&chart.x.title, inside.right - inside.left);
                let below = labels(&chart.x.scale, wanted);
                let longest = below.iter().map(|(_, text)| text_width(text)).fold(0.0, f64::max).min(LABELS);
                let down = if self.upright { longest + 26.0 } else { 36.0 };
                *out += &label(middle, inside.bottom + down, &title, "middle");
            }
        }
        if !chart.x.scale.is_hidden() || !chart.y.scale.is_hidden() {
            let (left, top, right, bottom) = (inside.left, inside.top, inside.right, inside.bottom);
            *out += &format!(
                "<path class=\"axis\" fill=\"none\" stroke=\"{INK}\" d=\"M{} {}V{}H{}\"/>",
                at(left),
                at(top),
                at(bottom),
                at(right)
            );
        }
    }
}

/// Places and labels of an axis.
fn labels(scale: &Scale, wanted: usize) -> Vec<(f64, String)> {
    match scale {
        Scale::Hidden => Vec::new(),
        Scale::Linear { .. } => {
            let (low, high) = scale.ends();
            let step = ticks::step(low, high, wanted);
            let places = ticks::ticks(low, high, wanted).into_iter();
            places.map(|place| (place, ticks::label(place, step))).collect()
        }
        Scale::Labeled { labels, .. } => labels.clone(),
        Scale::Categories(names) => {
            names.iter().enumerate().map(|(at, name)| (at as f64 + 0.5, named(name).to_owned())).collect()
        }
    }
}

fn line(x1: f64, y1: f64, x2: f64, y2: f64) -> String {
    let (x1, y1, x2, y2) = (at(x1), at(y1), at(x2), at(y2));
    format!("<path class=\"grid\" stroke=\"{GRID}\" d=\"M{x1} {y1}L{x2} {y2}\"/>")
}

/// Text that reads upwards.
fn turned(x: f64, y: f64, text: &str, anchor: &str) -> String {
    let (x, y) = (at(x), at(y));
    let text = crate::text::escaped(text);
    format!(
        "<text class=\"ink\" fill=\"{INK}\" transform=\"translate({x} {y}) rotate(-90)\" \
         text-anchor=\"{anchor}\">{text}</text>"
    )
}
