//! Data files of Modeler's source and export nodes.
//!
//! - [`delimited`]: delimited text, for the Var. File and Flat File nodes, with readers of byte ranges.
//! - [`fixed`]: fixed-width text, for the Fixed File node.
//! - [`encoding`]: names of encodings, byte order marks, decoding.
//! - [`text`]: shared code of both: numbers, dates, storages, columns, errors.
//! - [`sav`]: IBM SPSS Statistics data files.
//! - [`excel`]: Microsoft Excel workbooks.
//! - [`json`]: JSON files of records.
//! - [`xml`]: XML files of records.
//!
//! Readers of the last four implement [`RecordReader`]: first a data model, then batches. Files may be
//! hostile: readers check them against named limits and never panic.

pub mod delimited;
pub mod encoding;
mod error;
pub mod excel;
pub mod fixed;
pub mod json;
mod names;
mod reader;
pub mod sav;
pub mod text;
pub mod xml;
mod xml_events;

pub use error::FormatError;
pub use reader::{BATCH_ROWS, RecordReader};
