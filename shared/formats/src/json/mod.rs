//! JSON files of records: arrays of objects, or of arrays of values.

use serde::{Deserialize, Serialize};

mod columns;
mod reader;
mod record;
mod writer;

pub use reader::JsonReader;
pub use writer::JsonWriter;

/// "JSON string format" of the JSON source and export nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum JsonFormat {
    /// `[{"name": value, …}, …]`: names are field names.
    #[default]
    Records,
    /// `[[value, …], …]`: values without names.
    Values,
}

impl JsonFormat {
    /// The option of a `string_format` property.
    pub fn of_property(value: &str) -> Option<Self> {
        match value {
            "records" => Some(Self::Records),
            "values" => Some(Self::Values),
            _ => None,
        }
    }
}

/// The format's name in messages.
const JSON: &str = "JSON file";
