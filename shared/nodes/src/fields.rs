//! Field operations: nodes that choose, describe and compute fields.

pub mod auto_data_prep;
pub mod filter;
pub mod types;
