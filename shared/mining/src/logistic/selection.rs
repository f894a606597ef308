//! Which effects enter a logistic regression, and which leave it.

use super::Records;
use super::newton::{Fit, NewtonOptions, fit, independent};
use super::sums::sums;
use crate::sweep::Swept;
use crate::tails::chi_square_tail;
use crate::{Control, MiningError};

/// How effects are selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// All effects.
    Enter,
    /// Effects enter one by one.
    Forwards,
    /// All effects enter, and leave one by one.
    Backwards,
    /// Effects enter one by one; after each of them, effects that became unimportant leave.
    ForwardsStepwise,
    /// All effects enter and leave one by one; after each of them, effects that became important enter.
    BackwardsStepwise,
}

/// The test of an effect outside the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// The score statistic.
    Score,
    /// The likelihood ratio.
    LikelihoodRatio,
}

/// The test of an effect in the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// The likelihood ratio.
    LikelihoodRatio,
    /// Wald's statistic.
    Wald,
}

/// How effects are selected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SelectionOptions {
    /// The method.
    pub method: Method,
    /// The test of effects outside, and the probability below which one enters.
    pub entry: (Entry, f64),
    /// The test of effects inside, and the probability above which one leaves.
    pub removal: (Removal, f64),
    /// Whether column 0 is a constant.
    pub has_constant: bool,
    /// When the iterations end.
    pub newton: NewtonOptions,
}

/// The selected effects, and their coefficients.
#[derive(Debug, Clone, PartialEq)]
pub struct Selected {
    /// The effects, in the order of the design.
    pub effects: Vec<usize>,
    /// The coefficients.
    pub fit: Fit,
}

/// The model of the best effects. An effect is a list of columns; the constant belongs to none.
///
/// # Errors
/// [`MiningError::Canceled`]; [`MiningError::TooLarge`].
pub fn select(
    records: &Records<'_>,
    design: &[Vec<usize>],
    options: SelectionOptions,
    control: Control<'_>,
) -> Result<Selected, MiningError> {
    let mut search = Search { records, design, options, control, effects: Vec::new() };
    // Twice as many steps as effects, against circles.
    let mut steps = 2 * design.len();
    let mut next = || {
        let left = steps > 0;
        steps = steps.saturating_sub(1);
        left
    };
    match options.method {
        Method::Enter => search.effects = (0..design.len()).collect(),
        Method::Forwards => while next() && search.enter()? {},
        Method::ForwardsStepwise => {
            while next() && search.enter()? {
                while next() && search.leave()? {}
            }
        }
        Method::Backwards => {
            search.effects = (0..design.len()).collect();
            while next() && search.leave()? {}
        }
        Method::BackwardsStepwise => {
            search.effects = (0..design.len()).collect();
            while next() && search.leave()? {
                while next() && search.enter()? {}
            }
        }
    }
    let (fit, _, _) = search.fitted(&search.effects)?;
    Ok(Selected { effects: search.effects, fit })
}

struct Search<'a> {
    records: &'a Records<'a>,
    design: &'a [Vec<usize>],
    options: SelectionOptions,
    control: Control<'a>,
    effects: Vec<usize>,
}

impl Search<'_> {
    fn columns(&self, effects: &[usize]) -> Result<Vec<usize>, MiningError> {
        let constant = self.options.has_constant.then_some(0);
        let columns = effects.iter().filter_map(|effect| self.design.get(*effect)).flatten().copied();
        let columns: Vec<usize> = constant.into_iter().chain(columns).collect();
        independent(self.records, &columns, self.options.newton.singularity, self.control)
    }

    /// The model of these effects: the fit, its columns, and its values.
    fn fitted(&self, effects: &[usize]) -> Result<(Fit, Vec<usize>, Vec<f64>), MiningError> {
        let columns = self.columns(effects)?;
        let (fit, values) =
            fit(self.records, &columns, self.options.has_constant, self.options.newton, self.control)?;
        Ok((fit, columns, values))
    }

    fn with(&self, effect: usize) -> Vec<usize> {
        let mut effects = self.effects.clone();
        effects.push(effect);
        effects.sort_unstable();
        effects
    }

    fn without(&self, effect: usize) -> Vec<usize> {
        self.effects.iter().copied().filter(|other| *other != effect).collect()
    }

    /// The best effect outside enters, if it is good enough.
    fn enter(&mut self) -> Result<bool, MiningError> {
        let outside: Vec<usize> =
            (0..self.design.len()).filter(|effect| !self.effects.contains(effect)).collect();
        let (test, limit) = self.options.entry;
        let (now, columns, values) = self.fitted(&self.effects)?;
        let mut best: Option<(usize, f64)> = None;
        for effect in outside {
            let probability = match test {
                Entry::Score => self.score(&columns, &values, effect)?,
                Entry::LikelihoodRatio => ratio(&now, &self.fitted(&self.with(effect))?.0),
            };
            if best.is_none_or(|(_, known)| probability < known) {
                best = Some((effect, probability));
            }
        }
        match best {
            Some((effect, probability)) if probability < limit => {
                self.effects = self.with(effect);
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// The worst effect inside leaves, if it is bad enough.
    fn leave(&mut self) -> Result<bool, MiningError> {
        let (test, limit) = self.options.removal;
        let (now, columns, values) = self.fitted(&self.effects)?;
        let mut worst: Option<(usize, f64)> = None;
        for effect in self.effects.clone() {
            let probability = match test {
                Removal::LikelihoodRatio => ratio(&self.fitted(&self.without(effect))?.0, &now),
                Removal::Wald => self.wald(&columns, &values, effect)?,
            };
            if worst.is_none_or(|(_, known)| probability > known) {
                worst = Some((effect, probability));
            }
        }
        match worst {
            Some((effect, probability)) if probability > limit => {
                self.effects = self.without(effect);
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// The probability of a greater score statistic than that of an effect outside.
    fn score(&self, columns: &[usize], values: &[f64], effect: usize) -> Result<f64, MiningError> {
        let all = self.columns(&self.with(effect))?;
        let others = self.records.categories.saturating_sub(1);
        let mut coefficients = vec![0.0; all.len() * others];
        for category in 0..others {
            for (at, column) in all.iter().enumerate() {
                if let Some(place) = columns.iter().position(|known| known == column)
                    && let Some(value) = values.get(category * columns.len() + place)
                    && let Some(cell) = coefficients.get_mut(category * all.len() + at)
                {
                    *cell = *value;
                }
            }
        }
        let sums = sums(self.records, &all, &coefficients, self.control)?;
        let size = coefficients.len();
        let mut matrix = Vec::with_capacity((size + 1) * (size + 1));
        for (row, gradient) in sums.information.chunks_exact(size.max(1)).zip(&sums.gradient) {
            matrix.extend_from_slice(row);
            matrix.push(*gradient);
        }
        matrix.extend_from_slice(&sums.gradient);
        matrix.push(0.0);
        let mut swept = Swept::new(matrix, size + 1);
        let (known, new): (Vec<usize>, Vec<usize>) = (0..size).partition(|place| {
            all.get(place % all.len().max(1)).is_some_and(|column| columns.contains(column))
        });
        let limit = self.options.newton.singularity;
        let mut df = 0.0;
        known
            .iter()
            .filter(|place| sums.information.get(*place * size + *place).is_some_and(|own| *own > 0.0))
            .for_each(|place| {
                if swept.at(*place, *place) > 0.0 {
                    swept.sweep(*place);
                }
            });
        let before = swept.at(size, size);
        for place in new {
            let own = sums.information.get(place * size + place).copied().unwrap_or_default();
            if swept.at(place, place) > limit * own && own > 0.0 {
                swept.sweep(place);
                df += 1.0;
            }
        }
        Ok(if df > 0.0 { chi_square_tail(before - swept.at(size, size), df) } else { 1.0 })
    }

    /// The probability of a greater Wald statistic than that of an effect inside.
    fn wald(&self, columns: &[usize], values: &[f64], effect: usize) -> Result<f64, MiningError> {
        let sums = sums(self.records, columns, values, self.control)?;
        let size = values.len();
        let own = self.design.get(effect).map(Vec::as_slice).unwrap_or_default();
        let (inside, others): (Vec<usize>, Vec<usize>) = (0..size).partition(|place| {
            columns.get(place % columns.len().max(1)).is_some_and(|column| own.contains(column))
        });
        // The information about the effect, the others being free.
        let mut swept = Swept::new(sums.information, size);
        for place in others {
            if swept.at(place, place) > 0.0 {
                swept.sweep(place);
            }
        }
        let value = |place: &usize| values.get(*place).copied().unwrap_or_default();
        let statistic: f64 = inside
            .iter()
            .flat_map(|one| inside.iter().map(move |other| (one, other)))
            .map(|(one, other)| value(one) * swept.at(*one, *other) * value(other))
            .sum();
        Ok(chi_square_tail(statistic, inside.len() as f64))
    }
}

/// The probability of a greater likelihood ratio than that of two models.
fn ratio(small: &Fit, large: &Fit) -> f64 {
    let df = large.parameters().saturating_sub(small.parameters());
    match df {
        0 => 1.0,
        df => chi_square_tail((2.0 * (large.likelihood - small.likelihood)).max(0.0), df as f64),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

    use super::super::Ending;
    use super::*;

    fn options(method: Method) -> SelectionOptions {
        SelectionOptions {
            method,
            entry: (Entry::Score, 0.05),
            removal: (Removal::LikelihoodRatio, 0.1),
            has_constant: true,
            newton: NewtonOptions {
                iterations: 100,
                halvings: 5,
                change: 1e-6,
                likelihood: 0.0,
                singularity: 1e-8,
            },
        }
    }

    /// A table of two rows and two columns has a closed form: the logarithms of odds and of their ratio.
    #[test]
    fn two_groups_have_the_logarithms_of_their_odds() {
        let mut rows = Vec::new();
        let mut targets = Vec::new();
        for (group, target, count) in [(0.0, 0, 30), (0.0, 1, 10), (1.0, 0, 5), (1.0, 1, 20)] {
            for _ in 0..count {
                rows.extend([1.0, 1.0 - group, group]);
                targets.push(target);
            }
        }
        for threads in [1, 2, 7] {
            let control = Control { threads, is_canceled: &|| false };
            let records = Records { rows: &rows, width: 3, targets: &targets, categories: 2, base: 0 };
            let found = select(&records, &[vec![1, 2]], options(Method::Enter), control).unwrap();
            let coefficients = &found.fit.coefficients[0];
            assert_eq!(coefficients[2], None);
            assert!((coefficients[0].unwrap() - 4.0_f64.ln()).abs() < 1e-12);
            assert!((coefficients[1].unwrap() - (1.0_f64 / 12.0).ln()).abs() < 1e-12);
            assert_eq!(found.fit.ending, Ending::Converged);
        }
    }

    #[test]
    fn separated_categories_end_where_the_information_is_singular() {
        let rows: Vec<f64> = (0..20_i32).flat_map(|record| [1.0, f64::from(record / 10)]).collect();
        let targets: Vec<usize> = (0..20).map(|record| usize::from(record % 2 == 0 && record < 10)).collect();
        let control = Control { threads: 1, is_canceled: &|| false };
        let records = Records { rows: &rows, width: 2, targets: &targets, categories: 2, base: 0 };
        let found = select(&records, &[vec![1]], options(Method::Enter), control).unwrap();
        assert_eq!(found.fit.ending, Ending::Separated);
        assert!(found.fit.coefficients[0][1].unwrap() < -15.0);
    }

    /// Three categories; the first of three numbers decides, the others are noise.
    #[test]
    fn each_method_finds_the_field_that_decides() {
        let (mut rows, mut targets) = (Vec::new(), Vec::new());
        for record in 0..300_u32 {
            let noise = |number: u32| {
                let mixed = (record * 6 + number).wrapping_mul(0x9E37_79B9);
                f64::from((mixed ^ mixed >> 15).wrapping_mul(0x85EB_CA6B) >> 16) / 65_536.0
            };
            let decides = f64::from(record % 50) / 50.0;
            rows.extend([1.0, noise(1), decides, noise(2)]);
            targets.push((((decides + noise(5) * 0.8) * 1.7) as usize).min(2));
        }
        let control = Control { threads: 1, is_canceled: &|| false };
        let records = Records { rows: &rows, width: 4, targets: &targets, categories: 3, base: 0 };
        let design = [vec![1], vec![2], vec![3]];
        for method in
            [Method::Forwards, Method::ForwardsStepwise, Method::Backwards, Method::BackwardsStepwise]
        {
            for (entry, removal) in
                [(Entry::Score, Removal::LikelihoodRatio), (Entry::LikelihoodRatio, Removal::Wald)]
            {
                let options =
                    SelectionOptions { entry: (entry, 0.001), removal: (removal, 0.002), ..options(method) };
                let found = select(&records, &design, options, control).unwrap();
                assert_eq!(found.effects, [1], "{method:?} {entry:?}");
            }
        }
    }
}
