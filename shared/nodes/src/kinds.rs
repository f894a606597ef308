//! The list of all kinds of kernels, operators and data.

use satsuma_engine::Kind;

use crate::{clem, fields, modeling, records, sources};

/// All kinds that plans of this crate's nodes carry. Plans of other processes have these or are refused.
pub(crate) static KINDS: &[&Kind] = &[
    // Expressions
    &clem::CONDITION,
    &clem::PROGRAMS,
    &clem::SCAN,
    // Sources
    &sources::delimited::DELIMITED,
    &sources::records_source::RECORDS_FILE,
    &sources::user_input::TYPED,
    // Record operations
    &records::aggregate::AGGREGATE,
    &records::balance::BALANCE,
    &records::distinct::DISTINCT,
    &records::merge::MERGE,
    &records::merge::conditional::CONDITIONAL,
    &records::sample::SAMPLE,
    // Field operations
    &fields::auto_data_prep::TRANSFORMATION,
    &fields::binning::bounds::BINNING,
    &fields::derive::MACHINES,
    &fields::ensemble::VOTE,
    &fields::partition::DRAWS,
    &fields::reclassify::RECLASSIFY,
    &fields::restructure::RESTRUCTURE,
    &fields::set_to_flag::FLAGS,
    &fields::set_to_flag::GROUPS,
    &fields::time_intervals::LABELS,
    &fields::transpose::melt::MELT,
    &fields::transpose::swap::SWAP,
    &fields::types::CHANGE,
    &fields::types::LEGAL,
    &fields::types::WATCH,
    // Models
    &modeling::association::RULES,
    &modeling::auto::COMMITTEE,
    &modeling::auto::numeric::MEAN,
    &modeling::nugget::PMML,
    &modeling::time_series::SERIES,
    &modeling::time_series::native::STORED,
];
