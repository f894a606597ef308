//! Association rules.

mod compile;
pub(crate) mod document;
mod kernel;

pub(crate) use compile::compile;
