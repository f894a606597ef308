//! Compiles `Output` to columns of the program.

use std::sync::Arc;

use super::{Categories, Compiled, invalid, unsupported};
use crate::common::{DataType, Feature, Function, OutputField, RankOrder};
use crate::error::PmmlError;
use crate::limits::MAX_OUTPUTS;
use crate::program::{Entity, Fields, Kind, List, Literal, Slot, Step, Take, Value, arrow_type};

/// A column of the document's `Output`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputColumn {
    /// Its name.
    pub name: String,
    /// Its meaning.
    pub feature: Feature,
    /// Its data type.
    pub data_type: DataType,
    /// The type of its columns.
    pub arrow_type: arrow_schema::DataType,
    /// Whether it is a final result, not an intermediate one.
    pub is_final: bool,
}

impl OutputColumn {
    /// The column as a value for expressions.
    pub(super) fn value(&self, slot: Slot) -> Value {
        Value { slot, kind: Kind::of(self.data_type).unwrap_or(Kind::Number), untyped: None }
    }
}

/// Compiles the outputs of a model, in order; later ones may read earlier ones.
pub(super) fn compile<'a>(
    model: &Compiled<'a>,
    fields: &mut Fields<'a>,
) -> Result<Vec<(OutputColumn, Slot)>, PmmlError> {
    let count = model.header.output.fields.len();
    if count > MAX_OUTPUTS {
        let (at, what, limit) = (model.header.location.clone(), "output fields", MAX_OUTPUTS);
        return Err(PmmlError::Limit { at, what, limit });
    }
    if count == 0 {
        return Ok(Vec::new());
    }
    let own = Names::of(model);
    let mut columns = Vec::new();
    for output in &model.header.output.fields {
        fields.at = output.location.clone();
        let (slot, data_type) = match output.feature {
            Feature::TransformedValue | Feature::Decision => expression(output, fields)?,
            _ => {
                let (of, names) = match &output.segment {
                    None => (model, own.clone()),
                    Some(id) => {
                        let found = model.segments.iter().find(|(other, _)| other == id);
                        let found =
                            found.ok_or_else(|| invalid(&output.location, format!("no segment {id:?}")))?;
                        (&found.1, Names::of(&found.1))
                    }
                };
                let (take, data_type) = take(of, &names, output)?;
                let step = Step::Take { model: of.slot, number: of.number, take };
                (fields.builder.push(step, &output.location)?, data_type)
            }
        };
        let column = OutputColumn {
            name: output.name.clone(),
            feature: output.feature,
            data_type,
            arrow_type: arrow_type(data_type),
            is_final: output.is_final,
        };
        fields.define(&output.name, column.value(slot));
        columns.push((column, slot));
    }
    Ok(columns)
}

/// The ids of a model's entities, computed once for all outputs.
#[derive(Clone, Default)]
struct Names {
    ids: Arc<[String]>,
    numbers: Option<Arc<[f64]>>,
}

impl Names {
    fn of(model: &Compiled<'_>) -> Self {
        let entities = &model.shape.entities;
        let number = |entity: &Entity| entity.id.trim().parse::<f64>().ok().filter(|n| n.is_finite());
        Self {
            ids: entities.iter().map(|entity| entity.id.clone()).collect(),
            numbers: entities.iter().map(number).collect(),
        }
    }

    fn ids(&self) -> Arc<[String]> {
        Arc::clone(&self.ids)
    }

    /// The ids as numbers, if all are.
    fn numbers(&self) -> Option<Arc<[f64]>> {
        self.numbers.clone()
    }
}

fn expression(output: &OutputField, fields: &mut Fields<'_>) -> Result<(Slot, DataType), PmmlError> {
    let expression = output.expression.as_ref();
    let expression = expression.ok_or_else(|| invalid(&output.location, "no expression"))?;
    let value = fields.output(expression, output.data_type)?;
    let natural = match value.kind {
        Kind::Text => DataType::String,
        Kind::Boolean => DataType::Boolean,
        Kind::Date => DataType::Date,
        Kind::Time => DataType::Time,
        Kind::DateTime => DataType::DateTime,
        Kind::Number => DataType::Double,
    };
    Ok((value.slot, output.data_type.unwrap_or(natural)))
}

/// The result of the model that an output contains, and its data type.
fn take(model: &Compiled<'_>, names: &Names, output: &OutputField) -> Result<(Take, DataType), PmmlError> {
    let at = &output.location;
    let shape = &model.shape;
    let place = output.rank.checked_sub(1).ok_or_else(|| invalid(at, "a rank of 0"))?;
    if output.rank_order == Some(RankOrder::Ascending) {
        return Err(unsupported(at, "rankOrder=\"ascending\""));
    }
    let refuse = || unsupported(at, format!("feature={:?} of this model", output.feature.name()));
    let number = |take| Ok((take, DataType::Double));
    match output.feature {
        Feature::PredictedValue | Feature::PredictedDisplayValue => predicted(model, output, place),
        Feature::Probability | Feature::Confidence => {
            let list = match output.feature {
                Feature::Confidence if shape.confidences => List::Confidences,
                _ if shape.probabilities => List::Probabilities,
                _ if shape.confidence && output.value.is_none() && place == 0 => {
                    return number(Take::Confidence);
                }
                _ => return Err(refuse()),
            };
            match (&output.value, place) {
                (Some(value), _) => {
                    let same = |c: &&String| *c == value || numerically_equal(c, value);
                    let place = shape.categories.iter().position(|c| same(&c));
                    let place = place.ok_or_else(|| invalid(at, format!("no category {value:?}")))?;
                    number(Take::Of(list, place))
                }
                (None, 0) => number(Take::OfWinner(list)),
                (None, place) => number(Take::RankedProbability(place)),
            }
        }
        Feature::EntityId | Feature::ClusterId | Feature::RuleId => {
            if shape.ranked > 0 {
                return ranked(names, place, shape.ranked, output);
            }
            if !shape.has_entity {
                return Err(refuse());
            }
            if place > 0 && shape.affinities {
                return Ok((Take::RankedCluster(place, shape.similarity, names.ids()), DataType::String));
            }
            if place > 0 {
                return Err(refuse());
            }
            Ok(match (output.data_type, names.numbers()) {
                (Some(DataType::Integer | DataType::Double), Some(numbers)) => {
                    (Take::EntityNumber(numbers), output.data_type.unwrap_or(DataType::Integer))
                }
                _ => (Take::EntityText(names.ids()), DataType::String),
            })
        }
        Feature::Affinity | Feature::ClusterAffinity | Feature::EntityAffinity => {
            if shape.ranked > 0 && place < shape.ranked {
                return number(Take::RankedNumber(place));
            }
            if !shape.affinities {
                return Err(refuse());
            }
            match (&output.value, place) {
                (Some(value), _) => {
                    let place = shape.entities.iter().position(|e| e.id == *value);
                    let place = place.ok_or_else(|| invalid(at, format!("no entity {value:?}")))?;
                    number(Take::Of(List::Affinities, place))
                }
                (None, 0) => number(Take::EntityAffinity),
                (None, place) => number(Take::RankedAffinity(place, shape.similarity)),
            }
        }
        Feature::ReasonCode if shape.ranked > 0 => ranked(names, place, shape.ranked, output),
        Feature::StandardError if shape.standard_error => number(Take::StandardError),
        _ => Err(refuse()),
    }
}

fn predicted(
    model: &Compiled<'_>,
    output: &OutputField,
    place: usize,
) -> Result<(Take, DataType), PmmlError> {
    let shape = &model.shape;
    let display = output.feature == Feature::PredictedDisplayValue;
    if shape.categories.is_empty() {
        return Ok(match model.header.function {
            Function::Clustering | Function::AssociationRules => {
                (Take::EntityText(names(&shape.entities, display)), DataType::String)
            }
            _ => (Take::Number, DataType::Double),
        });
    }
    let names: Arc<[String]> = match display {
        true => shape.categories.iter().map(|category| shown(model, category)).collect(),
        false => shape.categories.clone().into(),
    };
    if place > 0 {
        if !shape.probabilities {
            return Err(unsupported(&output.location, "a rank of predictions without probabilities"));
        }
        return Ok((Take::RankedCategory(place, names), DataType::String));
    }
    let natural = model.target.map_or(DataType::String, |t| t.data_type);
    let data_type = if display { DataType::String } else { output.data_type.unwrap_or(natural) };
    match Kind::of(data_type) {
        None => Err(unsupported(&output.location, format!("data type {}", data_type.name()))),
        Some(Kind::Text) => Ok((Take::WinnerText(names), DataType::String)),
        Some(kind) => {
            let mut numbers = Vec::new();
            for name in names.iter() {
                match kind.parse(name) {
                    Some(Literal::Number(number)) => numbers.push(number),
                    _ => {
                        let reason = format!("category {name:?} is no {}", data_type.name());
                        return Err(invalid(&output.location, reason));
                    }
                }
            }
            Ok((Take::WinnerNumber(numbers.into()), data_type))
        }
    }
}

/// The display name of a category.
fn shown(model: &Compiled<'_>, category: &str) -> String {
    let name = model.target.map(|t| t.name.as_str()).unwrap_or_default();
    let categories = Categories::of(model.target);
    let same = |value: &str| {
        value == category || categories.find(value).is_some_and(|c| categories.find(category) == Some(c))
    };
    let treated = model.header.targets.of(name).and_then(|t| {
        let value = t.values.iter().find(|v| v.value.as_deref().is_some_and(same))?;
        value.display_value.clone()
    });
    let listed = || {
        let value = model.target?.values.iter().find(|v| same(&v.value))?;
        value.display_value.clone()
    };
    treated.or_else(listed).unwrap_or_else(|| category.to_owned())
}

fn ranked(
    names: &Names,
    place: usize,
    most: usize,
    output: &OutputField,
) -> Result<(Take, DataType), PmmlError> {
    if place >= most {
        return Err(invalid(&output.location, format!("rank {} of {most}", place + 1)));
    }
    Ok(match (output.data_type, names.numbers()) {
        (Some(DataType::Integer | DataType::Double), Some(numbers)) => {
            (Take::RankedEntity(place, numbers), output.data_type.unwrap_or(DataType::Integer))
        }
        _ => (Take::RankedText(place, names.ids()), DataType::String),
    })
}

fn names(entities: &[Entity], display: bool) -> Arc<[String]> {
    let name = |entity: &Entity| match &entity.name {
        Some(name) if display => name.clone(),
        _ => entity.id.clone(),
    };
    entities.iter().map(name).collect()
}

fn numerically_equal(a: &str, b: &str) -> bool {
    match (a.trim().parse::<f64>(), b.trim().parse::<f64>()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}
