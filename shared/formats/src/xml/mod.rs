//! XML files of records: an element for each record, with fields in elements and attributes below it.

mod path;
mod reader;

pub use reader::{XmlField, XmlReadOptions, XmlReader};
