//! Small charts: bars of categories or of a range.

use satsuma_documents::{Axis, Chart, Mark, Paint, Panel};

use super::audited::{Audited, BARS};
use crate::report::in_order;

/// Most bars that are distinguishable in a small chart.
const MAX_BARS: usize = 50;

/// The small chart of a field; `None` where it has nothing to show.
pub(super) fn picture(audited: &Audited) -> Option<Chart> {
    let heights = match audited.is_continuous() {
        true if audited.moments.count > 0 => audited.bars.to_vec(),
        true => return None,
        false => {
            let order = in_order(&audited.field, &audited.categories);
            let counts = order.into_iter().filter_map(|place| audited.counts.get(place).copied());
            counts.filter(|count| *count > 0).collect::<Vec<_>>()
        }
    };
    if heights.is_empty() || heights.len() > MAX_BARS.max(BARS) {
        return None;
    }
    let highest = heights.iter().max().copied().unwrap_or(1) as f64;
    let marks = heights.iter().enumerate().map(|(at, height)| {
        let gap = if audited.is_continuous() { 0.0 } else { 0.1 };
        let x = (at as f64 + gap, at as f64 + 1.0 - gap);
        Mark::rectangle(x, (0.0, *height as f64), Paint::Series(0), height.to_string())
    });
    Some(Chart {
        title: format!("Distribution of {}", audited.field.name),
        x: Axis::linear("", 0.0, heights.len() as f64),
        y: Axis::linear("", 0.0, highest),
        panels: vec![Panel { title: String::new(), marks: marks.collect() }],
        ..Chart::default()
    })
}
