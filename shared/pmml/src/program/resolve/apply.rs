//! Compiles `Apply` to steps.
//!
//! The rules for missing values, from <https://dmg.org/pmml/v4-4/Functions.html>: for most functions a
//! missing argument makes the result missing. `mapMissingTo` replaces the result if an argument is missing,
//! and `defaultValue` replaces it if it is still missing.

use super::Scope;
use crate::common::{Apply, DataType, DefineFunction, InvalidResult};
use crate::error::PmmlError;
use crate::program::State;
use crate::program::field::{Fields, Kind, Value};
use crate::program::function::{Builtin, builtin};
use crate::program::numeric::{Binary, Unary};
use crate::program::step::{Step, TextFunction};

impl Fields<'_> {
    pub(super) fn apply(
        &mut self,
        apply: &Apply,
        wanted: Option<DataType>,
        scope: Option<&Scope>,
    ) -> Result<Value, PmmlError> {
        let builtin = builtin(&apply.function);
        let mut arguments = Vec::new();
        for (place, argument) in apply.arguments.iter().enumerate() {
            // Both results of `if` have the type of the whole.
            let wanted = if builtin == Some(Builtin::If) && place > 0 { wanted } else { None };
            arguments.push(self.expression(argument, wanted, scope)?);
        }
        let slots: Vec<_> = arguments.iter().map(|a| a.slot).collect();
        let result = match (builtin, self.function(&apply.function)) {
            (Some(builtin), _) => self.call_builtin(builtin, apply, arguments, wanted)?,
            (None, Some(function)) => self.call_defined(function, apply, arguments)?,
            (None, None) => return Err(self.unsupported(format!("function {:?}", apply.function))),
        };
        let result = match &apply.map_missing_to {
            Some(_) if matches!(builtin, Some(Builtin::If | Builtin::HasState(_))) => {
                return Err(self.unsupported(format!("mapMissingTo on function {:?}", apply.function)));
            }
            Some(text) => self.replace(&result, slots, text)?,
            None => result,
        };
        match &apply.default_value {
            Some(text) => self.replace(&result, vec![result.slot], text),
            None => Ok(result),
        }
    }

    fn call_defined(
        &mut self,
        function: &DefineFunction,
        apply: &Apply,
        arguments: Vec<Value>,
    ) -> Result<Value, PmmlError> {
        if apply.invalid_result != InvalidResult::ReturnInvalid {
            let name = &function.name;
            return Err(self.unsupported(format!("invalidValueTreatment on the defined function {name:?}")));
        }
        if arguments.len() != function.parameters.len() {
            return Err(self.wrong_count(apply, function.parameters.len()));
        }
        let mut scope = Scope::new();
        for ((name, data_type), value) in function.parameters.iter().zip(arguments) {
            let value = match data_type {
                Some(data_type) => self.cast(value, *data_type)?,
                None => value,
            };
            scope.insert(name.clone(), value);
        }
        let value = self.expression(&function.body, function.data_type, Some(&scope))?;
        match function.data_type {
            Some(data_type) => self.cast(value, data_type),
            None => Ok(value),
        }
    }

    fn call_builtin(
        &mut self,
        builtin: Builtin,
        apply: &Apply,
        arguments: Vec<Value>,
        wanted: Option<DataType>,
    ) -> Result<Value, PmmlError> {
        let (least, most) = builtin.arity();
        if arguments.len() < least || arguments.len() > most {
            return Err(self.wrong_count(apply, least));
        }
        let outside = match apply.invalid_result {
            InvalidResult::ReturnInvalid => State::Invalid,
            InvalidResult::AsMissing => State::Missing,
        };
        match builtin {
            Builtin::Unary(function) => {
                let of = self.all(arguments, Kind::Number)?;
                self.value(Step::Unary { function, of: of[0], outside }, Kind::Number)
            }
            Builtin::Not => {
                let of = self.all(arguments, Kind::Boolean)?;
                self.value(Step::Unary { function: Unary::Not, of: of[0], outside }, Kind::Boolean)
            }
            Builtin::Binary(function) => {
                let of = self.all(arguments, Kind::Number)?;
                self.value(Step::Binary { function, left: of[0], right: of[1], outside }, Kind::Number)
            }
            Builtin::DaysSinceYear | Builtin::SecondsSinceYear => {
                let (kind, function) = match builtin {
                    Builtin::DaysSinceYear => (Kind::Date, Binary::DaysSinceYear),
                    _ => (Kind::DateTime, Binary::SecondsSinceYear),
                };
                let mut arguments = arguments.into_iter();
                let mut next = |kind| match arguments.next() {
                    Some(argument) => self.as_kind(argument, kind),
                    None => Err(self.invalid("too few arguments")),
                };
                let (left, right) = (next(kind)?.slot, next(Kind::Number)?.slot);
                self.value(Step::Binary { function, left, right, outside }, Kind::Number)
            }
            Builtin::SecondsSinceMidnight => {
                let of = arguments.first().filter(|a| matches!(a.kind, Kind::Time | Kind::DateTime));
                let of = of.ok_or_else(|| self.invalid("dateSecondsSinceMidnight needs a time"))?.slot;
                let function = Unary::SecondsSinceMidnight;
                self.value(Step::Unary { function, of, outside }, Kind::Number)
            }
            Builtin::Normal(density) => {
                let of = self.all(arguments, Kind::Number)?;
                let mut binary =
                    |function, left, right| self.push(Step::Binary { function, left, right, outside });
                let distance = binary(Binary::Subtract, of[0], of[1])?;
                let z = binary(Binary::Divide, distance, of[2])?;
                let function = if density { Unary::StdNormalPdf } else { Unary::StdNormalCdf };
                let standard = self.push(Step::Unary { function, of: z, outside })?;
                if !density {
                    return Ok(Value { slot: standard, kind: Kind::Number, untyped: None });
                }
                let step = Step::Binary { function: Binary::Divide, left: standard, right: of[2], outside };
                self.value(step, Kind::Number)
            }
            Builtin::Aggregate(function) => {
                let of = self.all(arguments, Kind::Number)?;
                self.value(Step::Aggregate { function, of, outside }, Kind::Number)
            }
            Builtin::Compare(function) => self.compare(function, &arguments[0], &arguments[1]),
            Builtin::Logic(function) => {
                let of = self.all(arguments, Kind::Boolean)?;
                self.fold(function, of)
            }
            Builtin::IsIn(inside) => {
                let mut equal = Vec::new();
                for other in &arguments[1..] {
                    equal.push(self.compare(Binary::Equal, &arguments[0], other)?.slot);
                }
                let found = self.fold(Binary::Or, equal)?;
                if inside {
                    return Ok(found);
                }
                let not = Step::Unary { function: Unary::Not, of: found.slot, outside };
                self.value(not, Kind::Boolean)
            }
            Builtin::HasState(states) => {
                self.value(Step::HasState { of: arguments[0].slot, states }, Kind::Boolean)
            }
            Builtin::If => self.choice(arguments, wanted),
            Builtin::Length => {
                let of = self.all(arguments, Kind::Text)?;
                self.value(Step::Length { of: of[0] }, Kind::Number)
            }
            Builtin::Text(function @ TextFunction::Substring) => {
                let mut of = Vec::new();
                for (place, argument) in arguments.into_iter().enumerate() {
                    let kind = if place == 0 { Kind::Text } else { Kind::Number };
                    of.push(self.as_kind(argument, kind)?.slot);
                }
                self.value(Step::Text { function, of }, Kind::Text)
            }
            Builtin::Text(function) => {
                let of = self.all(arguments, Kind::Text)?;
                self.value(Step::Text { function, of }, Kind::Text)
            }
        }
    }

    fn choice(&mut self, arguments: Vec<Value>, wanted: Option<DataType>) -> Result<Value, PmmlError> {
        let mut arguments = arguments.into_iter();
        let (Some(condition), Some(then)) = (arguments.next(), arguments.next()) else {
            return Err(self.invalid("too few arguments"));
        };
        let condition = self.as_kind(condition, Kind::Boolean)?.slot;
        let otherwise = arguments.next();
        let untyped = then.untyped.is_some() && otherwise.as_ref().is_none_or(|o| o.untyped.is_some());
        let kind = match wanted.and_then(Kind::of) {
            Some(wanted) if untyped => wanted,
            _ => match &otherwise {
                Some(otherwise) if then.untyped.is_some() => otherwise.kind,
                _ => then.kind,
            },
        };
        let then = self.as_kind(then, kind)?.slot;
        let otherwise = otherwise.map(|o| self.as_kind(o, kind)).transpose()?.map(|o| o.slot);
        self.value(Step::If { condition, then, otherwise, text: kind == Kind::Text }, kind)
    }

    fn compare(&mut self, function: Binary, left: &Value, right: &Value) -> Result<Value, PmmlError> {
        let (left, right) = self.alike(left, right)?;
        let step = if left.kind == Kind::Text {
            Step::CompareText { function, left: left.slot, right: right.slot }
        } else {
            let outside = State::Invalid;
            Step::Binary { function, left: left.slot, right: right.slot, outside }
        };
        self.value(step, Kind::Boolean)
    }

    /// Two values as the same type: a constant without a type follows the other.
    fn alike(&mut self, left: &Value, right: &Value) -> Result<(Value, Value), PmmlError> {
        let kind = if left.untyped.is_some() { right.kind } else { left.kind };
        Ok((self.as_kind(left.clone(), kind)?, self.as_kind(right.clone(), kind)?))
    }

    fn all(&mut self, arguments: Vec<Value>, kind: Kind) -> Result<Vec<usize>, PmmlError> {
        arguments.into_iter().map(|a| Ok(self.as_kind(a, kind)?.slot)).collect()
    }

    fn fold(&mut self, function: Binary, of: Vec<usize>) -> Result<Value, PmmlError> {
        let outside = State::Invalid;
        let mut of = of.into_iter();
        let first = of.next().ok_or_else(|| self.invalid("too few arguments"))?;
        let mut all = first;
        for right in of {
            all = self.push(Step::Binary { function, left: all, right, outside })?;
        }
        Ok(Value { slot: all, kind: Kind::Boolean, untyped: None })
    }

    fn wrong_count(&self, apply: &Apply, wanted: usize) -> PmmlError {
        let (name, found) = (&apply.function, apply.arguments.len());
        self.invalid(format!("function {name:?} has {found} arguments instead of {wanted}"))
    }
}
