//! Exports: nodes that write data.

pub mod data_asset;
pub mod excel;
pub mod flat_file;
pub(crate) mod format_file;
pub mod records;
pub mod replaced;
