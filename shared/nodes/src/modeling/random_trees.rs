//! The Random Trees nugget. IBM: `applyrandomtrees`.
//!
//! Its PMML, a vote of trees or the mean of trees, is in a zip inside a container. The confidence is the
//! fraction of votes, which is PMML's probability of a majority vote.

use satsuma_engine::{Compile, Compiled, Inputs, NodeType, Reported};
use satsuma_pmml::{Function, Options};
use satsuma_stream::Archive;
use satsuma_stream::nodes::ExtensionApply;

use super::native::{self, Choice};
use super::nugget::Score;

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "ExtensionApplyModelNode",
    extension: Some("applyRandomTrees"),
    inputs: Inputs::One,
    settings: &[],
    compile,
};

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let nugget = compile.read(ExtensionApply::from_node)?;
    compile.diagnostics().unknown(&nugget.unknown);
    let mut confidences = true;
    for option in &nugget.options {
        match option.name.as_str() {
            "_calculate_conf" => confidences = compile.undamaged(option.value())?,
            "_GenerateSQL" => {}
            _ => compile.diagnostics().unknown(std::slice::from_ref(option)),
        }
    }
    let container = compile.undamaged(nugget.container("PMML"))?;
    if container.is_split {
        return Err(compile.refuse_value("contentContainers", "split", "split models are not supported"));
    }
    let zip = compile.undamaged(container.content(compile.file()))?;
    let archive = compile.undamaged(Archive::open(zip, compile.file().limits()))?;
    let pmml = compile.undamaged(archive.read("PMML.xml"))?;
    let model = native::compiled(container.header.clone(), pmml, &Options::default(), compile)?;
    let classifies = model.scorer.function() == Function::Classification;
    let choice = Choice {
        prefix: "$R",
        confidence: (confidences && classifies).then_some(Score::Confidence),
        all_probabilities: false,
        raw_propensity: None,
        entity: false,
    };
    let outputs = native::predictions(&model, &choice, compile.diagnostics());
    native::nugget(&model.pmml, model.scorer, outputs, compile)
}
