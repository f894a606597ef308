//! The descriptions of all operations.

mod files;
mod inspect;
mod jobs;
mod service;

use crate::Operation;

/// All operations, in the order of the document.
#[must_use]
pub fn all() -> Vec<Operation> {
    files::all().into_iter().chain(inspect::all()).chain(jobs::all()).chain(service::all()).collect()
}
