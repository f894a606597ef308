//! The list of all types of nodes.

use satsuma_engine::Registry;

use crate::kinds::KINDS;
use crate::{builders, charts, export, fields, modeling, output, records, sources};

/// All types of nodes.
pub static REGISTRY: Registry = Registry {
    types: &[
        // Sources
        &sources::data_asset::NODE,
        &sources::excel::NODE,
        &sources::fixed_file::NODE,
        &sources::statistics::NODE,
        &sources::user_input::NODE,
        &sources::var_file::NODE,
        // Record operations
        &records::aggregate::NODE,
        &records::append::NODE,
        &records::balance::NODE,
        &records::distinct::NODE,
        &records::merge::NODE,
        &records::sample::NODE,
        &records::select::NODE,
        &records::sort::NODE,
        // Field operations
        &fields::auto_data_prep::NODE,
        &fields::binning::NODE,
        &fields::derive::NODE,
        &fields::ensemble::NODE,
        &fields::field_reorder::NODE,
        &fields::filler::NODE,
        &fields::filter::NODE,
        &fields::offset::NODE,
        &fields::partition::NODE,
        &fields::reclassify::NODE,
        &fields::restructure::NODE,
        &fields::set_to_flag::NODE,
        &fields::time_intervals::NODE,
        &fields::transpose::NODE,
        &fields::types::NODE,
        // Models
        &modeling::association::APRIORI,
        &modeling::association::CARMA,
        &modeling::auto::CLASSIFIER,
        &modeling::auto::numeric::NODE,
        &modeling::feature_selection::NODE,
        &modeling::k_means::NODE,
        &modeling::knn::NODE,
        &modeling::linear::NODE,
        &modeling::logistic::NODE,
        &modeling::net::NODE,
        &modeling::neural_net::NODE,
        &modeling::random_trees::NODE,
        &modeling::regression::NODE,
        &modeling::svm::BAYES_NET,
        &modeling::svm::NODE,
        &modeling::time_series::applier::NODE,
        &modeling::time_series::native::NODE,
        &modeling::tree::C50,
        &modeling::tree::CART,
        &modeling::tree::CHAID,
        &modeling::tree::QUEST,
        // Model builders
        &builders::apriori::NODE,
        &builders::c5::NODE,
        &builders::chaid::NODE,
        &builders::feature_selection::NODE,
        &builders::k_means::NODE,
        &builders::linear::NODE,
        &builders::logistic::NODE,
        &builders::regression::NODE,
        // Charts
        &charts::distribution::NODE,
        &charts::evaluation::NODE,
        &charts::graphboard::NODE,
        &charts::histogram::NODE,
        &charts::multiplot::NODE,
        &charts::plot::NODE,
        &charts::time_plot::NODE,
        &charts::web::NODE,
        // Outputs
        &output::analysis::NODE,
        &output::data_audit::NODE,
        &output::matrix::NODE,
        &output::means::NODE,
        &output::set_globals::NODE,
        &output::statistics::NODE,
        &output::table::NODE,
        // Exports
        &export::data_asset::NODE,
        &export::excel::NODE,
        &export::flat_file::NODE,
    ],
    kinds: KINDS,
    replaced_source: sources::replaced::compile,
    replaced_export: export::replaced::compile,
};
