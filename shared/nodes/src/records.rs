//! Record operations: nodes that choose, order and combine records.

pub mod aggregate;
pub mod append;
pub mod balance;
pub mod distinct;
pub(crate) mod keys;
pub mod merge;
pub(crate) mod pull;
pub mod sample;
pub mod select;
pub mod sort;
mod tags;
