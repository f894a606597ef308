//! Values of earlier records.

use arrow_array::{Array, ArrayRef, UInt64Array, new_null_array};
use arrow_select::concat::concat;
use arrow_select::take::take;
use satsuma_columns::Storage;

use super::Input;
use crate::error::{Result, of_arrow};
use crate::kind::Kind;
use crate::value::{Integers, Value, View};

/// Values of consecutive records. Old ones are dropped as soon as they are no longer needed.
pub(crate) struct History {
    storage: Storage,
    values: ArrayRef,
    /// The number of the first stored record.
    start: usize,
    /// The number of the record with the next result.
    next: usize,
    /// For variable offsets: those of records whose result is not known yet.
    pending: Vec<Option<i64>>,
}

impl History {
    pub(crate) fn new(kind: Kind) -> Self {
        let storage = kind.storage().unwrap_or(Storage::Integer);
        let values = new_null_array(&storage.arrow(), 0);
        Self { storage, values, start: 0, next: 0, pending: Vec::new() }
    }

    /// Appends the first argument's values.
    fn append(&mut self, input: &Input<'_>) -> Result<()> {
        let new = input.argument(0).clone().into_column(self.storage, input.rows)?;
        self.values = append(&self.values, new)?;
        Ok(())
    }

    fn end(&self) -> usize {
        self.start + self.values.len()
    }

    /// Drops records before one.
    pub(crate) fn keep_from(&mut self, record: usize) {
        let drop = record.saturating_sub(self.start).min(self.values.len());
        self.values = self.values.slice(drop, self.values.len() - drop);
        self.start += drop;
    }

    /// Values of records by number; null if there is no such record.
    pub(crate) fn gather(&mut self, sources: &[Option<usize>], input: &Input<'_>) -> Result<ArrayRef> {
        self.append(input)?;
        self.take(sources)
    }

    fn take(&self, sources: &[Option<usize>]) -> Result<ArrayRef> {
        let end = self.end();
        let known = |record: usize| (self.start..end).contains(&record).then(|| (record - self.start) as u64);
        let indices: UInt64Array = sources.iter().map(|source| source.and_then(known)).collect();
        take(self.values.as_ref(), &indices, None).map_err(of_arrow)
    }

    /// The values a constant number of records before, or after if it is negative.
    pub(crate) fn shift(&mut self, records: i64, input: &Input<'_>) -> Result<ArrayRef> {
        self.append(input)?;
        let total = self.end();
        let distance = usize::try_from(records.unsigned_abs()).unwrap_or(usize::MAX);
        let result = if records >= 0 {
            let rows = total - self.next;
            let missing = distance.saturating_sub(self.next).min(rows);
            let from = (self.next + missing).saturating_sub(distance).saturating_sub(self.start);
            self.padded(missing, from, rows - missing, 0)?
        } else {
            // The result of a record is known as soon as the record at that distance has arrived, or the
            // input has ended.
            let known = total.saturating_sub(distance).max(self.next);
            let rows = if input.ends { total } else { known } - self.next;
            let from = self.next.saturating_add(distance).min(total);
            let present = rows.min(total - from);
            self.padded(0, from - self.start.min(from), present, rows - present)?
        };
        self.next += result.len();
        let oldest = if records >= 0 {
            self.next.saturating_sub(distance)
        } else {
            self.next.saturating_add(distance)
        };
        self.keep_from(oldest);
        Ok(result)
    }

    /// Nulls, some of the stored values, and nulls.
    fn padded(&self, before: usize, from: usize, length: usize, after: usize) -> Result<ArrayRef> {
        let nulls = |rows| new_null_array(&self.storage.arrow(), rows);
        let from = from.min(self.values.len());
        let middle = self.values.slice(from, length.min(self.values.len() - from));
        append(&append(&nulls(before), middle)?, nulls(after))
    }

    /// Values of the records at each record's offset; null beyond the bound.
    pub(crate) fn offset(
        &mut self,
        amounts: &Value,
        bound: Option<usize>,
        input: &Input<'_>,
    ) -> Result<ArrayRef> {
        self.append(input)?;
        let amounts = Integers::of(amounts)?;
        self.pending.extend((0..input.rows).map(|row| amounts.get(row)));
        let total = self.end();
        let known = match bound {
            _ if input.ends => total,
            Some(bound) => total.saturating_sub(bound),
            None => 0,
        };
        let rows = known.saturating_sub(self.next).min(self.pending.len());
        let next = self.next;
        let limit = bound.and_then(|bound| i64::try_from(bound).ok()).unwrap_or(i64::MAX);
        let source = |(at, amount): (usize, Option<i64>)| {
            let amount = amount.filter(|amount| amount.unsigned_abs() <= limit.unsigned_abs())?;
            usize::try_from(i64::try_from(next + at).ok()?.checked_sub(amount)?).ok()
        };
        let sources: Vec<_> = self.pending.drain(..rows).enumerate().map(source).collect();
        let result = self.take(&sources)?;
        self.next += rows;
        if let Some(bound) = bound {
            self.keep_from(self.next.saturating_sub(bound));
        }
        Ok(result)
    }
}

/// Two arrays of one type as one.
pub(crate) fn append(one: &ArrayRef, two: ArrayRef) -> Result<ArrayRef> {
    match (one.is_empty(), two.is_empty()) {
        (true, _) => Ok(two),
        (false, true) => Ok(one.clone()),
        (false, false) => concat(&[one.as_ref(), two.as_ref()]).map_err(of_arrow),
    }
}
