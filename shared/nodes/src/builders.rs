//! Model builders: they train a model and put it into the nuggets of the stream.

pub mod apriori;
pub mod association_rules;
mod builder;
pub mod c5;
pub mod cart;
pub mod chaid;
mod columns;
mod component;
mod encoding;
pub mod feature_selection;
mod header;
pub mod k_means;
pub mod linear;
pub mod logistic;
pub mod neural_net;
mod number;
mod options;
pub mod random_trees;
mod records;
pub mod regression;
mod roles;
pub mod svm;
mod training;
mod tree;
