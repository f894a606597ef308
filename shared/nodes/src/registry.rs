//! The list of all types of nodes.

use satsuma_engine::Registry;

use crate::{export, fields, modeling, output, records, sources};

/// All types of nodes.
pub static REGISTRY: Registry = Registry {
    types: &[
        // Sources
        &sources::var_file::NODE,
        // Record operations
        &records::select::NODE,
        &records::sort::NODE,
        // Field operations
        &fields::auto_data_prep::NODE,
        &fields::filter::NODE,
        &fields::types::NODE,
        // Models
        &modeling::association::APRIORI,
        &modeling::association::CARMA,
        &modeling::auto::CLASSIFIER,
        &modeling::feature_selection::NODE,
        &modeling::k_means::NODE,
        &modeling::linear::NODE,
        &modeling::logistic::NODE,
        &modeling::neural_net::NODE,
        &modeling::random_trees::NODE,
        &modeling::regression::NODE,
        &modeling::svm::BAYES_NET,
        &modeling::svm::NODE,
        &modeling::tree::C50,
        &modeling::tree::CART,
        &modeling::tree::CHAID,
        &modeling::tree::QUEST,
        // Outputs
        &output::table::NODE,
        // Exports
        &export::flat_file::NODE,
    ],
    replaced_source: sources::replaced::compile,
    replaced_export: export::replaced::compile,
};
