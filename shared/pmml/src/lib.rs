//! PMML on Arrow columns.
//!
//! [`Document::parse`] reads a PMML document (versions 3.1 to 4.4) into typed structures.
//! [`Scorer::compile`] turns its model into a [`Scorer`] that scores record batches, with
//! [`Options`] for what PMML leaves open; [`Document::compile`] is its short form.
//! [`Document::transformer`] turns the transformations of a document without a model (Modeler's
//! Auto Data Prep) into a [`Transformer`], and [`Forecaster::compile`] a time series into a
//! [`Forecaster`].
//!
//! What a document says is either computed as PMML and, where it goes beyond PMML, IBM's own
//! numbers say, or refused with an error that names it. Nothing is ignored that would change a
//! result.
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
//! Nulls (and NaN, which Modeler does not have) are missing values. They become what the document
//! says (`missingValueReplacement`, `mapMissingTo`, `defaultValue`); where it says nothing they
//! make the result null. So do invalid values: those that the data dictionary does not list,
//! unless the mining schema treats them otherwise, infinities, and results outside a function's
//! domain.

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
