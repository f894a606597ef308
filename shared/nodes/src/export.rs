//! Exports: nodes that write data.

pub mod flat_file;
pub mod records;
pub mod replaced;
