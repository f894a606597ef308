//! Charts: nodes that draw data.

pub mod distribution;
pub mod evaluation;
pub mod graphboard;
pub mod histogram;
mod lowess;
pub mod multiplot;
pub mod plot;
mod points;
mod scale;
pub(crate) mod series;
mod style;
pub mod time_plot;
pub mod web;
