//! `@SINCE` of conditions that compare earlier records with the current one.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Int64Array};
use satsuma_columns::{Scalar, Settings, Storage};

use super::Input;
use super::history::append;
use crate::error::Result;
use crate::kernels::{Env, logic};
use crate::op::{Frame, Op};
use crate::value::Value;

/// The number of records since one. Without one within the bound, one more than the record's own number from
/// 1.
pub(crate) fn distance(row: usize, last: Option<usize>, bound: Option<usize>) -> i64 {
    let distance =
        last.map(|last| row - last).filter(|distance| bound.is_none_or(|bound| *distance <= bound));
    distance.map_or(row as i64 + 2, |distance| distance as i64)
}

/// Records that are tested at once, backwards from the current one; each further step tests twice as many.
const FIRST_STEP: usize = 32;

pub(crate) struct SinceThis {
    condition: Op,
    /// The program's fields that the arguments are.
    fields: Vec<usize>,
    bound: Option<usize>,
    includes_current: bool,
    columns: Vec<Option<ArrayRef>>,
    start: usize,
}

impl SinceThis {
    pub(crate) fn new(
        condition: Op,
        fields: Vec<usize>,
        bound: Option<usize>,
        includes_current: bool,
    ) -> Self {
        let columns = vec![None; fields.len()];
        Self { condition, fields, bound, includes_current, columns, start: 0 }
    }

    pub(crate) fn push(&mut self, input: &Input<'_>) -> Result<ArrayRef> {
        for (column, value) in self.columns.iter_mut().zip(input.arguments) {
            // Fields are columns; a field of a single row may be a constant.
            let storage = match value {
                Value::Column(column) => Storage::of_arrow(column.data_type()).unwrap_or(Storage::Integer),
                Value::Same(scalar) => scalar.storage().unwrap_or(Storage::Integer),
                _ => Storage::Integer,
            };
            let new = value.clone().into_column(storage, input.rows)?;
            *column = Some(match column {
                Some(old) => append(old, new)?,
                None => new,
            });
        }
        let mut since = Vec::with_capacity(input.rows);
        for row in input.first..input.first + input.rows {
            let last = self.last_before(row, input.settings)?;
            since.push(distance(row, last, self.bound));
        }
        if let Some(bound) = self.bound {
            self.forget(input.first + input.rows, bound);
        }
        Ok(Arc::new(Int64Array::from(since)))
    }

    fn forget(&mut self, end: usize, bound: usize) {
        let drop = end.saturating_sub(bound).saturating_sub(self.start);
        for column in self.columns.iter_mut().flatten() {
            let drop = drop.min(column.len());
            *column = column.slice(drop, column.len() - drop);
        }
        self.start += drop;
    }

    /// The last record before one (or that one itself for `@SINCE0`) in which the condition is true.
    fn last_before(&self, row: usize, settings: &Settings) -> Result<Option<usize>> {
        let mut end = if self.includes_current { row + 1 } else { row };
        let oldest = self.bound.map_or(0, |bound| row.saturating_sub(bound)).max(self.start);
        let mut step = FIRST_STEP;
        while end > oldest {
            let from = end.saturating_sub(step).max(oldest);
            let holds = self.holds(from, end - from, row, settings)?;
            if let Some(found) = (0..end - from).rev().find(|at| holds.value(*at)) {
                return Ok(Some(from + found));
            }
            end = from;
            step *= 2;
        }
        Ok(None)
    }

    /// The records in which the condition is true, evaluated relative to the current one.
    fn holds(
        &self,
        from: usize,
        rows: usize,
        row: usize,
        settings: &Settings,
    ) -> Result<arrow_buffer::BooleanBuffer> {
        let width = self.fields.iter().max().map_or(0, |last| last + 1);
        let mut fields = vec![Value::NULL; width];
        let mut this = vec![Value::NULL; width];
        for (field, column) in self.fields.iter().zip(self.columns.iter().flatten()) {
            let slots = (fields.get_mut(*field), this.get_mut(*field));
            if let (Some(history), Some(current)) = slots {
                *history = Value::Column(column.slice(from - self.start, rows));
                *current = Value::Same(Scalar::at(column.as_ref(), row - self.start));
            }
        }
        let env = Env { rows, settings };
        let truths = self.condition.evaluate(Frame { fields: &fields, this: &this, stages: &[], env })?;
        logic::holds(&truths, rows)
    }
}
