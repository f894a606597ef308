//! Aggregates over the records so far, or over the last ones.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array};

use super::{Aggregate, Input, Length};
use crate::error::Result;
use crate::kind::Kind;
use crate::value::{Integers, Reals, View};

/// The state of an aggregate.
pub(crate) enum Window {
    Integers(Running<i64>),
    Reals(Running<f64>),
}

pub(crate) struct Running<T> {
    aggregate: Aggregate,
    length: Option<Length>,
    /// All values so far, if the number of records is not constant.
    values: VecDeque<Option<T>>,
    queue: Queue,
}

/// A summary of values that is sufficient for every aggregate. Merging is associative.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Summary {
    count: f64,
    mean: f64,
    squares: f64,
    sum: f64,
    integers: i128,
    min: f64,
    max: f64,
    min_integer: i64,
    max_integer: i64,
}

/// A value of a window.
pub(crate) trait Number: Copy {
    fn summary(self) -> Summary;
}

impl Number for i64 {
    fn summary(self) -> Summary {
        Summary { integers: self.into(), min_integer: self, max_integer: self, ..(self as f64).summary() }
    }
}

impl Number for f64 {
    fn summary(self) -> Summary {
        Summary {
            count: 1.0,
            mean: self,
            squares: 0.0,
            sum: self,
            integers: 0,
            min: self,
            max: self,
            min_integer: 0,
            max_integer: 0,
        }
    }
}

impl Summary {
    /// Mean and squared deviations by Chan, Golub and LeVeque (1983).
    fn merge(self, other: Self) -> Self {
        let count = self.count + other.count;
        let delta = other.mean - self.mean;
        Self {
            count,
            mean: self.mean + delta * other.count / count,
            squares: self.squares + other.squares + delta * delta * self.count * other.count / count,
            sum: self.sum + other.sum,
            integers: self.integers.saturating_add(other.integers),
            min: self.min.min(other.min),
            max: self.max.max(other.max),
            min_integer: self.min_integer.min(other.min_integer),
            max_integer: self.max_integer.max(other.max_integer),
        }
    }

    fn real(self, aggregate: Aggregate) -> Option<f64> {
        let result = match aggregate {
            Aggregate::Mean => self.sum / self.count,
            Aggregate::Sum => self.sum,
            Aggregate::Min => self.min,
            Aggregate::Max => self.max,
            Aggregate::Sdev if self.count > 1.0 => (self.squares / (self.count - 1.0)).sqrt(),
            Aggregate::Sdev => return None,
        };
        Some(result).filter(|number| number.is_finite())
    }

    fn integer(self, aggregate: Aggregate) -> Option<i64> {
        match aggregate {
            Aggregate::Sum => i64::try_from(self.integers).ok(),
            Aggregate::Min => Some(self.min_integer),
            Aggregate::Max => Some(self.max_integer),
            Aggregate::Mean | Aggregate::Sdev => None,
        }
    }
}

/// A queue with the summary of all its items. It consists of two stacks, so that nothing is ever subtracted
/// and an item costs a constant number of merges.
#[derive(Default)]
struct Queue {
    /// The older items, the oldest last, each with the summary of itself and the younger ones here.
    old: Vec<Option<Summary>>,
    young: Vec<Option<Summary>>,
    young_total: Option<Summary>,
}

fn merged(one: Option<Summary>, two: Option<Summary>) -> Option<Summary> {
    match (one, two) {
        (Some(one), Some(two)) => Some(one.merge(two)),
        (one, two) => one.or(two),
    }
}

impl Queue {
    fn len(&self) -> usize {
        self.old.len() + self.young.len()
    }

    fn push(&mut self, item: Option<Summary>) {
        self.young.push(item);
        self.young_total = merged(self.young_total, item);
    }

    fn pop(&mut self) {
        if self.old.is_empty() {
            let mut total = None;
            while let Some(item) = self.young.pop() {
                total = merged(item, total);
                self.old.push(total);
            }
            self.young_total = None;
        }
        self.old.pop();
    }

    fn total(&self) -> Option<Summary> {
        merged(self.old.last().copied().flatten(), self.young_total)
    }
}

impl<T: Number> Running<T> {
    fn new(aggregate: Aggregate, length: Option<Length>) -> Self {
        Self { aggregate, length, values: VecDeque::new(), queue: Queue::default() }
    }

    /// The summary after the next value. `EXPR` of 0 or below covers no records; IBM requires at least 1.
    fn next(&mut self, value: Option<T>, records: Option<i64>) -> Option<Summary> {
        match self.length {
            None => {
                // All records so far: one running summary.
                self.queue.young_total = merged(self.queue.young_total, value.map(T::summary));
                self.queue.young_total
            }
            Some(Length::Constant(records)) => {
                let limit = usize::try_from(records).unwrap_or(0);
                self.queue.push(value.map(T::summary));
                while self.queue.len() > limit {
                    self.queue.pop();
                }
                self.queue.total()
            }
            Some(Length::Variable(bound)) => {
                self.values.push_back(value);
                while bound.is_some_and(|bound| self.values.len() > bound) {
                    self.values.pop_front();
                }
                let records = usize::try_from(records?).unwrap_or(0);
                let last = self.values.iter().rev().take(records);
                last.map(|value| value.map(T::summary)).fold(None, |total, item| merged(item, total))
            }
        }
    }
}

impl Window {
    pub(crate) fn new(aggregate: Aggregate, length: Option<Length>, result: Kind) -> Self {
        match result {
            Kind::Integer => Self::Integers(Running::new(aggregate, length)),
            _ => Self::Reals(Running::new(aggregate, length)),
        }
    }

    pub(crate) fn push(&mut self, input: &Input<'_>) -> Result<ArrayRef> {
        let records = Integers::of(input.argument(1))?;
        Ok(match self {
            Self::Integers(running) => {
                let values = Integers::of(input.argument(0))?;
                let aggregate = running.aggregate;
                let row = |row| running.next(values.get(row), records.get(row))?.integer(aggregate);
                Arc::new((0..input.rows).map(row).collect::<Int64Array>())
            }
            Self::Reals(running) => {
                let values = Reals::of(input.argument(0))?;
                let aggregate = running.aggregate;
                let row = |row| running.next(values.get(row), records.get(row))?.real(aggregate);
                Arc::new((0..input.rows).map(row).collect::<Float64Array>())
            }
        })
    }
}
