//! Nuggets: trained models that score.

pub mod association;
pub mod auto;
pub(crate) mod document;
pub mod feature_selection;
pub mod k_means;
pub mod knn;
pub mod linear;
pub mod logistic;
pub(crate) mod native;
pub mod net;
pub mod neural_net;
pub(crate) mod nugget;
pub mod random_trees;
pub mod regression;
pub mod svm;
pub mod time_series;
pub mod tree;
