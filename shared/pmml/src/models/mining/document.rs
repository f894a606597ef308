//! `MiningModel` with `Segmentation`.
//!
//! <https://dmg.org/pmml/v4-4/MultipleModels.html>

use crate::common::{ModelHeader, Predicate};
use crate::error::{Location, PmmlError};
use crate::limits::MAX_NODES;
use crate::models::document::Model;
use crate::xml::Node;

/// A model of models.
#[derive(Debug, Clone)]
pub struct MiningModel {
    /// The properties of all models.
    pub header: ModelHeader,
    /// The combination of the segments' results.
    pub method: MultipleModelMethod,
    /// The effect of a segment without a prediction.
    pub missing_prediction: MissingPredictionTreatment,
    /// The fraction of segments without a prediction from which on there is no result.
    pub missing_threshold: f64,
    /// The segments, in order.
    pub segments: Vec<Segment>,
}

/// The combination of the segments' results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the names are those of the attribute `multipleModelMethod`
pub enum MultipleModelMethod {
    MajorityVote,
    WeightedMajorityVote,
    Average,
    WeightedAverage,
    Median,
    WeightedMedian,
    Max,
    Sum,
    WeightedSum,
    SelectFirst,
    SelectAll,
    ModelChain,
}

/// The effect of a segment without a prediction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingPredictionTreatment {
    /// There is no result.
    ReturnMissing,
    /// The segment does not count.
    SkipSegment,
    /// It participates: without a number there is no result, and in a vote "none" is a category of its own.
    Continue,
}

/// A model and its condition.
#[derive(Debug, Clone)]
pub struct Segment {
    /// Its id, or its number from 1.
    pub id: String,
    /// Its weight relative to others.
    pub weight: f64,
    /// The condition on records.
    pub predicate: Predicate,
    /// The model.
    pub model: Model,
    /// Where it is defined.
    pub location: Location,
}

impl MiningModel {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let header = ModelHeader::read(node, &[], &["Segmentation"])?;
        let list = node.required_child("Segmentation")?;
        let attributes = ["multipleModelMethod", "missingPredictionTreatment", "missingThreshold"];
        list.expect(&attributes, &["Segment"])?;
        use MultipleModelMethod as Method;
        let methods = [
            ("majorityVote", Method::MajorityVote),
            ("weightedMajorityVote", Method::WeightedMajorityVote),
            ("average", Method::Average),
            ("weightedAverage", Method::WeightedAverage),
            ("median", Method::Median),
            ("weightedMedian", Method::WeightedMedian),
            ("max", Method::Max),
            ("sum", Method::Sum),
            ("weightedSum", Method::WeightedSum),
            ("selectFirst", Method::SelectFirst),
            ("selectAll", Method::SelectAll),
            ("modelChain", Method::ModelChain),
        ];
        let method = list.one_of("multipleModelMethod", &methods)?;
        let treatments = [
            ("returnMissing", MissingPredictionTreatment::ReturnMissing),
            ("skipSegment", MissingPredictionTreatment::SkipSegment),
            ("continue", MissingPredictionTreatment::Continue),
        ];
        let mut segments = Vec::new();
        for segment in list.all("Segment") {
            if segments.len() >= MAX_NODES {
                return Err(list.limit("segments", MAX_NODES));
            }
            segments.push(Segment::read(&segment, segments.len() + 1)?);
        }
        if segments.is_empty() {
            return Err(list.invalid("no Segment element"));
        }
        Ok(Self {
            header,
            method: method.ok_or_else(|| list.invalid("no attribute multipleModelMethod"))?,
            missing_prediction: list
                .one_of("missingPredictionTreatment", &treatments)?
                .unwrap_or(MissingPredictionTreatment::Continue),
            missing_threshold: list.number("missingThreshold")?.unwrap_or(1.0),
            segments,
        })
    }
}

impl Segment {
    fn read(node: &Node<'_>, number: usize) -> Result<Self, PmmlError> {
        if let Some(unknown) = node.element.attributes.iter().find(|(n, _)| n != "id" && n != "weight") {
            return Err(node.unsupported(format!("attribute {}", unknown.0)));
        }
        let mut models = node.children().filter(|n| Model::is_model(n.name()));
        let model = models.next().ok_or_else(|| node.invalid("no model element"))?;
        if models.next().is_some() {
            return Err(node.invalid("more than one model element"));
        }
        if let Some(weight) = node.child("VariableWeight") {
            return Err(weight.unsupported("VariableWeight"));
        }
        Ok(Self {
            id: node.owned("id").unwrap_or_else(|| number.to_string()),
            weight: node.number("weight")?.unwrap_or(1.0),
            predicate: Predicate::read_only_child(node)?,
            model: Model::read(&model)?,
            location: node.location(),
        })
    }
}
