//! Compiles segments to models of the same program.

use super::document::{MiningModel, MultipleModelMethod as Method};
use super::kernel::{Segment, Segments};
use crate::common::{DataField, Function};
use crate::error::PmmlError;
use crate::models::{self, Categories, Compiled, Context, Parts, unsupported};
use crate::program::{Entity, Fields, Shape};

pub(crate) fn compile<'a>(
    model: &'a MiningModel,
    target: Option<&'a DataField>,
    depth: usize,
    context: &Context<'a>,
    fields: &mut Fields<'a>,
) -> Result<(Parts, Vec<(String, Compiled<'a>)>), PmmlError> {
    let at = &model.header.location;
    let classes = match model.header.function {
        Function::Classification => true,
        Function::Regression => false,
        _ => return Err(unsupported(at, "a MiningModel that neither classifies nor predicts a number")),
    };
    let chain = model.method == Method::ModelChain;
    let supported = match model.method {
        Method::MajorityVote | Method::WeightedMajorityVote => classes,
        Method::Average | Method::WeightedAverage | Method::SelectFirst | Method::ModelChain => true,
        Method::Median | Method::Max | Method::Sum | Method::WeightedSum => !classes,
        Method::SelectAll | Method::WeightedMedian => false,
    };
    if !supported {
        let what = format!("multipleModelMethod {:?} with this functionName", model.method);
        return Err(unsupported(at, what));
    }
    let mut inner = Vec::new();
    let mut tests = Vec::new();
    for segment in &model.segments {
        fields.at = segment.location.clone();
        tests.push(fields.predicate(&segment.predicate)?);
        let compiled = models::compile(&segment.model, target, depth + 1, context, fields)?;
        inner.push((segment.id.clone(), compiled));
    }
    let last = inner.len() - 1;
    let speaks = |place: usize| !chain || place == last;
    let mut categories = Categories::of(target);
    for (place, (_, compiled)) in inner.iter().enumerate() {
        if speaks(place) && classes == compiled.shape.categories.is_empty() {
            let what = "a segment whose functionName is not that of the model";
            return Err(unsupported(&compiled.header.location, what));
        }
        for category in compiled.shape.categories.iter().filter(|_| classes && speaks(place)) {
            categories.place(category, at)?;
        }
    }
    let voting = matches!(model.method, Method::MajorityVote | Method::WeightedMajorityVote);
    let mut segments = Vec::new();
    for ((segment, test), (_, compiled)) in model.segments.iter().zip(tests).zip(&inner) {
        let known = !compiled.shape.probabilities && !voting && classes && !chain;
        if known && model.method != Method::SelectFirst {
            return Err(unsupported(&segment.location, "an average of a segment without probabilities"));
        }
        let weighted = matches!(
            model.method,
            Method::WeightedMajorityVote | Method::WeightedAverage | Method::WeightedSum
        );
        segments.push(Segment {
            test,
            number: compiled.number,
            weight: if weighted { segment.weight } else { 1.0 },
            places: compiled.shape.categories.iter().map(|c| categories.find(c).unwrap_or(0)).collect(),
        });
    }
    let first = matches!(model.method, Method::SelectFirst | Method::ModelChain);
    let all = |has: fn(&Shape) -> bool| {
        inner.iter().enumerate().filter(|(place, _)| speaks(*place)).all(|(_, (_, c))| has(&c.shape))
    };
    let shape = Shape {
        categories: if classes { categories.into_names() } else { Vec::new() },
        probabilities: classes && (!first || all(|shape| shape.probabilities)),
        confidences: classes && first && all(|shape| shape.confidences),
        adjusted: classes && first && all(|shape| shape.adjusted),
        confidence: classes && first && all(|shape| shape.confidence),
        entities: inner.iter().map(|(id, _)| Entity { id: id.clone(), name: None }).collect(),
        has_entity: first,
        ..Shape::default()
    };
    let kernel = Segments {
        segments,
        method: model.method,
        classes,
        missing: model.missing_prediction,
        threshold: model.missing_threshold,
    };
    Ok((Parts { kernel: Box::new(kernel), shape }, inner))
}
