//! Batches to a delimited file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::Schema;

use super::cell::{Column, text};
use super::layout::{Layout, Quoting};
use satsuma_engine::{DataFault, EngineError, NodeError, NodeRef};

/// Writes batches to a new file.
pub(crate) struct DelimitedWriter {
    file: BufWriter<File>,
    path: PathBuf,
    layout: Layout,
    node: NodeRef,
    buffer: Vec<u8>,
    rows: u64,
    bytes: u64,
}

impl DelimitedWriter {
    /// Makes the file (which must not exist yet) and writes the header line.
    pub(crate) fn create(
        path: &Path,
        layout: Layout,
        schema: &Schema,
        node: &NodeRef,
    ) -> Result<Self, EngineError> {
        let file = File::create_new(path).map_err(|error| EngineError::io("write", path, error))?;
        let mut writer = Self {
            file: BufWriter::new(file),
            path: path.to_owned(),
            layout,
            node: node.clone(),
            buffer: Vec::new(),
            rows: 0,
            bytes: 0,
        };
        if writer.layout.header {
            writer.header(schema)?;
        }
        Ok(writer)
    }

    fn header(&mut self, schema: &Schema) -> Result<(), EngineError> {
        // The Flat File node quotes values; a name gets quotes only where it could be misread.
        let quoting = match self.layout.quoting {
            Quoting::Never => Quoting::Never,
            Quoting::WhereNeeded | Quoting::Text(_) => Quoting::WhereNeeded,
        };
        let layout = Layout { quoting, ..self.layout.clone() };
        for (at, field) in schema.fields().iter().enumerate() {
            if at > 0 {
                self.buffer.extend_from_slice(layout.separator.as_bytes());
            }
            text(field.name(), &layout, &mut self.buffer);
        }
        self.buffer.extend_from_slice(layout.line_end.text().as_bytes());
        self.flush_buffer().map(drop)
    }

    /// Appends the records of a batch; gives the bytes written.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<u64, EngineError> {
        let mut columns = Vec::with_capacity(batch.num_columns());
        for (array, field) in batch.columns().iter().zip(batch.schema_ref().fields()) {
            let column = Column::of(array.as_ref()).ok_or_else(|| {
                let wanted = "one of string, integer, real, date, time, timestamp".to_owned();
                let fault = DataFault::Storage {
                    field: field.name().clone(),
                    found: array.data_type().to_string(),
                    wanted,
                };
                NodeError::from(fault).at(&self.node)
            })?;
            columns.push(column);
        }
        for row in 0..batch.num_rows() {
            for (at, column) in columns.iter().enumerate() {
                if at > 0 {
                    self.buffer.extend_from_slice(self.layout.separator.as_bytes());
                }
                column.write(row, &self.layout, &mut self.buffer);
            }
            self.buffer.extend_from_slice(self.layout.line_end.text().as_bytes());
        }
        self.rows += batch.num_rows() as u64;
        self.flush_buffer()
    }

    fn flush_buffer(&mut self) -> Result<u64, EngineError> {
        let length = self.buffer.len() as u64;
        self.file.write_all(&self.buffer).map_err(|error| EngineError::io("write", &self.path, error))?;
        self.buffer.clear();
        self.bytes += length;
        Ok(length)
    }

    /// Closes the file; gives its records and bytes.
    pub(crate) fn finish(mut self) -> Result<(u64, u64), EngineError> {
        self.file.flush().map_err(|error| EngineError::io("write", &self.path, error))?;
        Ok((self.rows, self.bytes))
    }
}
