//! Modeler's data on Arrow columns.
//!
//! - [`Storage`]: how the values of a field are kept, and the Arrow type of such a column.
//! - [`Scalar`]: one value.
//! - [`DataModel`]: what is known about the fields of a table without its records: names, storages,
//!   measures, roles, values, blanks, labels.
//!
//! Expressions, models and file formats stand on this crate. It knows no plans.

mod blanks;
mod data_model;
pub mod date;
mod field;
mod origin;
mod scalar;
mod storage;
mod values;

pub use blanks::{BlankRange, Blanks};
pub use data_model::{DataModel, DuplicateField};
pub use field::{Field, Format};
pub use origin::{ModelOutput, OutputKind};
pub use satsuma_stream::{Check, Measure, Role};
pub use scalar::Scalar;
pub use storage::{ListOf, MICROS_PER_DAY, Storage};
pub use values::Values;
