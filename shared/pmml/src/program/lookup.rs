//! Lookups with a few possible results: `MapValues`, `Discretize`, and the piecewise linear `NormContinuous`.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Column, Frame, Kind, Slot, State};
use crate::common::{Interval, OutlierTreatment};

/// The results of a lookup; index 0 is "missing".
#[derive(Debug, Clone)]
pub(crate) enum Results {
    Numbers(Vec<f64>),
    Texts(Arc<[String]>),
}

impl Results {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Numbers(_) => Kind::Number,
            Self::Texts(_) => Kind::Text,
        }
    }

    /// Fills `out` with the results at `places`.
    fn fill(&self, out: &mut Column, places: impl Iterator<Item = (u32, State)>, rows: usize) {
        out.states.clear();
        out.numbers.clear();
        let mut codes = match self {
            Self::Numbers(_) => Vec::new(),
            Self::Texts(dictionary) => std::mem::take(out.texts.code(dictionary)),
        };
        for (row, (place, state)) in places.enumerate() {
            match self {
                Self::Numbers(numbers) => {
                    out.numbers.push(numbers.get(place as usize).copied().unwrap_or(0.0))
                }
                Self::Texts(_) => codes.push(place),
            }
            let state = if place == 0 { state.max(State::Missing) } else { state };
            out.mark(row, state, rows);
        }
        if let Self::Texts(dictionary) = self {
            *out.texts.code(dictionary) = codes;
        }
    }
}

/// `MapValues`: a lookup by the codes of several vocabularies.
#[derive(Debug)]
pub(crate) struct Lookup {
    /// Columns of codes with their strides in the key.
    pub(crate) keys: Vec<(Slot, u64)>,
    pub(crate) table: Table,
    pub(crate) on_missing: u32,
    pub(crate) otherwise: u32,
    pub(crate) results: Results,
}

/// The index of the result for each key.
#[derive(Debug)]
pub(crate) enum Table {
    /// For one column: by its code.
    Dense(Vec<Option<u32>>),
    /// For several.
    Sparse(HashMap<u64, u32>),
}

impl Table {
    pub(crate) fn new(columns: usize) -> Self {
        if columns == 1 { Self::Dense(Vec::new()) } else { Self::Sparse(HashMap::new()) }
    }

    /// Adds a row of the table, unless an earlier one has the same key.
    pub(crate) fn add(&mut self, key: u64, place: u32) {
        match self {
            Self::Dense(places) => {
                let key = key as usize;
                if places.len() <= key {
                    places.resize(key + 1, None);
                }
                places[key].get_or_insert(place);
            }
            Self::Sparse(places) => {
                places.entry(key).or_insert(place);
            }
        }
    }

    fn get(&self, key: u64) -> Option<u32> {
        match self {
            Self::Dense(places) => places.get(key as usize).copied().flatten(),
            Self::Sparse(places) => places.get(&key).copied(),
        }
    }
}

impl Lookup {
    /// The stride of column `column` of `columns` in the key.
    pub(crate) fn step(column: usize, columns: usize) -> u64 {
        Self::bits(columns).checked_mul(column as u32).and_then(|b| 1_u64.checked_shl(b)).unwrap_or(0)
    }

    /// The largest number of distinct values of a column.
    pub(crate) fn room(&self) -> u64 {
        1 << Self::bits(self.keys.len())
    }

    /// Codes have 32 bits, and share a key of 64 bits.
    fn bits(columns: usize) -> u32 {
        64 / columns.max(2) as u32
    }

    pub(crate) fn run(&self, frame: &Frame, out: &mut Column) {
        let rows = frame.rows();
        let place = |row: usize| {
            let mut key = 0_u64;
            let mut worst = State::Valid;
            for (slot, step) in &self.keys {
                let column = frame.column(*slot);
                worst = worst.max(column.state(row));
                key += u64::from(column.codes.get(row).copied().unwrap_or(0)) * step;
            }
            match worst {
                State::Valid => (self.table.get(key).unwrap_or(self.otherwise), State::Valid),
                State::Missing => (self.on_missing, State::Valid),
                State::Invalid => (0, State::Invalid),
            }
        };
        self.results.fill(out, (0..rows).map(place), rows);
    }
}

/// `Discretize`.
#[derive(Debug)]
pub(crate) struct Discretize {
    pub(crate) of: Slot,
    pub(crate) bins: Vec<(Interval, u32)>,
    pub(crate) on_missing: u32,
    pub(crate) otherwise: u32,
    pub(crate) results: Results,
}

impl Discretize {
    pub(crate) fn run(&self, frame: &Frame, out: &mut Column) {
        let rows = frame.rows();
        let column = frame.column(self.of);
        let place = |row: usize| match column.state(row) {
            State::Missing => (self.on_missing, State::Valid),
            State::Invalid => (0, State::Invalid),
            State::Valid => {
                let number = column.numbers[row];
                let bin = self.bins.iter().find(|(interval, _)| interval.contains(number));
                (bin.map_or(self.otherwise, |(_, place)| *place), State::Valid)
            }
        };
        self.results.fill(out, (0..rows).map(place), rows);
    }
}

/// `NormContinuous`.
#[derive(Debug)]
pub(crate) struct Norm {
    pub(crate) of: Slot,
    /// `orig` and `norm`, `orig` growing; at least two.
    pub(crate) points: Vec<(f64, f64)>,
    pub(crate) outliers: OutlierTreatment,
    pub(crate) on_missing: Option<f64>,
}

impl Norm {
    pub(crate) fn run(&self, frame: &Frame, out: &mut Column) {
        let rows = frame.rows();
        let column = frame.column(self.of);
        out.inherit([column].into_iter(), rows);
        out.numbers.clear();
        for (row, x) in column.numbers.iter().take(rows).enumerate() {
            let value = match out.state(row) {
                State::Valid => self.at(*x),
                State::Missing => None,
                State::Invalid => Some(0.0),
            };
            let value = value.or(self.on_missing);
            if value.is_none() {
                out.mark(row, State::Missing, rows);
            } else if out.state(row) == State::Missing {
                out.mark(row, State::Valid, rows);
            }
            out.numbers.push(value.unwrap_or(0.0));
        }
        out.settle(State::Invalid);
    }

    /// The function's value; `None` for an outlier that counts as missing.
    fn at(&self, x: f64) -> Option<f64> {
        let (first, last) = (self.points.first()?, self.points.last()?);
        if x < first.0 || x > last.0 {
            match self.outliers {
                OutlierTreatment::AsIs => {}
                OutlierTreatment::AsMissingValues => return None,
                OutlierTreatment::AsExtremeValues => {
                    return Some(if x < first.0 { first.1 } else { last.1 });
                }
            }
        }
        // The segment that ends at or after x; the last one if there is none.
        let segments = self.points.len() - 1;
        let segment = self.points[1..segments].iter().take_while(|(orig, _)| *orig < x).count();
        let ((a1, b1), (a2, b2)) = (self.points[segment], self.points[segment + 1]);
        // This order of operations reproduces IBM's last digits.
        Some(b1 + (x - a1) / (a2 - a1) * (b2 - b1))
    }
}
