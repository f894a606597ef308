//! Outputs: nodes that show data.

pub mod set_globals;
pub mod table;
