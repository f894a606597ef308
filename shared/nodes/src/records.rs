//! Record operations: nodes that choose, order and combine records.

pub mod append;
mod keys;
mod pull;
pub mod select;
pub mod sort;
mod tags;
