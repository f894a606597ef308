//! The Time Series nugget of Modeler 18 and later.
//!
//! The records are a series of regular time points that begins where the model's own series began. One record comes
//! out for each, and one more for each time point to come: the time point, `$FutureFlag` (1 for those to come), the
//! targets and inputs of the model, and what the model makes of them. Other fields end here (`_isOutputOthers`).

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use satsuma_columns::{DataModel, Field, OutputKind, Storage};
use satsuma_engine::{
    Compile, Compiled, DataFault, Encoded, Inputs, NodeError, NodeRun, NodeType, Process, Reported, Table,
    one, require,
};
use satsuma_pmml::{Document, Forecaster};
use satsuma_stream::nodes::{ExtensionApply, Property};
use satsuma_stream::{Archive, Element};
use serde_json::Value;

use super::calendar::Interval;
use super::operator::{Operator, Series, Target};
use crate::modeling::document::supported;

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "ExtensionApplyModelNode",
    extension: Some("ts_applier"),
    inputs: Inputs::One,
    settings: &[],
    compile,
};

/// Steps ahead; a dialog allows any number, and all of them are in memory.
const MAX_SPAN: usize = 100_000;

/// Options of the nugget.
#[derive(Debug, Default)]
struct Options {
    time: String,
    targets: Vec<String>,
    forecasts: bool,
    span: usize,
    limits: bool,
    residuals: bool,
    confidence: f64,
}

/// Options with the only text of each that is supported, and what another one would mean.
const ONLY: [(&str, &str, &str); 5] = [
    ("_dataStructure", "single", "series in one column are not supported"),
    ("_usePeriod", "false", "time points counted by period fields are not supported"),
    ("_isOutputOthers", "false", "other fields in the output are not supported"),
    ("_isSameInterval", "true", "another interval than that of the data is not supported"),
    ("_outputInterval", "false", "another interval than that of the data is not supported"),
];

/// Options that must hold nothing.
const EMPTY: [&str; 7] = [
    "_cyclic_periods",
    "_dimFieldList",
    "_eventFields",
    "_metricDefinitionsForScore",
    "_periodField",
    "_splitFields",
    "_validMetricDefinitionsForScore",
];

/// Lists of what could be chosen.
const NO_EFFECT: [&str; 2] = ["_candidateInputs", "_candidateTargets"];

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let nugget = compile.read(ExtensionApply::from_node)?;
    compile.diagnostics().unknown(&nugget.unknown);
    let options = options(&nugget.options, compile)?;
    let container = compile.undamaged(nugget.container("PMML"))?;
    if container.is_split {
        return Err(compile.refuse_value("contentContainers", "split", "split models are not supported"));
    }
    let zip = compile.undamaged(container.content(compile.file()))?;
    let archive = compile.undamaged(Archive::open(zip, compile.file().limits()))?;
    let metrics = metrics(&archive, compile)?;
    let (interval, start) = time_points(&archive, compile)?;
    let mut targets = Vec::new();
    let mut described = Vec::new();
    for name in &options.targets {
        let Some(place) = metrics.iter().position(|metric| metric == name) else {
            return Err(compile.refuse_value("_includeTargets", name, "the model has no such series"));
        };
        let pmml = compile.undamaged(archive.read(&format!("{place}.xml")))?;
        let forecaster =
            supported(Document::parse(&pmml).and_then(|pmml| Forecaster::compile(&pmml)), compile)?;
        let predictors = forecaster.predictors().iter().map(|place| place.parse().ok());
        let predictors = predictors.map(|place| place.filter(|place| *place < metrics.len()));
        let Some(predictors) = predictors.collect::<Option<Vec<usize>>>() else {
            return Err(compile.refuse_value(
                "contentContainers",
                name,
                "a predictor is not a series of the model",
            ));
        };
        if options.forecasts && !predictors.is_empty() {
            // IBM forecasts the predictors as well; how that widens the limits is not documented.
            let message = "forecasts of a target with predictors are not supported";
            return Err(compile.refuse_value("_doForecast", true, message));
        }
        let distance = match options.limits {
            true => match forecaster.limit_distance(options.confidence / 100.0) {
                Some(distance) => Some(distance),
                None => {
                    let message = "the model states no degrees of freedom for limits of this width";
                    return Err(compile.refuse_value(
                        "_confidenceLevelForScoring",
                        options.confidence,
                        message,
                    ));
                }
            },
            false => None,
        };
        described.push((place, distance, String::from_utf8_lossy(&pmml).into_owned()));
        targets.push(Target { place, predictors, distance, residuals: options.residuals, forecaster });
    }
    if targets.is_empty() {
        return Err(compile.refuse_value("_includeTargets", "", "the nugget predicts no target"));
    }
    let span = if options.forecasts { options.span } else { 0 };
    let encoded =
        Encoded::json("time series", 1, &(&metrics, interval, start, span, options.residuals, &described));
    let encoded = encoded.map_err(|error| compile.refuse(error.to_string()))?;
    let series = Series { interval, start, span, targets };
    Ok(Compiled::process(Applier {
        time: options.time,
        metrics,
        targets: options.targets,
        limits: options.limits,
        residuals: options.residuals,
        series: Arc::new(series),
        encoded,
    }))
}

fn options(properties: &[Property], compile: &mut Compile<'_>) -> Result<Options, Reported> {
    let mut read = Options { limits: true, confidence: 95.0, ..Options::default() };
    for property in properties {
        let name = property.name.as_str();
        match name {
            "_dateTimeField" => read.time.clone_from(&property.text),
            "_includeTargets" => read.targets = fields(&property.element),
            "_doForecast" => read.forecasts = compile.undamaged(property.value())?,
            "_forecastSpan" => read.span = compile.undamaged(property.value())?,
            "_calculate_conf" => read.limits = compile.undamaged(property.value())?,
            "_calculate_residuals" => read.residuals = compile.undamaged(property.value())?,
            "_confidenceLevelForScoring" => read.confidence = compile.undamaged(property.value())?,
            _ if NO_EFFECT.contains(&name) => {}
            _ if EMPTY.contains(&name) => {
                let rows = property.element.child("rows");
                let holds_rows = rows.is_some_and(|rows| rows.elements().next().is_some());
                if holds_rows || !fields(&property.element).is_empty() || !property.text.trim().is_empty() {
                    compile.refuse_value(name.to_owned(), &property.text, "only an empty list is supported");
                }
            }
            _ => match ONLY.iter().find(|(option, _, _)| *option == name) {
                Some((_, only, _)) if property.text == *only => {}
                Some((_, _, message)) => {
                    compile.refuse_value(name.to_owned(), &property.text, *message);
                }
                None => compile.diagnostics().unknown(std::slice::from_ref(property)),
            },
        }
    }
    if read.time.is_empty() {
        return Err(compile.refuse_value(
            "_dateTimeField",
            "",
            "a series without time points is not supported",
        ));
    }
    if read.span > MAX_SPAN {
        let message = format!("at most {MAX_SPAN} steps are supported");
        return Err(compile.refuse_value("_forecastSpan", read.span, message));
    }
    Ok(read)
}

fn fields(element: &Element) -> Vec<String> {
    element.children("field").map(|field| field.text().into_owned()).collect()
}

/// The names of the series, by their number in the documents.
fn metrics(archive: &Archive, compile: &mut Compile<'_>) -> Result<Vec<String>, Reported> {
    let content = compile.undamaged(archive.read("datamodel.xml"))?;
    let model = compile.undamaged(Element::read(&content, compile.file().limits()))?;
    let list = model.child("Fields").into_iter().flat_map(|fields| fields.children("Field"));
    let metrics = list.filter(|field| field.attr("name") == Some("metricField"));
    let values =
        metrics.flat_map(|field| field.children("Values")).flat_map(|values| values.children("Value"));
    let names = values.filter_map(|value| value.attr("value").map(str::to_owned)).collect::<Vec<_>>();
    match names.is_empty() {
        true => Err(compile.refuse_value("contentContainers", "datamodel.xml", "it names no series")),
        false => Ok(names),
    }
}

/// The distance of time points, and the first one in days since 1970.
fn time_points(archive: &Archive, compile: &mut Compile<'_>) -> Result<(Interval, i32), Reported> {
    let content = compile.undamaged(archive.read("TSDPOutput.json"))?;
    let read: Result<Value, _> = serde_json::from_slice(&content);
    let Ok(read) = read else {
        return Err(compile.refuse_value("contentContainers", "TSDPOutput.json", "it is no JSON"));
    };
    let (settings, output) = (&read["settings"], &read["output"]);
    let text = |name: &str| settings[name].as_str().unwrap_or_default();
    let whole = |name: &str, other: i64| settings[name].as_i64().unwrap_or(other);
    let refused = |what: &str, value: &Value| (format!("contentContainers/{what}"), value.to_string());
    let only = [("numOfDaysPerWeek", 7), ("numOfHoursPerDay", 24), ("aggreLevel", 0), ("offset", 0)];
    let other = only.iter().find(|(name, value)| whole(name, *value) != *value);
    let lists = ["splitFieldList", "cycPeriodList", "nonStdStartTime"];
    let used = |name: &&str| settings[*name].as_array().is_some_and(|list| !list.is_empty());
    let dimensions = settings["dimFieldList"].as_array();
    let has_dimensions = dimensions.is_some_and(|list| list.iter().any(|name| name.as_str() != Some("")));
    let found = match (other, lists.iter().find(|name| used(name))) {
        (Some((name, _)), _) => Some(refused(name, &settings[*name])),
        (None, Some(name)) => Some(refused(name, &settings[*name])),
        (None, None) if has_dimensions => Some(refused("dimFieldList", &settings["dimFieldList"])),
        (None, None) if text("inputInterval") != text("outputInterval") => {
            Some(refused("outputInterval", &settings["outputInterval"]))
        }
        (None, None) if output["timeFormat"].as_str() != Some("date") => {
            Some(refused("timeFormat", &output["timeFormat"]))
        }
        _ => None,
    };
    if let Some((property, value)) = found {
        return Err(compile.refuse_value(property, value, "series of this kind are not supported"));
    }
    let increment = i32::try_from(whole("increments", 1)).unwrap_or_default();
    let Some(interval) = Interval::of(text("inputInterval"), increment) else {
        let (property, value) = refused("inputInterval", &settings["inputInterval"]);
        let message = "only series by day, week, month, quarter and year are supported";
        return Err(compile.refuse_value(property, value, message));
    };
    let first = output["timeVariable"].as_array().and_then(|points| points.first()).and_then(Value::as_f64);
    let first = first.filter(|day| day.fract() == 0.0 && day.abs() < f64::from(i32::MAX));
    match first {
        Some(day) => Ok((interval, day as i32)),
        None => {
            let (property, value) = refused("timeVariable", &output["timeVariable"][0]);
            Err(compile.refuse_value(property, value, "the series has no first day"))
        }
    }
}

/// A nugget, compiled.
#[derive(Debug)]
struct Applier {
    time: String,
    metrics: Vec<String>,
    targets: Vec<String>,
    limits: bool,
    residuals: bool,
    series: Arc<Series>,
    encoded: Encoded,
}

impl Applier {
    /// The time point and the series among the fields that arrive.
    fn places(&self, input: &DataModel) -> Result<Vec<usize>, NodeError> {
        let mut places = HashMap::new();
        for name in std::iter::once(&self.time).chain(&self.metrics) {
            let field = require(input, name)?;
            let fits = match *name == self.time {
                true => field.storage == Storage::Date,
                false => matches!(field.storage, Storage::Integer | Storage::Real),
            };
            if !fits {
                let wanted = if *name == self.time { "date" } else { "a number" };
                let (field, found) = (name.clone(), field.storage.to_string());
                return Err(DataFault::Storage { field, found, wanted: wanted.to_owned() }.into());
            }
            places.insert(name.clone(), input.position(name).unwrap_or_default());
        }
        let names = std::iter::once(&self.time).chain(&self.metrics);
        Ok(names.filter_map(|name| places.get(name).copied()).collect())
    }
}

#[async_trait]
impl Process for Applier {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let input = one(inputs)?;
        let places = self.places(input)?;
        let mut kept = places.iter().filter_map(|place| input.fields().get(*place).cloned());
        let mut fields = Vec::new();
        fields.extend(kept.next());
        fields.push(Field::new("$FutureFlag", Storage::Integer));
        fields.extend(kept);
        for target in &self.targets {
            fields.push(super::output("$TS", target, OutputKind::Predicted));
            if self.limits {
                fields.push(super::output("$TSLCI", target, OutputKind::Other));
                fields.push(super::output("$TSUCI", target, OutputKind::Other));
            }
            if self.residuals {
                fields.push(super::output("$TSResidual", target, OutputKind::Other));
            }
        }
        Ok(DataModel::new(fields)?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        let model = self.model(std::slice::from_ref(input.model()))?;
        let columns = self.places(input.model())?;
        let operator = Operator {
            series: Arc::clone(&self.series),
            columns,
            schema: model.schema(),
            node: run.node().clone(),
            encoded: self.encoded.clone(),
        };
        Table::serial(vec![(input, Vec::new())], Arc::new(operator), model, run)
    }
}
