//! The nuggets of SVM and of Bayes nets. IBM: `applysvmnode`, `applybayesnetnode`.
//!
//! They list all possible fields; their options select the actual ones.

use std::collections::HashMap;

use satsuma_engine::{Compile, Compiled, Inputs, NodeDiagnostics, NodeType, Reported};
use satsuma_stream::nodes::{ExtensionApply, OutputField, OutputRole, SvmOptions};

use super::document;
use super::nugget::{Nugget, Output, Score, output_field, refuse_kind, true_category};

/// SVM.
pub static NODE: NodeType = NodeType {
    class: "ExtensionApplyModelNode",
    extension: Some("applySVM"),
    inputs: Inputs::One,
    settings: &[],
    compile: |compile| self::compile("$SP-", compile),
};

/// Bayes net.
pub static BAYES_NET: NodeType = NodeType {
    class: "ExtensionApplyModelNode",
    extension: Some("applyBN"),
    inputs: Inputs::One,
    settings: &[],
    compile: |compile| self::compile("$BP-", compile),
};

/// `prefix`: that of probability fields.
fn compile(prefix: &str, compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let nugget = compile.read(ExtensionApply::from_node)?;
    let options = compile.undamaged(SvmOptions::from_nugget(&nugget))?;
    compile.diagnostics().unknown(&nugget.unknown);
    compile.diagnostics().unknown(&options.unknown);
    let container = compile.undamaged(nugget.container("model"))?;
    if container.is_split {
        return Err(compile.refuse_value("contentContainers", "split", "split models are not supported"));
    }
    let pmml = compile.undamaged(container.content(compile.file()))?;
    let scorer = document::scorer(&pmml, compile)?;
    let mut outputs = Vec::new();
    let categories = scorer.categories().iter().enumerate().map(|(at, name)| (name.as_str(), at));
    let known = Categories {
        places: categories.rev().collect(),
        of_true: true_category(&container.header.outputs, &scorer),
        prefix,
    };
    for output in &container.header.outputs {
        outputs.extend(added(output, &known, &options, compile.diagnostics()));
    }
    Ok(Compiled::process(Nugget::new(&pmml, scorer, outputs)))
}

/// The model's categories, by their index in its result.
struct Categories<'a> {
    places: HashMap<&'a str, usize>,
    /// The true value of a flag target.
    of_true: Option<usize>,
    /// The prefix of probability fields.
    prefix: &'a str,
}

/// The field, if the options select it.
fn added(
    output: &OutputField,
    categories: &Categories<'_>,
    options: &SvmOptions,
    diagnostics: &mut NodeDiagnostics<'_>,
) -> Option<Output> {
    let of_target = output
        .target_field
        .as_ref()
        .is_some_and(|target| output.name == format!("{}{target}", categories.prefix));
    let score = match (output.role.as_ref(), output.tag.as_deref()) {
        (Some(OutputRole::PredictedValue), None) => Score::Prediction,
        (Some(OutputRole::Probability), None) if of_target => Score::Confidence,
        (Some(OutputRole::Probability), None) if !options.all_probabilities => return None,
        (Some(OutputRole::Probability), None) => {
            let category = output.name.strip_prefix(categories.prefix);
            let at = category.and_then(|category| categories.places.get(category));
            at.copied().map(Score::Probability).or_else(|| {
                diagnostics.refuse_value("outputs", &output.name, "the model has no such category");
                None
            })?
        }
        (Some(OutputRole::Propensity), Some("RAW")) if !options.raw_propensity => return None,
        (Some(OutputRole::Propensity), Some("RAW")) => match categories.of_true {
            Some(at) => Score::Probability(at),
            None => {
                diagnostics.refuse_value("_raw_propensity", true, "propensities need a flag target");
                return None;
            }
        },
        (Some(OutputRole::Propensity), Some("ADJUSTED")) if !options.adjusted_propensity => return None,
        _ => {
            refuse_kind(output, diagnostics);
            return None;
        }
    };
    Some(Output { field: output_field(output, diagnostics)?, score })
}
