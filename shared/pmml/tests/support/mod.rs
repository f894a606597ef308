//! Real streams and their data, if available.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use satsuma_pmml::{DataType, Input};
use satsuma_stream::nodes::TypedNode;
use satsuma_stream::{Archive, Element, Limits, ScfContainer, StreamFile, unwrap_content};

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
    /// The documents of component-framework and extension nuggets, and of Auto Data Prep.
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
        // Nuggets of scripts contain other data than PMML.
        documents.models.retain(|m| m.windows(5).take(1000).any(|w| w == b"<PMML"));
        documents
    }

    /// Every document in a stream, with its side file or the attribute that contains it, in document order;
    /// equal ones once.
    pub(crate) fn all(stream: &Path) -> Vec<(String, Vec<u8>)> {
        let file = StreamFile::open(std::fs::read(stream).unwrap()).unwrap();
        let mut found: Vec<(String, Vec<u8>)> = Vec::new();
        walk(file.document(), &file, &mut found);
        let mut distinct: Vec<(String, Vec<u8>)> = Vec::new();
        for (place, document) in found {
            if distinct.iter().all(|(_, other)| *other != document) {
                distinct.push((place, document));
            }
        }
        distinct
    }

    /// The document of a side file.
    pub(crate) fn side_file(stream: &Path, entry: &str) -> Vec<u8> {
        let file = StreamFile::open(std::fs::read(stream).unwrap()).unwrap();
        let mut found = Vec::new();
        unpack(entry, &file.entry(entry).unwrap(), &mut found);
        found.remove(0).1
    }
}

fn walk(element: &Element, file: &StreamFile, found: &mut Vec<(String, Vec<u8>)>) {
    for (name, value) in element.attributes() {
        if value.starts_with("data/") && found.iter().all(|(place, _)| !place.starts_with(value)) {
            if let Ok(bytes) = file.entry(value) {
                unpack(value, &bytes, found);
            }
        } else if value.contains("<PMML") {
            unpack(&format!("{}/@{name}", element.name()), value.as_bytes(), found);
        }
    }
    let text = element.text();
    if text.contains("<PMML") {
        unpack(element.name(), text.as_bytes(), found);
    }
    for child in element.elements() {
        walk(child, file, found);
    }
}

/// The documents in a side file: plain, in a container, after a length, or zipped.
fn unpack(place: &str, bytes: &[u8], found: &mut Vec<(String, Vec<u8>)>) {
    let limits = Limits::default();
    if bytes.is_empty() {
        return;
    }
    if ScfContainer::is_scf(bytes) {
        for entry in ScfContainer::read(bytes, &limits).iter().flat_map(|c| &c.entries) {
            unpack(&format!("{place} {}", entry.keys.join("/")), &entry.payload, found);
        }
    } else if bytes.starts_with(b"PK\x03\x04") {
        let archive = Archive::open(bytes.to_vec(), &limits);
        for (archive, name) in archive.iter().flat_map(|a| a.names().map(move |name| (a, name))) {
            unpack(&format!("{place} {name}"), &archive.read(name).unwrap_or_default(), found);
        }
    } else if let Ok(inner) = unwrap_content(bytes) {
        unpack(place, inner, found);
    } else if is_pmml(bytes) {
        found.push((place.to_owned(), bytes.to_vec()));
    }
}

/// Whether the root element is PMML. Modeler's reports contain PMML documents.
fn is_pmml(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    while let Some(after) = rest.strip_prefix("<?").or_else(|| rest.strip_prefix("<!")) {
        rest = after.split_once('>').map_or("", |(_, rest)| rest).trim_start();
    }
    rest.starts_with("<PMML")
}

/// A delimited file, as its header and rows. Quotes may enclose cells.
pub(crate) struct Table {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let text = text.trim_start_matches('\u{feff}');
        let delimiter = if text.lines().next().unwrap().contains(';') { ';' } else { ',' };
        let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
        for character in text.chars() {
            match character {
                '"' => quoted = !quoted,
                '\r' if !quoted => {}
                '\n' if !quoted => {
                    row.push(std::mem::take(&mut cell));
                    rows.push(std::mem::take(&mut row));
                }
                other if other == delimiter && !quoted => row.push(std::mem::take(&mut cell)),
                other => cell.push(other),
            }
        }
        if !row.is_empty() || !cell.is_empty() {
            row.push(cell);
            rows.push(row);
        }
        rows.retain(|row| row.len() > 1 || row.iter().any(|cell| !cell.is_empty()));
        let header = rows.remove(0);
        Self { header, rows }
    }

    /// A column; names are not case-sensitive.
    pub(crate) fn column(&self, name: &str) -> Vec<&str> {
        let place = self.header.iter().position(|h| h.eq_ignore_ascii_case(name));
        let place = place.unwrap_or_else(|| panic!("no column {name}"));
        self.rows.iter().map(|row| row[place].as_str()).collect()
    }

    /// Adds a column computed from two others.
    pub(crate) fn with(mut self, name: &str, of: [&str; 2], compute: fn(f64, f64) -> f64) -> Self {
        let [left, right] = of.map(|name| self.numbers(name));
        self.header.push(name.to_owned());
        for (row, (x, y)) in self.rows.iter_mut().zip(left.into_iter().zip(right)) {
            row.push(compute(x, y).to_string());
        }
        self
    }

    pub(crate) fn numbers(&self, name: &str) -> Vec<f64> {
        self.column(name).iter().map(|cell| cell.parse().unwrap()).collect()
    }

    /// A batch with the columns of `inputs`; blank numbers are null.
    pub(crate) fn batch(&self, inputs: &[Input]) -> RecordBatch {
        let column = |input: &Input| {
            let cells = self.column(&input.name);
            let array: ArrayRef = match input.data_type {
                DataType::String => Arc::new(StringArray::from(cells)),
                DataType::Integer => {
                    // Modeler truncates the decimals of an integer field.
                    let whole = |c: &&str| c.trim().parse::<f64>().ok().map(|n| n as i64);
                    Arc::new(cells.iter().map(whole).collect::<Int64Array>())
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
