//! Whole jobs on streams made here: what a user sees of results, refusals and errors.

mod branch;
mod jobs;
mod refusals;
