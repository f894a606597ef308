//! Decision trees: C5.0, CHAID and C&R Tree.
//!
//! Sources: G. Kass, "An Exploratory Technique for Investigating Large Quantities of Categorical Data", 1980; D. Biggs,
//! B. de Ville and E. Suen, "A Method of Choosing Multiway Partitions", 1991; L. Breiman and others, "Classification
//! and Regression Trees", 1984; IBM, "CHAID Node" and "TREE" (SPSS Statistics). Details that these leave open are as in
//! trees that Modeler stored.

pub mod c5;
pub mod cart;
pub mod chaid;
mod data;
mod grown;
mod overfit;
mod summary;
mod tails;

pub use data::{Input, Inputs, MISSING, Order, Size, Target};
pub use grown::{Branch, Node, Passes, Risk, Tree};
