//! Raw fields, with the treatment of the mining schema.

use super::{Fields, Kind, Value};
use crate::common::{DataField, FieldOutliers, InvalidValueTreatment, MiningField, OpType, ValueProperty};
use crate::error::{Location, PmmlError};
use crate::program::Input;
use crate::program::step::Step;
use crate::program::treatment::{Fate, NumberTreatment, TextTreatment};
use crate::program::{Slot, State};

impl<'a> Fields<'a> {
    /// Compiles a raw field: the treated column of the input, and the column that guards it.
    pub(super) fn raw_field(
        &mut self,
        field: &'a DataField,
        schema: Option<&MiningField>,
    ) -> Result<(Value, Slot), PmmlError> {
        let at = Location { path: format!("DataField {:?}", field.name), position: None };
        let outer = std::mem::replace(&mut self.at, at);
        let kind = Kind::of(field.data_type);
        let kind = kind.ok_or_else(|| self.unsupported(format!("data type {}", field.data_type.name())))?;
        let op_type = schema.and_then(|s| s.op_type).unwrap_or(field.op_type);
        let raw = match self.raw.get(field.name.as_str()) {
            Some(raw) => *raw,
            None => {
                let input = Input { name: field.name.clone(), data_type: field.data_type, op_type };
                self.builder.input(input)
            }
        };
        self.raw.insert(field.name.as_str(), raw);
        let treated = self.treated(raw, kind, field, schema, op_type)?;
        self.at = outer;
        Ok(treated)
    }

    /// Compiles the treatment of a field by the schema of an inner model.
    pub(super) fn treat_again(
        &mut self,
        value: &Value,
        field: &DataField,
        schema: &MiningField,
    ) -> Result<(Value, Slot), PmmlError> {
        let op_type = schema.op_type.unwrap_or(field.op_type);
        self.treated(value.slot, value.kind, field, Some(schema), op_type)
    }

    fn treated(
        &mut self,
        raw: Slot,
        kind: Kind,
        field: &DataField,
        schema: Option<&MiningField>,
        op_type: OpType,
    ) -> Result<(Value, Slot), PmmlError> {
        let (slot, guard) = match kind {
            Kind::Text => self.treated_text(raw, field, schema)?,
            kind => {
                let slot = self.treated_numbers(raw, kind, field, schema, op_type)?;
                (slot, slot)
            }
        };
        Ok((Value { slot, kind, untyped: None }, guard))
    }

    fn treated_numbers(
        &mut self,
        raw: Slot,
        kind: Kind,
        field: &DataField,
        schema: Option<&MiningField>,
        op_type: OpType,
    ) -> Result<Slot, PmmlError> {
        let listed = |property| {
            let values = field.values.iter().filter(move |v| v.property == property);
            values.map(|v| self.number(kind, &v.value)).collect::<Result<Vec<_>, _>>()
        };
        let (missing, invalid) = (listed(ValueProperty::Missing)?, listed(ValueProperty::Invalid)?);
        let mut valid = listed(ValueProperty::Valid)?;
        valid.sort_by(f64::total_cmp);
        let literal = |text: &str| self.number(kind, text);
        let (on_invalid, on_missing) = fates(schema, &self.default_invalid, literal)?;
        let step = Step::TreatNumber(NumberTreatment {
            of: raw,
            missing,
            invalid,
            valid,
            intervals: field.intervals.clone(),
            outliers: match schema {
                Some(schema) if op_type == OpType::Continuous => schema.outliers,
                _ => FieldOutliers::AsIs,
            },
            on_invalid,
            on_missing,
        });
        self.push(step)
    }

    fn treated_text(
        &mut self,
        raw: Slot,
        field: &DataField,
        schema: Option<&MiningField>,
    ) -> Result<(Slot, Slot), PmmlError> {
        if schema.is_some_and(|s| s.outliers != FieldOutliers::AsIs) || !field.intervals.is_empty() {
            return Err(self.invalid("a range of texts"));
        }
        let (codes, vocabulary) = self.builder.encode(raw, true, &self.at)?;
        let mut replacements = Vec::new();
        let default_invalid = self.default_invalid.clone();
        let (on_invalid, on_missing) = fates(schema, &default_invalid, |text| {
            let code = self.builder.place_of_text(vocabulary, text);
            replacements.push((code, text.to_owned()));
            Ok(code)
        })?;
        let unlisted = match field.valid_values().next() {
            Some(_) => on_invalid,
            None => Fate::Keep,
        };
        let mut listed = vec![unlisted; replacements.len()];
        for value in &field.values {
            let place = self.builder.place_of_text(vocabulary, &value.value) as usize;
            listed.resize(listed.len().max(place), unlisted);
            listed[place - 1] = match value.property {
                ValueProperty::Valid => Fate::Keep,
                ValueProperty::Invalid => on_invalid,
                ValueProperty::Missing => Fate::Lose(State::Missing),
            };
        }
        let codes = self.push(Step::TreatText(TextTreatment { of: codes, listed, unlisted, on_missing }))?;
        let slot = self.push(Step::Treated { raw, codes, replacements })?;
        self.builder.encoded(slot, codes, vocabulary);
        Ok((slot, codes))
    }
}

/// Treatment of invalid and of missing values.
///
/// Without a schema there is no model whose result could be invalid: values are used unchanged.
fn fates<T>(
    schema: Option<&MiningField>,
    default_invalid: &InvalidValueTreatment,
    mut literal: impl FnMut(&str) -> Result<T, PmmlError>,
) -> Result<(Fate<T>, Fate<T>), PmmlError> {
    let Some(schema) = schema else { return Ok((Fate::Keep, Fate::Keep)) };
    let on_invalid = match schema.invalid_value_treatment.as_ref().unwrap_or(default_invalid) {
        InvalidValueTreatment::ReturnInvalid => Fate::Lose(State::Invalid),
        InvalidValueTreatment::AsIs => Fate::Keep,
        InvalidValueTreatment::AsMissing => Fate::Lose(State::Missing),
        InvalidValueTreatment::AsValue(text) => Fate::Become(literal(text)?),
    };
    let on_missing = match &schema.missing_value_replacement {
        Some(text) => Fate::Become(literal(text)?),
        None if schema.missing_is_invalid => Fate::Lose(State::Invalid),
        None => Fate::Keep,
    };
    Ok((on_invalid, on_missing))
}
