//! Jobs over data files, for the tests of sources and exports.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // in tests a panic is the answer

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use satsuma_columns::{DataModel, Field, Scalar, Storage};
use satsuma_engine::testing::Sketch;
use satsuma_engine::{
    DataAccess, EngineError, Environment, JobOutcome, JobRequest, ResultFile, SourceOverride,
};
use satsuma_formats::RecordReader;
use satsuma_formats::excel::{ExcelReadOptions, ExcelReader, ExcelWriteOptions, ExcelWriter};
use satsuma_formats::sav::{SavReadOptions, SavReader};
use satsuma_stream::nodes::TypedNode;
use satsuma_stream::{FieldType, StreamFile};
use tempfile::TempDir;

/// A job with a folder of data files.
pub(crate) struct Job {
    pub(crate) request: JobRequest,
    folder: TempDir,
}

/// The files of a folder, by name.
struct Folder(PathBuf);

#[async_trait]
impl DataAccess for Folder {
    async fn locate(&self, name: &str) -> std::io::Result<Option<PathBuf>> {
        Ok(Some(self.0.join(name)).filter(|path| path.exists()))
    }
}

impl Job {
    pub(crate) fn new(sketch: &Sketch) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { request: sketch.job(&folder.path().join("work")), folder }
    }

    /// A path in the folder of data files.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) async fn run(&self) -> Result<JobOutcome, EngineError> {
        crate::engine().run(&self.request, &self.environment()).await
    }

    fn environment(&self) -> Environment {
        let data = Arc::new(Folder(self.folder.path().to_owned()));
        Environment { data, ..Environment::default() }
    }

    /// The text of the first result.
    pub(crate) async fn text(&self) -> String {
        let outcome = self.run().await.unwrap_or_else(|error| panic!("{error}"));
        std::fs::read_to_string(&outcome.files[0].path).unwrap()
    }
}

/// The text of the first result of a sketch without files.
pub(crate) async fn csv(sketch: &Sketch) -> String {
    Job::new(sketch).text().await
}

/// The error of a refused sketch.
pub(crate) async fn refusal(sketch: &Sketch) -> String {
    Job::new(sketch).run().await.unwrap_err().to_string()
}

/// Fields (name and storage) and values of a result in a binary format.
pub(crate) fn records(file: &ResultFile) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader: Box<dyn RecordReader> = match file.name.rsplit_once('.').unwrap().1 {
        "xlsx" => {
            let bytes = std::fs::read(&file.path).unwrap();
            Box::new(ExcelReader::open(bytes, &ExcelReadOptions::default()).unwrap())
        }
        _ => Box::new(SavReader::open(File::open(&file.path).unwrap(), &SavReadOptions::default()).unwrap()),
    };
    let fields = reader.fields().iter().map(|field| format!("{} {}", field.name, field.storage)).collect();
    let mut rows = Vec::new();
    while let Some(batch) = reader.next_batch().unwrap() {
        rows.extend(
            (0..batch.num_rows())
                .map(|row| batch.columns().iter().map(|column| shown(&Scalar::at(column, row))).collect()),
        );
    }
    (fields, rows)
}

fn shown(value: &Scalar) -> String {
    match value {
        Scalar::Null => "$null$".to_owned(),
        Scalar::String(text) => text.to_string(),
        Scalar::Real(number) => number.to_string(),
        other => format!("{other:?}"),
    }
}

/// Writes a workbook of numbers from 0 (`N`) and texts (`T`).
pub(crate) fn workbook(path: &Path, rows: usize) {
    let fields = vec![Field::new("N", Storage::Real), Field::new("T", Storage::String)];
    let model = DataModel::new(fields).unwrap();
    let mut writer =
        ExcelWriter::new(&model, tempfile::tempfile().unwrap(), ExcelWriteOptions::default()).unwrap();
    let numbers: ArrayRef = Arc::new((0..rows).map(|row| row as f64).collect::<Float64Array>());
    let texts: ArrayRef = Arc::new((0..rows).map(|row| Some(format!("t{row}"))).collect::<StringArray>());
    writer.write(&RecordBatch::try_new(model.schema(), vec![numbers, texts]).unwrap()).unwrap();
    writer.finish(File::create(path).unwrap()).unwrap();
}

/// A file of the collection of real streams, which is not part of the repository.
pub(crate) fn real_file(path: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/streams");
    let file = std::env::var_os("SATSUMA_STREAMS").map_or_else(beside, PathBuf::from).join(path);
    if file.exists() {
        return Some(file);
    }
    eprintln!("skipped: there is no {}", file.display());
    None
}

/// Reads a real file with a source node of default settings. Compares at least `least` fields with the
/// numbers of values, the means and the ranges that Modeler stored in the Type nodes of a real stream.
pub(crate) async fn stored_statistics(class: &str, stream: &str, data: &str, least: usize) {
    let (Some(stream), Some(data)) = (real_file(stream), real_file(data)) else { return };
    let mut sketch = Sketch::default();
    let source = sketch.node(class, "Source", "", "");
    let table = sketch.node("TableNode", "Table", "", "");
    sketch.link(source, table).score_with(table);
    let mut job = Job::new(&sketch);
    job.request.sources.push(SourceOverride {
        node: "Source".to_owned(),
        file_name: data.file_name().unwrap().to_string_lossy().into_owned(),
        path: data,
        format: None,
        encoding: None,
    });
    // A binary format has no separators that texts could contain.
    job.request.format = satsuma_engine::FileFormat::Excel;
    let outcome = job.run().await.unwrap_or_else(|error| panic!("{error}"));
    let (fields, rows) = records(&outcome.files[0]);
    let mut compared = 0;
    for (name, stored) in stored_types(&stream) {
        let Some(at) = fields.iter().position(|field| *field == format!("{name} {}", stored.storage)) else {
            continue;
        };
        let values = rows.iter().map(|row| &row[at]).filter(|value| *value != "$null$").collect::<Vec<_>>();
        if let Some(statistics) = &stored.statistics {
            let count = statistics.path(["countStats", "valuesFrequency"]).unwrap().text().into_owned();
            assert_eq!(count, values.len().to_string(), "{name}");
            if let Some(numbers) = statistics.child("numericalStats") {
                let sum = values.iter().map(|value| value.parse::<f64>().unwrap()).sum::<f64>();
                let mean: f64 = numbers.attr("meanValue").unwrap().parse().unwrap();
                assert!((sum / values.len() as f64 - mean).abs() <= 1e-9 * mean.abs(), "{name}: {mean}");
            }
        }
        compared += 1;
    }
    assert!(compared >= least, "{compared} fields of {fields:?} were compared");
}

/// The first type that a Type node has stored for each field.
fn stored_types(stream: &Path) -> Vec<(String, FieldType)> {
    let file = StreamFile::open(std::fs::read(stream).unwrap()).unwrap();
    let mut types: Vec<(String, FieldType)> = Vec::new();
    for node in file.stream().diagram.all_nodes() {
        let Ok(TypedNode::Type(node)) = node.typed() else { continue };
        for row in &node.type_table.rows {
            if let Some(stored) = &row.field_type
                && !types.iter().any(|(name, _)| *name == row.name)
            {
                types.push((row.name.clone(), stored.clone()));
            }
        }
    }
    types
}
