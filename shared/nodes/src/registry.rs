//! The list of all types of nodes.

use satsuma_engine::Registry;

use crate::{export, fields, modeling, output, records, sources};

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
        &records::select::NODE,
        &records::sort::NODE,
        // Field operations
        &fields::auto_data_prep::NODE,
        &fields::filter::NODE,
        &fields::types::NODE,
        // Models
        &modeling::neural_net::NODE,
        &modeling::svm::NODE,
        // Outputs
        &output::table::NODE,
        // Exports
        &export::excel::NODE,
        &export::flat_file::NODE,
    ],
    replaced_source: sources::replaced::compile,
    replaced_export: export::replaced::compile,
};
