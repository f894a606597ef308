//! A delimited file: its fields, and its records as batches of columns.

use std::collections::HashSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};

use super::block::Block;
use super::convert::{Conversion, Fields};
use super::decode::{DecodeError, TextReader};
use super::dialect::Dialect;
use super::infer::Guess;
use super::split::Splitter;
use satsuma_columns::Storage;
use satsuma_engine::limits::{BATCH_ROWS, SCAN_LINES};
use satsuma_engine::{DataFault, EngineError, NodeError, NodeRef};

/// A field of the file, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FileField {
    pub(crate) name: String,
    pub(crate) storage: Storage,
}

/// A delimited file whose fields are known.
#[derive(Debug, Clone)]
pub(crate) struct DelimitedFile {
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
    pub(crate) dialect: Dialect,
    pub(crate) fields: Vec<FileField>,
    pub(crate) node: NodeRef,
}

impl DelimitedFile {
    /// Reads the field names, and the first lines where a storage is not in `known` (name, storage, in
    /// the order in which the stream saw them last). Fields are matched by name; without a header line,
    /// by position.
    pub(crate) fn open(
        path: &Path,
        dialect: Dialect,
        known: &[(String, Storage)],
        node: &NodeRef,
    ) -> Result<Self, EngineError> {
        let bytes = std::fs::metadata(path).map_err(|error| EngineError::io("read", path, error))?.len();
        let mut records = Records::open(path, &dialect, node)?;
        let first = records.next(1)?;
        if !first && (dialect.header || known.is_empty()) {
            return Err(NodeError::from(DataFault::Empty).at(node));
        }
        let width = records.splitter.width.unwrap_or(known.len());
        let names = match dialect.header {
            true => header_names(&records.block, width).map_err(|fault| NodeError::from(fault).at(node))?,
            false => (0..width)
                .map(|at| known.get(at).map_or_else(|| format!("field{}", at + 1), |(name, _)| name.clone()))
                .collect(),
        };
        let storages = names.iter().map(|name| stored(known, name)).collect::<Vec<_>>();
        let guesses = match storages.contains(&None) {
            true => records.guess(width, &dialect)?,
            false => Vec::new(),
        };
        let fields = names
            .into_iter()
            .zip(storages)
            .enumerate()
            .map(|(at, (name, storage))| {
                let guessed = || guesses.get(at).map_or(Storage::String, Guess::storage);
                FileField { name, storage: storage.unwrap_or_else(guessed) }
            })
            .collect();
        Ok(Self { path: path.to_owned(), bytes, dialect, fields, node: node.clone() })
    }

    /// The Arrow schema of all fields.
    pub(crate) fn schema(&self) -> SchemaRef {
        let fields = self.fields.iter().map(|field| Field::new(&field.name, field.storage.arrow(), true));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    /// The records, as the columns numbered in `columns`.
    pub(crate) fn batches(&self, columns: &[usize]) -> Result<Batches, EngineError> {
        let mut records = Records::open(&self.path, &self.dialect, &self.node)?;
        records.splitter.width = Some(self.fields.len());
        if self.dialect.header {
            records.next(1)?;
        }
        let schema = self.schema().project(columns).map_err(|error| EngineError::Query(error.to_string()))?;
        let columns =
            columns.iter().filter_map(|&at| self.fields.get(at).map(|field| (at, field.clone()))).collect();
        Ok(Batches { records, columns, schema: Arc::new(schema), file: self.clone() })
    }
}

fn stored(known: &[(String, Storage)], name: &str) -> Option<Storage> {
    known.iter().find(|(known, _)| known == name).map(|(_, storage)| *storage)
}

fn header_names(block: &Block, width: usize) -> Result<Vec<String>, DataFault> {
    let fields = Fields::new(block, width)?;
    let mut seen = HashSet::new();
    let mut names = Vec::with_capacity(width);
    for at in 0..width {
        let name = fields.column(at).next().map_or("", |(text, _)| text.trim());
        // A first column without a name is what writing a row index leaves behind.
        let name = if name.is_empty() { format!("field{}", at + 1) } else { name.to_owned() };
        if !seen.insert(name.clone()) {
            return Err(DataFault::DuplicateField(name));
        }
        names.push(name);
    }
    Ok(names)
}

/// What one batch brought, besides its columns.
pub(crate) struct Batch {
    pub(crate) batch: RecordBatch,
    /// Bytes of the file read for it.
    pub(crate) bytes: u64,
    /// Field name and number of values that did not convert.
    pub(crate) unconverted: Vec<(String, u64)>,
    /// Characters that are no text in the file's encoding.
    pub(crate) invalid: u64,
    /// Records with fewer fields than the first.
    pub(crate) short: u64,
}

/// The records of a file, batch by batch.
pub(crate) struct Batches {
    records: Records,
    columns: Vec<(usize, FileField)>,
    schema: SchemaRef,
    file: DelimitedFile,
}

impl Batches {
    /// The next batch, or none at the end of the file.
    pub(crate) fn next(&mut self) -> Result<Option<Batch>, EngineError> {
        if !self.records.next(BATCH_ROWS)? {
            return Ok(None);
        }
        let block = &self.records.block;
        let fault = |fault| NodeError::from(fault).at(&self.file.node);
        let fields = Fields::new(block, self.file.fields.len()).map_err(fault)?;
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(self.columns.len());
        let mut unconverted = Vec::new();
        for (at, field) in &self.columns {
            let conversion = Conversion {
                name: &field.name,
                storage: field.storage,
                decimal: self.file.dialect.decimal,
                trim: self.file.dialect.trim,
            };
            let (array, bad) = conversion.column(&fields, *at).map_err(fault)?;
            arrays.push(array);
            if bad > 0 {
                unconverted.push((field.name.clone(), bad));
            }
        }
        let options = RecordBatchOptions::new().with_row_count(Some(block.rows));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)
            .map_err(|error| EngineError::Query(error.to_string()))?;
        let invalid =
            self.records.text.take_invalid() + std::mem::take(&mut self.records.splitter.nulls_seen);
        let bytes = self.records.text.take_bytes_read();
        Ok(Some(Batch { batch, bytes, unconverted, invalid, short: block.short }))
    }
}

/// The records of a file as text.
struct Records {
    text: TextReader<File>,
    splitter: Splitter,
    chunk: String,
    at: usize,
    block: Block,
    ended: bool,
    path: PathBuf,
    node: NodeRef,
}

impl Records {
    fn open(path: &Path, dialect: &Dialect, node: &NodeRef) -> Result<Self, EngineError> {
        let file = File::open(path).map_err(|error| EngineError::io("read", path, error))?;
        let mut records = Self {
            text: TextReader::new(file, dialect.text),
            splitter: Splitter::new(dialect),
            chunk: String::new(),
            at: 0,
            block: Block::default(),
            ended: false,
            path: path.to_owned(),
            node: node.clone(),
        };
        records.skip(dialect.skip_characters)?;
        Ok(records)
    }

    fn skip(&mut self, mut characters: usize) -> Result<(), EngineError> {
        while characters > 0 && self.refill()? {
            match self.chunk.char_indices().nth(characters) {
                Some((at, _)) => {
                    self.at = at;
                    return Ok(());
                }
                None => {
                    characters = characters.saturating_sub(self.chunk.chars().count());
                    self.at = self.chunk.len();
                }
            }
        }
        Ok(())
    }

    /// Fills the block with up to `max_rows` records; false when there are none left.
    fn next(&mut self, max_rows: usize) -> Result<bool, EngineError> {
        self.splitter.start_block(&mut self.block);
        while !self.ended {
            let rest = self.chunk.as_bytes().get(self.at..).unwrap_or_default();
            if rest.is_empty() {
                if !self.refill()? {
                    self.ended = true;
                    self.splitter
                        .finish(&mut self.block)
                        .map_err(|fault| NodeError::from(fault).at(&self.node))?;
                }
                continue;
            }
            let used = self
                .splitter
                .feed(rest, &mut self.block, max_rows)
                .map_err(|fault| NodeError::from(fault).at(&self.node))?;
            self.at += used;
            if self.at < self.chunk.len() {
                break;
            }
        }
        Ok(self.block.rows > 0)
    }

    fn refill(&mut self) -> Result<bool, EngineError> {
        self.at = 0;
        self.text.next(&mut self.chunk).map_err(|error| match error {
            DecodeError::Io(error) => EngineError::io("read", &self.path, error),
            DecodeError::NotText(encoding) => NodeError::from(DataFault::NotText { encoding }).at(&self.node),
        })
    }

    /// What the columns look like, from the first records on.
    fn guess(&mut self, width: usize, dialect: &Dialect) -> Result<Vec<Guess>, EngineError> {
        let mut guesses = (0..width).map(|_| Guess::new(dialect)).collect::<Vec<_>>();
        let lines = dialect.scan_lines.clamp(1, SCAN_LINES);
        if !dialect.header {
            see(&self.block, &mut guesses, dialect).map_err(|fault| NodeError::from(fault).at(&self.node))?;
        }
        if self.next(lines)? {
            see(&self.block, &mut guesses, dialect).map_err(|fault| NodeError::from(fault).at(&self.node))?;
        }
        Ok(guesses)
    }
}

fn see(block: &Block, guesses: &mut [Guess], dialect: &Dialect) -> Result<(), DataFault> {
    let fields = Fields::new(block, guesses.len())?;
    for (at, guess) in guesses.iter_mut().enumerate() {
        fields.column(at).for_each(|(text, quoted)| guess.see(text, quoted, dialect));
    }
    Ok(())
}
