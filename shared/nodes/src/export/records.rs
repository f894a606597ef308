//! A terminal node that writes a delimited file.
//!
//! Batches are formatted on all cores; their texts are written in record order.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use encoding_rs::Encoding;
use futures::StreamExt;
use satsuma_engine::{
    Compile, DataFault, EngineError, FileFormat, NodeError, NodeRun, Product, Reported, ResultFile, Table,
    Terminal, without_special_characters,
};
use satsuma_formats::delimited::{self, WriteFault, format_batch, format_header};
use satsuma_formats::encoding::encode_into;

/// The layout of a delimited result file.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) text: delimited::Layout,
    pub(crate) encoding: &'static Encoding,
    pub(crate) media_type: &'static str,
    pub(crate) extension: &'static str,
}

impl Layout {
    /// CSV or TAB; `None` for formats that are not delimited text.
    pub(crate) fn standard(format: FileFormat) -> Option<Self> {
        let (text, media_type, extension) = match format {
            FileFormat::Csv => (delimited::Layout::csv(), "text/csv", "csv"),
            FileFormat::Tab => (delimited::Layout::tab(), "text/tab-separated-values", "tab"),
            FileFormat::Parquet | FileFormat::Excel | FileFormat::Sav => return None,
        };
        Some(Self { text, encoding: encoding_rs::UTF_8, media_type, extension })
    }
}

/// A terminal node that writes its records to a delimited file.
#[derive(Debug)]
pub(crate) struct RecordFile {
    /// The name of the result, for display only, never a path.
    pub(crate) file_name: String,
    pub(crate) layout: Layout,
}

#[async_trait]
impl Terminal for RecordFile {
    fn file_names(&self) -> Vec<String> {
        vec![self.file_name.clone()]
    }

    async fn run(&self, input: Table, run: &NodeRun) -> Result<Vec<Product>, NodeError> {
        let path = run.result_path(self.layout.extension);
        let mut file = ResultWriter::create(path)?;
        let mut header = Vec::new();
        format_header(&input.model().schema(), &self.layout.text, &mut header);
        file.write(&encoded(header, self.layout.encoding)?)?;
        let layout = Arc::new(self.layout.clone());
        let formatted = input.records(run).await?.map(|batch| {
            let (layout, run) = (Arc::clone(&layout), run.clone());
            async move {
                let batch = batch?;
                let format = move || run.counter().busy(|| formatted(&batch, &layout));
                let text = tokio::task::spawn_blocking(format).await;
                text.map_err(|error| EngineError::Query(error.to_string()))?
            }
        });
        let mut formatted = formatted.buffered(run.partitions() + 1);
        let mut rows = 0;
        while let Some(part) = formatted.next().await {
            let (text, records) = part?;
            file.write(&text)?;
            run.written(records, text.len() as u64)?;
            rows += records;
        }
        let (path, bytes) = file.finish()?;
        Ok(vec![Product::File(ResultFile {
            name: self.file_name.clone(),
            path,
            media_type: self.layout.media_type,
            rows,
            bytes,
            node: run.node().label.clone(),
        })])
    }
}

/// The text of a batch, and its number of records.
fn formatted(batch: &RecordBatch, layout: &Layout) -> Result<(Vec<u8>, u64), NodeError> {
    let mut text = Vec::new();
    format_batch(batch, &layout.text, &mut text).map_err(|WriteFault { field, found }| {
        let wanted = "one of string, integer, real, date, time, timestamp".to_owned();
        NodeError::Data(DataFault::Storage { field, found, wanted })
    })?;
    Ok((encoded(text, layout.encoding)?, batch.num_rows() as u64))
}

/// UTF-8 text in another encoding.
fn encoded(text: Vec<u8>, encoding: &'static Encoding) -> Result<Vec<u8>, NodeError> {
    if encoding == encoding_rs::UTF_8 {
        return Ok(text);
    }
    let mut out = Vec::with_capacity(text.len());
    encode_into(&String::from_utf8_lossy(&text), encoding, &mut out)
        .map_err(|error| NodeError::Data(DataFault::Unreadable(error.to_string())))?;
    Ok(out)
}

/// A result file during writing.
struct ResultWriter {
    file: BufWriter<File>,
    path: PathBuf,
    bytes: u64,
}

impl ResultWriter {
    fn create(path: PathBuf) -> Result<Self, EngineError> {
        let file = File::create_new(&path).map_err(|error| Self::failed(&path, error))?;
        Ok(Self { file: BufWriter::new(file), path, bytes: 0 })
    }

    fn write(&mut self, text: &[u8]) -> Result<(), EngineError> {
        self.bytes += text.len() as u64;
        self.file.write_all(text).map_err(|error| Self::failed(&self.path, error))
    }

    fn finish(mut self) -> Result<(PathBuf, u64), EngineError> {
        self.file.flush().map_err(|error| Self::failed(&self.path, error))?;
        Ok((self.path, self.bytes))
    }

    fn failed(path: &Path, error: std::io::Error) -> EngineError {
        EngineError::io("write", path, error)
    }
}

/// The layout of a format.
///
/// # Errors
/// The format has no known layout.
pub(crate) fn standard_layout(format: FileFormat, compile: &mut Compile<'_>) -> Result<Layout, Reported> {
    Layout::standard(format)
        .ok_or_else(|| compile.refuse_value("format", format, "results can only be written as CSV or TAB"))
}

/// A file name for a document of this name; a point in the name is no extension.
pub(crate) fn safe_document_name(name: &str, extension: &'static str) -> String {
    safe(&name.replace(['/', '\\'], "_"), extension, false)
}

/// A file name for a result: without a folder, without characters that are special in a shell, a header or
/// the path of a URL, and with an extension.
pub(crate) fn safe_name(name: &str, layout: &Layout) -> String {
    safe(name, layout.extension, true)
}

fn safe(name: &str, extension: &str, may_have_extension: bool) -> String {
    // In bytes: with an extension it still fits into an id, by which it is fetched.
    const LONGEST: usize = 200;
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let cleaned = without_special_characters(last);
    let is_cut = cleaned.len() > LONGEST;
    let cleaned = cleaned.get(..cleaned.floor_char_boundary(LONGEST)).unwrap_or_default();
    let cleaned = cleaned.trim().trim_start_matches('.');
    match cleaned {
        "" => format!("result.{extension}"),
        named if may_have_extension && named.contains('.') && !is_cut => named.to_owned(),
        named => format!("{named}.{extension}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_named_so_that_it_can_be_fetched() {
        let csv = Layout::standard(FileFormat::Csv).unwrap();
        for (name, result) in [
            ("Scores.csv", "Scores.csv"),
            ("C:\\out\\Scores", "Scores.csv"),
            ("100% late?.csv", "100_ late_.csv"),
            ("../..", "result.csv"),
            ("", "result.csv"),
        ] {
            assert_eq!(safe_name(name, &csv), result, "{name}");
        }
        let long = safe_name(&format!("v1.{}.csv", "香".repeat(100)), &csv);
        assert!(long.len() < 255 && long.ends_with("香.csv"), "{long}");
    }
}
