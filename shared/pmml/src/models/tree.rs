//! Trees.

mod compile;
pub(crate) mod distribution;
pub(crate) mod document;
mod kernel;

pub(crate) use compile::compile;
