//! Modeler's data on Arrow columns.
//!
//! - [`Storage`]: storage of a field's values, with its Arrow type.
//! - [`Scalar`]: one value.
//! - [`DataModel`]: metadata of a table's fields, available without its records: names, storages, measures,
//!   roles, values, blanks, labels.
//! - [`Settings`]: a stream's formats of dates and times, with [`DateFormat`] and [`TimeFormat`].
//! - [`date`] and [`calendar`]: dates as numbers of days, weekdays, ISO weeks.
//!
//! Expressions, models and file formats depend on this crate. It does not depend on query plans.

mod blanks;
pub mod calendar;
mod data_model;
pub mod date;
mod date_format;
mod field;
mod origin;
mod scalar;
mod settings;
mod storage;
mod time_format;
mod values;

pub use blanks::{BlankRange, Blanks};
pub use data_model::{DataModel, DuplicateField};
pub use date_format::DateFormat;
pub use field::{Field, Format};
pub use origin::{ModelOutput, OutputKind};
pub use satsuma_stream::{Check, Measure, Role};
pub use scalar::Scalar;
pub use settings::{Settings, UnknownFormat};
pub use storage::{ListOf, MICROS_PER_DAY, Storage};
pub use time_format::{TimeFormat, day_of, time_of};
pub use values::Values;
