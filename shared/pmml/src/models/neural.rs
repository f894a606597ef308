//! Neural networks.

mod activation;
mod compile;
pub(crate) mod document;
mod kernel;
mod output;

pub(crate) use compile::compile;
