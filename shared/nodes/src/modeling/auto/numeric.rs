//! The nugget of Auto Numeric. IBM: `applyautonumericnode`.
//!
//! `$XR-` is the mean of what its models predict. A model without a prediction does not count.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, AsArray, Float64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use satsuma_columns::{DataModel, Field, OutputKind, Storage};
use satsuma_engine::{
    Compile, Compiled, DataFault, Encoded, Inputs, Kernel, NodeError, NodeRun, NodeType, Process, Reported,
    Table, one, require,
};
use satsuma_pmml::Scorer;
use satsuma_stream::nodes::{AutoResults, OutputRole};

use super::members;
use crate::modeling::document::{empty_columns, model_error};
use crate::modeling::native::{self, Property, nugget_settings};
use crate::modeling::nugget::{Output, Score, output_field};

/// Auto Numeric.
pub static NODE: NodeType = NodeType {
    class: "ApplyNumericPredictorNode",
    extension: None,
    inputs: Inputs::One,
    settings: NumericSettings::LIST,
    compile,
};

nugget_settings! {
    /// Settings of an Auto Numeric nugget.
    pub struct NumericSettings {
        /// What the models have in common; the models themselves are outside the properties.
        model: Property = element("model", ""),
        /// Whether the predictions of the models are left out.
        filtered: bool = value("filterEnsembledFields", "", true),
        /// Whether the standard error is added.
        standard_error: bool = value("calculateStandardError", "calculate_standard_error", true),
        /// Whether later data have changed the weights of the models.
        updated: bool = value("isEnsembleUpdate", "", false),
    }
    // How later data would change the weights; what the nugget's charts and tables show.
    ignored: [
        "accumulatedFactor", "accumulatedReducingLimit", "autoEnsembleWeightsReevaluation",
        "calculateAdjustedPropensities", "calculateRawPropensities", "camlRoundNum", "rankingMeasure",
        "useAccumulatedFactor", "useAccumulatedReducing", "useAccumulatedWeightedEvaluation", "viPmml",
    ]
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: NumericSettings = compile.settings()?;
    let header = native::header(settings.model.as_deref(), compile)?;
    if !settings.filtered {
        let message = "the predictions of the single models are not supported";
        compile.refuse_value("filterEnsembledFields", false, message);
    }
    if settings.standard_error {
        let message = "IBM does not document the standard error of several models; set it to false";
        compile.refuse_value("calculateStandardError", true, message);
    }
    if settings.updated {
        compile.refuse_value("isEnsembleUpdate", true, "models with weights are not supported");
    }
    let predicted = header.outputs.iter().find(|output| output.role == Some(OutputRole::PredictedValue));
    let Some(predicted) = predicted else {
        return Err(compile.refuse_value("model/outputs", "", "no field holds the prediction"));
    };
    let node = compile.node();
    let Some(results) = compile.undamaged(AutoResults::from_node(node))? else {
        return Err(compile.refuse_value("resultItem", "", "the nugget has no models"));
    };
    let mut models = Vec::new();
    for result in results.results.iter().filter(|result| result.used) {
        models.extend(members::predictor(result, compile));
    }
    if models.is_empty() {
        return Err(compile.refuse_value("resultItem", "", "no model of the nugget can be used"));
    }
    let Some(field) = output_field(predicted, compile.diagnostics()) else {
        return Err(compile.refuse_value("model/outputs", &predicted.name, "the field is not supported"));
    };
    if field.storage != Storage::Real {
        let message = "predicted numbers that are stored as integers are not supported";
        return Err(compile.refuse_value("model/outputs", &predicted.name, message));
    }
    let output = Output { field, score: Score::Prediction }.of_kind(OutputKind::Predicted).field;
    Ok(Compiled::process(Numeric { models: Arc::new(Mean::new(models)), output }))
}

/// Models whose mean predicts.
#[derive(Debug)]
struct Numeric {
    models: Arc<Mean>,
    output: Field,
}

#[async_trait]
impl Process for Numeric {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let input = one(inputs)?;
        for name in &self.models.names {
            require(input, name)?;
        }
        if input.field(&self.output.name).is_some() {
            return Err(DataFault::DuplicateField(self.output.name.clone()).into());
        }
        self.models.compute(&empty_columns(&self.models.names, input), 0)?;
        Ok(DataModel::new(input.fields().iter().chain([&self.output]).cloned().collect())?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let kernel: Arc<dyn Kernel> = Arc::clone(&self.models) as Arc<dyn Kernel>;
        one(inputs)?.compute(kernel, &self.models.names, vec![self.output.clone()], run)
    }
}

/// The models and the fields that they read.
struct Mean {
    /// Each with the places of its inputs among all names.
    models: Vec<(Scorer, Vec<usize>)>,
    names: Vec<String>,
    encoded: Encoded,
}

impl std::fmt::Debug for Mean {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mean")
    }
}

impl Mean {
    fn new(models: Vec<(Vec<u8>, Scorer)>) -> Self {
        let mut names: Vec<String> = Vec::new();
        let mut bytes = Vec::new();
        let placed = models.into_iter().map(|(pmml, scorer)| {
            bytes.extend_from_slice(&pmml);
            bytes.push(b'\n');
            let places = scorer.inputs().iter().map(|input| {
                names.iter().position(|name| *name == input.name).unwrap_or_else(|| {
                    names.push(input.name.clone());
                    names.len() - 1
                })
            });
            let places = places.collect();
            (scorer, places)
        });
        let models = placed.collect();
        Self {
            models,
            names,
            encoded: Encoded { kind: "mean of models", version: 1, bytes: Arc::from(bytes) },
        }
    }
}

impl Kernel for Mean {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn compute(&self, inputs: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, NodeError> {
        let (mut sums, mut counts) = (vec![0.0; rows], vec![0_u32; rows]);
        for (scorer, places) in &self.models {
            let missing = || NodeError::Model("a field of a model is missing".to_owned());
            let columns = places.iter().map(|place| inputs.get(*place).cloned().ok_or_else(missing));
            let scores = scorer.score_columns(rows, &columns.collect::<Result<Vec<_>, _>>()?);
            let predicted = cast(scores.map_err(model_error)?.predicted(), &DataType::Float64)?;
            for ((sum, count), value) in
                sums.iter_mut().zip(&mut counts).zip(predicted.as_primitive::<Float64Type>())
            {
                if let Some(value) = value {
                    *sum += value;
                    *count += 1;
                }
            }
        }
        let means =
            sums.iter().zip(&counts).map(|(sum, count)| (*count > 0).then(|| sum / f64::from(*count)));
        Ok(vec![Arc::new(means.collect::<Float64Array>())])
    }
}
