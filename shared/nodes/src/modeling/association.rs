//! The nuggets of Apriori and CARMA. IBM: "Association Rule Model Nugget Settings", `applyapriorinode`,
//! `applycarmanode`.
//!
//! For each record the rules with matching antecedents are listed, best first, up to a number: `$A-name-1` is
//! the item that the best rule predicts, `$AC-name-1` its confidence from 0 to 1, `$A-Rule_ID-1` its number;
//! then those of the second rule. Rules with equal criteria keep the order of the model. The options exclude
//! rules with a prediction of a better rule, or with one that the record already has.

mod rules;

use std::sync::Arc;

use async_trait::async_trait;
use satsuma_columns::{DataModel, Field, OutputKind};
use satsuma_engine::{
    Compile, Compiled, DataFault, Inputs, Kernel, NodeDiagnostics, NodeError, NodeRun, NodeType, Process,
    Reported, Table, one, require,
};
use satsuma_stream::Element;
use satsuma_stream::nodes::{ModelHeader, OutputField, OutputRole};

use super::native::{self, Property, nugget_settings};
use super::nugget::{Output, Score, output_field};
pub(crate) use rules::RULES;
use rules::{Options, Presence, Ranking, Rule, Rules};

/// The Apriori nugget.
pub static APRIORI: NodeType = NodeType {
    class: "ApplyAprioriNode",
    extension: None,
    inputs: Inputs::One,
    settings: AssociationSettings::LIST,
    compile,
};

/// The CARMA nugget.
pub static CARMA: NodeType = NodeType {
    class: "ApplyCarmaNode",
    extension: None,
    inputs: Inputs::One,
    settings: AssociationSettings::LIST,
    compile,
};

/// The most rules that are listed for a record; Modeler's dialog allows fewer.
const PREDICTIONS: usize = 1_000;

nugget_settings! {
    /// Settings of a nugget of association rules.
    pub struct AssociationSettings {
        /// The model.
        model: Property = element("model", ""),
        /// How many rules are listed.
        predictions: usize = value("associationMaxPredictions", "max_predictions", 3),
        /// The criterion for ranking rules.
        ranking: String = text("ruleCriteria", "criterion"),
        /// Whether a prediction may be listed twice.
        repeat: bool = value("repeatPredictions", "allow_repeats", false),
        /// Whether a record may have items outside the antecedent.
        ignore_unmatched: bool = value("ignoreUnmatchedItems", "ignore_unmatched", true),
        /// Whether the record must have the prediction, or must not.
        presence: String = text("checkPredictions", "check_basket"),
        /// Whether each record is one item of a transaction.
        transactional: bool = value("transactionalData", "", false),
    }
    // The longest item set of the model.
    ignored: ["calculateAdjustedPropensities", "calculateRawPropensities", "maxLengthSet"]
}

/// Rules for scoring.
#[derive(Debug)]
struct Association {
    rules: Arc<Rules>,
    outputs: Vec<Field>,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: AssociationSettings = compile.settings()?;
    let header = native::header(settings.model.as_deref(), compile)?;
    let options = options(&settings, compile.diagnostics());
    let entry = settings.model.as_ref().and_then(|model| model.child("rules"));
    let Some(entry) = entry.and_then(|rules| rules.attr("containerData")) else {
        return Err(compile.refuse_value("model/rules", "", "the model has no file of rules"));
    };
    let content = compile.undamaged(compile.file().entry(entry))?;
    // The file is a sequence of elements without a root.
    let document = [b"<rules>".as_slice(), &content, b"</rules>"].concat();
    let document = compile.undamaged(Element::read(&document, compile.file().limits()))?;
    let mut all = Vec::new();
    for rule in document.children("rule") {
        match Rule::from_element(rule) {
            Ok(rule) => all.push(rule),
            Err(message) => return Err(compile.refuse_value("model/rules", "…", message)),
        }
    }
    let outputs = outputs(&header, options.predictions, compile.diagnostics());
    let rules = Rules::new(all, options).map_err(|error| compile.report(error))?;
    Ok(Compiled::process(Association { rules: Arc::new(rules), outputs }))
}

fn options(settings: &AssociationSettings, diagnostics: &mut NodeDiagnostics<'_>) -> Options {
    let ranking = Ranking::of(&settings.ranking).unwrap_or_else(|| {
        diagnostics.refuse_value("ruleCriteria", &settings.ranking, "the criterion is not known");
        Ranking::Confidence
    });
    let presence = Presence::of(&settings.presence).unwrap_or_else(|| {
        diagnostics.refuse_value("checkPredictions", &settings.presence, "the value is not known");
        Presence::NotInBasket
    });
    if !settings.ignore_unmatched {
        diagnostics.refuse_value("ignoreUnmatchedItems", false, "only true is supported");
    }
    if settings.transactional {
        diagnostics.refuse_value("transactionalData", true, "transactional data are not supported");
    }
    if settings.predictions > PREDICTIONS {
        let message = format!("at most {PREDICTIONS} predictions are supported");
        diagnostics.refuse_value("associationMaxPredictions", settings.predictions, message);
    }
    Options { predictions: settings.predictions.min(PREDICTIONS), ranking, repeat: settings.repeat, presence }
}

/// The output fields: those of the first rule, repeated for each listed rule.
fn outputs(header: &ModelHeader, predictions: usize, diagnostics: &mut NodeDiagnostics<'_>) -> Vec<Field> {
    let listed = |role: OutputRole| {
        let wanted = Some(role);
        header.outputs.iter().find(|output| output.role == wanted && output.name.ends_with("-1"))
    };
    let (Some(predicted), Some(confidence)) =
        (listed(OutputRole::PredictedValue), listed(OutputRole::Probability))
    else {
        diagnostics.refuse_value("model/outputs", "", "the fields for prediction and confidence are missing");
        return Vec::new();
    };
    let rule = listed(OutputRole::EntityId);
    if rule.is_none() {
        diagnostics.refuse_value("model/outputs", "", "the field for the rule's number is missing");
    }
    let mut fields = Vec::new();
    for place in 1..=predictions {
        for (output, kind) in [
            (Some(predicted), OutputKind::Predicted),
            (Some(confidence), OutputKind::Confidence),
            (rule, OutputKind::Other),
        ] {
            let Some(output) = output else { continue };
            let name = output.name.strip_suffix("-1").unwrap_or(&output.name);
            let numbered = OutputField { name: format!("{name}-{place}"), ..output.clone() };
            let field = output_field(&numbered, diagnostics);
            let of_kind = |field| Output { field, score: Score::Prediction }.of_kind(kind.clone()).field;
            fields.extend(field.map(of_kind));
        }
    }
    fields
}

#[async_trait]
impl Process for Association {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let input = one(inputs)?;
        for name in self.rules.fields() {
            require(input, name)?;
        }
        if let Some(taken) = self.outputs.iter().find(|output| input.field(&output.name).is_some()) {
            return Err(DataFault::DuplicateField(taken.name.clone()).into());
        }
        Ok(DataModel::new(input.fields().iter().chain(&self.outputs).cloned().collect())?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let kernel: Arc<dyn Kernel> = Arc::clone(&self.rules) as Arc<dyn Kernel>;
        one(inputs)?.compute(kernel, self.rules.fields(), self.outputs.clone(), run)
    }
}
