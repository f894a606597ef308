//! Time series.

pub(crate) mod arima;
pub(crate) mod arima_document;
pub(crate) mod document;
mod innovations;
pub(crate) mod smoothing;
pub(crate) mod student;
