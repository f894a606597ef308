//! A fixed-width file with its fields.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_schema::{Field, Schema, SchemaRef};
use satsuma_columns::Storage;

use super::dialect::FixedDialect;
use super::records::{FixedRecords, line_start};
use crate::delimited::{Dialect, QuoteMode, plan};
use crate::text::{BatchBuilder, ByteRange, FileField, RangeReader, ReadError, Recognition, fill, io};

/// The longest byte order mark.
const MARK: usize = 4;

/// A fixed-width file with its fields. It has no open file handle: clones may read on many threads at once.
#[derive(Debug, Clone, PartialEq)]
pub struct FixedFile {
    path: PathBuf,
    dialect: FixedDialect,
    fields: Vec<FileField>,
    records: ByteRange,
    bytes: u64,
}

impl FixedFile {
    /// Scans the first records if a storage is missing in `known` (name and storage), or is a date, whose
    /// format the values determine.
    ///
    /// # Errors
    /// The dialect has unsupported settings, the file cannot be read, or its first records are invalid.
    pub fn open(
        path: &Path,
        mut dialect: FixedDialect,
        known: &[(String, Storage)],
    ) -> Result<Self, ReadError> {
        dialect.check()?;
        let mut head = [0; MARK];
        let length = fill(&mut File::open(path).map_err(io(path))?, &mut head).map_err(io(path))?;
        let (text, mark) = dialect.text.of_file(head.get(..length).unwrap_or_default());
        dialect.text = text;
        dialect.limits = dialect.limits.checked();
        let bytes = std::fs::metadata(path).map_err(io(path))?.len();
        let all = ByteRange { start: (mark as u64).min(bytes), end: bytes };
        let start = line_start(path, &dialect, all, dialect.skip_lines)?;
        let records = ByteRange { start, ..all };
        let recognition = Recognition {
            numbers: dialect.numbers,
            calendar: dialect.calendar,
            recognise_dates: dialect.recognise_dates,
            scan_lines: dialect.scan_lines,
        };
        let names = dialect.columns.iter().map(|column| column.name.clone()).collect();
        let fields = recognition.fields(names, known, || FixedRecords::open(path, &dialect, records))?;
        Ok(Self { path: path.to_owned(), dialect, fields, records, bytes })
    }

    /// A file that [`Self::open`] opened before, possibly in another process: its path, and the results of
    /// [`Self::dialect`], [`Self::fields`] and [`Self::whole`]. Reads nothing.
    pub fn known(path: PathBuf, mut dialect: FixedDialect, fields: Vec<FileField>, whole: ByteRange) -> Self {
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

    /// Its settings. A byte order mark determines the encoding.
    pub fn dialect(&self) -> &FixedDialect {
        &self.dialect
    }

    /// Its fields, in order.
    pub fn fields(&self) -> &[FileField] {
        &self.fields
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

    /// Cuts the file into ranges of about `target_bytes` that begin with a record, as
    /// [`crate::delimited::DelimitedFile::plan_ranges`] does. A file that is not line oriented, or that is in
    /// UTF-16 or ISO-2022-JP, is one range.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn plan_ranges(&self, target_bytes: u64, threads: usize) -> Result<Vec<ByteRange>, ReadError> {
        if !self.dialect.splits_bytes() {
            return Ok(vec![self.records]);
        }
        // Every line end ends a record.
        let lines = Dialect {
            delimiters: Vec::new(),
            double_quotes: QuoteMode::Include,
            text: self.dialect.text,
            ..Dialect::standard(b',')
        };
        plan(&self.path, &lines, self.records, target_bytes.max(1), threads.max(1)).map_err(io(&self.path))
    }

    /// Reads a range of [`Self::plan_ranges`] or [`Self::whole`]: the columns numbered in `projection`, in that
    /// order, and with the name of an `offsets` column the byte offset of each record in the file (`Int64`, the
    /// last column). It is exact in files of lines and in ASCII; otherwise it grows from record to record.
    ///
    /// # Errors
    /// The file cannot be opened, or a column does not exist.
    pub fn read_range(
        &self,
        range: ByteRange,
        projection: &[usize],
        offsets: Option<&str>,
    ) -> Result<RangeReader, ReadError> {
        let FixedDialect { numbers, trim, limits, text, .. } = self.dialect;
        let builder = BatchBuilder::new(&self.fields, projection, offsets, numbers, trim)?;
        let records = FixedRecords::open(&self.path, &self.dialect, range)?;
        Ok(RangeReader::new(Box::new(records), builder, limits.batch_rows, text.encoding.name()))
    }
}
