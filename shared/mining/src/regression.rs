//! Least squares models of a number.
//!
//! Sources: IBM, "SPSS Statistics Algorithms", REGRESSION; IBM, "Regression Node" and "Linear Node"; the selection of
//! fields as in models that Modeler stored.

mod effects;
mod fit;
mod moments;
mod stepwise;
mod subsets;

pub use effects::{Criterion, Design, EffectOptions, EffectsModel, Selection, Step, select_effects};
pub use fit::{Coefficient, Fit};
pub use moments::Moments;
pub use stepwise::{Method, Stepping, StepwiseOptions, stepwise};
pub use subsets::{MAX_SUBSET_EFFECTS, best_subset};
