//! The legend of colours.

use crate::chart::Chart;

use super::{FONT, SERIES, at, fitted, label, named, text_width};

/// Height of a line.
const LINE: f64 = 20.0;
/// Most pixels of one name.
const NAME: f64 = 200.0;
/// Most colours that people can distinguish.
const MOST: usize = 60;

/// The names with the places of their squares.
fn places(chart: &Chart, width: f64) -> Vec<(f64, f64, String)> {
    let mut places = Vec::new();
    let (mut x, mut y) = (8.0 + title_width(chart), 0.0);
    for name in chart.series.iter().take(MOST) {
        let name = fitted(named(name), NAME);
        let needed = text_width(&name) + 30.0;
        if x + needed > width && x > 8.0 {
            (x, y) = (8.0, y + LINE);
        }
        places.push((x, y, name));
        x += needed;
    }
    places
}

fn title_width(chart: &Chart) -> f64 {
    if chart.series_title.is_empty() { 0.0 } else { text_width(&fitted(&chart.series_title, NAME)) + 16.0 }
}

/// Its height, in pixels.
pub(super) fn height(chart: &Chart, width: f64) -> f64 {
    places(chart, width).last().map_or(0.0, |(_, y, _)| y + LINE + 6.0)
}

pub(super) fn drawn(chart: &Chart, top: f64, width: f64) -> String {
    let mut out = String::new();
    let places = places(chart, width);
    if !places.is_empty() && !chart.series_title.is_empty() {
        out += &label(8.0, top + FONT, &fitted(&chart.series_title, NAME), "start");
    }
    for (series, (x, y, name)) in places.into_iter().enumerate() {
        let color = series % SERIES.len();
        let fill = SERIES.get(color).copied().unwrap_or_default();
        let (left, upper) = (at(x), at(top + y + 2.0));
        out += &format!(
            "<rect class=\"s{color}\" fill=\"{fill}\" x=\"{left}\" y=\"{upper}\" width=\"12\" height=\"12\"/>"
        );
        out += &label(x + 17.0, top + y + FONT, &name, "start");
    }
    out
}
