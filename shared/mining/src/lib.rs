//! Model builders: the algorithms of SPSS Modeler's modeling nodes, on columns.
//!
//! The crate has no stream, file or query engine. A caller encodes its records as this crate's inputs (transactions
//! of items, columns of numbers and categories), and writes the results in the form that its nuggets have.
//!
//! Results do not depend on the number of threads: work is divided by items or fields, numbers are summed in record
//! order, and ties are broken by the order of fields and categories.

pub mod association;
pub mod clustering;
pub mod column;
mod control;
mod distributions;
mod error;
pub mod forest;
pub mod logistic;
pub mod neural;
pub mod preparation;
mod random;
pub mod regression;
pub mod selection;
pub mod support_vectors;
mod sweep;
pub mod tails;
pub mod trees;

pub use control::Control;
pub use error::MiningError;
