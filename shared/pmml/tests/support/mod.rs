//! Real streams and their data, where they are at hand.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use satsuma_pmml::{DataType, Input};
use satsuma_stream::StreamFile;
use satsuma_stream::nodes::TypedNode;

/// A file of the collection of real streams, which is not part of the repository: the folder is
/// `$SATSUMA_STREAMS` or `../shared/streams` beside the workspace.
pub(crate) fn collection(file: &str) -> Option<PathBuf> {
    let folder = match std::env::var_os("SATSUMA_STREAMS") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/streams"),
    };
    let path = folder.join(file);
    if !path.exists() {
        eprintln!("skipped: {} is not there (set SATSUMA_STREAMS)", path.display());
        return None;
    }
    Some(path)
}

/// The PMML documents inside a stream: of Auto Data Prep nodes and of nuggets.
pub(crate) struct Documents {
    pub(crate) preparations: Vec<Vec<u8>>,
    pub(crate) models: Vec<Vec<u8>>,
}

impl Documents {
    pub(crate) fn of(stream: &Path) -> Self {
        let file = StreamFile::open(std::fs::read(stream).unwrap()).unwrap();
        let mut documents = Self { preparations: Vec::new(), models: Vec::new() };
        for node in file.stream().diagram.all_nodes() {
            match node.typed() {
                Ok(TypedNode::AutoDataPrep(prep)) => {
                    documents.preparations.extend(prep.analysis_pmml.map(String::into_bytes));
                }
                Ok(TypedNode::CfApply(nugget)) => documents.models.extend(nugget.pmml(&file).ok()),
                Ok(TypedNode::ExtensionApply(nugget)) => {
                    documents.models.extend(nugget.container("model").and_then(|m| m.content(&file)).ok());
                }
                _ => {}
            }
        }
        // Nuggets of scripts hold other things than PMML.
        documents.models.retain(|m| m.windows(5).take(1000).any(|w| w == b"<PMML"));
        documents
    }
}

/// A delimited file without quotes, as its header and rows.
pub(crate) struct Table {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let mut lines = text.trim_start_matches('\u{feff}').lines().filter(|line| !line.is_empty());
        let header = lines.next().unwrap();
        let delimiter = if header.contains(';') { ';' } else { ',' };
        let split = |line: &str| line.split(delimiter).map(str::to_owned).collect();
        Self { header: split(header), rows: lines.map(split).collect() }
    }

    /// A column; names match whatever their case.
    pub(crate) fn column(&self, name: &str) -> Vec<&str> {
        let place = self.header.iter().position(|h| h.eq_ignore_ascii_case(name));
        let place = place.unwrap_or_else(|| panic!("no column {name}"));
        self.rows.iter().map(|row| row[place].as_str()).collect()
    }

    pub(crate) fn numbers(&self, name: &str) -> Vec<f64> {
        self.column(name).iter().map(|cell| cell.parse().unwrap()).collect()
    }

    /// A batch with the columns that `inputs` ask for; blank numbers are null.
    pub(crate) fn batch(&self, inputs: &[Input]) -> RecordBatch {
        let column = |input: &Input| {
            let cells = self.column(&input.name);
            let array: ArrayRef = match input.data_type {
                DataType::String => Arc::new(StringArray::from(cells)),
                DataType::Integer => {
                    Arc::new(cells.iter().map(|c| c.trim().parse::<i64>().ok()).collect::<Int64Array>())
                }
                _ => Arc::new(cells.iter().map(|c| c.trim().parse::<f64>().ok()).collect::<Float64Array>()),
            };
            (input.name.clone(), array)
        };
        RecordBatch::try_from_iter(inputs.iter().map(column)).unwrap()
    }
}

/// A table of numbers that `tests/oracle` computed.
pub(crate) fn oracle(file: &str) -> Table {
    Table::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/oracle").join(file))
}
