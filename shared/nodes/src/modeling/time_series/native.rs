//! The Time Series nugget of Modeler 17 and earlier.
//!
//! It keeps what it made of the series that it was built from (`ts_hfits`: fits, lower and upper limits and residuals,
//! with six decimals) and the last state of the model (`ts_xml`). The records that arrive must be that series, with
//! records to come behind it, which a Time Intervals node adds: the former get what is stored, the latter what is
//! expected.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, AsArray, Float64Array, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, SchemaRef};
use futures::StreamExt;
use satsuma_columns::{DataModel, Field, OutputKind, Storage};
use satsuma_engine::{
    Compile, Compiled, DataFault, Encoded, Inputs, NodeError, NodeRef, NodeRun, NodeType, Process, Records,
    Reported, Serial, Table, TaskStatus, one, require,
};
use satsuma_pmml::{Document, Forecast, Forecaster};
use satsuma_stream::Element;
use satsuma_stream::nodes::{OutputField, OutputRole};

use crate::modeling::document::supported;
use crate::modeling::native::{self, Property, nugget_settings};
use crate::modeling::nugget::{Output, Score, output_field};
use crate::records::pull::{Pull, failed, records};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "ApplyTimeSeriesNode",
    extension: None,
    inputs: Inputs::One,
    settings: TimeSeriesSettings::LIST,
    compile,
};

nugget_settings! {
    /// Settings of a Time Series nugget.
    pub struct TimeSeriesSettings {
        /// The model.
        model: Property = element("model", ""),
        /// Whether the limits are added.
        limits: bool = value("calculateConfidences", "calculate_conf", true),
        /// Whether the residuals are added.
        residuals: bool = value("timeSeriesCalculateNoiseResiduals", "calculate_residuals", false),
        /// Models that do not score.
        screened: Property = element("timeSeriesModelScoringScreeningList", ""),
    }
    // What the nugget was built with.
    ignored: ["buildScoringModelOnly", "calculateAdjustedPropensities", "calculateRawPropensities"]
}

/// Records behind the stored series; a Time Intervals node adds fewer.
const MAX_STEPS: usize = 10_000;

/// Half of the last stored decimal of a fit and a residual.
const DECIMALS: f64 = 1.000_001e-6;

/// A number that stands for a missing one.
const MISSING: &str = "MISSING";

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: TimeSeriesSettings = compile.settings()?;
    let header = native::header(settings.model.as_deref(), compile)?;
    if settings.screened.as_ref().is_some_and(|list| list.elements().next().is_some()) {
        let message = "models that do not score are not supported";
        return Err(compile.refuse_value("timeSeriesModelScoringScreeningList", "…", message));
    }
    let listed =
        |role: OutputRole| header.outputs.iter().filter(move |output| output.role.as_ref() == Some(&role));
    let mut predicted = listed(OutputRole::PredictedValue);
    let (Some(first), None) = (predicted.next(), predicted.next()) else {
        // How the stored fits of several series are arranged is not known.
        return Err(compile.refuse_value("model/outputs", "", "only a nugget of one series is supported"));
    };
    let Some(target) = first.target_field.clone() else {
        return Err(compile.refuse_value("model/outputs", &first.name, "the field has no target"));
    };
    let forecaster = forecaster(settings.model.as_deref(), compile)?;
    let history = history(settings.model.as_deref(), compile)?;
    let Some(distance) = settings.model.as_deref().and_then(|model| {
        let confidence = model.text_of("conf_limit")?.trim().parse::<f64>().ok()?;
        forecaster.limit_distance(confidence / 100.0)
    }) else {
        return Err(compile.refuse_value("model/conf_limit", "", "the model states no width of limits"));
    };
    let forecasts = supported(forecaster.forecast(MAX_STEPS), compile)?;
    let mut outputs = Vec::new();
    let mut add = |listed: Option<&OutputField>, part: Part, kind: OutputKind, compile: &mut Compile<'_>| {
        let Some(listed) = listed else {
            compile.refuse_value("model/outputs", format!("{part:?}"), "the model lists no field for it");
            return;
        };
        let field = output_field(listed, compile.diagnostics());
        let of_kind = |field| Output { field, score: Score::Prediction }.of_kind(kind).field;
        outputs.extend(field.map(of_kind).map(|field| (field, part)));
    };
    add(Some(first), Part::Fit, OutputKind::Predicted, compile);
    if settings.limits {
        add(listed(OutputRole::LowerConfidenceLimit).next(), Part::Lower, OutputKind::Other, compile);
        add(listed(OutputRole::UpperConfidenceLimit).next(), Part::Upper, OutputKind::Other, compile);
    }
    if settings.residuals {
        add(listed(OutputRole::Residual).next(), Part::Residual, OutputKind::Other, compile);
    }
    let (outputs, parts): (Vec<Field>, Vec<Part>) = outputs.into_iter().unzip();
    Ok(Compiled::process(Nugget {
        target,
        outputs,
        stored: Arc::new(Stored { history, forecasts, distance, parts }),
    }))
}

/// The content of a container of the model.
fn container(model: Option<&Element>, key: &str, compile: &mut Compile<'_>) -> Result<Vec<u8>, Reported> {
    let containers = model.into_iter().flat_map(|model| model.children("container"));
    let mut found = containers.filter(|container| container.text_of("containerKey").as_deref() == Some(key));
    match found.next().and_then(|container| container.attr("containerData")) {
        Some(entry) => compile.undamaged(compile.file().entry(entry)),
        None => Err(compile.refuse_value("model/container", key, "the model has no such container")),
    }
}

/// The last state of the model. TSCXML has the numbers of PMML's `TimeSeriesModel` under other names.
fn forecaster(model: Option<&Element>, compile: &mut Compile<'_>) -> Result<Forecaster, Reported> {
    let content = container(model, "ts_xml", compile)?;
    let document = compile.undamaged(Element::read(&content, compile.file().limits()))?;
    match pmml(&document) {
        Ok(pmml) => {
            let forecaster = Document::parse(pmml.as_bytes()).and_then(|pmml| Forecaster::compile(&pmml));
            supported(forecaster, compile)
        }
        Err(what) => Err(compile.refuse_value("model/ts_xml", what, "series of this kind are not supported")),
    }
}

/// A model in TSCXML as PMML, or what of it is not supported.
fn pmml(document: &Element) -> Result<String, String> {
    let mut models = document.elements().filter(|element| element.name().ends_with("Model"));
    let (Some(model), None) = (models.next(), models.next()) else { return Err("several models".to_owned()) };
    if model.name() != "ExpSmoothingModel" {
        return Err(model.name().to_owned());
    }
    let known = ["EstimationInfo", "Extension"];
    let mut algorithms = model.elements().filter(|element| !known.contains(&element.name()));
    let (Some(algorithm), None) = (algorithms.next(), algorithms.next()) else {
        return Err("several algorithms".to_owned());
    };
    if !["ESAdditiveWinters", "ESSimpleSeasonal"].contains(&algorithm.name()) {
        return Err(algorithm.name().to_owned());
    }
    let parts = ["ParmLevel", "ParmTrend", "ParmSeason", "StateLevel", "StateTrend", "StateSeason"];
    if let Some(other) = algorithm.elements().find(|part| !parts.contains(&part.name())) {
        return Err(other.name().to_owned());
    }
    // A parameter is followed by its standard error.
    let number = |part: &Element| -> Result<String, String> {
        let text = part.elements().next().map_or_else(|| part.text(), |value| value.text()).into_owned();
        let first = text.split_whitespace().next().unwrap_or_default();
        let number = first.parse::<f64>().ok().filter(|number| number.is_finite());
        number.map(|number| number.to_string()).ok_or_else(|| format!("{} {text:?}", part.name()))
    };
    let part = |name: &str| algorithm.child(name).map(|part| number(part)).transpose();
    let needed = |name: &str| part(name)?.ok_or_else(|| format!("no {name}"));
    let trend = match (part("ParmTrend")?, part("StateTrend")?) {
        (Some(gamma), Some(state)) => {
            format!(r#"<Trend_ExpoSmooth trend="additive" gamma="{gamma}" smoothedValue="{state}"/>"#)
        }
        (None, None) => String::new(),
        _ => return Err("a trend without its state".to_owned()),
    };
    let season = algorithm.child("StateSeason").ok_or("no StateSeason")?;
    let numbers = season.text();
    let numbers =
        numbers.split_whitespace().map(|number| number.parse::<f64>()).collect::<Result<Vec<_>, _>>();
    let numbers = numbers.map_err(|_| "StateSeason".to_owned())?;
    let phase = season.get_attr::<usize>("phase").ok().flatten().ok_or("no phase of StateSeason")?;
    let (count, delta) = (numbers.len(), needed("ParmSeason")?);
    let array = numbers.iter().map(f64::to_string).collect::<Vec<_>>().join(" ");
    let info = model.child("EstimationInfo").ok_or("no EstimationInfo")?;
    let freedom = info.get_attr::<f64>("degreesOfFreedom").ok().flatten().ok_or("no degreesOfFreedom")?;
    let variance = info.children("Statistic").find(|statistic| statistic.attr("type") == Some("errVariance"));
    let variance = number(variance.ok_or("no errVariance")?)?;
    let (alpha, level) = (needed("ParmLevel")?, needed("StateLevel")?);
    Ok(format!(
        r#"<PMML version="4.2" xmlns="http://www.dmg.org/PMML-4_2"><Header/><DataDictionary><DataField name="0" optype="continuous" dataType="double"/></DataDictionary><TimeSeriesModel functionName="timeSeries" bestFit="ExponentialSmoothing"><MiningSchema><MiningField name="0" usageType="predicted"/></MiningSchema><ExponentialSmoothing><Level alpha="{alpha}" smoothedValue="{level}"/>{trend}<Seasonality_ExpoSmooth type="additive" period="{count}" phase="{phase}" delta="{delta}"><Array n="{count}" type="real">{array}</Array></Seasonality_ExpoSmooth></ExponentialSmoothing><Extension extender="spss.com" name="errVariance" value="{variance}"/><Extension extender="spss.com" name="degreesOfFreedom" value="{freedom}"/></TimeSeriesModel></PMML>"#
    ))
}

/// What is stored of each value: fit, lower limit, upper limit, residual.
fn history(model: Option<&Element>, compile: &mut Compile<'_>) -> Result<[Vec<Option<f64>>; 4], Reported> {
    let content = container(model, "ts_hfits", compile)?;
    let text = String::from_utf8_lossy(&content);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let numbers = lines.map(|line| match line {
        MISSING => Ok(None),
        line => line.parse::<f64>().ok().filter(|number| number.is_finite()).map(Some).ok_or(line),
    });
    let numbers = match numbers.collect::<Result<Vec<_>, _>>() {
        Ok(numbers) => numbers,
        Err(line) => return Err(compile.refuse_value("model/ts_hfits", line, "it is no number")),
    };
    let count = numbers.len() / 4;
    if count == 0 || count * 4 != numbers.len() {
        let message = "it does not hold four numbers for each value";
        return Err(compile.refuse_value("model/ts_hfits", numbers.len(), message));
    }
    let part = |place: usize| numbers.iter().skip(place * count).take(count).copied().collect::<Vec<_>>();
    Ok([part(0), part(1), part(2), part(3)])
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
enum Part {
    Fit,
    Lower,
    Upper,
    Residual,
}

/// What the nugget knows of its series.
#[derive(Debug)]
struct Stored {
    history: [Vec<Option<f64>>; 4],
    forecasts: Vec<Forecast>,
    distance: f64,
    parts: Vec<Part>,
}

impl Stored {
    /// Checks that the series is the stored one.
    fn check(&self, row: usize, value: Option<f64>) -> Result<(), NodeError> {
        let [fits, _, _, residuals] = &self.history;
        let same = match (fits.get(row), residuals.get(row)) {
            (Some(Some(fit)), Some(Some(residual))) => value.is_some_and(|value| {
                let error = (value - fit - residual).abs();
                error <= DECIMALS.max(value.abs() * f64::EPSILON * 4.0)
            }),
            // Behind the stored series nothing may be known; nothing is checked where nothing is stored.
            (None, _) => value.is_none(),
            _ => true,
        };
        match same {
            true => Ok(()),
            false => Err(NodeError::unsupported(format!(
                "record {}: the series is not the one that the model was built from, with records to come behind it",
                row + 1
            ))),
        }
    }

    fn value(&self, part: Part, row: usize) -> Result<Option<f64>, NodeError> {
        let [fits, lower, upper, residuals] = &self.history;
        let list = match part {
            Part::Fit => fits,
            Part::Lower => lower,
            Part::Upper => upper,
            Part::Residual => residuals,
        };
        let Some(step) = row.checked_sub(fits.len()) else { return Ok(list.get(row).copied().flatten()) };
        let Some(forecast) = self.forecasts.get(step) else {
            return Err(NodeError::unsupported(format!(
                "more than {MAX_STEPS} records to come are not supported"
            )));
        };
        let margin = forecast.standard_error.map(|error| error * self.distance);
        Ok(match part {
            Part::Fit => Some(forecast.value),
            Part::Lower => margin.map(|margin| forecast.value - margin),
            Part::Upper => margin.map(|margin| forecast.value + margin),
            Part::Residual => None,
        })
    }
}

/// A nugget, compiled.
#[derive(Debug)]
struct Nugget {
    target: String,
    outputs: Vec<Field>,
    stored: Arc<Stored>,
}

#[async_trait]
impl Process for Nugget {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let input = one(inputs)?;
        let target = require(input, &self.target)?;
        if !matches!(target.storage, Storage::Integer | Storage::Real) {
            let (field, found) = (target.name.clone(), target.storage.to_string());
            return Err(DataFault::Storage { field, found, wanted: "a number".to_owned() }.into());
        }
        Ok(DataModel::new(input.fields().iter().chain(&self.outputs).cloned().collect())?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        let model = self.model(std::slice::from_ref(input.model()))?;
        let operator = Operator {
            stored: Arc::clone(&self.stored),
            column: input.model().position(&self.target).unwrap_or_default(),
            schema: model.schema(),
            node: run.node().clone(),
        };
        Table::serial(vec![(input, Vec::new())], Arc::new(operator), model, run)
    }
}

#[derive(Debug)]
struct Operator {
    stored: Arc<Stored>,
    column: usize,
    schema: SchemaRef,
    node: NodeRef,
}

impl Serial for Operator {
    fn encoded(&self) -> Encoded {
        let text = format!("{:?} {}", self.stored, self.column);
        Encoded { kind: "stored series", version: 1, bytes: Arc::from(text.into_bytes()) }
    }

    fn run(&self, inputs: Vec<Records>, _status: &TaskStatus) -> Records {
        match one(inputs) {
            Ok(input) => {
                let (stored, schema) = (Arc::clone(&self.stored), self.schema.clone());
                records(Running { input, stored, schema, column: self.column, row: 0 }, self.node.clone())
            }
            Err(error) => failed(error, &self.node),
        }
    }
}

struct Running {
    input: Records,
    stored: Arc<Stored>,
    schema: SchemaRef,
    column: usize,
    row: usize,
}

impl Pull for Running {
    async fn next(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        let Some(batch) = self.input.next().await.transpose()? else { return Ok(None) };
        let none = || NodeError::Model("the target of the model is missing".to_owned());
        let target = cast(batch.columns().get(self.column).ok_or_else(none)?, &DataType::Float64)?;
        let target = target.as_primitive::<Float64Type>();
        for (place, value) in target.iter().enumerate() {
            self.stored.check(self.row + place, value)?;
        }
        let kept = self.schema.fields().len().saturating_sub(self.stored.parts.len());
        let mut columns = batch.columns().iter().take(kept).cloned().collect::<Vec<ArrayRef>>();
        for part in &self.stored.parts {
            let values = (0..target.len()).map(|place| self.stored.value(*part, self.row + place));
            columns.push(Arc::new(values.collect::<Result<Float64Array, _>>()?));
        }
        self.row += target.len();
        Ok(Some(RecordBatch::try_new(self.schema.clone(), columns)?))
    }
}
