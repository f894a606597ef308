//! Time series.

pub(crate) mod document;
pub(crate) mod smoothing;
