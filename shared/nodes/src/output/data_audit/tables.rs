//! The two pages of a data audit.

use satsuma_columns::{Measure, Scalar, Storage};
use satsuma_documents::{Cell, Table};

use super::Shows;
use super::audited::Audited;
use super::pictures::picture;
use crate::report::{Shown, median};

/// Statistics of each field.
pub(super) fn audit(audited: &[Audited], shows: Shows, text: &Shown) -> Table {
    let mut columns = vec!["Field"];
    columns.extend(shows.graphs.then_some("Graph"));
    columns.push("Measurement");
    columns
        .extend(shows.basic.then_some(["Min", "Max", "Mean", "Std. Dev", "Skewness"]).into_iter().flatten());
    let advanced =
        ["Sum", "Range", "Variance", "Mean Std. Err", "Skewness Std. Err", "Kurtosis", "Kurtosis Std. Err"];
    columns.extend(shows.advanced.then_some(advanced).into_iter().flatten());
    columns.extend(shows.median.then_some(["Median", "Mode"]).into_iter().flatten());
    columns.extend(["Unique", "Valid"]);
    let mut table = Table::new("Audit", columns).with_row_headings(1);
    for field in audited {
        let mut cells = vec![Cell::text(field.field.name.clone())];
        if shows.graphs {
            cells.push(picture(field).map_or(Cell::Empty, |chart| Cell::Chart(Box::new(chart))));
        }
        cells.push(Cell::text(measurement(&field.field.measure)));
        let (is_number, moments) =
            (field.field.storage.is_numeric() && field.is_continuous(), &field.moments);
        let number = |value: Option<f64>| if is_number { Cell::real(value, 3) } else { Cell::Empty };
        if shows.basic {
            cells.extend([extreme(field, moments.min(), text), extreme(field, moments.max(), text)]);
            cells.extend([
                number(moments.average()),
                number(moments.deviation()),
                number(moments.skewness()),
            ]);
        }
        if shows.advanced {
            let range = moments.max().zip(moments.min()).map(|(high, low)| high - low);
            let values = [
                moments.total(),
                range,
                moments.variance(),
                moments.standard_error(),
                moments.skewness_error(),
                moments.kurtosis(),
                moments.kurtosis_error(),
            ];
            cells.extend(values.map(number));
        }
        if shows.median {
            cells.extend(middle(field, text));
        }
        cells.push(match field.has_more {
            true => Cell::text("over 100,000"),
            false => field.unique().map_or(Cell::Empty, Cell::count),
        });
        cells.push(Cell::count(field.valid));
        table.push(cells);
    }
    table
}

/// Median and mode; of categories the mode alone.
fn middle(field: &Audited, text: &Shown) -> [Cell; 2] {
    let mut sorted = field.kept.clone();
    sorted.sort_by(f64::total_cmp);
    if field.is_continuous() {
        if !field.field.storage.is_numeric() {
            return [Cell::Empty, Cell::Empty];
        }
        let mut mode: Option<(usize, f64)> = None;
        for block in sorted.chunk_by(|one, two| one == two) {
            if let Some(value) = block.first().filter(|_| mode.is_none_or(|(count, _)| block.len() > count)) {
                mode = Some((block.len(), *value));
            }
        }
        return [Cell::real(median(&sorted), 3), Cell::real(mode.map(|(_, value)| value), 3)];
    }
    let most = field.counts.iter().max().filter(|count| **count > 0);
    let values = field.counts.iter().zip(field.categories.values());
    let modes = values.filter(|(count, _)| Some(*count) == most).map(|(_, value)| value);
    // Of several, the smallest.
    let mode = modes.min_by(|one, two| one.order(two));
    [Cell::Empty, mode.map_or(Cell::Empty, |mode| text.cell(mode))]
}

/// The lowest or highest value, as the field shows it.
fn extreme(field: &Audited, value: Option<f64>, text: &Shown) -> Cell {
    let Some(number) = value.filter(|_| field.is_continuous()) else { return Cell::Empty };
    match field.field.storage {
        Storage::Integer => Cell::Integer(number as i64),
        Storage::Date => text.cell(&Scalar::Date(number as i32)),
        Storage::Time => text.cell(&Scalar::Time(number as i64)),
        Storage::Timestamp => text.cell(&Scalar::Timestamp(number as i64)),
        _ => Cell::Real(number, 3),
    }
}

/// Modeler's word for a measurement level.
fn measurement(measure: &Measure) -> &'static str {
    match measure {
        Measure::Range => "Continuous",
        Measure::Flag => "Flag",
        Measure::Set => "Nominal",
        Measure::OrderedSet => "Ordinal",
        Measure::Discrete => "Categorical",
        _ => "Typeless",
    }
}

/// How complete fields and records are.
pub(super) fn completeness(audited: &[Audited], records: u64, complete: u64) -> String {
    let percent = |part: u64, whole: u64| if whole > 0 { 100.0 * part as f64 / whole as f64 } else { 0.0 };
    let fields = audited.iter().filter(|field| field.valid == field.records).count() as u64;
    format!(
        "Complete fields (%): {:.2}. Complete records (%): {:.2}.",
        percent(fields, audited.len() as u64),
        percent(complete, records)
    )
}

/// Missing values and outliers of each field.
pub(super) fn quality(audited: &[Audited], shows: Shows) -> Table {
    let mut columns = vec!["Field", "Measurement", "Outliers", "Extremes", "% Complete", "Valid Records"];
    let kinds = ["Null Value", "Empty String", "White Space", "Blank Value"];
    columns.extend(shows.breakdown.then_some(kinds).into_iter().flatten());
    let mut table = Table::new("Quality", columns).with_row_headings(1);
    for field in audited {
        let of_scale = |count: u64| if field.is_continuous() { Cell::count(count) } else { Cell::Empty };
        let share = (field.records > 0).then(|| 100.0 * field.valid as f64 / field.records as f64);
        let mut cells =
            vec![Cell::text(field.field.name.clone()), Cell::text(measurement(&field.field.measure))];
        cells.extend([of_scale(field.outliers), of_scale(field.extremes)]);
        cells.extend([Cell::real(share, 3), Cell::count(field.valid)]);
        if shows.breakdown {
            cells.extend([field.null, field.empty, field.space, field.blank].map(Cell::count));
        }
        table.push(cells);
    }
    table
}
