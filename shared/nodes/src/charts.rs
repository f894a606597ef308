//! Charts: nodes that draw data.

pub mod distribution;
pub mod evaluation;
pub mod graphboard;
pub mod histogram;
pub mod multiplot;
pub mod plot;
mod points;
mod scale;
mod series;
mod style;
pub mod time_plot;
pub mod web;
