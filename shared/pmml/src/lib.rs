//! PMML on Arrow columns.
//!
//! [`Document::parse`] reads a PMML document (versions 3.1 to 4.4) into typed structures. [`Scorer::compile`]
//! compiles its model into a [`Scorer`] for record batches, with [`Options`] for the choices that PMML leaves
//! open; [`Document::compile`] is its short form. [`Document::transformer`] compiles the transformations of a
//! document without a model (Modeler's Auto Data Prep) into a [`Transformer`]. [`Forecaster::compile`]
//! compiles a time series into a [`Forecaster`].
//!
//! Every feature of a document is either computed by the PMML specification or, beyond it, by IBM's own
//! numbers, or it is refused with an error that names it. Nothing that would change a result is ignored.
//!
//! ```no_run
//! use arrow_array::RecordBatch;
//! use satsuma_pmml::{Document, PmmlError, Scores, Transformer};
//!
//! fn score(preparation: &[u8], model: &[u8], data: &RecordBatch) -> Result<Scores, PmmlError> {
//!     let scorer = Document::parse(model)?.compile()?;
//!     // Of Auto Data Prep's fields, those that the model reads; compiled once, used for every batch.
//!     let preparation = Document::parse(preparation)?;
//!     let names: Vec<_> = scorer.inputs().iter().map(|input| input.name.as_str()).collect();
//!     let transformer = Transformer::select(&preparation, &names)?;
//!     scorer.score_columns(data.num_rows(), &transformer.transform(data)?)
//! }
//! ```
//!
//! # Missing and invalid values
//!
//! Nulls (and NaN, which Modeler does not have) are missing values. The document may define replacements
//! (`missingValueReplacement`, `mapMissingTo`, `defaultValue`); without them the result is null. The same
//! holds for invalid values: those that the data dictionary does not list (unless the mining schema treats
//! them otherwise), infinities, and results outside a function's domain.

mod common;
pub mod document;
mod error;
#[cfg(test)]
mod fixture;
mod forecaster;
pub mod limits;
mod models;
mod program;
mod scorer;
mod scores;
mod transformer;
mod xml;

pub use document::{Criterion, DataType, Document, Feature, Function, InvalidValueTreatment, OpType};
pub use error::{Location, PmmlError, Position};
pub use forecaster::Forecaster;
pub use models::{AssociationOptions, Consequents, Fitted, Forecast, Options, OutputColumn, RuleCriterion};
pub use program::{Entity, Input};
pub use scorer::{Algorithm, Scorer, Target};
pub use scores::{Neighbour, Scores};
pub use transformer::{Derived, Transformer};
