//! The selection of effects in the Linear node: fields of one or several columns.

use super::fit::Fit;
use super::moments::Moments;
use super::subsets;
use crate::sweep::Swept;
use crate::tails::f_tail;
use crate::{Control, MiningError};

/// The columns of each effect. The last column of the data is the target and belongs to none.
pub type Design = Vec<Vec<usize>>;

/// The measure of a better model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Criterion {
    /// A lower information criterion, corrected for small samples.
    Information,
    /// A greater adjusted R².
    AdjustedRSquared,
    /// F tests: an effect enters below the first probability, and leaves above the second one.
    F(f64, f64),
}

/// How effects are selected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Selection {
    /// All effects.
    All,
    /// Effects enter and leave one by one.
    Forward(Criterion),
    /// All subsets of effects are compared.
    Subsets(Criterion),
}

/// How effects are selected, and how far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EffectOptions {
    /// The method.
    pub selection: Selection,
    /// A column with a lower tolerance is redundant.
    pub tolerance: f64,
    /// The most effects in the model.
    pub max_effects: usize,
    /// The most steps.
    pub max_steps: usize,
}

/// A step of the selection.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The effects in the model after the step, in the order of the design.
    pub effects: Vec<usize>,
    /// The criterion of that model.
    pub criterion: f64,
}

/// A model with its effects.
#[derive(Debug, Clone, PartialEq)]
pub struct EffectsModel {
    /// The fitted model. Columns of effects that are not in it are redundant.
    pub fit: Fit,
    /// The effects, in the order of the design.
    pub effects: Vec<usize>,
    /// The sum of squares that each effect explains beyond the others, and its degrees of freedom.
    pub tests: Vec<(f64, f64)>,
    /// The steps of a stepwise selection.
    pub steps: Vec<Step>,
}

/// The model of the last column by the best effects.
///
/// # Errors
/// [`MiningError::Canceled`]; [`MiningError::TooLarge`] if all subsets of too many effects are to be compared.
pub fn select_effects(
    moments: &Moments,
    design: &Design,
    options: EffectOptions,
    control: Control<'_>,
) -> Result<EffectsModel, MiningError> {
    let mut search = Search::new(moments, design, options);
    match options.selection {
        Selection::All => (0..design.len()).for_each(|effect| search.change(effect)),
        Selection::Forward(criterion) => search.forward(criterion, control)?,
        Selection::Subsets(criterion) => {
            let chosen = subsets::best_subset(moments, design, criterion, options, control)?;
            chosen.into_iter().for_each(|effect| search.change(effect));
        }
    }
    Ok(search.finished())
}

pub(super) struct Search<'a> {
    pub(super) swept: Swept,
    pub(super) effects: Vec<usize>,
    moments: &'a Moments,
    design: &'a Design,
    options: EffectOptions,
    steps: Vec<Step>,
}

impl Clone for Search<'_> {
    fn clone(&self) -> Self {
        Self { swept: self.swept.clone(), effects: self.effects.clone(), steps: Vec::new(), ..*self }
    }
}

/// The squares that an effect outside would explain, or that one inside explains.
struct Change {
    effect: usize,
    squares: f64,
    columns: usize,
}

impl<'a> Search<'a> {
    pub(super) fn new(moments: &'a Moments, design: &'a Design, options: EffectOptions) -> Self {
        let swept = Swept::new(moments.correlations(), moments.columns());
        Self { swept, effects: Vec::new(), moments, design, options, steps: Vec::new() }
    }

    fn target(&self) -> usize {
        self.moments.columns().saturating_sub(1)
    }

    fn columns(&self, effect: usize) -> &'a [usize] {
        self.design.get(effect).map(Vec::as_slice).unwrap_or_default()
    }

    /// An effect enters or leaves. Redundant columns of an effect that enters stay outside.
    pub(super) fn change(&mut self, effect: usize) {
        let leaves = self.effects.contains(&effect);
        for column in self.columns(effect) {
            let is_swept = self.swept.is_inside(*column);
            let enters = !leaves && self.swept.at(*column, *column) > self.options.tolerance;
            if (leaves && is_swept) || (enters && !is_swept) {
                self.swept.sweep(*column);
            }
        }
        match leaves {
            true => self.effects.retain(|other| *other != effect),
            false => {
                self.effects.push(effect);
                self.effects.sort_unstable();
            }
        }
    }

    /// The residual sum of squares as a share of the total.
    fn rest(&self) -> f64 {
        self.swept.at(self.target(), self.target()).max(0.0)
    }

    /// The number of coefficients without the constant.
    fn size(&self) -> usize {
        (0..self.target()).filter(|column| self.swept.is_inside(*column)).count()
    }

    /// The change that an effect would make.
    fn tried(&self, effect: usize) -> Change {
        let leaves = self.effects.contains(&effect);
        let mut columns = self.columns(effect).to_vec();
        if leaves {
            columns.retain(|column| self.swept.is_inside(*column));
        }
        columns.push(self.target());
        let mut part = self.swept.part(&columns);
        let last = columns.len() - 1;
        let before = part.at(last, last);
        let mut changed = 0;
        for column in 0..last {
            if leaves || part.at(column, column) > self.options.tolerance {
                part.sweep(column);
                changed += 1;
            }
        }
        Change { effect, squares: (part.at(last, last) - before).abs(), columns: changed }
    }

    /// The criterion of a model of this size with this residual share: the lower, the better.
    pub(super) fn value(&self, criterion: Criterion, rest: f64, size: usize) -> f64 {
        let records = self.moments.records as f64;
        let parameters = size as f64 + 1.0;
        let target = self.target();
        match criterion {
            Criterion::AdjustedRSquared => match records > parameters {
                true => rest / (records - parameters) * (records - 1.0) - 1.0,
                false => f64::INFINITY,
            },
            _ => match records > parameters + 1.0 {
                true => {
                    let residual = rest * self.moments.product(target, target);
                    let correction = 2.0 * parameters * (parameters + 1.0) / (records - parameters - 1.0);
                    records * (residual / records).ln() + 2.0 * parameters + correction
                }
                false => f64::INFINITY,
            },
        }
    }

    /// The criterion of the model as it is.
    pub(super) fn now(&self, criterion: Criterion) -> f64 {
        self.value(criterion, self.rest(), self.size())
    }

    fn forward(&mut self, criterion: Criterion, control: Control<'_>) -> Result<(), MiningError> {
        let mut steps = 0;
        while steps < self.options.max_steps && self.effects.len() < self.options.max_effects {
            control.check()?;
            if !self.enter(criterion) {
                break;
            }
            self.record(criterion);
            steps += 1;
            while steps < self.options.max_steps && self.leave(criterion) {
                self.record(criterion);
                steps += 1;
            }
        }
        Ok(())
    }

    /// The best effect enters, if it makes the model better.
    fn enter(&mut self, criterion: Criterion) -> bool {
        let outside = (0..self.design.len()).filter(|effect| !self.effects.contains(effect));
        let candidates = outside.map(|effect| self.tried(effect)).filter(|change| change.columns > 0);
        let (rest, size) = (self.rest(), self.size());
        let worth = |change: &Change| {
            let (rest, size) = ((rest - change.squares).max(0.0), size + change.columns);
            match criterion {
                Criterion::F(..) => self.probability(change, rest, size),
                other => self.value(other, rest, size),
            }
        };
        let best = first_smallest(candidates.map(|change| (change.effect, worth(&change))));
        let limit = match criterion {
            Criterion::F(entry, _) => entry,
            other => self.now(other),
        };
        match best {
            Some((effect, value)) if value < limit => {
                self.change(effect);
                true
            }
            _ => false,
        }
    }

    /// The worst effect leaves, if the model is better without it.
    fn leave(&mut self, criterion: Criterion) -> bool {
        let (rest, size) = (self.rest(), self.size());
        let inside = self.effects.iter().map(|effect| self.tried(*effect));
        let worth = |change: &Change| match criterion {
            Criterion::F(..) => -self.probability(change, rest, size),
            other => self.value(other, rest + change.squares, size.saturating_sub(change.columns)),
        };
        let worst = first_smallest(inside.map(|change| (change.effect, worth(&change))));
        let limit = match criterion {
            Criterion::F(_, removal) => -removal,
            other => self.now(other),
        };
        match worst {
            Some((effect, value)) if value < limit => {
                self.change(effect);
                true
            }
            _ => false,
        }
    }

    /// The probability of a larger F value than that of a change, in a model with this residual share and size.
    fn probability(&self, change: &Change, rest: f64, size: usize) -> f64 {
        let df = self.moments.records as f64 - size as f64 - 1.0;
        match df > 0.0 {
            true => f_tail(change.squares / change.columns as f64 * df / rest, change.columns as f64, df),
            false => 1.0,
        }
    }

    fn record(&mut self, criterion: Criterion) {
        let criterion = match criterion {
            Criterion::AdjustedRSquared => -self.now(criterion),
            other => self.now(other),
        };
        self.steps.push(Step { effects: self.effects.clone(), criterion });
    }

    fn finished(self) -> EffectsModel {
        let target = self.target();
        let total = self.moments.product(target, target);
        let tests = self.effects.iter().map(|effect| {
            let change = self.tried(*effect);
            (change.squares * total, change.columns as f64)
        });
        EffectsModel {
            tests: tests.collect(),
            fit: Fit::of(&self.swept, self.moments, true),
            effects: self.effects,
            steps: self.steps,
        }
    }
}

/// The first of the smallest values.
fn first_smallest(values: impl Iterator<Item = (usize, f64)>) -> Option<(usize, f64)> {
    values.fold(None, |best, next| match best {
        Some((_, value)) if next.1 >= value || next.1.is_nan() => best,
        _ => Some(next),
    })
}
