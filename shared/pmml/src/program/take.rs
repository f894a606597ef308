//! Results of a model as columns of the frame, for outputs and for models that read others.

use std::sync::Arc;

use super::kernel::{NONE, Results};
use super::{Column, State};

/// The part of a model's results.
#[derive(Debug, Clone)]
pub(crate) enum Take {
    /// The predicted number.
    Number,
    /// The winner by name.
    WinnerText(Arc<[String]>),
    /// The winner as a number.
    WinnerNumber(Arc<[f64]>),
    /// The number of a category or entity.
    Of(List, usize),
    /// The number of the winner.
    OfWinner(List),
    /// The winner's confidence if the categories have none.
    Confidence,
    /// The row's entity by name.
    EntityText(Arc<[String]>),
    /// The row's entity as a number.
    EntityNumber(Arc<[f64]>),
    /// The row's entity's affinity.
    EntityAffinity,
    /// An entity of a list by name, from 0.
    RankedText(usize, Arc<[String]>),
    /// An entity of a list as a number.
    RankedEntity(usize, Arc<[f64]>),
    /// The number of an entity of a list.
    RankedNumber(usize),
    /// The category at a rank of probability.
    RankedCategory(usize, Arc<[String]>),
    /// The probability at that rank.
    RankedProbability(usize),
    /// The cluster at a rank of affinity; whether a greater one is nearer.
    RankedCluster(usize, bool, Arc<[String]>),
    /// The affinity at that rank.
    RankedAffinity(usize, bool),
    /// The standard error.
    StandardError,
}

/// A list of numbers, one for each category or entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    Probabilities,
    Confidences,
    Affinities,
}

impl List {
    fn of(self, results: &Results) -> &[Vec<f64>] {
        match self {
            Self::Probabilities => &results.probabilities,
            Self::Confidences => &results.confidences,
            Self::Affinities => &results.affinities,
        }
    }
}

impl Take {
    pub(crate) fn run(&self, results: &Results, out: &mut Column, rows: usize) {
        out.states.clear();
        out.numbers.clear();
        let entity = |place: u32, row: usize| match place {
            NONE => None,
            place if results.alive[row] => Some(place),
            _ => None,
        };
        let ranked = |place: usize, row: usize| {
            results.ranked.get(place).and_then(|column| entity(*column.get(row)?, row))
        };
        match self {
            Self::WinnerText(names) => texts(out, names, rows, |row| entity(results.winners[row], row)),
            Self::EntityText(names) => texts(out, names, rows, |row| entity(results.entities[row], row)),
            Self::RankedText(place, names) => texts(out, names, rows, |row| ranked(*place, row)),
            Self::RankedCategory(place, names) => {
                texts(out, names, rows, |row| entity(nth(&results.probabilities, row, *place, true)?, row))
            }
            Self::RankedCluster(place, similar, names) => {
                texts(out, names, rows, |row| entity(nth(&results.affinities, row, *place, *similar)?, row))
            }
            Self::Number => numbers(out, rows, |row| alive(results, row, results.numbers[row])),
            Self::WinnerNumber(values) => {
                numbers(out, rows, |row| values.get(entity(results.winners[row], row)? as usize).copied())
            }
            Self::Of(list, place) => {
                numbers(out, rows, |row| alive(results, row, *list.of(results).get(*place)?.get(row)?))
            }
            Self::OfWinner(list) => numbers(out, rows, |row| {
                let winner = entity(results.winners[row], row)?;
                list.of(results).get(winner as usize)?.get(row).copied()
            }),
            Self::Confidence => numbers(out, rows, |row| alive(results, row, results.confidence[row])),
            Self::EntityNumber(values) => {
                numbers(out, rows, |row| values.get(entity(results.entities[row], row)? as usize).copied())
            }
            Self::EntityAffinity => numbers(out, rows, |row| {
                let place = entity(results.entities[row], row)?;
                results.affinities.get(place as usize)?.get(row).copied()
            }),
            Self::RankedEntity(place, values) => {
                numbers(out, rows, |row| values.get(ranked(*place, row)? as usize).copied())
            }
            Self::RankedNumber(place) => numbers(out, rows, |row| {
                ranked(*place, row)?;
                results.ranked_numbers.get(*place)?.get(row).copied()
            }),
            Self::RankedProbability(place) => numbers(out, rows, |row| {
                let winner = entity(nth(&results.probabilities, row, *place, true)?, row)?;
                results.probabilities.get(winner as usize)?.get(row).copied()
            }),
            Self::RankedAffinity(place, similar) => numbers(out, rows, |row| {
                let winner = entity(nth(&results.affinities, row, *place, *similar)?, row)?;
                results.affinities.get(winner as usize)?.get(row).copied()
            }),
            Self::StandardError => numbers(out, rows, |row| alive(results, row, *results.errors.get(row)?)),
        }
    }
}

fn alive(results: &Results, row: usize, number: f64) -> Option<f64> {
    results.alive[row].then_some(number)
}

/// The index in `lists` of the `place`-th number of a row; of equal ones the first is first.
fn nth(lists: &[Vec<f64>], row: usize, place: usize, largest_first: bool) -> Option<u32> {
    let number = |i: usize| lists.get(i).and_then(|column| column.get(row)).copied().unwrap_or(f64::NAN);
    // The number with exactly `place` before it.
    let before = |a: usize, b: usize| {
        let (x, y) = (number(a), number(b));
        let better = if largest_first { x > y } else { x < y };
        better || (x == y && a < b)
    };
    let found =
        (0..lists.len()).find(|i| (0..lists.len()).filter(|other| before(*other, *i)).count() == place);
    found.map(|i| i as u32)
}

fn numbers(out: &mut Column, rows: usize, number: impl Fn(usize) -> Option<f64>) {
    for row in 0..rows {
        let found = number(row).filter(|n| n.is_finite());
        out.numbers.push(found.unwrap_or(0.0));
        out.mark(row, if found.is_some() { State::Valid } else { State::Missing }, rows);
    }
}

fn texts(out: &mut Column, names: &Arc<[String]>, rows: usize, place: impl Fn(usize) -> Option<u32>) {
    let mut codes = std::mem::take(out.texts.code(names));
    for row in 0..rows {
        let found = place(row);
        codes.push(found.unwrap_or(0));
        out.mark(row, if found.is_some() { State::Valid } else { State::Missing }, rows);
    }
    *out.texts.code(names) = codes;
}
