//! Figures as cells and as JSON.

use satsuma_documents::Cell;
use serde_json::{Map, Value, json};

use super::intervals::Estimate;

/// Named figures in order.
#[derive(Debug, Default)]
pub(super) struct Figures {
    rows: Vec<Vec<Cell>>,
    fields: Map<String, Value>,
}

impl Figures {
    /// Adds a count.
    pub(super) fn count(&mut self, name: &str, key: &str, count: u64) {
        self.rows.push(vec![Cell::text(name), Cell::count(count)]);
        self.fields.insert(key.to_owned(), json!(count));
    }

    /// Adds a figure without an interval.
    pub(super) fn number(&mut self, name: &str, key: &str, number: Option<f64>) {
        let Some(number) = number.filter(|number| number.is_finite()) else { return };
        self.rows.push(vec![Cell::text(name), Cell::Real(number, 4)]);
        self.fields.insert(key.to_owned(), json!(number));
    }

    /// Adds a figure with its interval.
    pub(super) fn estimate(&mut self, name: &str, key: &str, estimate: Option<Estimate>) {
        let Some(found) = estimate.filter(|found| found.value.is_finite()) else { return };
        let ends = [found.low, found.high].map(|end| Cell::real(Some(end), 4));
        self.rows.push([Cell::text(name), Cell::Real(found.value, 4)].into_iter().chain(ends).collect());
        self.fields.insert(key.to_owned(), of_estimate(&found));
    }

    /// Adds values for programs alone.
    pub(super) fn value(&mut self, key: &str, value: Value) {
        self.fields.insert(key.to_owned(), value);
    }

    /// The table of the figures, and the figures for programs.
    pub(super) fn finished(self, caption: &str) -> (satsuma_documents::Table, Value) {
        let columns = ["Figure", "Value", "95 % from", "95 % to"];
        let mut table = satsuma_documents::Table::new(caption, columns).with_row_headings(1);
        self.rows.into_iter().for_each(|row| table.push(row));
        (table, Value::Object(self.fields))
    }
}

/// A figure with its interval as JSON; an unknown end is null.
pub(super) fn of_estimate(found: &Estimate) -> Value {
    let end = |end: f64| Some(end).filter(|end| end.is_finite());
    json!({ "value": found.value, "low": end(found.low), "high": end(found.high) })
}
