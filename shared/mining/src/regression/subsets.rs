//! The best of all subsets of effects.

use super::effects::{Criterion, Design, EffectOptions, Search};
use super::moments::Moments;
use crate::{Control, MiningError};

/// The most effects of which all subsets are compared: a million of them. Modeler compares all up to this number, too.
pub const MAX_SUBSET_EFFECTS: usize = 20;

/// Effects whose presence divides the work among threads.
const SHARED: usize = 4;

/// The effects of the best subset. Of equally good ones the one with fewer effects wins, then the earlier one.
///
/// # Errors
/// [`MiningError::Canceled`]; [`MiningError::TooLarge`].
pub fn best_subset(
    moments: &Moments,
    design: &Design,
    criterion: Criterion,
    options: EffectOptions,
    control: Control<'_>,
) -> Result<Vec<usize>, MiningError> {
    if design.len() > MAX_SUBSET_EFFECTS {
        return Err(MiningError::TooLarge {
            what: "the effects of which all subsets are compared",
            limit: MAX_SUBSET_EFFECTS,
            advice: "select forward stepwise, or fewer inputs",
        });
    }
    let shared = design.len().min(SHARED);
    let found = control.each(1 << shared, |mask| {
        let mut search = Search::new(moments, design, options);
        (0..shared).filter(|effect| mask >> effect & 1 == 1).for_each(|effect| search.change(effect));
        let mut best = Best { value: search.now(criterion), effects: search.effects.clone() };
        visit(&search, shared, design.len(), criterion, control, &mut best)?;
        Ok(best)
    })?;
    let mut found = found.into_iter();
    let mut best = found.next().unwrap_or(Best { value: f64::INFINITY, effects: Vec::new() });
    for other in found {
        best.improve(other.value, &other.effects);
    }
    Ok(best.effects)
}

struct Best {
    value: f64,
    effects: Vec<usize>,
}

impl Best {
    fn improve(&mut self, value: f64, effects: &[usize]) {
        let is_better = value < self.value
            || (value == self.value
                && (effects.len(), effects) < (self.effects.len(), self.effects.as_slice()));
        if is_better {
            self.value = value;
            self.effects = effects.to_vec();
        }
    }
}

/// Compares all subsets that add effects from `next` on.
fn visit(
    search: &Search<'_>,
    next: usize,
    count: usize,
    criterion: Criterion,
    control: Control<'_>,
    best: &mut Best,
) -> Result<(), MiningError> {
    control.check()?;
    for effect in next..count {
        let mut with = search.clone();
        with.change(effect);
        best.improve(with.now(criterion), &with.effects);
        visit(&with, effect + 1, count, criterion, control, best)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::super::{EffectOptions, Selection, select_effects};
    use super::*;

    /// Records with eight fields, of which three and a little of a fourth make the target.
    fn moments(control: Control<'_>) -> Moments {
        let mut rows = Vec::new();
        for record in 0..60_u32 {
            let field =
                |number: u32| f64::from((record * 7 + number * 13 + record * record * (number + 1)) % 31);
            let fields: Vec<f64> = (0..8).map(field).collect();
            let noise = f64::from(record * 17 % 29) / 4.0;
            let [a, b, c, d, ..] = fields.as_slice() else {
                return Moments::of(&[], 9, true, control).unwrap();
            };
            let target = 3.0 * a - 2.0 * b + c + d / 20.0 + noise;
            rows.extend(fields.iter().copied().chain([target]));
        }
        Moments::of(&rows, 9, true, control).unwrap()
    }

    fn options(selection: Selection) -> EffectOptions {
        EffectOptions { selection, tolerance: 1e-4, max_effects: 8, max_steps: 24 }
    }

    /// An independent computation: each subset is fitted by itself.
    #[test]
    fn no_subset_is_better_than_the_best_one() {
        let control = Control { threads: 1, is_canceled: &|| false };
        let moments = moments(control);
        let design: Design = (0..8).map(|column| vec![column]).collect();
        for criterion in [Criterion::Information, Criterion::AdjustedRSquared] {
            let options = options(Selection::Subsets(criterion));
            let found = select_effects(&moments, &design, options, control).unwrap();
            for mask in 0..256_usize {
                let columns: Design = design
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| mask >> at & 1 == 1)
                    .map(|(_, e)| e.clone())
                    .collect();
                let all = EffectOptions { selection: Selection::All, ..options };
                let other = select_effects(&moments, &columns, all, control).unwrap();
                match criterion {
                    Criterion::Information => assert!(other.fit.aicc() >= found.fit.aicc() - 1e-9),
                    _ => assert!(other.fit.adjusted_r_squared() <= found.fit.adjusted_r_squared() + 1e-12),
                }
            }
        }
    }

    #[test]
    fn threads_change_no_subset() {
        let on = |threads| {
            let control = Control { threads, is_canceled: &|| false };
            let design: Design = vec![vec![0, 1], vec![2], vec![3], vec![4, 5], vec![6], vec![7]];
            let options = options(Selection::Subsets(Criterion::Information));
            select_effects(&moments(control), &design, options, control).unwrap()
        };
        assert_eq!(on(1), on(2));
        assert_eq!(on(1), on(7));
    }

    #[test]
    fn too_many_effects_are_refused() {
        let control = Control { threads: 1, is_canceled: &|| false };
        let design: Design = (0..21).map(|_| Vec::new()).collect();
        let options = options(Selection::Subsets(Criterion::Information));
        let refused = select_effects(&moments(control), &design, options, control);
        assert!(matches!(refused, Err(MiningError::TooLarge { limit: 20, .. })));
    }
}
