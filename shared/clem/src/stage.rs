//! Stages: the parts of a program that process records in order and keep state.

mod history;
mod since;
mod window;

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array};
use satsuma_columns::Settings;

use crate::error::Result;
use crate::kernels::random;
use crate::kind::Kind;
use crate::op::Op;
use crate::value::{Truths, Value, View};
use history::History;
pub(crate) use history::append;
use since::SinceThis;
use window::Window;

/// A part of a program that keeps state from record to record.
#[derive(Debug, Clone)]
pub(crate) struct Stage {
    pub(crate) kind: StageKind,
    /// Its inputs in each record.
    pub(crate) arguments: Vec<Op>,
    pub(crate) result: Kind,
}

#[derive(Debug, Clone)]
pub(crate) enum StageKind {
    /// `@INDEX`.
    Index,
    /// Uniform random numbers of a stream.
    Uniform(u64),
    /// `@OFFSET`; a negative length looks ahead.
    Offset(Length),
    /// `@MEAN` and similar functions, over all records so far or the last ones.
    Window(Aggregate, Option<Length>),
    /// `@LAST_NON_BLANK`: value, whether it is blank.
    LastNonBlank,
    /// `@SINCE` of a condition on one record.
    Since { bound: Option<usize>, includes_current: bool },
    /// `@SINCE` of a condition that compares with the current record.
    SinceThis { condition: Box<Op>, fields: Vec<usize>, bound: Option<usize>, includes_current: bool },
}

/// A number of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// The same in all records.
    Constant(i64),
    /// The stage's second argument, with the bound in the expression.
    Variable(Option<usize>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aggregate {
    Mean,
    Sum,
    Sdev,
    Min,
    Max,
}

impl Stage {
    /// Number of records that must follow before a result is known; `usize::MAX` for all.
    pub(crate) fn look_ahead(&self) -> usize {
        match self.kind {
            StageKind::Offset(Length::Constant(records)) if records < 0 => {
                usize::try_from(records.unsigned_abs()).unwrap_or(usize::MAX)
            }
            StageKind::Offset(Length::Variable(bound)) => bound.unwrap_or(usize::MAX),
            _ => 0,
        }
    }

    /// Number of records that a stage keeps; `None` for all, 0 for one value or none.
    pub(crate) fn look_back(&self) -> Option<usize> {
        let records = |length: i64| usize::try_from(length).unwrap_or(0);
        match &self.kind {
            StageKind::Offset(Length::Constant(length)) => Some(records(*length)),
            StageKind::Window(_, Some(Length::Constant(length))) => Some(records(*length)),
            StageKind::Offset(Length::Variable(bound))
            | StageKind::Window(_, Some(Length::Variable(bound))) => *bound,
            StageKind::SinceThis { bound, .. } => *bound,
            _ => Some(0),
        }
    }

    pub(crate) fn start(&self) -> State {
        match &self.kind {
            StageKind::Index => State::Index,
            StageKind::Uniform(stream) => State::Uniform(*stream),
            StageKind::Offset(length) => State::Offset(*length, History::new(self.result)),
            StageKind::Window(aggregate, length) => {
                State::Window(Window::new(*aggregate, *length, self.result))
            }
            StageKind::LastNonBlank => State::LastNonBlank(History::new(self.result), None),
            StageKind::Since { bound, includes_current } => {
                State::Since { bound: *bound, includes_current: *includes_current, last: None }
            }
            StageKind::SinceThis { condition, fields, bound, includes_current } => State::SinceThis(
                SinceThis::new(condition.as_ref().clone(), fields.clone(), *bound, *includes_current),
            ),
        }
    }
}

/// The state of a stage.
pub(crate) enum State {
    Index,
    Uniform(u64),
    Offset(Length, History),
    Window(Window),
    LastNonBlank(History, Option<usize>),
    Since { bound: Option<usize>, includes_current: bool, last: Option<usize> },
    SinceThis(SinceThis),
}

/// Arguments of a stage for consecutive records.
pub(crate) struct Input<'a> {
    pub(crate) arguments: &'a [Value],
    /// The number of the first record, from 0.
    pub(crate) first: usize,
    pub(crate) rows: usize,
    /// Whether these are the last records.
    pub(crate) ends: bool,
    pub(crate) settings: &'a Settings,
}

impl Input<'_> {
    fn argument(&self, at: usize) -> &Value {
        self.arguments.get(at).unwrap_or(&Value::NULL)
    }
}

impl State {
    /// Processes the next records and returns the known results.
    pub(crate) fn push(&mut self, input: &Input<'_>) -> Result<ArrayRef> {
        let (first, rows) = (input.first, input.rows);
        match self {
            Self::Index => {
                let numbers = (first..first + rows).map(|row| row as i64 + 1);
                Ok(Arc::new(Int64Array::from_iter_values(numbers)))
            }
            Self::Uniform(stream) => Ok(Arc::new(random::uniforms(*stream, first, rows))),
            Self::Offset(Length::Constant(records), history) => history.shift(*records, input),
            Self::Offset(Length::Variable(bound), history) => {
                let amounts = input.argument(1).clone();
                history.offset(&amounts, *bound, input)
            }
            Self::Window(window) => window.push(input),
            Self::LastNonBlank(history, last) => {
                let blank = Truths::of(input.argument(1))?;
                let sources = (0..rows).map(|row| {
                    if blank.get(row) != Some(true) {
                        *last = Some(first + row);
                    }
                    *last
                });
                let sources: Vec<Option<usize>> = sources.collect();
                let values = history.gather(&sources, input)?;
                history.keep_from(last.unwrap_or(first + rows));
                Ok(values)
            }
            Self::Since { bound, includes_current, last } => {
                let truths = Truths::of(input.argument(0))?;
                let since = (first..first + rows).map(|row| {
                    let holds = truths.get(row - first) == Some(true);
                    if holds && *includes_current {
                        *last = Some(row);
                    }
                    let distance = since::distance(row, *last, *bound);
                    if holds {
                        *last = Some(row);
                    }
                    distance
                });
                Ok(Arc::new(Int64Array::from_iter_values(since)))
            }
            Self::SinceThis(since) => since.push(input),
        }
    }
}
