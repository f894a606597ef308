//! Common code of native nuggets, whose model is a property of the node, with PMML in a side file.

use std::sync::Arc;

use satsuma_columns::OutputKind;
use satsuma_engine::{Compile, Compiled, NodeDiagnostics, Reported};
use satsuma_pmml::{Document, Function, Options, Scorer};
use satsuma_stream::nodes::{ModelHeader, OutputField, OutputRole};
use satsuma_stream::{Element, FieldType, Measure, Storage};

use super::document::supported;
use super::nugget::{Nugget, Output, Score, category, output_field, true_category};

/// The settings of a native nugget. Internal data of all nuggets, SQL generation and display settings change
/// no result.
macro_rules! nugget_settings {
    ($(#[$meta:meta])* $visibility:vis struct $name:ident { $($fields:tt)* } ignored: [$($more:literal),* $(,)?]) => {
        satsuma_engine::settings! {
            $(#[$meta])*
            $visibility struct $name { $($fields)* }
            ignored: [
                "analysisReportList", "buildSettings", "builderStreamId", "calculateVariableImportances",
                "crossValidationMean", "crossValidationSE", "displayLabelsInOutput",
                "enableSqlGenerationForRules", "enableSqlGenerationFromModel", "htmlText", "importedModel",
                "propensityModel", "spssSpvFileData", "useCrossValidation", "xmlText", $($more),*
            ]
        }
    };
}
pub(crate) use nugget_settings;

/// A model with its PMML, compiled.
pub(crate) struct Model {
    pub(crate) header: ModelHeader,
    pub(crate) pmml: Vec<u8>,
    pub(crate) scorer: Scorer,
}

/// The output fields of a nugget, for the options that most nuggets have.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// `$C`, `$R`, `$L` …
    pub(crate) prefix: &'static str,
    /// The confidence of the prediction, if added, and its type.
    pub(crate) confidence: Option<Score>,
    /// Whether a probability is added for every category.
    pub(crate) all_probabilities: bool,
    /// Whether the raw propensity is added: that of the true value.
    pub(crate) raw_propensity: Option<fn(usize) -> Score>,
    /// Whether the number of the tree's node is added.
    pub(crate) entity: bool,
}

/// The header of a model property.
///
/// # Errors
/// There is no model, or it is damaged.
pub(crate) fn header(element: Option<&Element>, compile: &mut Compile<'_>) -> Result<ModelHeader, Reported> {
    let Some(element) = element else {
        return Err(compile.refuse_value("model", "", "the nugget has no model"));
    };
    compile.undamaged(ModelHeader::from_element(element))
}

/// The model of a model property with PMML.
///
/// # Errors
/// The model is missing, damaged or not supported.
pub(crate) fn model(
    element: Option<&Element>,
    options: &Options,
    compile: &mut Compile<'_>,
) -> Result<Model, Reported> {
    let header = header(element, compile)?;
    let Some(entry) = element.and_then(|element| element.attr("pmml")) else {
        return Err(compile.refuse_value("model/pmml", "", "the model has no PMML"));
    };
    let pmml = compile.undamaged(compile.file().entry(entry))?;
    compiled(header, pmml, options, compile)
}

/// The model of a PMML document.
///
/// # Errors
/// The document is damaged or not supported.
pub(crate) fn compiled(
    header: ModelHeader,
    pmml: Vec<u8>,
    options: &Options,
    compile: &mut Compile<'_>,
) -> Result<Model, Reported> {
    let document = Document::parse(&pmml);
    let scorer = document.and_then(|document| Scorer::compile(&document, options));
    let scorer = supported(scorer, compile)?;
    Ok(Model { header, pmml, scorer })
}

/// The nugget with these output fields.
///
/// # Errors
/// There are no fields.
pub(crate) fn nugget(
    pmml: &[u8],
    scorer: Scorer,
    outputs: Vec<Output>,
    compile: &mut Compile<'_>,
) -> Result<Compiled, Reported> {
    if outputs.is_empty() {
        return Err(compile.refuse_value("model/outputs", "", "the nugget adds no field"));
    }
    Ok(Compiled::process(Nugget::new(pmml, scorer, outputs)))
}

/// The output fields of a predicting nugget: those of its model's list that its options select. Fields that
/// options add and models do not list have the names that IBM documents.
pub(crate) fn predictions(
    model: &Model,
    choice: &Choice,
    diagnostics: &mut NodeDiagnostics<'_>,
) -> Vec<Output> {
    let header = &model.header;
    let Some(predicted) =
        header.outputs.iter().find(|output| output.role == Some(OutputRole::PredictedValue))
    else {
        diagnostics.refuse_value("model/outputs", "", "the field for the prediction is missing");
        return Vec::new();
    };
    if model.scorer.function() == Function::Regression && predicted.field_type.storage == Storage::Integer {
        let message = "predicted numbers that are stored as integers are not supported";
        diagnostics.refuse_value("model/outputs", &predicted.name, message);
    }
    let target = predicted.target_field.clone().unwrap_or_default();
    let prefix = choice.prefix;
    let mut outputs = Vec::new();
    let mut add =
        |field: &OutputField, score: Score, kind: OutputKind, diagnostics: &mut NodeDiagnostics<'_>| {
            let field = output_field(field, diagnostics);
            outputs.extend(field.map(|field| Output { field, score }.of_kind(kind)));
        };
    add(predicted, Score::Prediction, OutputKind::Predicted, diagnostics);
    let mut probabilities =
        header.outputs.iter().filter(|output| output.role == Some(OutputRole::Probability));
    let of_prediction = probabilities.next();
    if let Some(score) = &choice.confidence {
        match of_prediction {
            Some(output) => add(output, score.clone(), OutputKind::Confidence, diagnostics),
            None if model.scorer.function() == Function::Regression => {}
            None => {
                let message = "the model lists no field for it";
                diagnostics.refuse_value("calculateConfidences", true, message);
            }
        }
    }
    if choice.all_probabilities {
        let before = |output: &OutputField| format!("{prefix}P-{}", name_after(output));
        for output in probabilities {
            let name = name_after(output);
            match category(name, &model.scorer) {
                Some(at) => {
                    let value = satsuma_columns::Scalar::text(name);
                    add(output, Score::Probability(at), OutputKind::Probability(value), diagnostics);
                }
                None => {
                    let message = "the model has no such category";
                    diagnostics.refuse_value("model/outputs", before(output), message);
                }
            }
        }
    }
    if let Some(score) = choice.raw_propensity {
        let listed = header.outputs.iter().find(|output| {
            output.role == Some(OutputRole::Propensity) && output.tag.as_deref() != Some("ADJUSTED")
        });
        let made = real(format!("{prefix}RP-{target}"), OutputRole::Propensity, &target);
        match true_category(&header.outputs, &model.scorer) {
            Some(at) => add(listed.unwrap_or(&made), score(at), OutputKind::Propensity, diagnostics),
            None => {
                let message = "propensities need a flag target";
                diagnostics.refuse_value("calculateRawPropensities", true, message);
            }
        }
    }
    if choice.entity {
        let listed = header.outputs.iter().find(|output| output.role == Some(OutputRole::EntityId));
        let mut made = real(format!("{prefix}I-{target}"), OutputRole::EntityId, &target);
        made.field_type = FieldType::new(Storage::Integer, Measure::Range);
        add(listed.unwrap_or(&made), Score::Entity, OutputKind::Other, diagnostics);
    }
    outputs
}

/// A name without its prefix: `$LP-High` refers to `High`.
fn name_after(output: &OutputField) -> &str {
    output.name.split_once('-').map_or("", |(_, name)| name)
}

/// The description of a numeric field that refers to a target.
pub(crate) fn real(name: String, role: OutputRole, target: &str) -> OutputField {
    OutputField {
        name,
        field_type: FieldType::new(Storage::Real, Measure::Range),
        role: Some(role),
        target_field: Some(target.to_owned()),
        tag: None,
    }
}

/// Refuses the adjusted propensity, which requires a model of the testing partition.
pub(crate) fn refuse_adjusted(wanted: bool, diagnostics: &mut NodeDiagnostics<'_>) {
    if wanted {
        let message = "adjusted propensities are not supported";
        diagnostics.refuse_value("calculateAdjustedPropensities", true, message);
    }
}

/// A property as an element.
pub(crate) type Property = Option<Arc<Element>>;
