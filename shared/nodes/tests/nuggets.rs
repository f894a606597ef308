//! Nuggets of real streams: the test adds a Table node after each, runs the stream with its real data, and
//! compares the predictions with the numbers that IBM's Analysis node stored in the nugget.
//!
//! The printed table lists every nugget of the real streams: its agreement, or the reason why it does not
//! run.

#![allow(clippy::unwrap_used, clippy::print_stdout)] // in tests a panic is the answer

mod support;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use satsuma_engine::{Action, DocumentFormat, Environment, FileFormat, JobRequest, Limits};
use satsuma_stream::{Element, RecordTable, RecordValues, StreamFile};
use serde_json::Value;

use self::support::{Data, add_behind, manifest, streams};

/// The results of an Analysis node in a nugget.
#[derive(Debug, Clone, PartialEq)]
struct Report {
    symbolic: bool,
    accuracy: f64,
    correlation: f64,
    records: usize,
}

struct Found {
    id: String,
    class: String,
    name: String,
    /// The predicted field and its target.
    prediction: Option<(String, String)>,
    reports: Vec<Report>,
}

fn text(element: &Element, name: &str) -> String {
    element.text_of(name).unwrap_or_default().into_owned()
}

fn output(element: &Element) -> Option<(String, String)> {
    for child in element.elements() {
        if child.name() == "output"
            && let Some(info) = child.child("modelFieldInfo")
            && info.attr("role") == Some("predictedValue")
            && let Some(target) = info.attr("targetField")
        {
            return Some((text(child, "name"), target.to_owned()));
        }
        if let found @ Some(_) = output(child) {
            return found;
        }
    }
    None
}

/// The nuggets of a stream, without those in supernodes.
fn nuggets(file: &StreamFile) -> Vec<Found> {
    let diagram = file.document().child("stream").and_then(|stream| stream.child("diagram"));
    let nodes = diagram.and_then(|diagram| diagram.child("nodes")).unwrap();
    let mut found = Vec::new();
    for node in nodes.elements() {
        let class = node.attr("class").unwrap_or_default().rsplit('.').next().unwrap_or_default();
        if !class.contains("Apply") {
            continue;
        }
        let extension = node.attr("extensionObjectID").or_else(|| node.attr("extensionElementID"));
        let properties = node.child("properties").unwrap();
        let reports = properties.child("analysisReportList").into_iter().flat_map(|list| list.elements());
        found.push(Found {
            id: node.attr("id").unwrap().to_owned(),
            class: extension.map_or(class.to_owned(), |extension| format!("{class}[{extension}]")),
            name: text(properties, "name"),
            prediction: output(node),
            reports: reports
                .map(|report| Report {
                    symbolic: text(report, "symbolic") == "true",
                    accuracy: text(report, "accuracy").parse().unwrap(),
                    correlation: text(report, "correlation").parse().unwrap(),
                    records: text(report, "recordCount").parse().unwrap(),
                })
                .collect(),
        });
    }
    found
}

/// The stream with a Table node after a node; a job scores with it.
fn behind(path: &Path, id: &str) -> Arc<StreamFile> {
    behind_changed(path, id, "TableNode", |_| {})
}

/// The same with a terminal node of another class, and with changes to the diagram.
fn behind_changed(path: &Path, id: &str, class: &str, change: impl FnOnce(&mut Element)) -> Arc<StreamFile> {
    let mut file = StreamFile::open(std::fs::read(path).unwrap()).unwrap();
    add_behind(&mut file, id, class, change);
    Arc::new(file)
}

/// Sets a property of a node.
fn set(diagram: &mut Element, id: &str, property: &str, text: &str) {
    let nodes = diagram.child_mut("nodes").unwrap();
    let node = nodes.elements_mut().find(|node| node.attr("id") == Some(id)).unwrap();
    node.child_mut("properties").unwrap().set_leaf(property, text);
}

/// The only nugget of a class in a stream.
fn nugget_of(path: &Path, class: &str) -> String {
    let file = StreamFile::open(std::fs::read(path).unwrap()).unwrap();
    let found = nuggets(&file).into_iter().find(|found| found.class.contains(class));
    found.unwrap().id
}

/// The entry of a stream in the manifest.
fn entry(folder: &Path, stream: &str) -> Value {
    let mut entries = manifest(folder).into_iter();
    entries.find(|entry| entry["stream"].as_str() == Some(stream)).unwrap()
}

/// The records of a result file, by field.
struct Records {
    fields: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Records {
    fn read(text: &str) -> Self {
        let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            match (letter, quoted) {
                ('"', true) if letters.peek() == Some(&'"') => {
                    letters.next();
                    cell.push('"');
                }
                ('"', _) => quoted = !quoted,
                (',', false) => row.push(std::mem::take(&mut cell)),
                ('\r', false) => {}
                ('\n', false) => {
                    row.push(std::mem::take(&mut cell));
                    rows.push(std::mem::take(&mut row));
                }
                (letter, _) => cell.push(letter),
            }
        }
        let fields = rows.remove(0);
        Self { fields, rows }
    }

    /// The partitions with this number of records: records with one value of a field that has at most three.
    fn parts(&self, count: usize) -> Vec<Self> {
        let mut parts = Vec::new();
        for at in 0..self.fields.len() {
            let values: HashSet<&str> = self.rows.iter().map(|row| row[at].as_str()).collect();
            for value in values.iter().filter(|_| values.len() <= 3) {
                let rows: Vec<_> = self.rows.iter().filter(|row| row[at] == *value).cloned().collect();
                if rows.len() == count {
                    parts.push(Self { fields: self.fields.clone(), rows });
                }
            }
        }
        parts
    }

    fn column(&self, name: &str) -> Option<Vec<&str>> {
        let at = self.fields.iter().position(|field| field == name)?;
        Some(self.rows.iter().map(|row| row[at].as_str()).collect())
    }
}

/// The result file of a run.
async fn result(stream: Arc<StreamFile>, data: Data, encoding: &str) -> Result<String, String> {
    let work_dir = tempfile::tempdir().unwrap();
    let request = JobRequest {
        action: Action::BatchScore,
        stream,
        sources: Vec::new(),
        exports: Vec::new(),
        format: FileFormat::Csv,
        documents: DocumentFormat::Tab,
        parameters: Vec::new(),
        system_encoding: encoding.to_owned(),
        work_dir: work_dir.path().to_owned(),
        limits: Limits::default(),
    };
    let environment = Environment { data: Arc::new(data), ..Environment::default() };
    match satsuma_nodes::engine().run(&request, &environment).await {
        Ok(outcome) => Ok(std::fs::read_to_string(&outcome.files[0].path).unwrap()),
        Err(error) => Err(error.to_string()),
    }
}

async fn run(stream: Arc<StreamFile>, data: Data, encoding: &str) -> Result<Records, String> {
    result(stream, data, encoding).await.map(|text| Records::read(&text))
}

/// The percentages of right predictions, or the correlations, that an Analysis node behind the nugget gives.
async fn analyzed(path: &Path, id: &str, entry: &Value, folder: &Path) -> Vec<f64> {
    for encoding in ["UTF-8", "Shift_JIS", "GBK"] {
        let stream = behind_changed(path, id, "AnalysisNode", |_| {});
        let Ok(text) = result(stream, Data::of(entry, folder), encoding).await else { continue };
        let numbers = |line: &str| line.split('\t').filter_map(|cell| cell.parse().ok()).collect::<Vec<_>>();
        let lines =
            text.lines().filter(|line| line.starts_with("Correct") || line.starts_with("Linear Correlation"));
        return lines.flat_map(numbers).collect();
    }
    Vec::new()
}

fn same(one: &str, two: &str) -> bool {
    one == two || matches!((one.parse::<f64>(), two.parse::<f64>()), (Ok(one), Ok(two)) if one == two)
}

fn accuracy(records: &Records, predicted: &str, target: &str) -> Option<f64> {
    let (predicted, target) = (records.column(predicted)?, records.column(target)?);
    let right = predicted.iter().zip(&target).filter(|(one, two)| same(one, two)).count();
    Some(100.0 * right as f64 / target.len() as f64)
}

fn correlation(records: &Records, predicted: &str, target: &str) -> Option<f64> {
    let (predicted, target) = (records.column(predicted)?, records.column(target)?);
    let pairs = predicted.iter().zip(&target);
    let pairs: Vec<(f64, f64)> =
        pairs.filter_map(|(one, two)| Some((one.parse().ok()?, two.parse().ok()?))).collect();
    let n = pairs.len() as f64;
    let mean = |pick: fn(&(f64, f64)) -> f64| pairs.iter().map(pick).sum::<f64>() / n;
    let (x, y) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let sum = |pick: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(pick).sum::<f64>();
    let xy = sum(&|pair| (pair.0 - x) * (pair.1 - y));
    let xx = sum(&|pair| (pair.0 - x).powi(2));
    let yy = sum(&|pair| (pair.1 - y).powi(2));
    Some(xy / (xx * yy).sqrt())
}

/// The agreement of the records with a report.
fn agreement(records: &Records, found: &Found) -> String {
    let none = || format!("ran, {} records", records.rows.len());
    let Some((predicted, target)) = &found.prediction else { return none() };
    let Some(column) = records.column(predicted) else { return none() };
    let nulls = column.iter().filter(|cell| cell.is_empty()).count();
    let mut text = format!("ran, {} records, {nulls} without prediction", records.rows.len());
    let own = (accuracy(records, predicted, target), correlation(records, predicted, target));
    if found.reports.is_empty() {
        text += &format!("; accuracy {:?}", own.0);
    }
    let mut seen = Vec::new();
    for report in &found.reports {
        // IBM's software stores the greatest 32-bit number if it has not computed any.
        let computed = report.symbolic || report.correlation.abs() <= 1.0;
        if seen.contains(report) || !computed {
            continue;
        }
        seen.push(report.clone());
        let (what, ibm, ours) = match report.symbolic {
            true => ("accuracy", report.accuracy, own.0),
            false => ("correlation", report.correlation, own.1),
        };
        let Some(ours) = ours else { continue };
        let equal = |records: &Records| {
            let ours = match report.symbolic {
                true => accuracy(records, predicted, target),
                false => correlation(records, predicted, target),
            };
            ours.is_some_and(|ours| (ours - ibm).abs() < 1e-9)
        };
        let agrees = match report.records == records.rows.len() {
            true if equal(records) => "EQUAL",
            true => "DIFFERENT",
            false if records.parts(report.records).iter().any(equal) => "EQUAL in a partition",
            false => "other records",
        };
        text += &format!("; {agrees}: {what} {ours} (IBM {ibm} of {} records)", report.records);
    }
    text
}

/// The nuggets whose predictions must have the accuracy that IBM computed for the same records.
const EQUAL: [(&str, &str); 10] = [
    ("Mostafamahmoud12824/Stream1.str", "irradiat"),
    ("NinelieAimer/drug/drug.str", "Drug"),
    ("NinelieAimer/drug/drug_李茂源.str", "Drug"),
    ("NinelieAimer/persume/persume.str", "销量等级"),
    ("NinelieAimer/persume/香水分析数据挖掘流2019.str", "销量等级"),
    ("anthonykhj/titanic.str", "survived"),
    ("infohetvipatel/Stream1.str", "target"),
    ("hkwd+spsssample/210826コメント/comment前.str", "ERR_CD_5FUTURE"),
    ("hkwd+spsssample/210826コメント/comment後.str", "ERR_CD_5FUTURE"),
    ("hkwd+spsssample/250603InteractiveTree/250603InteractiveTress.str", "故障1"),
];

/// IBM's Analysis node stored accuracy and number of records in the nuggets.
#[tokio::test]
async fn nuggets_of_real_streams_agree_with_ibm() {
    let Some(folder) = streams() else { return };
    let only = std::env::var("SATSUMA_NUGGET").unwrap_or_default();
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut equal = HashSet::new();
    let mut different = Vec::new();
    for entry in &manifest(&folder) {
        let name = entry["stream"].as_str().unwrap();
        if !name.contains(&only) || entry["nuggets"].as_array().is_none_or(Vec::is_empty) {
            continue;
        }
        let path = folder.join(name);
        let file = StreamFile::open(std::fs::read(&path).unwrap()).unwrap();
        for found in nuggets(&file) {
            let mut outcome = run(behind(&path, &found.id), Data::of(entry, &folder), "UTF-8").await;
            // Streams contain "system" for the encoding of their author's computer.
            for encoding in ["Shift_JIS", "GBK"] {
                if outcome.as_ref().is_err_and(|error| error.contains("not UTF-8")) {
                    outcome = run(behind(&path, &found.id), Data::of(entry, &folder), encoding).await;
                }
            }
            let count = counts.entry(found.class.clone()).or_default();
            count.1 += 1;
            let text = match outcome {
                Ok(records) => {
                    count.0 += 1;
                    agreement(&records, &found)
                }
                Err(error) => error,
            };
            if text.contains("EQUAL") {
                equal.insert((name.to_owned(), found.name.clone()));
                let ours = analyzed(&path, &found.id, entry, &folder).await;
                let is_ours = |ibm: f64| ours.iter().any(|ours| (ours - ibm).abs() < 1e-9);
                let of_ibm =
                    |report: &Report| if report.symbolic { report.accuracy } else { report.correlation };
                // Modeler built some models by a partition that the stream does not have any more.
                let is_split = text.contains("EQUAL in a partition") && ours.len() <= 2;
                let agrees = is_split || found.reports.iter().any(|report| is_ours(of_ibm(report)));
                assert!(agrees, "{name} {}: Analysis gives {ours:?}, IBM {:?}", found.name, found.reports);
            }
            if text.contains("DIFFERENT") {
                different.push(format!("{name} {}: {text}", found.name));
            }
            println!("{name} | {} {:?} | {text}\n", found.class, found.name);
        }
    }
    for (class, (ran, all)) in counts {
        println!("{class}: {ran} of {all} ran");
    }
    assert_eq!(different, Vec::<String>::new());
    if only.is_empty() {
        for (stream, nugget) in EQUAL {
            assert!(equal.contains(&(stream.to_owned(), nugget.to_owned())), "{stream} {nugget}");
        }
    }
}

fn numbers(records: &Records, field: &str) -> Vec<Option<f64>> {
    let column = records.column(field).unwrap_or_else(|| panic!("{field:?} of {:?}", records.fields));
    let known = |cell: &str| !cell.is_empty() && cell != "$null$";
    column.iter().map(|cell| known(cell).then(|| cell.parse().unwrap())).collect()
}

#[track_caller]
fn near(found: f64, wanted: f64, error: f64) {
    assert!((found - wanted).abs() <= error * wanted.abs().max(1.0), "{found} instead of {wanted}");
}

/// A file that Modeler wrote: the nugget's own chart holds target and prediction of each training record.
#[tokio::test]
async fn auto_numeric_predicts_what_ibm_stored_for_each_record() {
    let Some(folder) = streams() else { return };
    let stream = "hkwd+spsssample/230807自動数値/230807自動数値.str";
    let path = folder.join(stream);
    let id = nugget_of(&path, "ApplyNumericPredictorNode");
    let changed = behind_changed(&path, &id, "TableNode", |diagram| {
        set(diagram, &id, "calculateStandardError", "false")
    });
    let stored = changed.entry("data/0001.dat").unwrap();
    let stored = RecordTable::read(&stored, changed.limits()).unwrap();
    let records = run(changed, Data::of(&entry(&folder, stream), &folder), "UTF-8").await.unwrap();
    let found = numbers(&records, "$XR-店舗1");
    let RecordValues::Real(wanted) = &stored.column("$XR-店舗1").unwrap().values else {
        panic!("no numbers")
    };
    assert_eq!(found.len(), wanted.len());
    for (found, wanted) in found.iter().zip(wanted) {
        match (found, wanted) {
            (Some(found), Some(wanted)) => near(*found, *wanted, 1e-12),
            (found, wanted) => assert_eq!(found, wanted),
        }
    }
}

/// A file that Modeler wrote: ARIMA's PMML holds its last eight predictions.
#[tokio::test]
async fn a_time_series_nugget_predicts_what_ibm_stored() {
    let Some(folder) = streams() else { return };
    let stream = "hkwd+spsssample/240405時系列ノード/需要予測時系列ノード2.str";
    let path = folder.join(stream);
    let id = nugget_of(&path, "ts_applier");
    let changed =
        behind_changed(&path, &id, "TableNode", |diagram| set(diagram, &id, "_doForecast", "false"));
    let content = changed.entry("data/0005.dat").unwrap();
    let zip = satsuma_stream::unwrap_content(&content).unwrap().to_vec();
    let pmml = satsuma_stream::Archive::open(zip, changed.limits()).unwrap().read("0.xml").unwrap();
    let pmml = String::from_utf8(pmml).unwrap();
    let after = |text: &str| pmml.split_once(text).unwrap().1.to_owned();
    let stored = after("<FinalPredictedZ>");
    let stored = stored.split_once('>').unwrap().1.split_once('<').unwrap().0;
    let stored = stored.split(' ').map(|number| number.parse::<f64>().unwrap()).collect::<Vec<_>>();
    let variance = after("errVariance\" value=\"").split_once('"').unwrap().0.parse::<f64>().unwrap();
    let scale =
        after("<FinalNu>").split_once("</").unwrap().0.rsplit(' ').next().unwrap().parse::<f64>().unwrap();
    let records = run(changed, Data::of(&entry(&folder, stream), &folder), "Shift_JIS").await.unwrap();
    let fields = [
        "日付",
        "$FutureFlag",
        "店舗1",
        "降水量",
        "最高気温",
        "大学講義",
        "特売",
        "$TS-店舗1",
        "$TSLCI-店舗1",
        "$TSUCI-店舗1",
    ];
    assert_eq!(records.fields, fields);
    let found = numbers(&records, "$TS-店舗1");
    assert_eq!(found.len(), 326);
    // Differences of one day and of one week need eight days.
    assert_eq!(found.iter().take_while(|value| value.is_none()).count(), 8);
    for (found, wanted) in found.iter().rev().zip(stored.iter().rev()) {
        near(found.unwrap(), *wanted, 1e-12);
    }
    let upper = numbers(&records, "$TSUCI-店舗1");
    let width = upper[325].unwrap() - found[325].unwrap();
    // Student's 0.975 quantile of 312 degrees of freedom.
    near(width, 1.967_596_4 * (variance * scale).sqrt(), 1e-7);
}

/// A file that Modeler wrote: fits, limits and residuals of the series that a nugget was built from; the series is
/// fit and residual.
#[tokio::test]
async fn an_old_time_series_nugget_goes_on_from_what_it_stores() {
    let Some(folder) = streams() else { return };
    let path = folder.join("pmservice/Sample2/model/catalog_timeseries.str");
    let id = nugget_of(&path, "ApplyTimeSeriesNode");
    let changed = behind_changed(&path, &id, "TableNode", |diagram| {
        set(diagram, &id, "timeSeriesCalculateNoiseResiduals", "true");
        let links = diagram.child_mut("links").unwrap();
        links.retain_children(|link| link.attr("dstId") == Some("990001"));
        links.push_child(Element::new("link").with_attr("srcId", "0").with_attr("dstId", id.as_str()));
    });
    let stored = String::from_utf8(changed.entry("data/0002.dat").unwrap()).unwrap();
    let stored = stored.lines().filter_map(|line| line.trim().parse::<f64>().ok()).collect::<Vec<_>>();
    let (fits, rest) = stored.split_at(120);
    let residuals = &rest[240..];
    let series = fits.iter().zip(residuals).map(|(fit, residual)| format!("{:.6}\r\n", fit + residual));
    let text = format!("men,x\r\n{}", series.map(|line| line.replace("\r\n", ",1\r\n")).collect::<String>());
    let coming = (0..4).map(|_| ",1\r\n").collect::<String>();
    let data = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(data.path(), format!("{text}{coming}")).unwrap();
    let files = HashMap::from([("m_w_catalog_sales.csv".to_owned(), data.path().to_owned())]);
    let records = run(changed, Data(files), "UTF-8").await.unwrap();
    let found = numbers(&records, "$TS-men");
    assert_eq!(found.len(), 124);
    for (found, wanted) in found.iter().zip(fits) {
        near(found.unwrap(), *wanted, 1e-12);
    }
    // Level, trend and the seasons of the last state, by hand.
    near(found[120].unwrap(), 22_770.110_799_341_5 + 104.244_937_288_132 + 27.781_528_273_693_2, 1e-12);
    near(found[122].unwrap(), 22_770.110_799_341_5 + 3.0 * 104.244_937_288_132 + 820.627_060_370_28, 1e-12);
    let upper = numbers(&records, "$TSUCI-men");
    // One step ahead, limits are as far away as those of the stored fits.
    near(upper[120].unwrap() - found[120].unwrap(), fits[0] - rest[0], 1e-8);
    assert_eq!(numbers(&records, "$TSNR-men")[120], None);
}
