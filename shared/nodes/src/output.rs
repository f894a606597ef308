//! Outputs: nodes that show data.

pub mod analysis;
pub mod data_audit;
pub mod matrix;
pub mod means;
pub mod quality;
pub mod set_globals;
pub mod statistics;
pub mod table;
pub mod transform;
