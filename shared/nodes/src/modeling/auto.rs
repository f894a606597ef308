//! The nugget of Auto Classifier. IBM: `applyautoclassifiernode`, "Ensemble node".
//!
//! The models that it uses score each record. Their predictions are combined: `$XF-` is the value with the
//! greatest sum of weights, `$XFC-` that sum divided by the number of models. IBM breaks ties by chance; here
//! the value wins that the earliest model predicts, so that a job gives the same answer twice.

mod members;
pub mod numeric;
mod voting;

use std::sync::Arc;

use async_trait::async_trait;
use satsuma_columns::{DataModel, Field, OutputKind};
use satsuma_engine::{
    Compile, Compiled, DataFault, Inputs, Kernel, NodeDiagnostics, NodeError, NodeRun, NodeType, Process,
    Reported, Table, one, require,
};
use satsuma_stream::Measure;
use satsuma_stream::nodes::{AutoResults, OutputRole};

use super::document::empty_columns;
use super::native::{self, Property, nugget_settings};
use super::nugget::{Output, Score, output_field};
use voting::{Committee, Ties, Voting};

/// Auto Classifier.
pub static CLASSIFIER: NodeType = NodeType {
    class: "ApplyAutoClassifierNode",
    extension: None,
    inputs: Inputs::One,
    settings: AutoSettings::LIST,
    compile,
};

nugget_settings! {
    /// Settings of an Auto Classifier nugget.
    pub struct AutoSettings {
        /// What the models have in common; the models themselves are outside the properties.
        model: Property = element("model", ""),
        /// How models vote on a flag.
        flag_method: String = text("ensembleFlagsMethod", "flag_ensemble_method"),
        /// Which value of a flag wins a tie.
        flag_ties: String = text("ensembleFlagTiesMethod", "flag_voting_tie_selection"),
        /// How models vote on a set.
        set_method: String = text("ensembleSetsMethod", "set_ensemble_method"),
        /// Which value of a set wins a tie.
        set_ties: String = text("ensembleSetTiesMethod", "set_voting_tie_selection"),
        /// Whether the predictions of the models are left out.
        filtered: bool = value("filterEnsembledFields", "", true),
    }
    // What the nugget's charts and tables show.
    ignored: [
        "chartType", "cumulativePlot", "includeBaseline", "includeBestLine", "plotNTiles", "rankingMeasure",
        "viPmml",
    ]
}

/// Models that vote.
#[derive(Debug)]
struct Auto {
    committee: Arc<Committee>,
    inputs: Vec<String>,
    outputs: Vec<Field>,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: AutoSettings = compile.settings()?;
    let header = native::header(settings.model.as_deref(), compile)?;
    if !settings.filtered {
        let message = "the predictions of the single models are not supported";
        compile.refuse_value("filterEnsembledFields", false, message);
    }
    let listed = |role: OutputRole| {
        let wanted = Some(role);
        header.outputs.iter().find(|output| output.role == wanted)
    };
    let (Some(predicted), Some(confidence)) =
        (listed(OutputRole::PredictedValue), listed(OutputRole::Probability))
    else {
        return Err(compile.refuse_value("model/outputs", "", "no fields hold prediction and confidence"));
    };
    let (voting, ties) = match predicted.field_type.measure {
        Measure::Flag => {
            let (method, ties) = (&settings.flag_method, &settings.flag_ties);
            options(["ensembleFlagsMethod", "ensembleFlagTiesMethod"], method, ties, compile.diagnostics())
        }
        _ => {
            let (method, ties) = (&settings.set_method, &settings.set_ties);
            options(["ensembleSetsMethod", "ensembleSetTiesMethod"], method, ties, compile.diagnostics())
        }
    };
    let node = compile.node();
    let Some(results) = compile.undamaged(AutoResults::from_node(node))? else {
        return Err(compile.refuse_value("resultItem", "", "the nugget has no models"));
    };
    let mut members = Vec::new();
    for result in results.results.iter().filter(|result| result.used) {
        members.extend(members::member(result, compile));
    }
    if members.is_empty() {
        return Err(compile.refuse_value("resultItem", "", "no model of the nugget can be used"));
    }
    let mut outputs = Vec::new();
    for (output, kind) in [(predicted, OutputKind::Predicted), (confidence, OutputKind::Confidence)] {
        let field = output_field(output, compile.diagnostics());
        let field = field.map(|field| Output { field, score: Score::Prediction }.of_kind(kind).field);
        outputs.extend(field);
    }
    let Some(storage) = outputs.first().map(|field| field.storage) else {
        return Err(compile.refuse_value("model/outputs", "", "no field holds the prediction"));
    };
    let (committee, inputs) = Committee::new(members, storage, voting, ties);
    Ok(Compiled::process(Auto { committee: Arc::new(committee), inputs, outputs }))
}

fn options(
    [method_property, ties_property]: [&'static str; 2],
    method: &str,
    ties: &str,
    diagnostics: &mut NodeDiagnostics<'_>,
) -> (Voting, Ties) {
    let voting = match method {
        "confidenceWeightedVoting" => Voting::Confidence,
        "voting" => Voting::Equal,
        "highestConfidence" => Voting::Highest,
        other => {
            let message = "only voting, confidenceWeightedVoting and highestConfidence are supported";
            diagnostics.refuse_value(method_property, other, message);
            Voting::Confidence
        }
    };
    let ties = match ties {
        "random" => Ties::First,
        "highestConfidence" => Ties::Confidence,
        other => {
            diagnostics.refuse_value(ties_property, other, "only random and highestConfidence are supported");
            Ties::First
        }
    };
    (voting, ties)
}

#[async_trait]
impl Process for Auto {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let input = one(inputs)?;
        for name in &self.inputs {
            require(input, name)?;
        }
        if let Some(taken) = self.outputs.iter().find(|output| input.field(&output.name).is_some()) {
            return Err(DataFault::DuplicateField(taken.name.clone()).into());
        }
        self.committee.compute(&empty_columns(&self.inputs, input), 0)?;
        Ok(DataModel::new(input.fields().iter().chain(&self.outputs).cloned().collect())?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let kernel: Arc<dyn Kernel> = Arc::clone(&self.committee) as Arc<dyn Kernel>;
        one(inputs)?.compute(kernel, &self.inputs, self.outputs.clone(), run)
    }
}
