//! Outputs: nodes that show data.

pub mod table;
