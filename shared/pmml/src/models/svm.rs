//! Support vector machines.

mod blocks;
mod compile;
mod decision;
pub(crate) mod document;
mod kernel;

pub(crate) use compile::compile;
