//! Operators and conditions.

use std::sync::Arc;

use crate::error::Result;
use crate::functions::{shift_left, shift_right};
use crate::kernels::compare::Comparison;
use crate::kernels::map::{map1, map2, write2};
use crate::kernels::{Kernel, arithmetic, convert, logic};
use crate::kind::Kind;
use crate::op::Op;
use crate::syntax::{Infix, Node, NodeKind, Pattern, Prefix};
use crate::value::{Integers, Texts};

use super::{Checker, Part};

/// The part of a comparison that is a number, where the other one is literal text that is no number.
///
/// IBM lets `=` and `/=` compare items of any type. Such text equals no number, whether Modeler compares the two as they
/// are or converts one. A name in single quotes is not meant: it may be a misspelt field.
fn number_beside_words<'a>(node: &Node, one: &'a Part, two: &'a Part) -> Option<&'a Part> {
    let NodeKind::Infix(_, left, right) = &node.kind else { return None };
    let is_words = |node: &Node, part: &Part| {
        let is_literal = matches!(node.kind, NodeKind::Text(_));
        is_literal && part.as_text().is_some_and(|text| text.trim().parse::<f64>().is_err())
    };
    match (is_words(left, one), is_words(right, two)) {
        (true, false) => Some(two),
        (false, true) => Some(one),
        _ => None,
    }
    .filter(|part| matches!(part.kind, Kind::Integer | Kind::Real))
}

impl Checker<'_> {
    pub(super) fn prefix(&mut self, prefix: Prefix, operand: &Node) -> Result<Part> {
        match prefix {
            Prefix::Not => {
                let part = self.condition(operand)?;
                self.apply(logic::not, vec![part], Kind::Truth)
            }
            Prefix::Minus => {
                let part = self.check(operand)?;
                let part = self.as_number(operand, part, "the operand of -")?;
                let zero = Part::constant(satsuma_columns::Scalar::Integer(0));
                self.arithmetic(zero, part, Infix::Subtract)
            }
            Prefix::Complement => {
                let part = self.integer(operand, "the operand of ~~")?;
                self.apply(|a, e| map1::<Integers<'_>, i64>(a, e, |x| Some(!x)), vec![part], Kind::Integer)
            }
        }
    }

    /// Operators between operands. A chain such as `a + b + c` is checked in a loop, so that it needs no
    /// stack.
    pub(super) fn infix(&mut self, node: &Node) -> Result<Part> {
        let mut chain = Vec::new();
        let mut first = node;
        while let NodeKind::Infix(infix, one, two) = &first.kind {
            chain.push((first, *infix, two.as_ref()));
            first = one;
        }
        let mut left = self.check(first)?;
        while let Some((node, infix, right)) = chain.pop() {
            let right_part = self.check(right)?;
            left = self.operation(node, infix, left, (right, right_part))?;
        }
        Ok(left)
    }

    fn operation(&self, node: &Node, infix: Infix, one: Part, two: (&Node, Part)) -> Result<Part> {
        let (right, two) = two;
        let comparison = match infix {
            Infix::Equal => Comparison::Equal,
            Infix::NotEqual => Comparison::NotEqual,
            Infix::Less => Comparison::Less,
            Infix::LessOrEqual => Comparison::LessOrEqual,
            Infix::Greater => Comparison::Greater,
            Infix::GreaterOrEqual => Comparison::GreaterOrEqual,
            Infix::Join => return self.join(one, two),
            Infix::Add | Infix::Subtract | Infix::Multiply | Infix::Divide | Infix::Power => {
                let what = format!("an operand of {}", infix.symbol());
                let (one, two) = (self.as_number(node, one, &what)?, self.as_number(right, two, &what)?);
                return self.arithmetic(one, two, infix);
            }
            _ => {
                let what = format!("an operand of {}", infix.symbol());
                let parts = vec![self.as_integer(node, one, &what)?, self.as_integer(right, two, &what)?];
                return self.bits(infix, parts);
            }
        };
        if let (Some(kernel), Some(number)) = (comparison.of_unlike(), number_beside_words(node, &one, &two))
        {
            return self.apply(kernel, vec![number.clone()], Kind::Truth);
        }
        let parts = self.comparable(node, vec![one, two])?;
        self.apply(comparison.kernel(), parts, Kind::Truth)
    }

    /// A part that is a number; conditions count as 1 and 0.
    fn as_number(&self, node: &Node, part: Part, what: &str) -> Result<Part> {
        match part.kind {
            Kind::Truth => self.apply(convert::truth_to_integer, vec![part], Kind::Integer),
            Kind::Null | Kind::Integer | Kind::Real => Ok(part),
            found => Err(self.type_error(node, what, "a number", found)),
        }
    }

    /// A part that is an integer; a real without a fraction counts as one.
    pub(super) fn integer(&mut self, node: &Node, what: &str) -> Result<Part> {
        let part = self.check(node)?;
        self.as_integer(node, part, what)
    }

    fn as_integer(&self, node: &Node, part: Part, what: &str) -> Result<Part> {
        let found = part.kind;
        if !found.is_number() && found != Kind::Null {
            return Err(self.type_error(node, what, "an integer", found));
        }
        self.lenient(part, Kind::Integer)
            .unwrap_or_else(|| Err(self.type_error(node, what, "an integer", found)))
    }

    fn arithmetic(&self, one: Part, two: Part, infix: Infix) -> Result<Part> {
        let integers = one.kind != Kind::Real && two.kind != Kind::Real;
        let power_by_integer = infix == Infix::Power && two.kind == Kind::Integer;
        // A constant negative power of an integer is a fraction.
        let is_fraction = infix == Infix::Power && two.as_integer().is_some_and(|power| power < 0);
        let (kernel, first, second): (Kernel, Kind, Kind) = match infix {
            Infix::Add if integers => (arithmetic::add_integers, Kind::Integer, Kind::Integer),
            Infix::Add => (arithmetic::add_reals, Kind::Real, Kind::Real),
            Infix::Subtract if integers => (arithmetic::subtract_integers, Kind::Integer, Kind::Integer),
            Infix::Subtract => (arithmetic::subtract_reals, Kind::Real, Kind::Real),
            Infix::Multiply if integers => (arithmetic::multiply_integers, Kind::Integer, Kind::Integer),
            Infix::Multiply => (arithmetic::multiply_reals, Kind::Real, Kind::Real),
            Infix::Power if integers && !is_fraction => {
                (arithmetic::power_integers, Kind::Integer, Kind::Integer)
            }
            Infix::Power if power_by_integer => (arithmetic::power_by_integer, Kind::Real, Kind::Integer),
            Infix::Power => (arithmetic::power_reals, Kind::Real, Kind::Real),
            _ => (arithmetic::divide, Kind::Real, Kind::Real),
        };
        let result = if first == Kind::Integer { Kind::Integer } else { Kind::Real };
        let convert = |part: Part, kind| self.implicit(part, kind).unwrap_or_else(|| Ok(Part::null()));
        self.apply(kernel, vec![convert(one, first)?, convert(two, second)?], result)
    }

    /// Operators of integers: quotients and bits.
    fn bits(&self, infix: Infix, parts: Vec<Part>) -> Result<Part> {
        let kernel: Kernel = match infix {
            Infix::Div => arithmetic::div,
            Infix::Rem => arithmetic::rem,
            Infix::Mod => arithmetic::modulo,
            Infix::BitAnd => |a, e| map2::<Integers<'_>, Integers<'_>, i64>(a, e, |x, y| Some(x & y)),
            Infix::BitAndNot => |a, e| map2::<Integers<'_>, Integers<'_>, i64>(a, e, |x, y| Some(x & !y)),
            Infix::BitOr => |a, e| map2::<Integers<'_>, Integers<'_>, i64>(a, e, |x, y| Some(x | y)),
            Infix::BitXor => |a, e| map2::<Integers<'_>, Integers<'_>, i64>(a, e, |x, y| Some(x ^ y)),
            Infix::ShiftLeft => shift_left,
            Infix::ShiftRight => shift_right,
            Infix::NoBits => {
                let kernel: Kernel =
                    |a, e| map2::<Integers<'_>, Integers<'_>, bool>(a, e, |x, y| Some(x & y == 0));
                return self.apply(kernel, parts, Kind::Truth);
            }
            _ => {
                let kernel: Kernel =
                    |a, e| map2::<Integers<'_>, Integers<'_>, bool>(a, e, |x, y| Some(x & y != 0));
                return self.apply(kernel, parts, Kind::Truth);
            }
        };
        self.apply(kernel, parts, Kind::Integer)
    }

    /// `><`: the concatenation of the operands as text.
    fn join(&self, one: Part, two: Part) -> Result<Part> {
        let (one, two) = (self.text_of(one)?, self.text_of(two)?);
        let kernel: Kernel = |a, e| {
            write2::<Texts<'_>, Texts<'_>>(a, e, |one, two, to| {
                to.push_str(one);
                to.push_str(two);
                Some(())
            })
        };
        self.apply(kernel, vec![one, two], Kind::String)
    }

    /// Converts a part like `to_string`.
    pub(super) fn text_of(&self, part: Part) -> Result<Part> {
        if part.kind == Kind::String {
            return Ok(part);
        }
        let kernel = convert::to_string(part.kind);
        self.apply(kernel, vec![part], Kind::String)
    }

    /// Converts parts to one kind. Text beside a date or time is parsed in the stream's format.
    pub(super) fn comparable(&self, node: &Node, parts: Vec<Part>) -> Result<Vec<Part>> {
        let temporal = parts.iter().map(|part| part.kind).find(|kind| kind.is_temporal());
        let Some(temporal) = temporal else {
            return Ok(self.joined(node, parts, "compared values")?.0);
        };
        let read = |part: Part| match part.kind {
            Kind::String => self.lenient(part, temporal).unwrap_or_else(|| Ok(Part::null())),
            _ => Ok(part),
        };
        let parts = parts.into_iter().map(read).collect::<Result<Vec<_>>>()?;
        Ok(self.joined(node, parts, "compared values")?.0)
    }

    pub(super) fn matches(&mut self, text: &Node, pattern: &Pattern) -> Result<Part> {
        let part = self.check(text)?;
        if !matches!(part.kind, Kind::String | Kind::Null) {
            return Err(self.type_error(text, "the left side of matches", "a string", part.kind));
        }
        let is_constant = matches!(part.op, Op::Constant(_));
        let op = Op::Matches(Box::new(part.op), Arc::new(pattern.clone()));
        let part = Part { op, kind: Kind::Truth };
        if is_constant { self.fold(part) } else { Ok(part) }
    }

    pub(super) fn choice(
        &mut self,
        node: &Node,
        branches: &[(Node, Node)],
        otherwise: Option<&Node>,
    ) -> Result<Part> {
        let mut conditions = Vec::with_capacity(branches.len());
        let mut values = Vec::with_capacity(branches.len() + 1);
        for (condition, value) in branches {
            conditions.push(self.condition(condition)?.op);
            values.push(self.check(value)?);
        }
        values.push(otherwise.map_or_else(|| Ok(Part::null()), |node| self.check(node))?);
        let (values, kind) = self.joined(node, values, "the values of then and else")?;
        if kind == Kind::Null {
            return Ok(Part::null());
        }
        let mut values = values.into_iter().map(|part| part.op);
        let branches = conditions.into_iter().zip(values.by_ref()).collect();
        let otherwise = values.next().unwrap_or(Op::Constant(crate::value::Value::NULL));
        Ok(Part { op: Op::Choose(branches, Box::new(otherwise), kind), kind })
    }
}
