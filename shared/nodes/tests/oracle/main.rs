//! Results against numbers and files of IBM, and against slow references of ours.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // in tests a panic is the answer

mod cases;
mod cases_told;
mod every_node;
mod ibm_written;
mod out_of_core;
mod plans;
mod probe;
mod reference;
mod reference_fields;
mod saved_outputs;
mod stored_statistics;
