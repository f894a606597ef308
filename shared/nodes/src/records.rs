//! Record operations: nodes that choose, order and combine records.

pub mod select;
pub mod sort;
