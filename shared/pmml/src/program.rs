//! Expressions compiled to a program on columns.
//!
//! Every value has a slot: a data field, a constant, a derived field, or an argument of a function. A program
//! is a list of steps in order of dependency; each fills one slot from others. A run over a chunk of rows
//! fills all slots. Buffers are reused for all chunks.

mod builder;
mod column;
mod convert;
mod date;
mod field;
mod function;
mod input;
mod kernel;
mod lookup;
mod normal;
mod numeric;
mod output;
mod resolve;
mod step;
mod take;
mod test;
mod text;
mod treatment;
mod vocabulary;

use arrow_array::ArrayRef;

use crate::error::PmmlError;

pub(crate) use column::{Column, State};
pub(crate) use convert::Converter;
pub(crate) use field::{Fields, Kind, Value};
pub use input::Input;
pub(crate) use input::by_name;
pub use kernel::Entity;
pub(crate) use kernel::{Kernel, ModelStep, NONE, Rescale, Results, Scratch, Shape};
pub(crate) use normal::normal;
pub(crate) use output::{Output, array, arrow_type, nulls};
pub(crate) use step::Step;
pub(crate) use take::{List, Take};
pub(crate) use test::Test;
pub(crate) use text::Collector;
use vocabulary::Vocabulary;

/// The number of a column.
pub(crate) type Slot = usize;

/// Rows that are computed together: enough to amortise dispatch, few enough to stay in cache.
pub(crate) const CHUNK: usize = 1024;

/// A compiled set of expressions.
#[derive(Debug, Default)]
pub(crate) struct Program {
    inputs: Vec<Input>,
    /// The slots of the raw data fields, in the order of `inputs`.
    raw: Vec<Slot>,
    slots: usize,
    constants: Vec<(Slot, Literal)>,
    vocabularies: Vec<Vocabulary>,
    steps: Vec<(Slot, Step)>,
    /// The number of models.
    models: usize,
}

/// A fixed value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    /// A number, boolean (1 or 0) or date (days since 1970).
    Number(f64),
    /// A text.
    Text(String),
    /// No value, with the type of a number or a text, and the reason.
    None(Kind, State),
}

/// The columns of a chunk.
#[derive(Debug)]
pub(crate) struct Frame {
    columns: Vec<Column>,
    results: Vec<Results>,
    rows: usize,
}

impl Program {
    /// The data fields that the program reads.
    pub(crate) fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// A frame for chunks of at most `rows` rows.
    pub(crate) fn frame(&self, rows: usize) -> Frame {
        let rows = rows.min(CHUNK);
        let mut columns = Vec::new();
        columns.resize_with(self.slots, Column::default);
        for (slot, literal) in &self.constants {
            columns[*slot].fill(literal, rows);
        }
        let mut results = Vec::new();
        results.resize_with(self.models, Results::default);
        Frame { columns, results, rows: 0 }
    }

    /// Fills the frame from rows `from..from + rows` of the data.
    pub(crate) fn run(&self, frame: &mut Frame, data: &[Converter], from: usize, rows: usize) {
        frame.rows = rows;
        for (slot, column) in self.raw.iter().zip(data) {
            column.read(&mut frame.columns[*slot], from, rows);
        }
        for (slot, step) in &self.steps {
            frame.step(*slot, step, &self.vocabularies);
        }
    }

    /// Prepares Arrow columns, given in the order of [`Program::inputs`], for reading.
    pub(crate) fn convert(&self, rows: usize, columns: &[ArrayRef]) -> Result<Vec<Converter>, PmmlError> {
        if columns.len() != self.inputs.len() {
            let (n, m) = (columns.len(), self.inputs.len());
            return Err(PmmlError::Shape { reason: format!("{n} columns for {m} inputs") });
        }
        self.inputs.iter().zip(columns).map(|(i, c)| Converter::new(i, c, rows)).collect()
    }
}

impl Frame {
    /// A column; it has [`Frame::rows`] rows or, if constant, more.
    pub(crate) fn column(&self, slot: Slot) -> &Column {
        &self.columns[slot]
    }

    /// The results of a model, by its number.
    pub(crate) fn results(&self, number: usize) -> &Results {
        &self.results[number]
    }

    /// The rows of the current chunk.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    fn step(&mut self, slot: Slot, step: &Step, vocabularies: &[Vocabulary]) {
        if let Step::Model(model) = step {
            let mut results = std::mem::take(&mut self.results[model.number]);
            model.run(self, &mut results);
            self.results[model.number] = results;
            return;
        }
        // Moved out, so that the step can read the other columns while it writes this one.
        let mut column = std::mem::take(&mut self.columns[slot]);
        step.run(self, &mut column, vocabularies);
        self.columns[slot] = column;
    }
}
