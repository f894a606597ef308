//! Sources: nodes that read data.

pub mod common;
pub(crate) mod delimited;
pub mod replaced;
pub mod var_file;
