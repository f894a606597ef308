//! Model builders: they train a model and put it into the nuggets of the stream.

pub mod apriori;
mod builder;
pub mod c5;
pub mod chaid;
mod encoding;
pub mod feature_selection;
mod header;
pub mod k_means;
mod options;
mod records;
mod roles;
mod tree;
