//! Record operations: nodes that choose, order and combine records.

pub mod sort;
