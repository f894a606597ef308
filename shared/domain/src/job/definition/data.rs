//! Source and export overrides: a database table, an uploaded file or an object of S3.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::words::words;
use crate::ids::FileId;
use crate::json::optional_object;

words! {
    /// What an export does with an existing or missing table.
    InsertMode: "insert mode" {
        /// Appends the rows. The table must exist.
        Append = "Append",
        /// Creates the table, which must not exist. This is the default, because Modeler's own export node
        /// has it and it destroys nothing.
        Create = "Create",
        /// Replaces the table if it exists, otherwise creates it.
        Drop = "Drop",
        /// Replaces the rows of the table. The table must exist.
        Refresh = "Refresh",
    }
}

words! {
    /// The format of a data file.
    DataFormat: "format" {
        /// Fields separated by commas.
        Csv = "CSV",
        /// Fields separated by tabs, lines terminated by CR LF.
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
    /// The format that a file extension implies.
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
    /// Key of the database in `dbDefinitions`.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = super::MAX_NAME_BYTES)))]
    pub db_ref: String,
    /// Name of the table.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = super::MAX_NAME_BYTES)))]
    pub table: String,
    /// What the export does with an existing or missing table. Only for exports.
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
    /// Its format, by default implied by the file extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<DataFormat>,
    /// The encoding of a text file that is read, an IANA label such as `Shift_JIS`. The default is that of
    /// the node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 40)))]
    pub encoding: Option<String>,
}

impl FileRef {
    /// The format, explicit or implied by the file extension.
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
    /// Its format, by default implied by the file extension.
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

/// A source override or an export override.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Entry")]
pub struct NodeData {
    /// The node's name or label in the stream.
    pub node: String,
    /// The data that replace the node's own.
    #[serde(flatten)]
    pub data: Data,
    /// Accepted for clients of the original API, which send an empty list.
    pub attributes: Vec<Value>,
}

impl NodeData {
    /// The uploaded file of a source override, or the result of an export override.
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
            _ => return Err("exactly one of `odbc`, `file` and `s3` defines the data"),
        };
        Ok(Self { node: entry.node, data, attributes: entry.attributes })
    }
}
