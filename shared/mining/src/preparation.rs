//! Automatic data preparation of inputs for a continuous target.
//!
//! Sources: IBM, "Linear Models: Basics"; means, deviations and merged categories as in models that Modeler stored.

mod categories;
mod robust;

pub use categories::merge_categories;
pub use robust::robust_moments;
