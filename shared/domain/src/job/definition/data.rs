//! Source and export overrides: a database table, an uploaded file or an object of S3.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::words::words;
use crate::ids::FileId;
use crate::json::optional_object;

words! {
    /// What becomes of a table that an export names.
    InsertMode: "insert mode" {
        /// It must exist, and gets the rows beside those that it has.
        Append = "Append",
        /// It is created, and must not exist. Taken where a definition names no mode: it is what
        /// Modeler's own export node does, and destroys nothing.
        Create = "Create",
        /// Where it exists, it is dropped and created anew.
        Drop = "Drop",
        /// It must exist, and its rows are deleted first.
        Refresh = "Refresh",
    }
}

words! {
    /// How a file of records is laid out.
    DataFormat: "format" {
        /// Fields separated by commas.
        Csv = "CSV",
        /// Fields separated by tabs, lines ended by CR LF.
        Tab = "TAB" | "TSV",
        /// Apache Parquet.
        Parquet = "PARQUET",
        /// Microsoft Excel.
        Excel = "EXCEL" | "XLSX" | "XLS",
        /// SPSS Statistics data.
        Sav = "SAV",
    }
}

impl DataFormat {
    /// The format that the extension of a name means.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "tab" | "tsv" => Some(Self::Tab),
            "parquet" => Some(Self::Parquet),
            "xls" | "xlsx" => Some(Self::Excel),
            "sav" | "zsav" => Some(Self::Sav),
            _ => None,
        }
    }
}

/// A table of a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an object with `dbRef` and `table`")]
pub struct TableRef {
    /// Which of `dbDefinitions`.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = super::MAX_NAME_BYTES)))]
    pub db_ref: String,
    /// The table's name.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = super::MAX_NAME_BYTES)))]
    pub table: String,
    /// What becomes of the table; of exports alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insert_mode: Option<InsertMode>,
}

/// An uploaded file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an object with the `id` of a file")]
pub struct FileRef {
    /// The file's id; for an export, the name of the result.
    pub id: FileId,
    /// Its layout; by the extension where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<DataFormat>,
    /// The encoding of a text file that is read, an IANA label such as `Shift_JIS`. Without it, the node's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 40)))]
    pub encoding: Option<String>,
}

impl FileRef {
    /// The layout, from the definition or the extension.
    #[must_use]
    pub fn layout(&self) -> Option<DataFormat> {
        self.format.or_else(|| DataFormat::of_name(self.id.as_str()))
    }
}

/// An object in a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an object with `bucket` and `key`")]
pub struct ObjectRef {
    /// The bucket.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[a-z0-9.-]{3,63}$")))]
    pub bucket: String,
    /// The object's key.
    #[cfg_attr(
        feature = "schema",
        schemars(length(min = 1, max = 1024), regex(pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$"))
    )]
    pub key: String,
    /// Its layout; by the extension where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<DataFormat>,
}

/// The source or target of records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Data {
    /// A table.
    Odbc(TableRef),
    /// An uploaded file; for an export, a result.
    File(FileRef),
    /// An object of S3.
    S3(ObjectRef),
}

/// Replaces what a source node reads, or what a terminal node writes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Entry")]
pub struct NodeData {
    /// The node's name or label in the stream.
    pub node: String,
    /// What takes the place of its own data.
    #[serde(flatten)]
    pub data: Data,
    /// Kept for the original's clients, which send an empty list.
    pub attributes: Vec<Value>,
}

impl NodeData {
    /// The uploaded file, or the result, that the node is bound to.
    #[must_use]
    pub fn file(&self) -> Option<&FileRef> {
        match &self.data {
            Data::File(file) => Some(file),
            Data::Odbc(_) | Data::S3(_) => None,
        }
    }
}

/// An entry of `inputs` or `exports` in JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `node` and its data")]
struct Entry {
    node: String,
    #[serde(default, deserialize_with = "optional_object")]
    odbc: Option<TableRef>,
    #[serde(default, deserialize_with = "optional_object")]
    file: Option<FileRef>,
    #[serde(default, deserialize_with = "optional_object")]
    s3: Option<ObjectRef>,
    #[serde(default, deserialize_with = "super::read::list")]
    attributes: Vec<Value>,
}

impl TryFrom<Entry> for NodeData {
    type Error = &'static str;

    fn try_from(entry: Entry) -> Result<Self, Self::Error> {
        let data = match (entry.odbc, entry.file, entry.s3) {
            (Some(table), None, None) => Data::Odbc(table),
            (None, Some(file), None) => Data::File(file),
            (None, None, Some(object)) => Data::S3(object),
            _ => return Err("exactly one of `odbc`, `file` and `s3` says where the data are"),
        };
        Ok(Self { node: entry.node, data, attributes: entry.attributes })
    }
}
