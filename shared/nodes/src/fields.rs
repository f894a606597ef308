//! Field operations: nodes that select, describe and compute fields.

pub mod auto_data_prep;
pub mod binning;
pub mod derive;
pub mod ensemble;
pub mod field_reorder;
pub mod filler;
pub mod filter;
pub mod offset;
pub mod partition;
pub mod reclassify;
pub mod restructure;
pub mod set_to_flag;
mod tiles;
pub mod time_intervals;
pub mod transpose;
pub mod types;
pub mod value_fields;
