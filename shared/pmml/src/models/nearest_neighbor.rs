//! Nearest neighbours.

mod compile;
pub(crate) mod document;
pub(crate) mod instances;
mod kernel;

pub(crate) use compile::compile;
