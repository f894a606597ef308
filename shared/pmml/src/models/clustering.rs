//! Clusters.

mod compile;
pub(crate) mod document;
mod kernel;
pub(crate) mod measure;

pub(crate) use compile::compile;
