//! A delimited file with its fields.

use std::collections::HashSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_schema::{Field, Schema, SchemaRef};
use satsuma_columns::Storage;

use super::dialect::Dialect;
use super::plan::plan;
use super::records::DelimitedRecords;
use crate::encoding::skip_characters;
use crate::text::{
    BatchBuilder, ByteRange, Fault, FileField, RangeReader, ReadError, Recognition, Records, fill, io,
};

/// A delimited file with its fields. It has no open file handle: clones may read on many threads at once.
#[derive(Debug, Clone, PartialEq)]
pub struct DelimitedFile {
    path: PathBuf,
    dialect: Dialect,
    fields: Vec<FileField>,
    records: ByteRange,
    bytes: u64,
}

impl DelimitedFile {
    /// Reads the field names. Scans the first lines if a storage is missing in `known` (name and storage, in
    /// the order of the stream), or is a date, whose format the values determine. Fields are matched by name
    /// or, without a header line, by position.
    ///
    /// # Errors
    /// The dialect has unsupported settings, the file cannot be read, it has no header line or duplicate
    /// field names, or its first lines are invalid.
    pub fn open(path: &Path, dialect: Dialect, known: &[(String, Storage)]) -> Result<Self, ReadError> {
        dialect.check()?;
        let (start, dialect) = beginning(path, dialect)?;
        let bytes = std::fs::metadata(path).map_err(io(path))?.len();
        let all = ByteRange { start: start.min(bytes), end: bytes };
        let mut first = DelimitedRecords::open(path, &dialect, all, None)?;
        let has_first = first.next(1)?;
        if !has_first && (dialect.header || known.is_empty()) {
            return Err(Fault::Empty.into());
        }
        let width = first.width().unwrap_or(known.len());
        let mut records = all;
        let names = match dialect.header {
            true => {
                records.start = first.offset();
                header_names(&mut first, width)?
            }
            false => (0..width)
                .map(|at| known.get(at).map_or_else(|| format!("field{}", at + 1), |(name, _)| name.clone()))
                .collect(),
        };
        let reopen = || DelimitedRecords::open(path, &dialect, records, Some(width));
        let fields = recognition(&dialect).fields(names, known, reopen)?;
        Ok(Self { path: path.to_owned(), fields, records, bytes, dialect })
    }

    /// A file that [`Self::open`] opened before, possibly in another process: its path, and the results of
    /// [`Self::dialect`], [`Self::fields`] and [`Self::whole`]. Reads nothing.
    pub fn known(path: PathBuf, mut dialect: Dialect, fields: Vec<FileField>, whole: ByteRange) -> Self {
        dialect.limits = dialect.limits.checked();
        Self { path, dialect, fields, records: whole, bytes: whole.end }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its length in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Its fields, in order.
    pub fn fields(&self) -> &[FileField] {
        &self.fields
    }

    /// Its settings. A byte order mark determines the encoding.
    pub fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    /// The Arrow schema of all fields; every column may hold nulls.
    pub fn schema(&self) -> SchemaRef {
        let fields = self.fields.iter().map(|field| Field::new(&field.name, field.storage.arrow(), true));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    /// All records as one range.
    pub fn whole(&self) -> ByteRange {
        self.records
    }

    /// Splits the file into ranges of about `target_bytes` that begin with a record. Together they contain
    /// every record once, in order. With pairs of quotation marks the whole file is scanned, on `threads`
    /// threads.
    ///
    /// Files that are decoded before they are split, and files whose records continue in the next line, are
    /// one range.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn plan_ranges(&self, target_bytes: u64, threads: usize) -> Result<Vec<ByteRange>, ReadError> {
        plan(&self.path, &self.dialect, self.records, target_bytes.max(1), threads.max(1))
            .map_err(io(&self.path))
    }

    /// Reads a range of [`Self::plan_ranges`] or [`Self::whole`]: the columns with the indexes in
    /// `projection`, in that order. With the name of an `offsets` column, batches have one more column
    /// (`Int64`, the last): the byte offset of each record in the file, which increases from record to
    /// record. It is exact, except in files that are decoded first and have records that do not begin at a
    /// line start.
    ///
    /// # Errors
    /// The file cannot be opened, or a column does not exist.
    pub fn read_range(
        &self,
        range: ByteRange,
        projection: &[usize],
        offsets: Option<&str>,
    ) -> Result<RangeReader, ReadError> {
        let Dialect { numbers, trim, limits, text, .. } = self.dialect;
        let builder = BatchBuilder::new(&self.fields, projection, offsets, numbers, trim)?;
        let records = DelimitedRecords::open(&self.path, &self.dialect, range, Some(self.fields.len()))?;
        Ok(RangeReader::new(Box::new(records), builder, limits.batch_rows, text.encoding.name()))
    }
}

/// The start of the text, after a byte order mark and skipped characters, and the encoding of the mark.
fn beginning(path: &Path, mut dialect: Dialect) -> Result<(u64, Dialect), ReadError> {
    // The longest character has four bytes.
    let mut head = vec![0; 4 + dialect.skip_characters * 4];
    let mut file = File::open(path).map_err(io(path))?;
    let length = fill(&mut file, &mut head).map_err(io(path))?;
    head.truncate(length);
    let (text, mark) = dialect.text.of_file(&head);
    dialect.text = text;
    dialect.limits = dialect.limits.checked();
    let rest = head.get(mark..).unwrap_or_default();
    let skipped = skip_characters(text, rest, dialect.skip_characters);
    let skipped = skipped.map_err(|encoding| Fault::NotText { line: 1, encoding })?;
    Ok(((mark + skipped) as u64, dialect))
}

fn recognition(dialect: &Dialect) -> Recognition {
    Recognition {
        numbers: dialect.numbers,
        calendar: dialect.calendar,
        recognise_dates: dialect.recognise_dates,
        scan_lines: dialect.scan_lines,
    }
}

fn header_names(records: &mut DelimitedRecords, width: usize) -> Result<Vec<String>, ReadError> {
    let mut names = Vec::with_capacity(width);
    records.show(&mut |block, text, _| {
        names = block
            .spans
            .iter()
            .take(width)
            .map(|span| String::from_utf8_lossy(span.of(text)).into_owned())
            .collect();
        Ok(())
    })?;
    let mut seen = HashSet::new();
    for (at, name) in names.iter_mut().enumerate() {
        // Programs that write a row index leave the name of the first column empty.
        *name = match name.trim() {
            "" => format!("field{}", at + 1),
            named => named.to_owned(),
        };
        if !seen.insert(name.clone()) {
            return Err(Fault::DuplicateField(name.clone()).into());
        }
    }
    Ok(names)
}
