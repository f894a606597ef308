//! Models: nuggets, which score records.

pub(crate) mod document;
pub mod neural_net;
pub mod nugget;
pub mod svm;
