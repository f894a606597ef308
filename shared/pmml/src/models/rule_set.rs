//! Rule sets.

mod compile;
pub(crate) mod document;
mod kernel;

pub(crate) use compile::compile;
pub(crate) use document::Criterion;
