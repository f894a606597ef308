//! The models of an auto nugget.

use satsuma_engine::{Compile, Reported};
use satsuma_pmml::{Algorithm, Function, Scorer};
use satsuma_stream::nodes::AutoResult;
use satsuma_stream::{Element, ScfContainer, unwrap_content};

use super::voting::Member;
use crate::modeling::document;

/// A model that predicts a category, compiled.
///
/// # Errors
/// If it is damaged or not supported.
pub(super) fn member(result: &AutoResult, compile: &mut Compile<'_>) -> Result<Member, Reported> {
    let (pmml, scorer) = model(result, compile)?;
    if scorer.categories().is_empty() {
        let property = format!("resultItem/{:?}", result.model_name);
        return Err(compile.refuse_value(property, "", "the model predicts no category"));
    }
    let corrected = scorer.algorithm() == Algorithm::Tree;
    Ok(Member { pmml, corrected, inputs: Vec::new(), scorer })
}

/// A model that predicts a number, compiled.
///
/// # Errors
/// If it is damaged or not supported.
pub(super) fn predictor(
    result: &AutoResult,
    compile: &mut Compile<'_>,
) -> Result<(Vec<u8>, Scorer), Reported> {
    let (pmml, scorer) = model(result, compile)?;
    if scorer.function() != Function::Regression {
        let property = format!("resultItem/{:?}", result.model_name);
        return Err(compile.refuse_value(property, "", "the model predicts no number"));
    }
    Ok((pmml, scorer))
}

fn model(result: &AutoResult, compile: &mut Compile<'_>) -> Result<(Vec<u8>, Scorer), Reported> {
    let name = &result.model_name;
    let class = result.output_type.as_ref().map_or("", |kind| kind.class()).to_owned();
    let extension =
        result.output_type.as_ref().and_then(|kind| kind.extension()).unwrap_or_default().to_owned();
    let property = format!("resultItem/{name:?}");
    let Some(output) = &result.output else {
        return Err(compile.refuse_value(property, "", "the model has no content"));
    };
    let is_true = |name: &str| {
        let properties = output.child("properties");
        properties.and_then(|properties| properties.text_of(name)).is_some_and(|text| text == "true")
    };
    if is_true("useMisclassificationCosts") {
        let message = "models with misclassification costs are not supported";
        return Err(compile.refuse_value(format!("{property}/useMisclassificationCosts"), true, message));
    }
    let pmml = match (class.as_str(), extension.as_str()) {
        (
            "ChaidRuleOutput" | "CartRuleOutput" | "QuestRuleOutput" | "C5RuleOutput" | "LogisticOutput"
            | "RegressionOutput",
            _,
        ) => {
            let entry = output.child("properties").and_then(|properties| properties.child("model"));
            match entry.and_then(|model| model.attr("pmml")) {
                Some(entry) => compile.undamaged(compile.file().entry(entry))?,
                None => return Err(compile.refuse_value(property, class, "the model has no PMML")),
            }
        }
        ("CFModelOutput", "neuralnetmodel" | "LinearRegressionModel") => scf(output, &property, compile)?,
        ("ExtensionModelOutput", "BNOutput" | "SVMOutput") => content(output, &property, compile)?,
        _ => {
            let what = if extension.is_empty() { class } else { format!("{class}[{extension}]") };
            return Err(compile.refuse_value(property, what, "models of this type are not supported"));
        }
    };
    let scorer = document::scorer(&pmml, compile)?;
    Ok((pmml, scorer))
}

/// The PMML of a model of the component framework.
fn scf(output: &Element, property: &str, compile: &mut Compile<'_>) -> Result<Vec<u8>, Reported> {
    for container in output.children("container") {
        if container.text_of("containerName").as_deref() != Some("PMML") {
            continue;
        }
        let entry = compile.undamaged(container.require_attr("containerData"))?;
        let bytes = compile.undamaged(compile.file().entry(entry))?;
        let scf = compile.undamaged(ScfContainer::read(&bytes, compile.file().limits()))?;
        let mut documents = scf.pmml();
        if let (Some(document), None) = (documents.next(), documents.next())
            && document.keys.is_empty()
        {
            return Ok(document.payload.clone());
        }
    }
    Err(compile.refuse_value(property.to_owned(), "", "the model has not one document of PMML"))
}

/// The PMML of a model of an extension.
fn content(output: &Element, property: &str, compile: &mut Compile<'_>) -> Result<Vec<u8>, Reported> {
    let lists = output.child("contentContainers").into_iter();
    let containers = lists.flat_map(|lists| lists.children("containers"));
    let mut containers = containers.flat_map(|list| list.children("container"));
    let model = containers.find(|container| container.attr("name") == Some("model"));
    let is_split = model.and_then(|model| model.attr("isSplit")) == Some("true");
    let content = model.and_then(|model| model.child("content")).filter(|_| !is_split);
    let Some(entry) = content.and_then(|content| content.attr("content")) else {
        return Err(compile.refuse_value(
            property.to_owned(),
            "",
            "the model has no single document of PMML",
        ));
    };
    let bytes = compile.undamaged(compile.file().entry(entry))?;
    Ok(compile.undamaged(unwrap_content(&bytes))?.to_vec())
}
