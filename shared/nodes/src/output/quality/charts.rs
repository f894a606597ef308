//! The charts of a page.

use satsuma_documents::{Axis, Cell, Chart, Mark, Paint, Panel, Shape, Table};

use super::categorical::Bin;
use super::intervals;

type Line = Vec<(f64, f64)>;

fn titled(title: String, partition: &str) -> String {
    if partition.is_empty() { title } else { format!("{title}, {partition}") }
}

fn line(points: Line, dashed: bool, series: usize) -> Mark {
    Mark::new(Shape::Line { points, width: 2.0, dashed }, Paint::Series(series), "")
}

/// Points of a curve as a table.
fn points(names: [&str; 2], points: &[(f64, f64)]) -> Table {
    let mut table = Table::new("", names).with_row_headings(1);
    points.iter().for_each(|(x, y)| table.push([Cell::Real(*x, 4), Cell::Real(*y, 4)]));
    table
}

/// The ROC curve.
pub(super) fn roc(hit: &str, partition: &str, curve: Line) -> Chart {
    let names = ["1 - Specificity", "Sensitivity"];
    Chart {
        title: titled(format!("ROC of {hit}"), partition),
        x: Axis::linear(names[0], 0.0, 1.0),
        y: Axis::linear(names[1], 0.0, 1.0),
        series: vec!["Model".to_owned(), "No knowledge".to_owned()],
        data: points(names, &curve),
        panels: vec![Panel {
            title: String::new(),
            marks: vec![line(vec![(0.0, 0.0), (1.0, 1.0)], true, 1), line(curve, false, 0)],
        }],
        ..Chart::default()
    }
}

/// Precision by recall.
pub(super) fn precision(hit: &str, partition: &str, curve: Line, share: f64) -> Chart {
    let names = ["Recall", "Precision"];
    Chart {
        title: titled(format!("Precision and recall of {hit}"), partition),
        x: Axis::linear(names[0], 0.0, 1.0),
        y: Axis::linear(names[1], 0.0, 1.0),
        series: vec!["Model".to_owned(), "No knowledge".to_owned()],
        data: points(names, &curve),
        panels: vec![Panel {
            title: String::new(),
            marks: vec![line(vec![(0.0, share), (1.0, share)], true, 1), line(curve, false, 0)],
        }],
        ..Chart::default()
    }
}

/// Cumulative lift by tenths of the records.
pub(super) fn lift(hit: &str, partition: &str, curve: Line) -> Chart {
    let highest = curve.iter().map(|(_, lift)| *lift).filter(|lift| lift.is_finite()).fold(1.0, f64::max);
    let names = ["Percentile", "Cumulative lift"];
    Chart {
        title: titled(format!("Lift of {hit}"), partition),
        x: Axis::linear(names[0], 0.0, 100.0),
        y: Axis::linear(names[1], 0.0, highest),
        series: vec!["Model".to_owned(), "No knowledge".to_owned()],
        data: points(names, &curve),
        panels: vec![Panel {
            title: String::new(),
            marks: vec![line(vec![(0.0, 1.0), (100.0, 1.0)], true, 1), line(curve, false, 0)],
        }],
        ..Chart::default()
    }
}

/// The share of right predictions by confidence, with intervals.
pub(super) fn calibration(partition: &str, bins: &[Bin]) -> Chart {
    let columns = ["Mean confidence", "Share right", "95 % from", "95 % to", "Records"];
    let mut data = Table::new("", columns).with_row_headings(1);
    let mut marks = vec![line(vec![(0.0, 0.0), (1.0, 1.0)], true, 1)];
    for bin in bins.iter().filter(|bin| bin.records > 0) {
        let Some(right) = intervals::share(bin.right, bin.records) else { continue };
        let confidence = bin.confidence / bin.records as f64;
        let numbers = [confidence, right.value, right.low, right.high].map(|number| Cell::Real(number, 4));
        data.push(numbers.into_iter().chain([Cell::count(bin.records)]));
        let tip = format!("{} records", bin.records);
        marks.push(Mark::line(vec![(confidence, right.low), (confidence, right.high)], Paint::Series(0), ""));
        marks.push(Mark::point(confidence, right.value, 4.0, Paint::Series(0), tip));
    }
    Chart {
        title: titled("Calibration".to_owned(), partition),
        note: "Each point holds the records with confidences in one tenth of the scale.".to_owned(),
        x: Axis::linear("Confidence", 0.0, 1.0),
        y: Axis::linear("Share of right predictions", 0.0, 1.0),
        series: vec!["Model".to_owned(), "Right as often as it says".to_owned()],
        panels: vec![Panel { title: String::new(), marks }],
        data,
        ..Chart::default()
    }
}

/// Predicted by actual numbers.
pub(super) fn predicted(target: &str, partition: &str, all: &[(f64, f64)], every: u64, count: u64) -> Chart {
    let ends = |numbers: &mut dyn Iterator<Item = f64>| {
        numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)))
    };
    let (low, high) = ends(&mut all.iter().flat_map(|(x, y)| [*x, *y]));
    let room = (high - low) * 0.04;
    let (low, high) = (low - room, high + room);
    let mut marks = vec![line(vec![(low, low), (high, high)], true, 1)];
    marks.extend(all.iter().map(|(x, y)| Mark::point(*x, *y, 2.5, Paint::Series(0), "")));
    let note = match every {
        0 | 1 => String::new(),
        every => format!("Every {every}th of {count} records is drawn."),
    };
    Chart {
        title: titled(format!("Predicted by actual {target}"), partition),
        note,
        x: Axis::linear("Actual", low, high),
        y: Axis::linear("Predicted", low, high),
        series: vec!["Records".to_owned(), "Predicted as it is".to_owned()],
        data: points(["Actual", "Predicted"], all),
        panels: vec![Panel { title: String::new(), marks }],
        ..Chart::default()
    }
}
