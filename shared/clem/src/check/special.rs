//! Functions that the check recognises by name.

use std::sync::Arc;

use satsuma_columns::{Blanks, Field, Scalar, day_of};

use crate::context::Statistic;
use crate::error::{ErrorKind, Result};
use crate::functions::print_today;
use crate::kernels::compare::{self, Comparison};
use crate::kernels::map::map1;
use crate::kernels::{Kernel, convert, lists, logic, text};
use crate::kind::Kind;
use crate::op::Op;
use crate::syntax::{Node, NodeKind};
use crate::value::{Integers, Texts, Value, View, mismatch};

use super::{Checker, Part};

impl Checker<'_> {
    pub(super) fn special(&mut self, node: &Node, name: &str, arguments: &[Node]) -> Result<Part> {
        if let Some(statistic) = Statistic::of_function(name) {
            return self.global(node, statistic, arguments);
        }
        match (name, arguments) {
            ("undef", []) => Ok(Part::null()),
            ("pi", []) => Ok(Part::constant(Scalar::Real(std::f64::consts::PI))),
            ("datetime_now", []) => self.now(node).map(|now| Part::constant(Scalar::Timestamp(now))),
            ("@TODAY", []) => self.today(node),
            ("@NULL", [item]) => {
                let part = self.check(item)?;
                self.apply(logic::is_null, vec![part], Kind::Truth)
            }
            ("@BLANK", [field]) => {
                let (position, known) = self.named_field(field, name)?;
                let part = self.field(field, position)?;
                self.blank(part, &known)
            }
            ("max" | "min", [one, two]) => self.extreme(node, name, one, two),
            ("value_at", [index, list]) => self.value_at(node, index, list),
            ("sum_n" | "mean_n" | "sdev_n", [list]) => self.list_of_numbers(node, name, list),
            ("issubstring_lim", [sought, n, start, end, text]) => {
                self.limited_substring([sought, n, start, end, text])
            }
            (_, [item]) if name.starts_with("is_") => {
                let kind = self.check(item)?.kind;
                Ok(Part::truth(is_of(name, kind)))
            }
            (_, [item]) if name.starts_with("to_") || name.starts_with("datetime_") => {
                self.conversion(node, name, item)
            }
            _ => self.of_lists(node, name, arguments),
        }
    }

    /// Functions of lists, random functions and sequence functions.
    fn of_lists(&mut self, node: &Node, name: &str, arguments: &[Node]) -> Result<Part> {
        let of_item: Option<(Kernel, Kind)> = match name {
            "member" => Some((lists::member, Kind::Truth)),
            "count_equal" => Some((lists::COUNT_EQUAL, Kind::Integer)),
            "count_not_equal" => Some((lists::COUNT_NOT_EQUAL, Kind::Integer)),
            "count_less_than" => Some((lists::COUNT_LESS, Kind::Integer)),
            "count_greater_than" => Some((lists::COUNT_GREATER, Kind::Integer)),
            "first_index" => Some((lists::FIRST_INDEX, Kind::Integer)),
            "last_index" => Some((lists::LAST_INDEX, Kind::Integer)),
            _ => None,
        };
        if let Some((kernel, result)) = of_item {
            return self.item_and_list(node, name, arguments, kernel, result);
        }
        match (name, arguments) {
            ("count_nulls", [list]) => self.list_of_any(name, list, lists::COUNT_NULLS),
            ("count_non_nulls", [list]) => self.list_of_any(name, list, lists::COUNT_NON_NULLS),
            ("first_non_null_index", [list]) => self.list_of_any(name, list, lists::FIRST_NON_NULL_INDEX),
            ("last_non_null_index", [list]) => self.list_of_any(name, list, lists::LAST_NON_NULL_INDEX),
            ("first_non_null", [list]) => self.list_of_one(node, name, list, lists::first_non_null),
            ("last_non_null", [list]) => self.list_of_one(node, name, list, lists::last_non_null),
            ("max_n", [list]) => self.list_of_one(node, name, list, compare::max_n),
            ("min_n", [list]) => self.list_of_one(node, name, list, compare::min_n),
            _ => self.sequence(node, name, arguments),
        }
    }

    fn conversion(&mut self, node: &Node, name: &str, item: &Node) -> Result<Part> {
        let part = self.check(item)?;
        let kind = part.kind;
        let (kernel, result) = match name {
            "to_integer" => (convert::to_integer(kind), Kind::Integer),
            "to_real" => (convert::to_real(kind), Kind::Real),
            "to_number" if matches!(kind, Kind::Integer | Kind::Truth) => {
                (convert::to_integer(kind), Kind::Integer)
            }
            "to_number" => (convert::to_real(kind), Kind::Real),
            "to_string" => (Some(convert::to_string(kind)), Kind::String),
            "to_date" | "datetime_date" => (convert::to_date(kind), Kind::Date),
            "to_time" | "datetime_time" => (convert::to_time(kind), Kind::Time),
            "to_datetime" if kind.is_temporal() => return Ok(part),
            "to_timestamp" | "to_datetime" | "datetime_timestamp" => {
                (convert::to_timestamp(kind), Kind::Timestamp)
            }
            _ => return Err(self.unknown_function(node, name)),
        };
        let Some(kernel) = kernel else {
            return Err(self.wrong_arguments(node, name, kind.name()));
        };
        self.apply(kernel, vec![part], result)
    }

    fn now(&self, node: &Node) -> Result<i64> {
        let reason = "the current time is not known";
        self.context.now.ok_or_else(|| self.no_meaning(node, "datetime_now", reason))
    }

    /// `@TODAY`: null for a format with two digits of the year, unless days and minutes roll over.
    fn today(&self, node: &Node) -> Result<Part> {
        let days = day_of(self.now(node)?);
        let settings = &self.context.settings;
        let format = settings.date_format.name();
        if format.contains("YY") && !format.contains("YYYY") && !settings.time_rollover {
            return Ok(Part { kind: Kind::String, ..Part::null() });
        }
        Ok(Part::constant(days.map_or(Scalar::Null, |days| print_today(days, settings))))
    }

    fn global(&mut self, node: &Node, statistic: Statistic, arguments: &[Node]) -> Result<Part> {
        let [field] = arguments else {
            return Err(self.wrong_arguments(node, statistic.function(), "other arguments"));
        };
        // The field is one of the Set Globals node, which may be on another branch.
        let name = self.field_name(field, statistic.function())?;
        self.globals.insert((name.clone(), statistic));
        let globals = &self.context.globals;
        if let Some(value) = globals.get(&name, statistic) {
            return Ok(Part::constant(value.clone()));
        }
        let function = statistic.function().to_owned();
        let error = self.error(node, ErrorKind::UnknownGlobal { function, field: name.clone() });
        if !globals.computed_later {
            return Err(error);
        }
        let known = self.context.model.position(&name).and_then(|at| self.context.model.fields().get(at));
        let storage = known.map(|field| field.storage).or_else(|| globals.expected(&name, statistic));
        let Some(storage) = storage else { return Err(self.unknown_field(field, &name)) };
        let kind = match statistic {
            Statistic::Mean | Statistic::Sdev => Kind::Real,
            _ => Kind::of(storage).unwrap_or(Kind::Null),
        };
        Ok(Part { op: Op::Unknown(Arc::new(error)), kind })
    }

    /// Whether a value is blank by the definition of the field.
    pub(super) fn blank(&self, part: Part, field: &Field) -> Result<Part> {
        let nulls = self.apply(logic::is_null, vec![part.clone()], Kind::Truth)?;
        let Some(blanks) = &field.blanks else {
            return Ok(nulls);
        };
        let mut tests = self.blank_values(&part, blanks)?;
        if blanks.white_space && part.kind == Kind::String {
            let kernel: Kernel = |a, e| {
                map1::<Texts<'_>, bool>(a, e, |text| Some(text.trim_matches(text::is_blank).is_empty()))
            };
            tests.push(self.apply(kernel, vec![part], Kind::Truth)?.op);
        }
        let of_null = Op::Constant(Value::SameTruth(Some(blanks.null)));
        let op = Op::Choose(vec![(nulls.op, of_null)], Box::new(Op::Or(tests)), Kind::Truth);
        Ok(Part { op, kind: Kind::Truth })
    }

    /// Tests for the single blank values and the range.
    fn blank_values(&self, part: &Part, blanks: &Blanks) -> Result<Vec<Op>> {
        let mut tests = Vec::new();
        let test = |scalar: &Scalar, comparison: Comparison| -> Result<Option<Op>> {
            let constant = Part::constant(scalar.clone());
            let Some(kind) = part.kind.join(constant.kind).filter(|_| !scalar.is_null()) else {
                return Ok(None);
            };
            let parts = [part.clone(), constant].map(|part| self.implicit(part, kind));
            let parts = parts.into_iter().flatten().collect::<Result<Vec<_>>>()?;
            Ok(Some(self.apply(comparison.kernel(), parts, Kind::Truth)?.op))
        };
        for value in &blanks.values {
            tests.extend(test(value, Comparison::Equal)?);
        }
        if let Some(range) = &blanks.range {
            let low = range.low.as_ref().map(|low| test(low, Comparison::GreaterOrEqual)).transpose()?;
            let high = range.high.as_ref().map(|high| test(high, Comparison::LessOrEqual)).transpose()?;
            let bounds = [low, high];
            // A bound of another kind than the field excludes every value from the range.
            if bounds.iter().all(|bound| !matches!(bound, Some(None))) {
                tests.push(Op::And(bounds.into_iter().flatten().flatten().collect()));
            }
        }
        Ok(tests)
    }

    /// `issubstring_lim(SUBSTRING, N, STARTLIM, ENDLIM, STRING)`: a limit of false means none.
    fn limited_substring(&mut self, arguments: [&Node; 5]) -> Result<Part> {
        let [sought, n, start, end, text] = arguments;
        let mut parts = vec![self.text(sought)?, self.integer(n, "N of issubstring_lim")?];
        for limit in [start, end] {
            let is_off = matches!(&limit.kind, NodeKind::Name(name) if name.as_ref() == "false");
            let no_limit = Part::constant(Scalar::Integer(i64::MAX));
            parts.push(if is_off { no_limit } else { self.integer(limit, "a limit of issubstring_lim")? });
        }
        parts.push(self.text(text)?);
        let kernel: Kernel = |args, env| {
            let [sought, n, start, end, text] = args else {
                return Err(mismatch("five arguments"));
            };
            let views = (Texts::of(sought)?, Integers::of(n)?, Texts::of(text)?);
            let limits = (Integers::of(start)?, Integers::of(end)?);
            let row = |row| {
                let (start, end) = (limits.0.get(row)?, limits.1.get(row)?);
                text::find_within(
                    views.0.get(row)?,
                    views.1.get(row)?,
                    Some(start),
                    Some(end),
                    views.2.get(row)?,
                )
            };
            let rows = if args.iter().all(Value::is_constant) { 1 } else { env.rows };
            Ok(crate::value::Output::column((0..rows).map(row), rows))
        };
        self.apply(kernel, parts, Kind::Integer)
    }

    pub(super) fn text(&mut self, node: &Node) -> Result<Part> {
        let part = self.check(node)?;
        match part.kind {
            Kind::String | Kind::Null => Ok(part),
            found => Err(self.type_error(node, "an argument", "a string", found)),
        }
    }
}

/// Whether a kind satisfies `is_date` and similar functions. A null has the storage of its field.
fn is_of(name: &str, kind: Kind) -> bool {
    match name {
        "is_date" => kind == Kind::Date,
        "is_time" => kind == Kind::Time,
        "is_timestamp" => kind == Kind::Timestamp,
        "is_datetime" => kind.is_temporal(),
        "is_integer" => matches!(kind, Kind::Integer | Kind::Truth),
        "is_real" => kind == Kind::Real,
        "is_number" => kind.is_number(),
        "is_string" => kind == Kind::String,
        _ => false,
    }
}
