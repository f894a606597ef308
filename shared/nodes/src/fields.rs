//! Field operations: nodes that choose, describe and compute fields.

pub mod auto_data_prep;
pub mod derive;
pub mod filler;
pub mod filter;
pub mod partition;
pub mod types;
