//! Compiles expressions to steps.

mod apply;
mod table;

use std::collections::HashMap;

use super::field::{Fields, Kind, Value};
use super::lookup::Norm;
use super::numeric::Unary;
use super::step::Step;
use super::{Literal, State, Test};
use crate::common::{DataType, DerivedField, Expression, Operator};
use crate::error::PmmlError;
use crate::limits::{MAX_EXPRESSION_DEPTH, MAX_STEPS};

/// The arguments of a function that the document defines, by parameter.
type Scope = HashMap<String, Value>;

impl<'a> Fields<'a> {
    /// Compiles an expression.
    ///
    /// `wanted` is the type that the context requires; `scope` resolves `FieldRef` inside a function.
    pub(super) fn expression(
        &mut self,
        expression: &Expression,
        wanted: Option<DataType>,
        scope: Option<&Scope>,
    ) -> Result<Value, PmmlError> {
        self.work += 1;
        if self.work > MAX_STEPS {
            return Err(PmmlError::Limit { at: self.at.clone(), what: "expressions", limit: MAX_STEPS });
        }
        self.depth += 1;
        if self.depth > MAX_EXPRESSION_DEPTH {
            let (what, limit) = ("levels of expressions", MAX_EXPRESSION_DEPTH);
            return Err(PmmlError::Limit { at: self.at.clone(), what, limit });
        }
        let value = match expression {
            Expression::Constant { text, data_type, missing } => {
                self.constant(text, *data_type, *missing, wanted)
            }
            Expression::FieldRef { field, map_missing_to } => {
                let value = self.named(field, scope)?;
                match map_missing_to {
                    Some(text) => self.replace(&value, vec![value.slot], text),
                    None => Ok(value),
                }
            }
            Expression::NormContinuous { field, points, outliers, map_missing_to } => {
                let of = self.of_kind(field, Kind::Number, scope)?;
                let step =
                    Norm { of, points: points.clone(), outliers: *outliers, on_missing: *map_missing_to };
                self.value(Step::Norm(step), Kind::Number)
            }
            Expression::NormDiscrete { field, value, map_missing_to } => {
                let of = self.named(field, scope)?;
                self.indicator(&of, value, *map_missing_to)
            }
            Expression::Discretize { field, bins, map_missing_to, default_value, data_type } => {
                let of = self.of_kind(field, Kind::Number, scope)?;
                let data_type = data_type.or(wanted);
                self.discretize(of, bins, map_missing_to.as_deref(), default_value.as_deref(), data_type)
            }
            Expression::MapValues(map) => self.map_values(map, wanted, scope),
            Expression::Apply(apply) => self.apply(apply, wanted, scope),
        };
        self.depth -= 1;
        value
    }

    /// The column of a derived field that must be a number.
    pub(crate) fn number_derived(&mut self, derived: &DerivedField) -> Result<usize, PmmlError> {
        let value = self.derived(derived)?;
        Ok(self.as_kind(value, Kind::Number)?.slot)
    }

    /// The column of a field that must be a number.
    pub(crate) fn number_field(&mut self, name: &str) -> Result<usize, PmmlError> {
        self.of_kind(name, Kind::Number, None)
    }

    /// Compiles an expression of an output or of points, as `data_type` if given.
    pub(crate) fn output(
        &mut self,
        expression: &Expression,
        data_type: Option<DataType>,
    ) -> Result<Value, PmmlError> {
        let value = self.expression(expression, data_type, None)?;
        match data_type {
            Some(data_type) => self.cast(value, data_type),
            None => Ok(value),
        }
    }

    /// A test whether a value equals a fixed one.
    pub(crate) fn equals(&mut self, of: &Value, text: &str) -> Result<Test, PmmlError> {
        if of.kind == Kind::Text {
            let (slot, vocabulary) = self.builder.encode(of.slot, true, &self.at)?;
            return Ok(Test::Code {
                of: slot,
                code: self.builder.place_of_text(vocabulary, text),
                same: true,
            });
        }
        let value = self.number(of.kind, text)?;
        Ok(Test::Number { of: of.slot, operator: Operator::Equal, value })
    }

    /// The column of a field that must be a number, whatever its type in the document: IBM's K-Means declares
    /// the numbers of a text field as texts.
    pub(crate) fn any_number_field(&mut self, name: &str) -> Result<usize, PmmlError> {
        match self.derived_named(name) {
            Some(derived) if derived.data_type != DataType::Double => {
                let outer = std::mem::replace(&mut self.at, derived.location.clone());
                let value = self.expression(&derived.expression, Some(DataType::Double), None)?;
                let slot = self.as_kind(value, Kind::Number)?.slot;
                self.at = outer;
                Ok(slot)
            }
            _ => self.number_field(name),
        }
    }

    /// 1 if `of` has a value, otherwise 0.
    pub(crate) fn indicator(
        &mut self,
        of: &Value,
        value: &str,
        on_missing: Option<f64>,
    ) -> Result<Value, PmmlError> {
        let step = if of.kind == Kind::Text {
            let (codes, vocabulary) = self.builder.encode(of.slot, true, &self.at)?;
            let code = self.builder.place_of_text(vocabulary, value);
            Step::IsCode { of: codes, code, on_missing }
        } else {
            let number = self.number(of.kind, value)?;
            Step::IsNumber { of: of.slot, number, on_missing }
        };
        self.value(step, Kind::Number)
    }

    /// Checks that a value has a data type; reals that are integers are accepted as integers.
    pub(super) fn cast(&mut self, value: Value, data_type: DataType) -> Result<Value, PmmlError> {
        let kind = Kind::of(data_type);
        let kind = kind.ok_or_else(|| self.unsupported(format!("data type {}", data_type.name())))?;
        let value = self.as_kind(value, kind)?;
        if data_type != DataType::Integer {
            return Ok(value);
        }
        let outside = State::Invalid;
        self.value(Step::Unary { function: Unary::Integer, of: value.slot, outside }, kind)
    }

    /// Checks that a value has a type. Constants without a type adapt.
    pub(crate) fn as_kind(&mut self, value: Value, kind: Kind) -> Result<Value, PmmlError> {
        match &value.untyped {
            Some(text) => self.literal(text, kind),
            None if value.kind == kind => Ok(value),
            None => {
                let (found, wanted) = (value.kind.name(), kind.name());
                Err(self.invalid(format!("a {found} stands where a {wanted} is needed")))
            }
        }
    }

    fn constant(
        &mut self,
        text: &str,
        data_type: Option<DataType>,
        missing: bool,
        wanted: Option<DataType>,
    ) -> Result<Value, PmmlError> {
        let stated = data_type.or(if missing { wanted } else { None });
        let kind = match stated {
            None => None,
            Some(stated) => Some(
                Kind::of(stated).ok_or_else(|| self.unsupported(format!("data type {}", stated.name())))?,
            ),
        };
        if missing {
            let kind = kind.ok_or_else(|| self.unsupported("a missing constant without dataType"))?;
            let slot = self.builder.constant(Literal::None(kind, State::Missing));
            return Ok(Value { slot, kind, untyped: None });
        }
        if let Some(kind) = kind {
            return self.literal(text, kind);
        }
        // By the specification the content determines the type if there is none.
        let kind = if Kind::Number.parse(text).is_some() { Kind::Number } else { Kind::Text };
        let value = self.literal(text, kind)?;
        Ok(Value { untyped: Some(text.to_owned()), ..value })
    }

    fn literal(&mut self, text: &str, kind: Kind) -> Result<Value, PmmlError> {
        let literal = kind.parse(text);
        let literal = literal.ok_or_else(|| self.invalid(format!("{text:?} is no {}", kind.name())))?;
        Ok(Value { slot: self.builder.constant(literal), kind, untyped: None })
    }

    /// `of`, replaced by a constant if one of the columns in `missing` is missing.
    fn replace(&mut self, of: &Value, missing: Vec<usize>, text: &str) -> Result<Value, PmmlError> {
        let with = self.literal(text, of.kind)?.slot;
        let step = Step::Replace { of: of.slot, missing, with, text: of.kind == Kind::Text };
        self.value(step, of.kind)
    }

    fn named(&mut self, field: &str, scope: Option<&Scope>) -> Result<Value, PmmlError> {
        match scope {
            None => self.field(field),
            Some(scope) => match scope.get(field) {
                Some(value) => Ok(value.clone()),
                None => Err(self.invalid(format!("no parameter {field:?}"))),
            },
        }
    }

    fn of_kind(&mut self, field: &str, kind: Kind, scope: Option<&Scope>) -> Result<usize, PmmlError> {
        let value = self.named(field, scope)?;
        Ok(self.as_kind(value, kind)?.slot)
    }

    fn value(&mut self, step: Step, kind: Kind) -> Result<Value, PmmlError> {
        Ok(Value { slot: self.push(step)?, kind, untyped: None })
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Time => "time",
            Self::DateTime => "dateTime",
            Self::Text => "string",
        }
    }
}
