//! Models compiled to arithmetic on matrices of doubles.

mod activation;
mod decision;
mod kernel;
mod network;
mod output;
mod svm;

use crate::document::{DataType, Document, Function, ModelHeader, UsageType};
use crate::error::{Location, PmmlError};
use crate::program::{CHUNK, Column, Frame, Kind, Slot, State};

pub(crate) use network::Network;
pub(crate) use svm::Machines;

/// A model's arithmetic.
#[derive(Debug)]
pub(crate) enum Model {
    SupportVectors(Machines),
    Network(Network),
}

/// The numbers that enter a model.
#[derive(Debug)]
pub(crate) struct Features {
    /// Their columns.
    pub(crate) slots: Vec<Slot>,
    /// Columns whose invalid cells make the record invalid.
    pub(crate) guards: Vec<Slot>,
}

/// What a model says about the rows of a batch.
#[derive(Debug)]
pub(crate) struct Tally {
    /// Whether there is a prediction.
    pub(crate) alive: Vec<bool>,
    /// For classification: the place of the predicted category.
    pub(crate) winners: Vec<u32>,
    /// For regression: the predicted number.
    pub(crate) numbers: Vec<f64>,
    /// For each category, its probability.
    pub(crate) probabilities: Vec<Vec<f64>>,
    /// The numbers behind a classification.
    pub(crate) decisions: Vec<Vec<f64>>,
}

/// Rows that a model computes together, so that they and a part of the model share the cache.
pub(crate) const TILE: usize = 64;

/// Buffers that are kept from chunk to chunk.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) matrix: Vec<f64>,
    pub(crate) sums: Vec<f64>,
}

impl Model {
    /// Adds the rows of a frame to the tally.
    pub(crate) fn run(&self, features: &Features, frame: &Frame, tally: &mut Tally, scratch: &mut Scratch) {
        let from = tally.alive.len();
        let rows = frame.rows();
        tally.alive.resize(from + rows, true);
        for slot in &features.slots {
            kill(&mut tally.alive[from..], frame.column(*slot), |state| state != State::Valid);
        }
        for slot in &features.guards {
            kill(&mut tally.alive[from..], frame.column(*slot), |state| state == State::Invalid);
        }
        let columns: Vec<&[f64]> =
            features.slots.iter().map(|s| frame.column(*s).numbers.as_slice()).collect();
        match self {
            Self::SupportVectors(machines) => machines.run(&columns, rows, tally, scratch),
            Self::Network(network) => network.run(&columns, rows, tally, scratch),
        }
        tally.bury(from);
    }
}

fn kill(alive: &mut [bool], column: &Column, deadly: impl Fn(State) -> bool) {
    for (alive, state) in alive.iter_mut().zip(&column.states) {
        *alive &= !deadly(*state);
    }
}

impl Tally {
    pub(crate) fn new(categories: usize, probabilities: usize, decisions: usize, rows: usize) -> Self {
        let columns = |n: usize| (0..n).map(|_| Vec::with_capacity(rows)).collect();
        let (classes, numbers) = if categories > 0 { (rows, 0) } else { (0, rows) };
        Self {
            alive: Vec::with_capacity(rows.max(CHUNK)),
            winners: Vec::with_capacity(classes),
            numbers: Vec::with_capacity(numbers),
            probabilities: columns(probabilities),
            decisions: columns(decisions),
        }
    }

    /// Rows from `from` on whose numbers left the range of doubles have no prediction.
    fn bury(&mut self, from: usize) {
        let columns = self.probabilities.iter().chain(&self.decisions).chain([&self.numbers]);
        for column in columns.filter(|c| c.len() > from) {
            for (alive, number) in self.alive[from..].iter_mut().zip(&column[from..]) {
                *alive &= number.is_finite();
            }
        }
    }
}

/// The target of a model: its name, how it is stored, and what it is for errors.
pub(crate) fn target<'a>(
    document: &'a Document,
    header: &'a ModelHeader,
) -> Result<&'a crate::document::DataField, PmmlError> {
    let at = || header.location.clone();
    if !header.scorable {
        return Err(PmmlError::Unsupported { at: at(), what: "isScorable=\"false\"".into() });
    }
    let mut targets = header.mining_schema.with_usage(UsageType::Target);
    let Some(target) = targets.next() else {
        return Err(PmmlError::Invalid { at: at(), reason: "no target among the mining fields".into() });
    };
    if targets.next().is_some() {
        return Err(PmmlError::Unsupported { at: at(), what: "a second target".into() });
    }
    let field = document.data_dictionary.field(&target.name);
    let field = field.ok_or_else(|| invalid(&at(), format!("no DataField {:?}", target.name)))?;
    let suits = match header.function {
        Function::Classification => Kind::of(field.data_type).is_some(),
        Function::Regression => matches!(field.data_type, DataType::Integer | DataType::Double),
    };
    if !suits {
        let what = format!("a target of data type {}", field.data_type.name());
        return Err(PmmlError::Unsupported { at: at(), what });
    }
    Ok(field)
}

pub(crate) fn invalid(at: &Location, reason: impl Into<String>) -> PmmlError {
    PmmlError::Invalid { at: at.clone(), reason: reason.into() }
}

pub(crate) fn unsupported(at: &Location, what: impl Into<String>) -> PmmlError {
    PmmlError::Unsupported { at: at.clone(), what: what.into() }
}
