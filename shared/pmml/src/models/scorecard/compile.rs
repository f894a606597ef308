//! Compiles a scorecard to tests and points.

use super::document::Scorecard;
use super::kernel::{Attribute, Card, Characteristic, Points};
use crate::common::{DataType, Function};
use crate::error::PmmlError;
use crate::models::{Parts, invalid, unsupported};
use crate::program::{Entity, Fields, Kind, NONE, Shape};

pub(crate) fn compile(model: &Scorecard, fields: &mut Fields<'_>) -> Result<Parts, PmmlError> {
    let at = &model.header.location;
    if model.header.function != Function::Regression {
        return Err(unsupported(at, "a scorecard that does not predict a number"));
    }
    let mut reasons: Vec<Entity> = Vec::new();
    let mut characteristics = Vec::new();
    for one in &model.characteristics {
        let baseline = one.baseline_score.or(model.baseline_score);
        if model.use_reason_codes && baseline.is_none() {
            return Err(invalid(&one.location, "no baselineScore, which reasons need"));
        }
        let mut attributes = Vec::new();
        for attribute in &one.attributes {
            fields.at = attribute.location.clone();
            let points = match (&attribute.complex, attribute.partial_score) {
                (Some(expression), _) => {
                    let value = fields.output(expression, Some(DataType::Double))?;
                    Points::Computed(fields.as_kind(value, Kind::Number)?.slot)
                }
                (None, Some(points)) => Points::Fixed(points),
                (None, None) => return Err(invalid(&attribute.location, "no partialScore")),
            };
            let reason = match attribute.reason_code.as_ref().or(one.reason_code.as_ref()) {
                None if model.use_reason_codes => {
                    return Err(invalid(&attribute.location, "no reasonCode"));
                }
                None => NONE,
                Some(id) => match reasons.iter().position(|reason| reason.id == *id) {
                    Some(place) => place as u32,
                    None => {
                        reasons.push(Entity { id: id.clone(), name: None });
                        reasons.len() as u32 - 1
                    }
                },
            };
            let test = fields.predicate(&attribute.predicate)?;
            attributes.push(Attribute { test, points, reason });
        }
        characteristics.push(Characteristic { baseline: baseline.unwrap_or(0.0), attributes });
    }
    fields.at = at.clone();
    let ranked = if model.use_reason_codes { characteristics.len() } else { 0 };
    let shape = Shape { entities: reasons, ranked, ..Shape::default() };
    let kernel = Card { initial: model.initial_score, above: model.points_above, characteristics };
    Ok(Parts { kernel: Box::new(kernel), shape })
}
