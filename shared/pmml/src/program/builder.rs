//! Builds a program step by step.

use std::collections::{HashMap, HashSet};

use super::step::Step;
use super::vocabulary::Vocabulary;
use super::{Column, Frame, Literal, ModelStep, Program, Slot, State};
use crate::error::{Location, PmmlError};
use crate::limits::{MAX_NUMBERS_A_ROW, MAX_STEPS};
use crate::program::Input;

/// Builds a program. Steps that read only constants are computed immediately.
#[derive(Debug)]
pub(crate) struct Builder {
    program: Program,
    constants: HashMap<Slot, Literal>,
    /// For each column that is compared with constants: its codes in a vocabulary.
    encodings: HashMap<Slot, (Slot, usize)>,
    /// The slot of each model.
    models: Vec<Slot>,
    /// Numbers per row in the results of models.
    numbers: usize,
    /// One row for the computation of constants.
    frame: Frame,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            program: Program::default(),
            constants: HashMap::new(),
            encodings: HashMap::new(),
            models: Vec::new(),
            numbers: 0,
            frame: Frame { columns: Vec::new(), results: Vec::new(), rows: 1 },
        }
    }

    /// A raw data field.
    pub(crate) fn input(&mut self, input: Input) -> Slot {
        let slot = self.slot();
        self.program.inputs.push(input);
        self.program.raw.push(slot);
        slot
    }

    pub(crate) fn constant(&mut self, literal: Literal) -> Slot {
        let slot = self.slot();
        self.frame.columns[slot].fill(&literal, 1);
        self.constants.insert(slot, literal);
        slot
    }

    /// Adds a step and returns the slot that it fills.
    pub(crate) fn push(&mut self, step: Step, at: &Location) -> Result<Slot, PmmlError> {
        if self.program.slots >= MAX_STEPS {
            return Err(PmmlError::Limit { at: at.clone(), what: "computed values", limit: MAX_STEPS });
        }
        let slot = self.slot();
        if step.reads().iter().all(|read| self.constants.contains_key(read)) && step.kind().is_some() {
            self.frame.step(slot, &step, &self.program.vocabularies);
            let literal = literal(&self.frame.columns[slot], &step);
            self.frame.columns[slot].fill(&literal, 1);
            self.constants.insert(slot, literal);
        } else {
            self.program.steps.push((slot, step));
        }
        Ok(slot)
    }

    /// Adds a model and returns its slot, through which its results are read. `number` gets the number of its
    /// results.
    pub(crate) fn model(&mut self, mut model: ModelStep, at: &Location) -> Result<(Slot, usize), PmmlError> {
        let number = self.program.models;
        model.number = number;
        self.program.models += 1;
        self.numbers += model.shape.numbers();
        if self.numbers > MAX_NUMBERS_A_ROW {
            let (what, limit) = ("numbers that a row takes", MAX_NUMBERS_A_ROW);
            return Err(PmmlError::Limit { at: at.clone(), what, limit });
        }
        let slot = self.push(Step::Model(Box::new(model)), at)?;
        self.models.push(slot);
        Ok((slot, number))
    }

    /// The codes of a column's cells in a vocabulary of its own, which grows during the construction of the
    /// program.
    pub(crate) fn encode(&mut self, of: Slot, text: bool, at: &Location) -> Result<(Slot, usize), PmmlError> {
        if let Some(encoding) = self.encodings.get(&of) {
            return Ok(*encoding);
        }
        let vocabulary = self.vocabulary();
        let step =
            if text { Step::EncodeText { of, vocabulary } } else { Step::EncodeNumber { of, vocabulary } };
        let encoding = (self.push(step, at)?, vocabulary);
        self.encodings.insert(of, encoding);
        Ok(encoding)
    }

    /// Declares that `codes` are the codes of `of` in a vocabulary.
    pub(crate) fn encoded(&mut self, of: Slot, codes: Slot, vocabulary: usize) {
        self.encodings.insert(of, (codes, vocabulary));
    }

    /// An empty vocabulary.
    pub(crate) fn vocabulary(&mut self) -> usize {
        self.program.vocabularies.push(Vocabulary::default());
        self.program.vocabularies.len() - 1
    }

    pub(crate) fn place_of_text(&mut self, vocabulary: usize, text: &str) -> u32 {
        self.program.vocabularies[vocabulary].add_text(text)
    }

    pub(crate) fn place_of_number(&mut self, vocabulary: usize, number: f64) -> u32 {
        self.program.vocabularies[vocabulary].add_number(number)
    }

    /// The program, without steps that `outputs` do not need.
    pub(crate) fn finish(mut self, outputs: &[Slot]) -> Result<Program, PmmlError> {
        self.check_keys()?;
        let mut needed: HashSet<Slot> = outputs.iter().copied().collect();
        let steps = std::mem::take(&mut self.program.steps);
        for (slot, step) in steps.into_iter().rev() {
            if needed.contains(&slot) {
                needed.extend(step.reads());
                if let Step::Model(model) = &step {
                    let read = model.kernel.models();
                    needed.extend(read.iter().filter_map(|number| self.models.get(*number)));
                }
                self.program.steps.push((slot, step));
            }
        }
        self.program.steps.reverse();
        let constants = self.constants.into_iter().filter(|(slot, _)| needed.contains(slot));
        self.program.constants = constants.collect();
        Ok(self.program)
    }

    /// Keys of lookups over several columns have a fixed number of values per column; no vocabulary may
    /// exceed it.
    fn check_keys(&self) -> Result<(), PmmlError> {
        let sizes: HashMap<Slot, u64> = self
            .encodings
            .values()
            .map(|(codes, vocabulary)| (*codes, self.program.vocabularies[*vocabulary].len() as u64))
            .collect();
        for (_, step) in &self.program.steps {
            let Step::Lookup(lookup) = step else { continue };
            let room = lookup.room();
            if lookup.keys.iter().any(|(slot, _)| sizes.get(slot).is_some_and(|n| *n >= room)) {
                let limit = usize::try_from(room).unwrap_or(usize::MAX);
                let at = Location { path: "MapValues".into(), position: None };
                return Err(PmmlError::Limit { at, what: "different values in a column", limit });
            }
        }
        Ok(())
    }

    fn slot(&mut self) -> Slot {
        self.frame.columns.push(Column::default());
        self.program.slots += 1;
        self.program.slots - 1
    }
}

/// The value that a step computed from constants.
fn literal(column: &Column, step: &Step) -> Literal {
    let kind = step.kind().unwrap_or(super::Kind::Number);
    match (column.state(0), kind) {
        (State::Valid, super::Kind::Text) => Literal::Text(column.texts.get(0).to_owned()),
        (State::Valid, _) => Literal::Number(column.numbers.first().copied().unwrap_or(0.0)),
        (state, kind) => Literal::None(kind, state),
    }
}
