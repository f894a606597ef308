//! Model elements: reading, compilation and computation.
//!
//! Each element has a folder: `document` has the content of the XML, and `compile` converts it to a `kernel`,
//! which computes the columns of a frame. There are no dependencies in the other direction: a kernel does not
//! depend on documents, nor a document on kernels.

mod association;
mod bayes_net;
mod categories;
mod clustering;
pub(crate) mod document;
pub(crate) mod general_regression;
mod links;
mod mining;
mod naive_bayes;
mod nearest_neighbor;
mod neural;
mod options;
mod outputs;
mod regression;
pub(crate) mod rule_set;
mod scorecard;
mod svm;
mod time_series;
mod tree;

use crate::common::{
    CastInteger, DataDictionary, DataField, Function, ModelHeader, TransformationDictionary, UsageType,
};
use crate::error::{Location, PmmlError};
use crate::limits::MAX_MODEL_DEPTH;
use crate::program::{Fields, Kernel, Kind, ModelStep, Rescale, Shape, Slot};

pub(crate) use categories::Categories;
pub(crate) use document::Model;
pub(crate) use nearest_neighbor::instances::array as instance_array;
pub use options::{AssociationOptions, Consequents, Options, RuleCriterion};
pub use outputs::OutputColumn;
pub(crate) use time_series::arima::Arima;
pub(crate) use time_series::smoothing::Smoothing;
pub use time_series::smoothing::{Fitted, Forecast};
pub(crate) use time_series::student;

/// Rows that a model computes together, so that they and a part of the model share the cache.
pub(crate) const TILE: usize = 64;

/// The context that all models of a document share.
pub(crate) struct Context<'a> {
    pub(crate) dictionary: &'a DataDictionary,
    pub(crate) transformations: &'a TransformationDictionary,
    /// Whether IBM wrote the document.
    pub(crate) ibm: bool,
    pub(crate) options: &'a Options,
}

/// The result of compiling a model element.
pub(crate) struct Parts {
    pub(crate) kernel: Box<dyn Kernel>,
    pub(crate) shape: Shape,
}

/// A model in a program.
pub(crate) struct Compiled<'a> {
    /// The step that runs it, and the number of its results.
    pub(crate) slot: Slot,
    pub(crate) number: usize,
    pub(crate) shape: Shape,
    pub(crate) header: &'a ModelHeader,
    pub(crate) target: Option<&'a DataField>,
    /// Its output columns with their slots.
    pub(crate) outputs: Vec<(OutputColumn, Slot)>,
    /// For a model of models: its segments by id.
    pub(crate) segments: Vec<(String, Compiled<'a>)>,
}

/// Compiles a model into the program of `fields`. The fields of the outermost model are already open; an
/// inner model opens and closes its own.
pub(crate) fn compile<'a>(
    model: &'a Model,
    outer: Option<&'a DataField>,
    depth: usize,
    context: &Context<'a>,
    fields: &mut Fields<'a>,
) -> Result<Compiled<'a>, PmmlError> {
    let header = model.header().ok_or_else(|| {
        let at = Location { path: "PMML".into(), position: None };
        unsupported(&at, format!("model {}", model.element()))
    })?;
    if depth > MAX_MODEL_DEPTH {
        let (what, limit) = ("nested models", MAX_MODEL_DEPTH);
        return Err(PmmlError::Limit { at: header.location.clone(), what, limit });
    }
    if !header.scorable {
        return Err(unsupported(&header.location, "isScorable=\"false\""));
    }
    let target = target(model, header, outer, context)?;
    if depth > 0 {
        fields.enter(&header.mining_schema, &header.local_transformations)?;
    }
    fields.at = header.location.clone();
    let mut segments = Vec::new();
    let parts = match model {
        Model::SupportVectorMachine(model) => svm::compile(model, context.ibm, fields)?,
        Model::NeuralNetwork(model) => {
            let name = target.map(|t| t.name.as_str()).unwrap_or_default();
            neural::compile(model, name, context.transformations, fields)?
        }
        Model::Tree(model) => tree::compile(model, target, fields)?,
        Model::RuleSet(model) => rule_set::compile(model, target, context.options, fields)?,
        Model::GeneralRegression(model) => general_regression::compile(model, target, fields)?,
        Model::Regression(model) => regression::compile(model, target, fields)?,
        Model::Clustering(model) => clustering::compile(model, fields)?,
        Model::NearestNeighbor(model) => nearest_neighbor::compile(model, target, context, fields)?,
        Model::NaiveBayes(model) => naive_bayes::compile(model, target, fields)?,
        Model::Scorecard(model) => scorecard::compile(model, fields)?,
        Model::Association(model) => association::compile(model, context, fields)?,
        Model::BayesNet(model) => bayes_net::compile(model, target, fields)?,
        Model::Mining(model) => {
            let (parts, inner) = mining::compile(model, target, depth, context, fields)?;
            segments = inner;
            parts
        }
        Model::TimeSeries(_) => {
            return Err(unsupported(&header.location, "a time series as part of a model"));
        }
        Model::Other(name) => return Err(unsupported(&header.location, format!("model {name}"))),
    };
    fields.at = header.location.clone();
    let shape = parts.shape.clone();
    let step = ModelStep {
        number: 0,
        kernel: parts.kernel,
        rescale: rescale(header, target, &parts.shape)?,
        shape: parts.shape,
        guards: fields.guards(),
    };
    let (slot, number) = fields.builder.model(step, &header.location)?;
    let mut compiled = Compiled { slot, number, shape, header, target, outputs: Vec::new(), segments };
    if context.options.outputs {
        compiled.outputs = outputs::compile(&compiled, fields)?;
    }
    if depth > 0 {
        fields.leave();
        for (column, slot) in &compiled.outputs {
            fields.define(&column.name, column.value(*slot));
        }
    }
    Ok(compiled)
}

/// The field that a model predicts: of its own schema, or that of the surrounding model.
fn target<'a>(
    model: &Model,
    header: &'a ModelHeader,
    outer: Option<&'a DataField>,
    context: &Context<'a>,
) -> Result<Option<&'a DataField>, PmmlError> {
    let at = || header.location.clone();
    if matches!(header.function, Function::Clustering | Function::AssociationRules) {
        return Ok(None);
    }
    let targets: Vec<_> = header.mining_schema.with_usage(UsageType::Target).collect();
    let name = match (targets.as_slice(), &context.options.target) {
        ([target], _) => Some(target.name.as_str()),
        ([], _) => model.target_name(),
        (several, Some(wanted)) if matches!(model, Model::NeuralNetwork(_)) => {
            let found = several.iter().find(|target| target.name == *wanted);
            let found = found.ok_or_else(|| invalid(&at(), format!("no target {wanted:?}")))?;
            Some(found.name.as_str())
        }
        _ => return Err(PmmlError::Unsupported { at: at(), what: "a second target".into() }),
    };
    let field = match (name, outer) {
        (None, None) if matches!(model, Model::Scorecard(_) | Model::Mining(_)) => return Ok(None),
        (None, None) => {
            return Err(PmmlError::Invalid { at: at(), reason: "no target among the mining fields".into() });
        }
        (None, outer) => return Ok(outer),
        (Some(name), _) => {
            let field = context.dictionary.field(name);
            field.ok_or_else(|| invalid(&at(), format!("no DataField {name:?}")))?
        }
    };
    let suits = match header.function {
        Function::Regression => {
            Kind::of(field.data_type) == Some(Kind::Number) || outer.is_some() || targets.len() > 1
        }
        _ => Kind::of(field.data_type).is_some(),
    };
    if !suits {
        let what = format!("a target of data type {}", field.data_type.name());
        return Err(PmmlError::Unsupported { at: at(), what });
    }
    Ok(Some(field))
}

/// The postprocessing of predictions by the document's `Targets`.
fn rescale(header: &ModelHeader, target: Option<&DataField>, shape: &Shape) -> Result<Rescale, PmmlError> {
    let name = target.map(|t| t.name.as_str()).unwrap_or_default();
    let Some(treatment) = header.targets.of(name) else { return Ok(Rescale::default()) };
    let whole: Option<fn(f64) -> f64> = treatment.cast_integer.map(|cast| match cast {
        CastInteger::Round => |x: f64| (x + 0.5).floor(),
        CastInteger::Ceiling => f64::ceil as fn(f64) -> f64,
        CastInteger::Floor => f64::floor,
    });
    let bounds = match (treatment.min, treatment.max) {
        (None, None) => None,
        (min, max) => Some((min.unwrap_or(f64::NEG_INFINITY), max.unwrap_or(f64::INFINITY))),
    };
    let line = (treatment.rescale_factor, treatment.rescale_constant);
    let categories = Categories::of(target);
    let mut priors = vec![0.0; shape.categories.len()];
    let mut known = false;
    for value in &treatment.values {
        let (Some(name), Some(prior)) = (&value.value, value.prior_probability) else { continue };
        let same = |category: &String| {
            category == name || categories.find(category).is_some_and(|c| categories.find(name) == Some(c))
        };
        if let Some(place) = shape.categories.iter().position(same) {
            priors[place] = prior;
            known = true;
        }
    }
    let numeric = shape.categories.is_empty();
    Ok(Rescale {
        bounds: bounds.filter(|_| numeric),
        line: (numeric && line != (1.0, 0.0)).then_some(line),
        round: whole.filter(|_| numeric),
        default: treatment.values.iter().find_map(|v| v.default_value).filter(|_| numeric),
        priors: (known && !numeric).then_some(priors),
    })
}

/// Position of the largest number of a row, the first one of equal ones.
pub(crate) fn largest(columns: &[Vec<f64>], row: usize) -> u32 {
    let mut best = 0;
    for (place, column) in columns.iter().enumerate() {
        if column[row] > columns[best][row] {
            best = place;
        }
    }
    best as u32
}

pub(crate) fn invalid(at: &Location, reason: impl Into<String>) -> PmmlError {
    PmmlError::Invalid { at: at.clone(), reason: reason.into() }
}

pub(crate) fn unsupported(at: &Location, what: impl Into<String>) -> PmmlError {
    PmmlError::Unsupported { at: at.clone(), what: what.into() }
}
