//! The counts of a field.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use satsuma_columns::{Field, Storage};
use satsuma_engine::NodeError;

use super::Shows;
use crate::report::{Categories, Moments, blanks, numbers};

/// Different values that are counted one by one; of more, only that there are more is known.
const MAX_UNIQUE: usize = 100_000;
/// Values that are kept for the median, of a field: 8 bytes each.
const MAX_KEPT: usize = 20_000_000;
/// Bars of a small chart.
pub(super) const BARS: usize = 20;

/// A field and what was counted of it.
pub(super) struct Audited {
    pub(super) field: Field,
    shows: Shows,
    pub(super) moments: Moments,
    /// The values, for median and mode.
    pub(super) kept: Vec<f64>,
    pub(super) categories: Categories,
    pub(super) counts: Vec<u64>,
    pub(super) has_more: bool,
    pub(super) records: u64,
    pub(super) valid: u64,
    pub(super) null: u64,
    pub(super) empty: u64,
    pub(super) space: u64,
    pub(super) blank: u64,
    pub(super) outliers: u64,
    pub(super) extremes: u64,
    pub(super) bars: [u64; BARS],
}

impl Audited {
    pub(super) fn new(field: Field, shows: Shows) -> Self {
        Self {
            field,
            shows,
            moments: Moments::default(),
            kept: Vec::new(),
            categories: Categories::default(),
            counts: Vec::new(),
            has_more: false,
            records: 0,
            valid: 0,
            null: 0,
            empty: 0,
            space: 0,
            blank: 0,
            outliers: 0,
            extremes: 0,
            bars: [0; BARS],
        }
    }

    /// Whether its values are numbers or times on a scale.
    pub(super) fn is_continuous(&self) -> bool {
        !self.field.is_categorical() && (self.field.storage.is_numeric() || self.field.storage.is_temporal())
    }

    /// Whether values are counted one by one.
    pub(super) fn is_categorical(&self) -> bool {
        !self.is_continuous() && !matches!(self.field.storage, Storage::List(_))
    }

    /// Counts a batch, and notes which records lack a value.
    pub(super) fn add(&mut self, column: &ArrayRef, is_complete: &mut [bool]) -> Result<(), NodeError> {
        let valid = self.valid_rows(column);
        self.records += column.len() as u64;
        for (complete, valid) in is_complete.iter_mut().zip(&valid) {
            *complete &= *valid;
        }
        self.valid += valid.iter().filter(|valid| **valid).count() as u64;
        if self.is_continuous() {
            let numbers = numbers(column)?;
            for (row, valid) in valid.iter().enumerate() {
                if *valid && numbers.is_valid(row) {
                    self.moments.add(numbers.value(row));
                    if self.shows.median {
                        self.kept.push(numbers.value(row));
                    }
                }
            }
            if self.kept.len() > MAX_KEPT {
                let message = format!(
                    "field {:?} has too many values for a median; sample them, or leave median and mode out",
                    self.field.name
                );
                return Err(NodeError::unsupported(message));
            }
        } else if self.is_categorical() && !self.has_more {
            for (place, valid) in self.categories.places(column).into_iter().zip(valid) {
                if self.counts.len() <= place {
                    self.counts.resize(place + 1, 0);
                }
                if let Some(count) = self.counts.get_mut(place).filter(|_| valid) {
                    *count += 1;
                }
            }
            if self.categories.values().len() > MAX_UNIQUE {
                self.has_more = true;
                (self.categories, self.counts) = (Categories::default(), Vec::new());
            }
        }
        Ok(())
    }

    /// Whether each value counts as valid, while the others are counted by kind.
    fn valid_rows(&mut self, column: &ArrayRef) -> Vec<bool> {
        let declared = blanks(&self.field, column);
        let is_blank =
            |row: usize| declared.as_ref().and_then(|blanks| blanks.get(row)).copied().unwrap_or(false);
        let texts = column.as_string_opt::<i32>();
        let rows = (0..column.len()).map(|row| {
            let text = texts.filter(|_| column.is_valid(row)).map(|texts| texts.value(row));
            let (null, blank) = (column.is_null(row), is_blank(row));
            let empty = text.is_some_and(str::is_empty);
            let space = text.is_some_and(|text| !text.is_empty() && text.chars().all(char::is_whitespace));
            self.null += u64::from(null);
            self.empty += u64::from(empty);
            self.space += u64::from(space);
            self.blank += u64::from(blank);
            let shows = self.shows;
            // Null is no value of statistics, whether it counts as missing or not.
            !(null || empty && shows.empty || space && shows.space || blank && shows.blank)
        });
        rows.collect()
    }

    /// Counts outliers, extreme values and bars.
    pub(super) fn look_again(&mut self, column: &ArrayRef) -> Result<(), NodeError> {
        if !self.is_continuous() {
            return Ok(());
        }
        let declared = blanks(&self.field, column).filter(|_| self.shows.blank);
        let is_blank =
            |row: usize| declared.as_ref().and_then(|blanks| blanks.get(row)).copied().unwrap_or(false);
        let deviation = self.moments.deviation().unwrap_or_default();
        let (mean, low) = (self.moments.average().unwrap_or_default(), self.moments.low);
        let width = (self.moments.high - low) / BARS as f64;
        let column = numbers(column)?;
        for (row, number) in column.iter().enumerate() {
            let Some(number) = number.filter(|_| !is_blank(row)) else { continue };
            let distance = (number - mean).abs();
            if distance > self.shows.extreme * deviation {
                self.extremes += 1;
            } else if distance > self.shows.outlier * deviation {
                self.outliers += 1;
            }
            let bar = if width > 0.0 { ((number - low) / width) as usize } else { 0 };
            if let Some(count) = self.bars.get_mut(bar.min(BARS - 1)) {
                *count += 1;
            }
        }
        Ok(())
    }

    /// Different valid values; `None` where they were not counted.
    pub(super) fn unique(&self) -> Option<u64> {
        let counted = self.is_categorical() && !self.has_more;
        counted.then(|| self.counts.iter().filter(|count| **count > 0).count() as u64)
    }
}
