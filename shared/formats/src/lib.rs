//! Data files as the source and export nodes of Modeler read and write them.
//!
//! - [`sav`]: IBM SPSS Statistics data files.
//! - [`excel`]: Microsoft Excel workbooks.
//! - [`json`]: JSON files of records.
//! - [`xml`]: XML files of records.
//!
//! Readers implement [`RecordReader`]: a data model at once, then batches. Every byte of a file may be hostile:
//! readers check it against named limits and never panic.

mod error;
pub mod excel;
pub mod json;
mod names;
mod reader;
pub mod sav;
pub mod xml;
mod xml_events;

pub use error::FormatError;
pub use reader::{BATCH_ROWS, RecordReader};
