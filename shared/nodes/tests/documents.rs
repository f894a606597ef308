//! Documents of `EVALUATION` jobs, in every format. With `SATSUMA_DOCUMENTS=<folder>` they are kept there, for people and
//! for independent readers (`infra/documents/check`).

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // in tests a panic is the answer

mod support;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use satsuma_engine::testing::{Sketch, data};
use satsuma_engine::{Action, DocumentFormat, Environment, FileFormat, JobOutcome, JobRequest, Limits};
use satsuma_nodes::engine;
use satsuma_stream::StreamFile;

use self::support::{Data, manifest, streams};

const FORMATS: [DocumentFormat; 7] = [
    DocumentFormat::Html,
    DocumentFormat::Jpg,
    DocumentFormat::Png,
    DocumentFormat::Rtf,
    DocumentFormat::Sav,
    DocumentFormat::Tab,
    DocumentFormat::Xml,
];

/// The folder where documents are kept, for a group of them.
fn kept(group: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("SATSUMA_DOCUMENTS")?).join(group);
    std::fs::create_dir_all(&folder).unwrap();
    Some(folder)
}

fn keep(outcome: &JobOutcome, group: &str) {
    if let Some(folder) = kept(group) {
        for file in &outcome.files {
            std::fs::copy(&file.path, folder.join(&file.name)).unwrap();
        }
    }
}

/// Records with a number, a category of so many values, a flag, a time and gaps.
fn records(count: usize, categories: usize) -> String {
    let mut text = String::from("x,y,c,f,d\n");
    for row in 0..count {
        let x = (row * 7919 % 1000) as f64 / 10.0;
        let y = x * 0.5 + (row * 104_729 % 100) as f64 / 4.0;
        let category = format!("产地 {} 薬か한", row * 31 % categories);
        let flag = if (row * 13) % 10 < 4 { "yes" } else { "no" };
        let day = format!("2024-{:02}-{:02}", row % 12 + 1, row % 28 + 1);
        match row % 17 {
            3 => text += &format!(",{y},{category},{flag},{day}\n"),
            5 => text += &format!("{x},{y},,{flag},{day}\n"),
            _ => text += &format!("{x},{y},{category},{flag},{day}\n"),
        }
    }
    text
}

const FIELDS: [(&str, &str); 5] =
    [("x", "real"), ("y", "real"), ("c", "string"), ("f", "string"), ("d", "date")];

/// The ends of a stream: class, label and properties.
const ENDS: [(&str, &str, &str); 13] = [
    ("TableNode", "Records", ""),
    ("MatrixNode", "Matrix", "<rowField>c</rowField><columnField>f</columnField>"),
    (
        "StatisticsNode",
        "Statistics",
        "<examineFields><field>x</field></examineFields><correlationFields><field>y</field></correlationFields>\
         <statistics><setElement>mean</setElement><setElement>count</setElement></statistics>",
    ),
    (
        "MeansNode",
        "Means",
        "<groupingField>f</groupingField><meansGroupedFields><field>x</field></meansGroupedFields>",
    ),
    ("DataAuditNode", "Audit", ""),
    (
        "TransformNode",
        "Transform",
        "<transformFields><field>x</field></transformFields><allTransformations>all</allTransformations>",
    ),
    ("DistributionNode", "Distribution", "<graphXField>c</graphXField><graphColorField>f</graphColorField>"),
    (
        "HistogramNode",
        "Histogram",
        "<graphXField>x</graphXField><graphColorField>f</graphColorField><graphNormalCurve>true</graphNormalCurve>",
    ),
    (
        "ScatterPlotNode",
        "Plot",
        "<graphXField>x</graphXField><graphYField>y</graphYField><graphColorField>f</graphColorField>\
         <graphOverlayType>Smoother</graphOverlayType>",
    ),
    (
        "ScatterPlotNode",
        "Plot of categories",
        "<graphXField>c</graphXField><graphYField>x</graphYField><graphPanelField>f</graphPanelField>",
    ),
    (
        "MultiPlotNode",
        "Multiplot",
        "<graphXField>x</graphXField><graphYMultiFields><field>y</field><field>x</field></graphYMultiFields>",
    ),
    (
        "TimePlotNode",
        "Time plot",
        "<timePlotSeriesFields><field>x</field><field>y</field></timePlotSeriesFields>\
         <timePlotUseCustomXField>true</timePlotUseCustomXField><timePlotCustomXField>d</timePlotCustomXField>",
    ),
    ("WebNode", "Web", "<webFields><field>c</field><field>f</field></webFields>"),
];

/// A job with all ends on some records.
async fn run(text: &str, format: DocumentFormat, folder: &Path) -> JobOutcome {
    let mut sketch = Sketch::default();
    let source = sketch.var_file("in", "data.csv", &FIELDS, "");
    for (class, label, properties) in ENDS {
        let end = sketch.node(class, label, properties, "");
        sketch.link(source, end);
    }
    let mut job = sketch.job(folder);
    job.action = Action::Evaluation;
    job.documents = format;
    job.sources.push(data(folder, "in", text));
    engine().run(&job, &Environment::default()).await.unwrap_or_else(|error| panic!("{format}: {error}"))
}

#[tokio::test]
async fn each_format_has_the_documents_that_can_have_it() {
    for format in FORMATS {
        let folder = tempfile::tempdir().unwrap();
        let outcome = run(&records(300, 6), format, folder.path()).await;
        keep(&outcome, &format!("formats/{format}"));
        let begin = |file: &satsuma_engine::ResultFile| std::fs::read(&file.path).unwrap();
        let magic: &[u8] = match format {
            DocumentFormat::Html => b"<!DOCTYPE html>",
            DocumentFormat::Jpg => b"\xff\xd8\xff",
            DocumentFormat::Png => b"\x89PNG\r\n",
            DocumentFormat::Rtf => b"{\\rtf1",
            DocumentFormat::Sav => b"$FL2",
            DocumentFormat::Tab => b"",
            DocumentFormat::Xml => b"<?xml",
        };
        for file in &outcome.files {
            assert!(begin(file).starts_with(magic), "{format}: {}", file.name);
            assert!(file.name.ends_with(&format!(".{}", format.extension())), "{format}: {}", file.name);
        }
        let skipped = outcome.warnings.iter().filter(|warning| warning.contains("was skipped")).count();
        let (documents, left) = match format {
            DocumentFormat::Jpg | DocumentFormat::Png => (7, 6),
            // Statistics has two tables or more.
            DocumentFormat::Sav => (6, 7),
            _ => (13, 0),
        };
        assert_eq!(skipped, left, "{format}: {:?}", outcome.warnings);
        assert!(outcome.files.len() >= documents, "{format}: {}", outcome.files.len());
    }
}

#[tokio::test]
async fn odd_data_have_pictures() {
    for (name, count, categories) in
        [("none", 0, 1), ("one", 1, 1), ("two", 200, 2), ("many", 2_000, 40), ("most", 4_000, 200)]
    {
        let folder = tempfile::tempdir().unwrap();
        let outcome = run(&records(count, categories), DocumentFormat::Html, folder.path()).await;
        for file in &outcome.files {
            let page = std::fs::read_to_string(&file.path).unwrap();
            assert!(!page.contains("NaN") && !page.contains("=\"inf"), "{name}: {}", file.name);
        }
        let folder = tempfile::tempdir().unwrap();
        // Pictures of many categories take a while in a debug build.
        if categories <= 2 || kept("odd").is_some() {
            let outcome = run(&records(count, categories), DocumentFormat::Png, folder.path()).await;
            keep(&outcome, &format!("odd/{name}"));
        }
    }
}

/// The pictures of a few records, for review.
#[tokio::test]
async fn charts_look_as_reviewed() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = run(&records(12, 3), DocumentFormat::Html, folder.path()).await;
    let charts = outcome
        .files
        .iter()
        .filter(|file| ENDS.iter().skip(6).any(|(_, label, _)| file.name == format!("{label}.html")));
    let mut seen = 0;
    for file in charts {
        let page = std::fs::read_to_string(&file.path).unwrap();
        let svg = &page[page.find("<svg").unwrap()..page.find("</svg>").unwrap() + 6];
        insta::assert_snapshot!(file.name.replace([' ', '.'], "_"), svg.replace("><", ">\n<"));
        seen += 1;
    }
    assert_eq!(seen, 7);
}

/// A document of very many points stays small enough to open, and says what it leaves out.
#[tokio::test]
async fn a_chart_of_many_records_stays_small() {
    let folder = tempfile::tempdir().unwrap();
    let count = if kept("large").is_some() { 1_000_000 } else { 60_000 };
    let outcome = run(&records(count, 20), DocumentFormat::Html, folder.path()).await;
    keep(&outcome, "large");
    for file in &outcome.files {
        assert!(file.bytes < 5_000_000, "{}: {} bytes", file.name, file.bytes);
    }
    let plot = outcome.files.iter().find(|file| file.name == "Plot.html").unwrap();
    assert!(std::fs::read_to_string(&plot.path).unwrap().contains("points is drawn."));
}

/// The result that Modeler's analysis left in the nugget of this stream: 84.177215 % of 158 training records.
fn agrees_with_modeler(outcome: &JobOutcome) {
    let metrics = outcome.files.iter().find(|file| file.name == "Quality of irradiat.json").unwrap();
    let metrics: serde_json::Value = serde_json::from_slice(&std::fs::read(&metrics.path).unwrap()).unwrap();
    let training = &metrics[0]["partitions"][0];
    assert_eq!(training["partition"], "1_Training");
    assert_eq!(training["records"], 158);
    let accuracy = training["accuracy"]["value"].as_f64().unwrap();
    assert!((accuracy * 100.0 - 84.177_215).abs() < 1e-6, "{accuracy}");
}

/// Every real stream whose documents run gives them in every format.
#[tokio::test]
async fn real_streams_have_documents_in_every_format() {
    let Some(folder) = streams() else { return };
    let mut documents = 0;
    for entry in manifest(&folder) {
        let name = entry["stream"].as_str().unwrap();
        let stream = StreamFile::open(std::fs::read(folder.join(name)).unwrap()).unwrap();
        let stream = Arc::new(stream);
        for format in FORMATS {
            let work = tempfile::tempdir().unwrap();
            let job = JobRequest {
                action: Action::Evaluation,
                stream: Arc::clone(&stream),
                sources: Vec::new(),
                exports: Vec::new(),
                format: FileFormat::Csv,
                documents: format,
                parameters: Vec::new(),
                system_encoding: "UTF-8".to_owned(),
                work_dir: work.path().to_owned(),
                limits: Limits::default(),
            };
            let environment =
                Environment { data: Arc::new(Data::of(&entry, &folder)), ..Environment::default() };
            match engine().run(&job, &environment).await {
                Ok(outcome) => {
                    documents += outcome.files.len();
                    if name == "Mostafamahmoud12824/Stream1.str" {
                        agrees_with_modeler(&outcome);
                    }
                    let group = name.trim_end_matches(".str").replace(['/', '\\'], "_");
                    keep(&outcome, &format!("streams/{group}/{format}"));
                }
                // Pictures and tables are not in every stream, and some streams have branches that are refused.
                Err(error) => {
                    println!("{name}: {format}: {error}");
                    if format == DocumentFormat::Html {
                        break;
                    }
                }
            }
        }
    }
    println!("{documents} documents");
    assert!(documents > 20, "{documents}");
}
