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
        &fields::types::NODE,
        // Models
        &modeling::neural_net::NODE,
        &modeling::svm::NODE,
        // Outputs
        &output::set_globals::NODE,
        &output::table::NODE,
        // Exports
        &export::flat_file::NODE,
    ],
    replaced_source: sources::replaced::compile,
    replaced_export: export::replaced::compile,
};
