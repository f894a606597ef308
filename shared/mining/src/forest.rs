//! Random trees: trees of bootstrap samples, each split chosen among some random inputs.
//!
//! Sources: L. Breiman, "Random Forests", 2001; L. Breiman et al., "Classification and Regression Trees", 1984; IBM,
//! "Random Trees Node". Modeler's random numbers are not known, so that its trees are not rebuilt; models that Modeler
//! stored show the bins, the number of inputs of a split, the limits of trees and the number of trees.

mod bins;
mod grow;
mod split;
mod trees;

pub use bins::{cut_points, median};
pub use grow::{ForestOptions, Tree, TreeNode};
pub use split::Branch;
pub use trees::{Forest, ForestData, ForestInput, ForestTarget, random_trees};
