//! Fields by name: raw ones with the treatment that the mining schema prescribes, derived ones
//! compiled when first needed.

use std::collections::{HashMap, HashSet};

use super::builder::Builder;
use super::step::Step;
use super::treatment::{Fate, NumberTreatment, TextTreatment};
use super::{Literal, Slot, State};
use crate::document::{
    DataDictionary, DataField, DataType, DefineFunction, DerivedField, FieldOutliers, InvalidValueTreatment,
    MiningField, MiningSchema, OpType, TransformationDictionary, UsageType, ValueProperty,
};
use crate::error::{Location, PmmlError};
use crate::input::Input;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Integers and reals.
    Number,
    /// 1 or 0.
    Boolean,
    /// Days since 1970.
    Date,
    /// Text.
    Text,
}

/// A compiled value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Value {
    /// Its column.
    pub(crate) slot: Slot,
    /// What the column holds.
    pub(crate) kind: Kind,
    /// For a constant without a type: its text, which may also be read as another kind.
    pub(crate) untyped: Option<String>,
}

/// The fields and functions of a document, compiled as they are needed.
pub(crate) struct Fields<'a> {
    pub(crate) builder: Builder,
    data: HashMap<&'a str, (&'a DataField, Option<&'a MiningField>)>,
    derived: HashMap<&'a str, &'a DerivedField>,
    pub(super) functions: HashMap<&'a str, &'a DefineFunction>,
    known: HashMap<&'a str, Value>,
    /// Derived fields being compiled, to find cycles.
    open: HashSet<&'a str>,
    /// Columns whose invalid cells make the whole record invalid.
    pub(crate) guards: Vec<Slot>,
    /// Depth of expressions being compiled, and the number compiled.
    pub(super) depth: usize,
    pub(super) work: usize,
    /// What is being compiled, for errors.
    pub(crate) at: Location,
}

impl Kind {
    /// What a column of a data type holds; none for types that are not computed with.
    pub(crate) fn of(data_type: DataType) -> Option<Self> {
        match data_type {
            DataType::String => Some(Self::Text),
            DataType::Integer | DataType::Double => Some(Self::Number),
            DataType::Boolean => Some(Self::Boolean),
            DataType::Date => Some(Self::Date),
            DataType::Float | DataType::Time | DataType::DateTime | DataType::Elapsed => None,
        }
    }

    /// A literal of this kind.
    pub(crate) fn parse(self, text: &str) -> Option<Literal> {
        let number = match self {
            Self::Text => return Some(Literal::Text(text.to_owned())),
            Self::Number => text.trim().parse::<f64>().ok().filter(|n| n.is_finite()),
            Self::Date => super::parse_date(text),
            Self::Boolean => match text.trim() {
                "true" | "1" => Some(1.0),
                "false" | "0" => Some(0.0),
                _ => None,
            },
        };
        number.map(Literal::Number)
    }
}

impl<'a> Fields<'a> {
    /// The fields of a document without a model: raw fields are taken as they are.
    pub(crate) fn without_schema(
        dictionary: &'a DataDictionary,
        transformations: &'a TransformationDictionary,
    ) -> Result<Self, PmmlError> {
        let data = dictionary.fields.iter().map(|f| (f.name.as_str(), (f, None))).collect();
        Self::new(data, &[transformations])
    }

    /// The fields of a model: raw fields are the active ones of its schema, which all become
    /// inputs in the order of the schema.
    pub(crate) fn with_schema(
        dictionary: &'a DataDictionary,
        schema: &'a MiningSchema,
        transformations: &[&'a TransformationDictionary],
    ) -> Result<Self, PmmlError> {
        let mut data = HashMap::new();
        for field in schema.with_usage(UsageType::Active) {
            let at = || Location { path: format!("MiningField {:?}", field.name), position: None };
            let Some(data_field) = dictionary.field(&field.name) else {
                return Err(PmmlError::Invalid { at: at(), reason: "no such DataField".into() });
            };
            if data.insert(field.name.as_str(), (data_field, Some(field))).is_some() {
                return Err(PmmlError::Invalid { at: at(), reason: "a second field of this name".into() });
            }
        }
        let mut fields = Self::new(data, transformations)?;
        for field in schema.with_usage(UsageType::Active) {
            fields.field(&field.name)?;
        }
        Ok(fields)
    }

    fn new(
        data: HashMap<&'a str, (&'a DataField, Option<&'a MiningField>)>,
        transformations: &[&'a TransformationDictionary],
    ) -> Result<Self, PmmlError> {
        let mut derived = HashMap::new();
        let mut functions = HashMap::new();
        for dictionary in transformations {
            // Local definitions hide global ones; twice in one place contradict each other.
            let mut seen = HashSet::new();
            for field in &dictionary.fields {
                let Some(name) = field.name.as_deref() else {
                    let reason = "no attribute name".into();
                    return Err(PmmlError::Invalid { at: field.location.clone(), reason });
                };
                if !seen.insert(name) {
                    let reason = format!("a second derived field {name:?}");
                    return Err(PmmlError::Invalid { at: field.location.clone(), reason });
                }
                derived.insert(name, field);
            }
            let mut seen = HashSet::new();
            for function in &dictionary.functions {
                if !seen.insert(function.name.as_str()) || super::function::builtin(&function.name).is_some()
                {
                    let reason = format!("a second function {:?}", function.name);
                    return Err(PmmlError::Invalid { at: function.location.clone(), reason });
                }
                functions.insert(function.name.as_str(), function);
            }
        }
        Ok(Self {
            builder: Builder::new(),
            data,
            derived,
            functions,
            known: HashMap::new(),
            open: HashSet::new(),
            guards: Vec::new(),
            depth: 0,
            work: 0,
            at: Location::default(),
        })
    }

    /// The field called `name`, compiled if it is not yet.
    pub(crate) fn field(&mut self, name: &str) -> Result<Value, PmmlError> {
        if let Some(value) = self.known.get(name) {
            return Ok(value.clone());
        }
        let (name, value) = if let Some((name, derived)) = self.derived.get_key_value(name) {
            let (name, derived) = (*name, *derived);
            if !self.open.insert(name) {
                return Err(self.invalid(format!("field {name:?} is computed from itself")));
            }
            let value = self.derived(derived)?;
            self.open.remove(name);
            (name, value)
        } else if let Some((name, (field, schema))) = self.data.get_key_value(name) {
            let (name, field, schema) = (*name, *field, *schema);
            (name, self.raw(field, schema)?)
        } else {
            return Err(self.invalid(format!("no field {name:?} among the active and derived ones")));
        };
        self.known.insert(name, value.clone());
        Ok(value)
    }

    /// Compiles a derived field, which may be one without a name.
    pub(crate) fn derived(&mut self, derived: &'a DerivedField) -> Result<Value, PmmlError> {
        let outer = std::mem::replace(&mut self.at, derived.location.clone());
        if let Some(name) = &derived.name {
            self.at.path = format!("{} {name:?}", self.at.path);
        }
        let value = self.expression(&derived.expression, Some(derived.data_type), None)?;
        let value = self.cast(value, derived.data_type)?;
        self.at = outer;
        Ok(value)
    }

    fn raw(&mut self, field: &DataField, schema: Option<&MiningField>) -> Result<Value, PmmlError> {
        let at = Location { path: format!("DataField {:?}", field.name), position: None };
        let outer = std::mem::replace(&mut self.at, at);
        let kind = Kind::of(field.data_type);
        let kind = kind.ok_or_else(|| self.unsupported(format!("data type {}", field.data_type.name())))?;
        let op_type = schema.and_then(|s| s.op_type).unwrap_or(field.op_type);
        let input = Input { name: field.name.clone(), data_type: field.data_type, op_type };
        let raw = self.builder.input(input);
        let slot = match kind {
            Kind::Text => self.treated_text(raw, field, schema)?,
            kind => self.treated_numbers(raw, kind, field, schema, op_type)?,
        };
        self.at = outer;
        Ok(Value { slot, kind, untyped: None })
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
        let (on_invalid, on_missing) = fates(schema, literal)?;
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
        let slot = self.push(step)?;
        self.guards.push(slot);
        Ok(slot)
    }

    fn treated_text(
        &mut self,
        raw: Slot,
        field: &DataField,
        schema: Option<&MiningField>,
    ) -> Result<Slot, PmmlError> {
        if schema.is_some_and(|s| s.outliers != FieldOutliers::AsIs) || !field.intervals.is_empty() {
            return Err(self.invalid("a range of texts"));
        }
        let (codes, vocabulary) = self.builder.encode(raw, true, &self.at)?;
        let mut replacements = Vec::new();
        let (on_invalid, on_missing) = fates(schema, |text| {
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
        self.guards.push(codes);
        Ok(slot)
    }

    pub(super) fn push(&mut self, step: Step) -> Result<Slot, PmmlError> {
        self.builder.push(step, &self.at)
    }

    pub(super) fn number(&self, kind: Kind, text: &str) -> Result<f64, PmmlError> {
        match kind.parse(text) {
            Some(Literal::Number(number)) => Ok(number),
            _ => Err(self.invalid(format!("{text:?} does not suit the field's data type"))),
        }
    }

    pub(super) fn invalid(&self, reason: impl Into<String>) -> PmmlError {
        PmmlError::Invalid { at: self.at.clone(), reason: reason.into() }
    }

    pub(super) fn unsupported(&self, what: impl Into<String>) -> PmmlError {
        PmmlError::Unsupported { at: self.at.clone(), what: what.into() }
    }
}

/// What becomes of invalid and of missing values.
///
/// Without a schema there is no model whose result could be invalid: values are used as they are.
fn fates<T>(
    schema: Option<&MiningField>,
    mut literal: impl FnMut(&str) -> Result<T, PmmlError>,
) -> Result<(Fate<T>, Fate<T>), PmmlError> {
    let Some(schema) = schema else { return Ok((Fate::Keep, Fate::Keep)) };
    let on_invalid = match &schema.invalid_value_treatment {
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
