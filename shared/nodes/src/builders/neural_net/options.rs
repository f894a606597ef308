//! The options of a Neural Net node.

use satsuma_engine::NodeDiagnostics;
use satsuma_mining::neural::{Answer, Hidden, PerceptronOptions};

use crate::builders::component::Component;

/// The most hidden units of a layer: more than Modeler's dialog suggests.
const MAX_UNITS: usize = 1_000;

/// Steps of a start, of our own choice: Modeler computes its number automatically.
const EPOCHS: usize = 300;

/// Steps without a smaller error of the validating records, of our own choice for each of Modeler's.
const PATIENCE: usize = 30;

/// Starts from different weights, of our own choice.
const STARTS: usize = 2;

/// The options of a Neural Net node.
#[derive(Debug, Clone, Copy)]
pub(super) struct NetOptions {
    /// The share of records that validate a net, from 0 to 1.
    pub(super) set_aside: f64,
    /// The seed of all random numbers.
    pub(super) seed: i64,
    hidden: Hidden,
    interval: (f64, f64),
    lambda: f64,
    sigma: f64,
    epochs: usize,
    steps: usize,
}

impl NetOptions {
    /// The options of the training.
    pub(super) fn training(&self, answer: Answer) -> PerceptronOptions {
        PerceptronOptions {
            hidden: self.hidden,
            answer,
            seed: self.seed,
            interval: self.interval,
            lambda: self.lambda,
            sigma: self.sigma,
            epochs: self.epochs,
            change: 1e-7,
            patience: PATIENCE * self.steps.clamp(1, 100),
            starts: STARTS,
        }
    }
}

/// The options; those that are not supported are refused.
pub(super) fn read(component: &Component, diagnostics: &mut NodeDiagnostics<'_>) -> NetOptions {
    for (name, supported, message) in [
        (
            "neuralnet.NeuralNetworkAlgorithm",
            "multilayerPerceptron",
            "radial basis functions are not supported; choose the multilayer perceptron",
        ),
        ("neuralnet.TaskType", "buildNewModel", "only new models are supported, no continued training"),
        (
            "neuralnet.MissingValueHandling",
            "listwiseDeletion",
            "missing values cannot be imputed; delete listwise",
        ),
        ("neuralnet.IncludeUserMissing", "false", "blanks cannot be categories"),
        ("neuralnet.RescalingRangeInputs", "standardized", "only standardized inputs are supported"),
        ("neuralnet.RescalingRangeTargets", "standardized", "only standardized targets are supported"),
        (
            "neuralnet.MLPHiddenLayerActivationFunction",
            "hyperbolicTangent",
            "only the hyperbolic tangent is supported",
        ),
        ("neuralnet.MLPTrainingType", "batch", "only training in one batch is supported"),
        (
            "neuralnet.MLPTrainingOptimizationAlgorithm",
            "scaledConjugateGradient",
            "only scaled conjugate gradients are supported",
        ),
        ("neuralnet.MLPStoppingMinimumAccuracy", "false", "a training does not end at an accuracy"),
    ] {
        let value = component.text(name);
        if !value.is_empty() && value != supported {
            diagnostics.refuse_value(name, value, message);
        }
    }
    let hidden = match component.text("neuralnet.HiddenLayers") {
        "" | "automaticUnits" => Hidden::Automatic(
            component.get("neuralnet.MLPHiddenLayerUnitsMinimumNumber", 1, diagnostics).clamp(1, MAX_UNITS),
            component.get("neuralnet.MLPHiddenLayerUnitsMaximumNumber", 50, diagnostics).clamp(1, MAX_UNITS),
        ),
        "customUnits" => {
            let first = component.get("neuralnet.HiddenLayer1Units", 1, diagnostics);
            let second = component.get("neuralnet.HiddenLayer2Units", 0, diagnostics);
            if first == 0 || first.max(second) > MAX_UNITS {
                let message = format!("from 1 to {MAX_UNITS} units are possible");
                diagnostics.refuse_value("neuralnet.HiddenLayer1Units", first.max(second), message);
            }
            Hidden::Custom(first, second)
        }
        other => {
            diagnostics.refuse_value(
                "neuralnet.HiddenLayers",
                other,
                "it must be automaticUnits or customUnits",
            );
            Hidden::Automatic(1, 1)
        }
    };
    let sets_aside = component.get("neuralnet.UseOverFitPreventionSet", true, diagnostics);
    let share = component.get("neuralnet.OverFitPreventionSetPct", 30.0, diagnostics) / 100.0;
    let is_custom = component.text("neuralnet.MLPStoppingTrainingEpochsMaximum") == "specifyCustomValue";
    let epochs = component.get("neuralnet.MLPStoppingTrainingEpochsMaximumNumber", EPOCHS, diagnostics);
    NetOptions {
        set_aside: if sets_aside { share.clamp(0.0, 0.9) } else { 0.0 },
        seed: component.get("neuralnet.RandomSeed", 229_176_228, diagnostics),
        hidden,
        interval: (
            component.get("neuralnet.MLPTrainingIntervalOffset", 0.5, diagnostics),
            component.get("neuralnet.MLPTrainingIntervalCenter", 0.0, diagnostics),
        ),
        lambda: component.get("neuralnet.MLPTrainingInitialLambda", 5e-7, diagnostics),
        sigma: component.get("neuralnet.MLPTrainingInitialSigma", 5e-5, diagnostics),
        epochs: if is_custom { epochs } else { EPOCHS },
        steps: component.get("neuralnet.MLPStoppingMaximumStepsWithoutErrorDecreasing", 1, diagnostics),
    }
}
