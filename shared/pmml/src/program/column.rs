//! A column of a chunk, and the possible states of a cell.

use super::text::Texts;
use super::{Kind, Literal};

/// The state of a cell. The greatest of several states wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// The cell has a value.
    Valid,
    /// It has none.
    Missing,
    /// Its value is outside the domain, so that nothing may be computed from it.
    Invalid,
}

/// A column of a chunk. Buffers are reused from chunk to chunk.
#[derive(Debug, Default)]
pub(crate) struct Column {
    /// Numbers, booleans and dates. A cell that is not valid contains 0.
    pub(crate) numbers: Vec<f64>,
    /// Codes of a vocabulary.
    pub(crate) codes: Vec<u32>,
    /// Texts. A cell that is not valid contains any text.
    pub(crate) texts: Texts,
    /// Row by row, or empty if all cells are valid.
    pub(crate) states: Vec<State>,
}

impl Column {
    /// The state of a cell.
    pub(crate) fn state(&self, row: usize) -> State {
        self.states.get(row).copied().unwrap_or(State::Valid)
    }

    /// Sets a cell's state.
    pub(crate) fn mark(&mut self, row: usize, state: State, rows: usize) {
        if self.states.is_empty() {
            if state == State::Valid {
                return;
            }
            self.states.resize(rows, State::Valid);
        }
        if let Some(cell) = self.states.get_mut(row) {
            *cell = state;
        }
    }

    /// Gives each cell the worst state of that row in `columns`.
    pub(crate) fn inherit<'a>(&mut self, columns: impl Iterator<Item = &'a Column>, rows: usize) {
        self.states.clear();
        for column in columns.filter(|c| !c.states.is_empty()) {
            self.states.resize(rows, State::Valid);
            for (mine, theirs) in self.states.iter_mut().zip(&column.states) {
                *mine = (*mine).max(*theirs);
            }
        }
    }

    /// Converts results that are not numbers (a division by zero, a logarithm of −1) to cells with the state
    /// `outside`.
    pub(crate) fn settle(&mut self, outside: State) {
        if self.numbers.iter().all(|n| n.is_finite()) {
            return;
        }
        self.states.resize(self.numbers.len(), State::Valid);
        for (number, state) in self.numbers.iter_mut().zip(&mut self.states) {
            if !number.is_finite() {
                *number = 0.0;
                // A missing cell contains 0, whose reciprocal is meaningless.
                if *state == State::Valid {
                    *state = outside;
                }
            }
        }
    }

    /// Makes the column constant.
    pub(crate) fn fill(&mut self, literal: &Literal, rows: usize) {
        self.states.clear();
        match literal {
            Literal::Number(number) => self.numbers = vec![*number; rows],
            Literal::Text(text) => self.texts.repeat(text, rows),
            Literal::None(kind, state) => {
                match kind {
                    Kind::Text => self.texts.repeat("", rows),
                    _ => self.numbers = vec![0.0; rows],
                }
                self.states = vec![*state; rows];
            }
        }
    }
}
