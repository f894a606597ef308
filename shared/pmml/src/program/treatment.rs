//! Treatment of missing and invalid values by the mining schema.
//!
//! <https://dmg.org/pmml/v4-4/MiningSchema.html>

use super::{Column, Frame, Slot, State};
use crate::common::{FieldOutliers, Interval};

/// The treatment of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fate<T> {
    /// It is kept.
    Keep,
    /// It gets another value.
    Become(T),
    /// It loses its value.
    Lose(State),
}

/// Treatment of a column of numbers.
#[derive(Debug)]
pub(crate) struct NumberTreatment {
    pub(crate) of: Slot,
    /// Values that mean missing.
    pub(crate) missing: Vec<f64>,
    /// Values listed as invalid.
    pub(crate) invalid: Vec<f64>,
    /// Values listed as valid, sorted by size.
    pub(crate) valid: Vec<f64>,
    /// Ranges of valid values. If this and `valid` are empty, all values are valid.
    pub(crate) intervals: Vec<Interval>,
    pub(crate) outliers: FieldOutliers,
    pub(crate) on_invalid: Fate<f64>,
    pub(crate) on_missing: Fate<f64>,
}

impl NumberTreatment {
    pub(crate) fn run(&self, frame: &Frame, out: &mut Column) {
        let rows = frame.rows();
        let column = frame.column(self.of);
        out.inherit([column].into_iter(), rows);
        out.numbers.clear();
        for (row, number) in column.numbers.iter().take(rows).enumerate() {
            match self.treat(*number, out.state(row)) {
                Ok(number) => {
                    out.mark(row, State::Valid, rows);
                    out.numbers.push(number);
                }
                Err(state) => {
                    out.mark(row, state, rows);
                    out.numbers.push(0.0);
                }
            }
        }
    }

    fn treat(&self, number: f64, state: State) -> Result<f64, State> {
        let value = match state {
            State::Missing => Err(State::Missing),
            State::Valid if self.missing.contains(&number) => Err(State::Missing),
            State::Valid if self.is_valid(number) => self.treat_outlier(number),
            State::Valid => apply(self.on_invalid, Ok(number)),
            // An infinity: there is no valid number.
            State::Invalid => apply(self.on_invalid, Err(State::Invalid)),
        };
        match value {
            Err(State::Missing) => apply(self.on_missing, Err(State::Missing)),
            value => value,
        }
    }

    fn is_valid(&self, number: f64) -> bool {
        if self.invalid.contains(&number) {
            return false;
        }
        let listed = || self.valid.binary_search_by(|v| v.total_cmp(&(number + 0.0))).is_ok();
        let unlimited = self.valid.is_empty() && self.intervals.is_empty();
        unlimited || self.intervals.iter().any(|i| i.contains(number)) || listed()
    }

    fn treat_outlier(&self, number: f64) -> Result<f64, State> {
        match self.outliers {
            FieldOutliers::AsIs => Ok(number),
            FieldOutliers::AsMissingValues(low, high) if number < low || number > high => Err(State::Missing),
            FieldOutliers::AsMissingValues(..) => Ok(number),
            FieldOutliers::AsExtremeValues(low, high) => Ok(number.max(low).min(high)),
        }
    }
}

/// Treatment of a column of texts, encoded as codes of a vocabulary.
#[derive(Debug)]
pub(crate) struct TextTreatment {
    pub(crate) of: Slot,
    /// Treatment of the listed texts, by code from 1.
    pub(crate) listed: Vec<Fate<u32>>,
    /// Treatment of every other text.
    pub(crate) unlisted: Fate<u32>,
    pub(crate) on_missing: Fate<u32>,
}

impl TextTreatment {
    pub(crate) fn run(&self, frame: &Frame, out: &mut Column) {
        let rows = frame.rows();
        let column = frame.column(self.of);
        out.inherit([column].into_iter(), rows);
        out.codes.clear();
        for (row, code) in column.codes.iter().take(rows).enumerate() {
            match self.treat(*code, out.state(row)) {
                Ok(code) => {
                    out.mark(row, State::Valid, rows);
                    out.codes.push(code);
                }
                Err(state) => {
                    out.mark(row, state, rows);
                    out.codes.push(0);
                }
            }
        }
    }

    fn treat(&self, code: u32, state: State) -> Result<u32, State> {
        if state == State::Missing {
            return apply(self.on_missing, Err(State::Missing));
        }
        let place = (code as usize).checked_sub(1);
        let fate = place.and_then(|p| self.listed.get(p)).unwrap_or(&self.unlisted);
        match apply(*fate, Ok(code)) {
            Err(State::Missing) => apply(self.on_missing, Err(State::Missing)),
            value => value,
        }
    }
}

fn apply<T>(fate: Fate<T>, kept: Result<T, State>) -> Result<T, State> {
    match fate {
        Fate::Keep => kept,
        Fate::Become(value) => Ok(value),
        Fate::Lose(state) => Err(state),
    }
}
