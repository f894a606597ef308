//! Logistic regression of several categories.
//!
//! Sources: IBM, "SPSS Statistics Algorithms", NOMREG; IBM, "Logistic Node"; the start and the end of the iterations as
//! in models that Modeler stored.

mod newton;
mod selection;
mod sums;

pub use newton::{Ending, Fit, NewtonOptions};
pub use selection::{Entry, Method, Removal, Selected, SelectionOptions, select};

/// The records of a logistic regression.
#[derive(Debug, Clone, Copy)]
pub struct Records<'a> {
    /// A row of `width` numbers for each record: 1 for the constant, then the columns of effects.
    pub rows: &'a [f64],
    /// The number of columns.
    pub width: usize,
    /// The category of each record, from 0. Every category must occur.
    pub targets: &'a [usize],
    /// The number of categories.
    pub categories: usize,
    /// The base category, with which the others are compared.
    pub base: usize,
}

impl Records<'_> {
    /// The categories with coefficients: all but the base category.
    pub fn others(&self) -> impl Iterator<Item = usize> {
        let base = self.base;
        (0..self.categories).filter(move |category| *category != base)
    }
}
