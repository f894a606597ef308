//! Sources with files of records: workbooks, Statistics data, JSON, fixed-width text.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use satsuma_columns::{DataModel, Field, Storage};
use satsuma_engine::{
    Compile, Encoded, EngineError, FileFormat, Kind, NodeError, NodeRun, Source, SourceOverride, Table,
};
use satsuma_formats::excel::{ExcelReadOptions, ExcelReader};
use satsuma_formats::fixed::FixedDialect;
use satsuma_formats::json::{JsonFormat, JsonReader};
use satsuma_formats::sav::{SavReadOptions, SavReader};
use serde::{Deserialize, Serialize};

use super::common::{Parts, SourceFile, known_fields};
use super::fixed_batches::FixedBatches;
use super::records_table::{
    self, Batches, BytesRead, FormatBatches, RecordData, WholeData, format_error, text_of_path,
};
use super::restored::Restored;
use crate::fields::filter::Filter;
use crate::fields::types::Types;

/// How a file of records is read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Reading {
    /// A Microsoft Excel workbook.
    Excel(ExcelReadOptions),
    /// An SPSS Statistics data file.
    Sav(SavReadOptions),
    /// A JSON file.
    Json(JsonFormat),
    /// Fixed-width text.
    Fixed(Box<FixedDialect>),
}

impl Reading {
    /// The default reader of a format; `None` for delimited text and unsupported formats.
    pub(crate) fn standard(format: FileFormat) -> Option<Self> {
        match format {
            FileFormat::Excel => Some(Self::Excel(ExcelReadOptions::default())),
            FileFormat::Sav => Some(Self::Sav(SavReadOptions::default())),
            FileFormat::Csv | FileFormat::Tab | FileFormat::Parquet => None,
        }
    }
}

/// A source that reads a file of records.
#[derive(Debug)]
pub(crate) struct RecordsSource {
    pub(crate) file: SourceFile,
    pub(crate) reading: Reading,
    /// The fields in the stream, in the order of the file.
    pub(crate) known: Vec<Field>,
    pub(crate) filter: Filter,
    pub(crate) types: Types,
}

impl RecordsSource {
    /// A source with the filter and the types of the node.
    pub(crate) fn new(file: SourceFile, reading: Reading, parts: Parts, compile: &mut Compile<'_>) -> Self {
        let measures =
            parts.fields.iter().map(|field| (field.name.clone(), field.field_type.measure.clone()));
        let measures = measures.collect::<std::collections::HashMap<_, _>>();
        let known = known_fields(&parts.fields, compile.diagnostics());
        let known = known.into_iter().map(|(name, storage)| match measures.get(&name) {
            Some(measure) => Field::new(name, storage).measured(measure.clone()),
            None => Field::new(name, storage),
        });
        Self {
            file,
            reading,
            known: known.collect(),
            filter: Filter::new(parts.filter, compile.diagnostics()),
            types: Types::new(&parts.types, compile.diagnostics())
                .limited(compile.stream().properties.maximum_set_size),
        }
    }
}

/// The format of a job's file: the given one, or that of the file extension.
pub(crate) fn given_format(given: &SourceOverride) -> Option<FileFormat> {
    given.format.or_else(|| FileFormat::of_name(&given.file_name))
}

#[async_trait]
impl Source for RecordsSource {
    fn wanted_file(&self) -> Option<&str> {
        match &self.file {
            SourceFile::Given(_) => None,
            SourceFile::Named(name) => Some(name),
        }
    }

    fn model(&self) -> Result<DataModel, NodeError> {
        if self.known.is_empty() {
            return Err(NodeError::NeedsRecords);
        }
        self.types.described(&self.filter.filtered(&DataModel::new(self.known.clone())?)?)
    }

    async fn open(&self, run: &NodeRun) -> Result<Table, NodeError> {
        let path = self.file.locate(run).await?;
        let file = std::fs::metadata(&path).map_err(|error| EngineError::io("read", &path, error))?;
        let known = self.known.iter().map(|field| (field.name.clone(), field.storage)).collect();
        let data = RecordsFile::new(&path, self.reading.clone(), known)?;
        let table = records_table::table(Arc::new(data), file.len(), run).await?;
        self.types.typed(self.filter.filter(table)?, run)
    }

    async fn instantiate(&self, table: Table, run: &NodeRun) -> Result<Table, NodeError> {
        self.types.instantiated(table, run).await
    }
}

/// A file of records.
#[derive(Debug)]
struct RecordsFile {
    path: PathBuf,
    reading: Reading,
    /// The fields as the stream knows them.
    known: Vec<(String, Storage)>,
    encoded: Encoded,
}

/// The kind of files of records.
pub(crate) static RECORDS_FILE: Kind = Kind::source("records-file", 1, |found| {
    let (path, reading, known): (String, _, _) = found.settings()?;
    Ok(Arc::new(WholeData(Arc::new(RecordsFile::new(Path::new(&path), reading, known)?))))
});

impl RecordsFile {
    fn new(path: &Path, reading: Reading, known: Vec<(String, Storage)>) -> Result<Self, NodeError> {
        let encoded = RECORDS_FILE.encode(&(text_of_path(path)?, &reading, &known))?;
        Ok(Self { path: path.to_owned(), reading, known, encoded })
    }
}

impl RecordData for RecordsFile {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn open(&self, read: &BytesRead) -> Result<Box<dyn Batches>, NodeError> {
        let path: &Path = &self.path;
        let batches: Box<dyn Batches> = match &self.reading {
            Reading::Excel(options) => {
                let reader = ExcelReader::open(read.whole(path)?, options).map_err(format_error)?;
                Box::new(FormatBatches(reader))
            }
            Reading::Sav(options) => {
                let reader = SavReader::open(read.file(path)?, options).map_err(format_error)?;
                Box::new(FormatBatches(reader))
            }
            Reading::Json(format) => {
                let reader = JsonReader::open(read.whole(path)?, *format).map_err(format_error)?;
                Box::new(FormatBatches(reader))
            }
            // Text is read with the storages of the stream.
            Reading::Fixed(dialect) => {
                return Ok(Box::new(FixedBatches::open(path, dialect, &self.known, read)?));
            }
        };
        Ok(Box::new(Restored::new(batches, &self.known)?))
    }
}
