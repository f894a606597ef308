//! Sources: nodes that read data.

pub mod common;
pub mod data_asset;
pub(crate) mod delimited;
pub mod excel;
mod fixed_batches;
pub mod fixed_file;
pub(crate) mod records_source;
pub(crate) mod records_table;
pub mod replaced;
mod restored;
pub mod statistics;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod text;
pub mod user_input;
pub mod var_file;
