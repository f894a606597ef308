//! Clusters of records.
//!
//! Sources: J. MacQueen, "Some Methods for Classification and Analysis of Multivariate Observations", 1967; IBM,
//! "K-Means Node"; the start and the end of the iterations as in models that Modeler stored.

mod k_means;

pub use k_means::{KMeans, KMeansOptions, k_means};
