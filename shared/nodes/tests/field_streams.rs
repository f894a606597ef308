//! Field operations of real streams, compared with numbers that IBM's engine stored in them.

#![allow(clippy::unwrap_used)] // in tests a panic is the answer

mod support;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use satsuma_engine::testing::{Sketch, data};
use satsuma_engine::{
    Action, Effort, Environment, ExportOverride, FileFormat, JobRequest, Limits, Severity, SourceOverride,
};
use satsuma_stream::{Element, StreamFile, TypeTable};

use self::support::streams;

fn job(stream: Arc<StreamFile>, action: Action, work_dir: &Path) -> JobRequest {
    JobRequest {
        action,
        stream,
        sources: Vec::new(),
        exports: Vec::new(),
        format: FileFormat::Csv,
        documents: satsuma_engine::DocumentFormat::Html,
        parameters: Vec::new(),
        system_encoding: "UTF-8".to_owned(),
        work_dir: work_dir.to_owned(),
        limits: Limits::default(),
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "str") {
            found.push(path);
        }
    }
}

/// The implemented node types of this palette. Their settings in real streams must be supported.
const DONE: [&str; 10] = [
    "Derive",
    "Filler",
    "Partition",
    "Type",
    "Reclassify",
    "SetToFlag",
    "Restructure",
    "Field Reorder",
    "Set Globals",
    "Offset",
];

#[test]
fn real_field_operations_are_not_refused() {
    let Some(folder) = streams() else { return };
    let mut found = Vec::new();
    files(&folder, &mut found);
    let mut refused = Vec::new();
    for path in found {
        let Ok(file) = StreamFile::open(std::fs::read(&path).unwrap()) else { continue };
        let request = job(Arc::new(file), Action::RunStream, Path::new(""));
        let report = satsuma_nodes::engine().dry_run(&request, Effort::default());
        for diagnostic in report.diagnostics {
            let is_ours = diagnostic.node.as_ref().is_some_and(|node| {
                DONE.iter()
                    .any(|done| node.kind.replace(' ', "").eq_ignore_ascii_case(&done.replace(' ', "")))
            });
            if is_ours && diagnostic.severity == Severity::Error {
                refused.push(format!("{}: {diagnostic}", path.file_name().unwrap_or_default().display()));
            }
        }
    }
    assert!(refused.is_empty(), "{} refusals:\n{}", refused.len(), refused.join("\n"));
}

/// C6: state, count and an earlier record, as in the author's stream; the answer was checked by calculation.
#[tokio::test]
async fn states_and_counts_of_a_real_stream() {
    let Some(folder) = streams() else { return };
    let folder = folder.join("hkwd+spsssample/241203タイムカウントの特徴量");
    let (stream, data) = (folder.join("240918タイムカウント特徴量2.str"), folder.join("工場1データ.csv"));
    if !stream.exists() || !data.exists() {
        return eprintln!("skipped: {} is missing", stream.display());
    }
    let work = tempfile::tempdir().unwrap();
    let file = Arc::new(StreamFile::open(std::fs::read(&stream).unwrap()).unwrap());
    // The stream also has a chart, which is not tested here.
    let mut request = job(file, Action::BatchScore, work.path());
    request.exports.push(ExportOverride {
        node: "テーブル".to_owned(),
        file_name: "table.csv".to_owned(),
        format: None,
    });
    // Only one format of times is supported so far: 2021/6/1 0:12 becomes 2021-06-01 00:12:00.
    let bytes = std::fs::read(&data).unwrap();
    let (text, _, _) = encoding_rs::SHIFT_JIS.decode(&bytes);
    let (names, records) = text.split_once('\n').unwrap();
    let records = records.lines().filter_map(|line| {
        let (time, rest) = line.split_once(',')?;
        let (hour, minute) = time.strip_prefix("2021/6/1 ")?.split_once(':')?;
        Some(format!("2021-06-01 {hour:0>2}:{minute}:00,{rest}\n"))
    });
    let iso = work.path().join("iso.csv");
    std::fs::write(&iso, format!("{names}\n{}", records.collect::<String>())).unwrap();
    request.sources.push(SourceOverride {
        node: "import".to_owned(),
        path: iso,
        file_name: "data.csv".to_owned(),
        format: None,
        encoding: Some("utf-8".to_owned()),
    });
    let outcome = satsuma_nodes::engine().run(&request, &Environment::default()).await;
    let outcome = outcome.unwrap_or_else(|error| panic!("{error}"));
    let text = std::fs::read_to_string(&outcome.files[0].path).unwrap();
    let lines = text.lines().collect::<Vec<_>>();
    assert_eq!(lines.len(), 4, "{text}");
    for (line, (time, count)) in
        lines[1..].iter().zip([("00:12:00", "3"), ("00:24:00", "3"), ("00:43:00", "10")])
    {
        let fields = line.split(',').collect::<Vec<_>>();
        assert!(fields[0].ends_with(time) && fields.contains(&count), "{line}");
    }
}

/// The statistics of a field that a Type node of a stream stores.
fn stored(stream: &Path, field: &str) -> Vec<(String, f64)> {
    let file = StreamFile::open(std::fs::read(stream).unwrap()).unwrap();
    let mut found = Vec::new();
    for node in file.stream().diagram.nodes() {
        let Some(table) = node.properties().and_then(|properties| properties.child("typeTable")) else {
            continue;
        };
        let Ok(table) = TypeTable::from_element(table) else { continue };
        let Some(statistics) = table.row(field).and_then(|row| row.field_type.as_ref()?.statistics.clone())
        else {
            continue;
        };
        let attributes = |name: &str| -> Vec<(String, f64)> {
            let element = statistics.child(name).map(|element| Element::clone(element));
            let element = element.into_iter().flat_map(|element| {
                element
                    .attributes()
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .collect::<Vec<_>>()
            });
            element.filter_map(|(name, value)| Some((name, value.parse().ok()?))).collect()
        };
        found.extend(attributes("numericalStats"));
        found.extend(attributes("continuousStats"));
    }
    found
}

/// A derived field has the statistics that IBM's engine stored in the following Type node.
async fn derived_agrees(stream: &str, data_file: &str, fields: &[(&str, &str)], name: &str, formula: &str) {
    let Some(folder) = streams() else { return };
    let (stream, data_file) = (folder.join(stream), folder.join(data_file));
    if !stream.exists() || !data_file.exists() {
        return eprintln!("skipped: {} or {} is missing", stream.display(), data_file.display());
    }
    let work = tempfile::tempdir().unwrap();
    let mut sketch = Sketch::default();
    let quotes = "<doubleQuoteMode>pairDiscard</doubleQuoteMode>";
    let source = sketch.var_file("in", "data.csv", fields, quotes);
    let properties = format!(
        "<deriveSingleFieldName>{name}</deriveSingleFieldName>\
         <deriveFormulaExpression>{formula}</deriveFormulaExpression>"
    );
    let derive = sketch.node("DeriveNode", "new", &properties, "");
    let table = sketch.node("TableNode", "out", "", "");
    sketch.chain(&[source, derive, table]).score_with(table);
    let mut request = sketch.job(work.path());
    request.sources.push(data(work.path(), "in", &std::fs::read_to_string(data_file).unwrap()));
    let outcome = satsuma_nodes::engine().run(&request, &Environment::default()).await;
    let outcome = outcome.unwrap_or_else(|error| panic!("{error}"));
    let text = std::fs::read_to_string(&outcome.files[0].path).unwrap();
    let values = text.lines().skip(1).filter_map(|line| line.rsplit(',').next()?.parse::<f64>().ok());
    let values = values.collect::<Vec<_>>();
    let count = values.len() as f64;
    let sum = values.iter().sum::<f64>();
    let squares = values.iter().map(|value| (value - sum / count).powi(2)).sum::<f64>();
    let stored = stored(&stream, name);
    assert!(!stored.is_empty(), "{name} has no stored statistics");
    for (statistic, wanted) in stored {
        let found = match statistic.as_str() {
            "minimumValue" => values.iter().copied().fold(f64::INFINITY, f64::min),
            "maximumValue" => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            "meanValue" => sum / count,
            "sum" => sum,
            "variance" => squares / (count - 1.0),
            "standardDeviation" => (squares / (count - 1.0)).sqrt(),
            _ => continue,
        };
        let allowed = wanted.abs().max(1.0) * 1e-12;
        assert!((found - wanted).abs() < allowed, "{name}: {statistic} is {found} instead of {wanted}");
    }
}

#[tokio::test]
async fn a_quotient_has_the_statistics_that_ibm_stored() {
    let fields = [
        ("Age", "integer"),
        ("Sex", "string"),
        ("BP", "string"),
        ("Cholesterol", "string"),
        ("Na", "real"),
        ("K", "real"),
        ("Drug", "string"),
    ];
    let (stream, data) = ("NinelieAimer/drug/drug.str", "NinelieAimer/drug/DRUG.txt");
    derived_agrees(stream, data, &fields, "Na/K", "Na/K").await;
}

#[tokio::test]
async fn a_sum_has_the_statistics_that_ibm_stored() {
    let names = "PassengerId Survived Pclass Name Sex Age SibSp Parch Ticket Fare Cabin Embarked Call Family CabinF \
        CabinH age_fill";
    let fields = names.split_whitespace().map(|name| {
        let is_number = ["SibSp", "Parch"].contains(&name);
        (name, if is_number { "integer" } else { "string" })
    });
    let fields = fields.collect::<Vec<_>>();
    let folder = "NinelieAimer/Titanic";
    let (stream, data) = (format!("{folder}/titanic_train.str"), format!("{folder}/titanic_train .csv"));
    derived_agrees(&stream, &data, &fields, "partner", "SibSp + Parch").await;
}
