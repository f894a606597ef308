//! A terminal node that writes a workbook or a Statistics data file.
//!
//! Both formats need properties of all records before the first one. Records therefore go to a store in the
//! work folder, from which the file is written.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use futures::StreamExt;
use satsuma_columns::DataModel;
use satsuma_engine::{
    Compile, Compiled, EngineError, FileFormat, NodeError, NodeRun, Product, Reported, ResultFile, Table,
    Terminal,
};
use satsuma_formats::FormatError;
use satsuma_formats::excel::{ExcelWriteOptions, ExcelWriter};
use satsuma_formats::sav::{Compression, SavWriteOptions, SavWriter};

use super::records::{RecordFile, safe_name, standard_layout};
use crate::sources::records_table::format_error;

/// Format of the file, with its options.
#[derive(Debug, Clone)]
pub(crate) enum Writing {
    /// A Microsoft Excel workbook.
    Excel(ExcelWriteOptions),
    /// An SPSS Statistics data file.
    Sav(SavWriteOptions),
}

impl Writing {
    fn extension(&self) -> &'static str {
        match self {
            Self::Excel(_) => "xlsx",
            Self::Sav(SavWriteOptions { compression: Compression::Zlib, .. }) => "zsav",
            Self::Sav(_) => "sav",
        }
    }

    fn media_type(&self) -> &'static str {
        match self {
            Self::Excel(_) => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Sav(_) => "application/x-spss-sav",
        }
    }
}

/// A terminal node that writes its records to a file of a format.
#[derive(Debug)]
pub(crate) struct FormatFile {
    /// The name of the result, for display only, never a path.
    file_name: String,
    writing: Writing,
}

impl FormatFile {
    /// A result with this name, with or without an extension.
    ///
    /// # Errors
    /// None; the signature is that of other terminal nodes.
    pub(crate) fn new(name: &str, writing: Writing, compile: &mut Compile<'_>) -> Result<Self, Reported> {
        // Names only depend on the extension of the layout.
        let mut layout = standard_layout(FileFormat::Csv, compile)?;
        layout.extension = writing.extension();
        Ok(Self { file_name: safe_name(name, &layout), writing })
    }
}

/// The terminal node that writes records in a format. `name` may have an extension.
///
/// # Errors
/// The format is not supported.
pub(crate) fn terminal(
    format: FileFormat,
    name: &str,
    compile: &mut Compile<'_>,
) -> Result<Compiled, Reported> {
    let writing = match format {
        FileFormat::Excel => Writing::Excel(ExcelWriteOptions::default()),
        FileFormat::Sav => {
            let is_zsav = name.to_ascii_lowercase().ends_with(".zsav");
            let compression = if is_zsav { Compression::Zlib } else { Compression::Bytecode };
            Writing::Sav(SavWriteOptions { compression, ..SavWriteOptions::default() })
        }
        FileFormat::Csv | FileFormat::Tab | FileFormat::Parquet => {
            let layout = standard_layout(format, compile)?;
            let file_name = safe_name(name, &layout);
            return Ok(Compiled::terminal(RecordFile { file_name, layout }));
        }
    };
    Ok(Compiled::terminal(FormatFile::new(name, writing, compile)?))
}

/// The extension of the files of a format.
pub(crate) fn extension(format: FileFormat) -> &'static str {
    match format {
        FileFormat::Csv => "csv",
        FileFormat::Tab => "tab",
        FileFormat::Parquet => "parquet",
        FileFormat::Excel => "xlsx",
        FileFormat::Sav => "sav",
    }
}

#[async_trait]
impl Terminal for FormatFile {
    fn file_names(&self) -> Vec<String> {
        vec![self.file_name.clone()]
    }

    async fn run(&self, input: Table, run: &NodeRun) -> Result<Vec<Product>, NodeError> {
        let path = run.result_path(self.writing.extension());
        let store = run.result_path("store");
        let mut writer = RecordWriter::new(input.model(), &store, &self.writing, run)?;
        let mut batches = input.records(run).await?;
        let mut rows = 0;
        while let Some(batch) = batches.next().await {
            let batch = batch?;
            run.counter().busy(|| writer.write(&batch)).map_err(format_error)?;
            run.written(batch.num_rows() as u64, 0)?;
            rows += batch.num_rows() as u64;
        }
        let (counted, result) = (run.clone(), path.clone());
        let finishing = move || counted.counter().busy(|| writer.finish(&result));
        let finished = tokio::task::spawn_blocking(finishing).await;
        finished.map_err(|error| EngineError::Query(error.to_string()))??;
        std::fs::remove_file(&store).map_err(|error| EngineError::io("remove", &store, error))?;
        let bytes = std::fs::metadata(&path).map_err(|error| EngineError::io("write", &path, error))?.len();
        run.written(0, bytes)?;
        Ok(vec![Product::File(ResultFile {
            name: self.file_name.clone(),
            path,
            media_type: self.writing.media_type(),
            rows,
            bytes,
            node: run.node().label.clone(),
        })])
    }
}

/// A writer of one of the formats.
enum RecordWriter {
    Excel(Box<ExcelWriter<File>>),
    Sav(Box<SavWriter<File>>),
}

impl RecordWriter {
    fn new(model: &DataModel, store: &Path, writing: &Writing, run: &NodeRun) -> Result<Self, NodeError> {
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(store);
        let file = file.map_err(|error| EngineError::io("write", store, error))?;
        let writer = match writing {
            Writing::Excel(options) => {
                ExcelWriter::new(model, file, options.clone()).map(|writer| Self::Excel(Box::new(writer)))
            }
            Writing::Sav(options) => {
                const MICROS: i64 = 1_000_000;
                let options = SavWriteOptions { created: run.now() / MICROS, ..options.clone() };
                SavWriter::new(model, file, options).map(|writer| Self::Sav(Box::new(writer)))
            }
        };
        writer.map_err(format_error)
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), FormatError> {
        match self {
            Self::Excel(writer) => writer.write(batch),
            Self::Sav(writer) => writer.write(batch),
        }
    }

    fn finish(self, path: &PathBuf) -> Result<(), NodeError> {
        let failed = |error| EngineError::io("write", path, error);
        let file = File::create_new(path).map_err(failed)?;
        match self {
            Self::Excel(writer) => {
                let mut out = writer.finish(BufWriter::new(file)).map_err(format_error)?;
                out.flush().map_err(failed)?;
            }
            Self::Sav(writer) => drop(writer.finish(file).map_err(format_error)?),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use satsuma_engine::ExportOverride;
    use satsuma_engine::testing::Sketch;

    use super::*;
    use crate::sources::testing::{Job, records};

    fn sketch() -> Sketch {
        let mut sketch = Sketch::default();
        let values = "<field><name>N</name><storage>integer</storage><values>1 2</values></field>\
            <field><name>T</name><storage>string</storage><values>a</values></field>";
        let properties =
            format!("<dataMode>order</dataMode><userFieldTable><fields>{values}</fields></userFieldTable>");
        let source = sketch.node("UserInputNode", "Input", &properties, "");
        let table = sketch.node("TableNode", "My table", "", "");
        sketch.link(source, table).score_with(table);
        sketch
    }

    /// Evidence: the readers of the formats.
    #[tokio::test]
    async fn a_table_is_written_in_the_format_of_the_job() {
        for (format, name, numbers) in
            [(FileFormat::Excel, "My table.xlsx", "real"), (FileFormat::Sav, "My table.sav", "real")]
        {
            let mut job = Job::new(&sketch());
            job.request.format = format;
            let outcome = job.run().await.unwrap();
            let file = &outcome.files[0];
            assert_eq!((file.name.as_str(), file.rows, outcome.rows_written), (name, 2, 2));
            assert_eq!(file.bytes, std::fs::metadata(&file.path).unwrap().len());
            let (fields, rows) = records(file);
            assert_eq!(fields, [format!("N {numbers}"), "T string".to_owned()]);
            assert_eq!(rows, [["1", "a"], ["2", "$null$"]]);
            let left = std::fs::read_dir(&job.request.work_dir).unwrap();
            assert!(!left.flatten().any(|entry| entry.path().extension().is_some_and(|end| end == "store")));
        }
    }

    #[tokio::test]
    async fn an_export_goes_where_the_job_sends_it() {
        for (name, format, media) in [
            ("out.sav", None, "application/x-spss-sav"),
            ("out.zsav", None, "application/x-spss-sav"),
            (
                "out",
                Some(FileFormat::Excel),
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
        ] {
            let mut job = Job::new(&sketch());
            let node = "My table".to_owned();
            job.request.exports.push(ExportOverride { node, file_name: name.to_owned(), format });
            let outcome = job.run().await.unwrap();
            assert_eq!(outcome.files[0].media_type, media);
            assert!(outcome.files[0].name.starts_with("out."), "{}", outcome.files[0].name);
            assert_eq!(records(&outcome.files[0]).1.len(), 2);
        }
        let mut job = Job::new(&sketch());
        let (node, file_name) = ("My table".to_owned(), "out.parquet".to_owned());
        job.request.exports.push(ExportOverride { node, file_name, format: None });
        assert!(job.run().await.unwrap_err().to_string().contains("PARQUET"));
    }
}
