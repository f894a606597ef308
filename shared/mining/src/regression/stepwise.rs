//! The methods of the Regression node: which fields enter a model, and which leave it.

use super::fit::Fit;
use super::moments::Moments;
use crate::sweep::Swept;
use crate::tails::f_tail;

/// How fields are selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// All fields enter.
    Enter,
    /// Fields enter one by one; after each of them, fields that became unimportant leave.
    Stepwise,
    /// Fields enter one by one.
    Forwards,
    /// All fields enter, and leave one by one.
    Backwards,
}

/// The test of a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stepping {
    /// A field enters below the first probability of F and leaves above the second one.
    Probability(f64, f64),
    /// A field enters above the first F value and leaves below the second one.
    F(f64, f64),
}

/// How fields are selected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepwiseOptions {
    /// The method.
    pub method: Method,
    /// The test.
    pub stepping: Stepping,
    /// The least tolerance: the share of a field's variation that other fields in the model do not explain.
    pub tolerance: f64,
    /// Whether the model has a constant. The products must be about the means then, otherwise about zero.
    pub has_constant: bool,
}

/// The model of the last column by the others.
///
/// A field enters only if its own tolerance and those of all fields in the model are at least the limit then. With
/// [`Method::Enter`] the field with the largest tolerance enters first, so that the limit excludes as few as possible.
/// Of equal fields the first one is taken.
pub fn stepwise(moments: &Moments, options: StepwiseOptions) -> Fit {
    let columns = moments.columns();
    let mut search = Search {
        swept: Swept::new(moments.correlations(), columns),
        target: columns.saturating_sub(1),
        records: moments.records as f64,
        options,
    };
    match options.method {
        Method::Enter => search.enter_all(),
        Method::Backwards => {
            search.enter_all();
            while search.remove() {}
        }
        Method::Forwards => while search.enter() {},
        Method::Stepwise => {
            // As in SPSS: twice as many steps as fields, against circles.
            let mut steps = 2 * search.target;
            while steps > 0 && (search.remove() || search.enter()) {
                steps -= 1;
            }
        }
    }
    Fit::of(&search.swept, moments, options.has_constant)
}

struct Search {
    swept: Swept,
    target: usize,
    records: f64,
    options: StepwiseOptions,
}

impl Search {
    /// Degrees of freedom of the residuals.
    fn df(&self) -> f64 {
        let inside = (0..self.target).filter(|column| self.swept.is_inside(*column)).count();
        self.records - inside as f64 - f64::from(u8::from(self.options.has_constant))
    }

    /// Whether a field may enter.
    fn is_tolerable(&self, column: usize) -> bool {
        let limit = self.options.tolerance;
        let own = self.swept.at(column, column);
        // The scaled diagonal is 1 in the beginning, so that the pivot is the tolerance.
        if own.is_nan() || own <= limit || own <= 0.0 {
            return false;
        }
        (0..self.target).filter(|other| self.swept.is_inside(*other)).all(|other| {
            let cross = self.swept.at(other, column);
            let inverse = -self.swept.at(other, other) + cross * cross / own;
            1.0 / inverse > limit
        })
    }

    fn enter_all(&mut self) {
        loop {
            let outside = (0..self.target).filter(|column| !self.swept.is_inside(*column));
            let outside = outside.filter(|column| self.is_tolerable(*column));
            let best = first_largest(outside.map(|column| (column, self.swept.at(column, column))));
            match best {
                Some((column, _)) if self.df() > 0.0 => self.swept.sweep(column),
                _ => return,
            }
        }
    }

    /// Lets the best field enter, if it is good enough.
    fn enter(&mut self) -> bool {
        let df = self.df() - 1.0;
        if df <= 0.0 {
            return false;
        }
        let rest = self.swept.at(self.target, self.target);
        let outside = (0..self.target).filter(|column| !self.swept.is_inside(*column));
        let outside = outside.filter(|column| self.is_tolerable(*column));
        let best = first_largest(outside.map(|column| {
            let cross = self.swept.at(column, self.target);
            (column, cross * cross / self.swept.at(column, column))
        }));
        let Some((column, explained)) = best else { return false };
        let value = explained * df / (rest - explained).max(0.0);
        let enters = match self.options.stepping {
            Stepping::Probability(entry, _) => f_tail(value, 1.0, df) < entry,
            Stepping::F(entry, _) => value > entry,
        };
        if enters {
            self.swept.sweep(column);
        }
        enters
    }

    /// Lets the worst field leave, if it is bad enough.
    fn remove(&mut self) -> bool {
        let df = self.df();
        if df <= 0.0 {
            return false;
        }
        let rest = self.swept.at(self.target, self.target);
        let inside = (0..self.target).filter(|column| self.swept.is_inside(*column));
        let worst = first_largest(inside.map(|column| {
            let cross = self.swept.at(column, self.target);
            (column, cross * cross / self.swept.at(column, column))
        }));
        // The diagonal of fields inside is negative, so that the largest value is the smallest loss.
        let Some((column, loss)) = worst else { return false };
        let value = -loss * df / rest.max(0.0);
        let leaves = match self.options.stepping {
            Stepping::Probability(_, removal) => f_tail(value, 1.0, df) > removal,
            Stepping::F(_, removal) => value < removal,
        };
        if leaves {
            self.swept.sweep(column);
        }
        leaves
    }
}

/// The first of the largest values.
fn first_largest(values: impl Iterator<Item = (usize, f64)>) -> Option<(usize, f64)> {
    values.fold(None, |best, next| match best {
        Some((_, value)) if next.1 <= value || next.1.is_nan() => best,
        _ => Some(next),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

    use super::*;
    use crate::Control;

    /// Hald's cement data: heat by four ingredients of 13 cements. The results of stepwise, forward and backward
    /// selection are in N. Draper and H. Smith, "Applied Regression Analysis", and in the manuals of many programs.
    const HALD: [[f64; 5]; 13] = [
        [7.0, 26.0, 6.0, 60.0, 78.5],
        [1.0, 29.0, 15.0, 52.0, 74.3],
        [11.0, 56.0, 8.0, 20.0, 104.3],
        [11.0, 31.0, 8.0, 47.0, 87.6],
        [7.0, 52.0, 6.0, 33.0, 95.9],
        [11.0, 55.0, 9.0, 22.0, 109.2],
        [3.0, 71.0, 17.0, 6.0, 102.7],
        [1.0, 31.0, 22.0, 44.0, 72.5],
        [2.0, 54.0, 18.0, 22.0, 93.1],
        [21.0, 47.0, 4.0, 26.0, 115.9],
        [1.0, 40.0, 23.0, 34.0, 83.8],
        [11.0, 66.0, 9.0, 12.0, 113.3],
        [10.0, 68.0, 8.0, 12.0, 109.4],
    ];

    fn fit(method: Method, stepping: Stepping) -> Fit {
        let control = Control { threads: 1, is_canceled: &|| false };
        let moments = Moments::of(HALD.as_flattened(), 5, true, control).unwrap();
        stepwise(&moments, StepwiseOptions { method, stepping, tolerance: 1e-4, has_constant: true })
    }

    #[test]
    fn all_fields_enter_with_the_published_coefficients() {
        let fit = fit(Method::Enter, Stepping::Probability(0.05, 0.1));
        assert_eq!(fit.columns, [0, 1, 2, 3]);
        let near = |found: f64, published: f64, digits: f64| {
            assert!((found - published).abs() < digits, "{found} {published}");
        };
        let published = [(1.5511, 0.7448), (0.5102, 0.7238), (0.1019, 0.7547), (-0.1441, 0.7091)];
        for (coefficient, (estimate, error)) in fit.coefficients.iter().zip(published) {
            near(coefficient.estimate, estimate, 1e-4);
            near(coefficient.error, error, 1e-4);
        }
        let constant = fit.constant.unwrap();
        near(constant.estimate, 62.4054, 1e-4);
        near(constant.error, 70.0710, 1e-4);
        near(fit.r_squared(), 0.9824, 1e-4);
        near(fit.f(), 111.48, 1e-2);
    }

    /// Draper and Smith: with α to enter and to remove of 0.10, x4 and x1 enter, then x2, and x4 leaves again.
    #[test]
    fn a_field_that_became_unimportant_leaves() {
        assert_eq!(fit(Method::Stepwise, Stepping::Probability(0.0999, 0.1)).columns, [0, 1]);
        assert_eq!(fit(Method::Stepwise, Stepping::F(3.84, 2.71)).columns, [0, 1]);
        assert_eq!(fit(Method::Forwards, Stepping::Probability(0.0999, 0.1)).columns, [0, 1, 3]);
        assert_eq!(fit(Method::Backwards, Stepping::Probability(0.05, 0.1)).columns, [0, 1]);
    }

    #[test]
    fn a_field_without_tolerance_stays_outside() {
        let rows: Vec<f64> =
            (0..10_i32).flat_map(|x| [f64::from(x), f64::from(2 * x), f64::from(x * x)]).collect();
        let control = Control { threads: 1, is_canceled: &|| false };
        let moments = Moments::of(&rows, 3, true, control).unwrap();
        let options = StepwiseOptions {
            method: Method::Enter,
            stepping: Stepping::Probability(0.05, 0.1),
            tolerance: 1e-4,
            has_constant: true,
        };
        assert_eq!(stepwise(&moments, options).columns, [0]);
    }

    #[test]
    fn a_model_without_a_constant_goes_through_zero() {
        let control = Control { threads: 1, is_canceled: &|| false };
        let moments = Moments::of(&[1.0, 2.0, 2.0, 4.0, 3.0, 6.5], 2, false, control).unwrap();
        let options = StepwiseOptions {
            method: Method::Enter,
            stepping: Stepping::Probability(0.05, 0.1),
            tolerance: 1e-4,
            has_constant: false,
        };
        let fit = stepwise(&moments, options);
        assert_eq!(fit.constant, None);
        assert!((fit.coefficients[0].estimate - 29.5 / 14.0).abs() < 1e-14);
        assert_eq!(fit.residual_df(), 2.0);
    }
}
