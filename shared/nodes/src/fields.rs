//! Field operations: nodes that select, describe and compute fields.

pub mod auto_data_prep;
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
pub mod types;
pub mod value_fields;
