//! Checks a tree in a context and compiles it to a program.

mod calls;
mod fields;
mod lists;
mod operators;
mod sequence;
mod special;

use std::collections::{BTreeSet, HashMap};

use satsuma_columns::{Field, Scalar};

use crate::context::{CheckContext, Statistic};
use crate::error::{ClemError, ErrorKind, Result};
use crate::kernels::{Env, Kernel, convert};
use crate::kind::Kind;
use crate::op::{Frame, Op};
use crate::stage::Stage;
use crate::syntax::{Node, NodeKind};
use crate::value::Value;

/// A checked part of an expression.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) op: Op,
    pub(crate) kind: Kind,
}

/// The parts of a checked expression.
pub(crate) struct Checked {
    pub(crate) root: Part,
    pub(crate) fields: Vec<Field>,
    pub(crate) positions: Vec<usize>,
    pub(crate) stages: Vec<Stage>,
    pub(crate) parameters: BTreeSet<String>,
    pub(crate) globals: BTreeSet<(String, Statistic)>,
    pub(crate) is_random: bool,
}

pub(crate) fn check(text: &str, node: &Node, context: &CheckContext) -> Result<Checked> {
    let mut checker = Checker {
        text,
        context,
        fields: Vec::new(),
        positions: Vec::new(),
        field_of_position: HashMap::new(),
        stages: Vec::new(),
        parameters: BTreeSet::new(),
        globals: BTreeSet::new(),
        random_places: 0,
        within_since: false,
    };
    let root = checker.check(node)?;
    Ok(Checked {
        root,
        fields: checker.fields,
        positions: checker.positions,
        stages: checker.stages,
        parameters: checker.parameters,
        globals: checker.globals,
        is_random: checker.random_places > 0,
    })
}

pub(crate) struct Checker<'a> {
    text: &'a str,
    context: &'a CheckContext,
    fields: Vec<Field>,
    positions: Vec<usize>,
    field_of_position: HashMap<usize, usize>,
    stages: Vec<Stage>,
    parameters: BTreeSet<String>,
    globals: BTreeSet<(String, Statistic)>,
    random_places: u64,
    /// Whether `@THIS` is valid.
    within_since: bool,
}

impl Checker<'_> {
    pub(crate) fn check(&mut self, node: &Node) -> Result<Part> {
        match &node.kind {
            NodeKind::Integer(number) => Ok(Part::constant(Scalar::Integer(*number))),
            NodeKind::Real(number) => Ok(Part::constant(Scalar::Real(*number))),
            NodeKind::Text(text) => Ok(Part::constant(Scalar::String(text.clone()))),
            NodeKind::Character(character) => Ok(Part::constant(Scalar::text(character.to_string()))),
            NodeKind::Undef => Ok(Part::null()),
            NodeKind::Name(name) => self.name(node, name),
            NodeKind::Quoted(name) => self.quoted(node, name),
            NodeKind::Call(name, arguments) => self.call(node, name, arguments),
            NodeKind::Subscript(base, position) => self.subscript(base, position),
            NodeKind::Prefix(prefix, operand) => self.prefix(*prefix, operand),
            NodeKind::Infix(..) => self.infix(node),
            NodeKind::And(items) => Ok(Part { op: Op::And(self.conditions(items)?), kind: Kind::Truth }),
            NodeKind::Or(items) => Ok(Part { op: Op::Or(self.conditions(items)?), kind: Kind::Truth }),
            NodeKind::Matches(text, pattern) => self.matches(text, pattern),
            NodeKind::If(branches, otherwise) => self.choice(node, branches, otherwise.as_deref()),
            NodeKind::List(_) => {
                let reason = "lists are arguments of functions such as member and count_nulls only";
                Err(self.unsupported(node, "a list as a value", reason))
            }
        }
    }

    /// A part that applies a kernel. It is computed now if all arguments are constants.
    pub(crate) fn apply(&self, kernel: Kernel, arguments: Vec<Part>, kind: Kind) -> Result<Part> {
        let is_constant = arguments.iter().all(|part| matches!(part.op, Op::Constant(_)));
        let op = Op::Apply(kernel, arguments.into_iter().map(|part| part.op).collect());
        let part = Part { op, kind };
        if is_constant { self.fold(part) } else { Ok(part) }
    }

    /// The value of a constant part.
    pub(crate) fn fold(&self, part: Part) -> Result<Part> {
        let env = Env { rows: 1, settings: &self.context.settings };
        let frame = Frame { fields: &[], this: &[], stages: &[], env };
        let value = match part.op.evaluate(frame)? {
            Value::Truth(truths) => Value::SameTruth(truths.iter().next().flatten()),
            Value::Column(column) => Value::Same(Scalar::at(column.as_ref(), 0)),
            same => same,
        };
        Ok(Part { op: Op::Constant(value), kind: part.kind })
    }

    /// Converts a part to another kind without loss.
    pub(crate) fn implicit(&self, part: Part, kind: Kind) -> Option<Result<Part>> {
        convert::implicit(part.kind, kind).map(|kernel| self.converted(part, kernel, kind))
    }

    /// Converts a part to another kind by any conversion of functions.
    pub(crate) fn lenient(&self, part: Part, kind: Kind) -> Option<Result<Part>> {
        convert::lenient(part.kind, kind).map(|kernel| self.converted(part, kernel, kind))
    }

    fn converted(&self, part: Part, kernel: Option<Kernel>, kind: Kind) -> Result<Part> {
        match kernel {
            Some(kernel) => self.apply(kernel, vec![part], kind),
            None => Ok(Part { op: part.op, kind }),
        }
    }

    /// A condition: a number is true if it is not 0.
    pub(crate) fn condition(&mut self, node: &Node) -> Result<Part> {
        let part = self.check(node)?;
        let found = part.kind;
        self.lenient(part, Kind::Truth)
            .unwrap_or_else(|| Err(self.type_error(node, "a condition", "true or false", found)))
    }

    fn conditions(&mut self, nodes: &[Node]) -> Result<Vec<Op>> {
        nodes.iter().map(|node| self.condition(node).map(|part| part.op)).collect()
    }

    /// Converts parts to the one kind that represents all of their values.
    pub(crate) fn joined(&self, node: &Node, parts: Vec<Part>, what: &str) -> Result<(Vec<Part>, Kind)> {
        let mut kind = Kind::Null;
        for part in &parts {
            kind = kind
                .join(part.kind)
                .ok_or_else(|| self.type_error(node, what, &format!("all {}", kind.name()), part.kind))?;
        }
        let convert = |part: Part| self.implicit(part, kind).unwrap_or_else(|| Ok(Part::null()));
        Ok((parts.into_iter().map(convert).collect::<Result<_>>()?, kind))
    }

    pub(crate) fn error(&self, node: &Node, kind: ErrorKind) -> ClemError {
        kind.at(self.text, node.at)
    }

    /// The error for a wrong storage. A name in single quotes without a field is text, possibly a misspelt
    /// field, so the error names it.
    pub(crate) fn type_error(&self, node: &Node, what: &str, expected: &str, found: Kind) -> ClemError {
        let parts = match &node.kind {
            NodeKind::Infix(_, one, two) => vec![one.as_ref(), two.as_ref()],
            _ => vec![node],
        };
        for part in parts {
            if let NodeKind::Quoted(name) = &part.kind
                && self.context.model.position(name).is_none()
            {
                return self.unknown_field(part, name);
            }
        }
        let (what, expected, found) = (what.to_owned(), expected.to_owned(), found.name().to_owned());
        self.error(node, ErrorKind::Type { what, expected, found })
    }

    pub(crate) fn unsupported(&self, node: &Node, name: &str, reason: &str) -> ClemError {
        self.error(node, ErrorKind::Unsupported { name: name.to_owned(), reason: reason.to_owned() })
    }

    pub(crate) fn no_meaning(&self, node: &Node, name: &str, reason: &str) -> ClemError {
        self.error(node, ErrorKind::NoMeaning { name: name.to_owned(), reason: reason.to_owned() })
    }
}

impl Part {
    pub(crate) fn null() -> Self {
        Self { op: Op::Constant(Value::NULL), kind: Kind::Null }
    }

    pub(crate) fn truth(truth: bool) -> Self {
        Self { op: Op::Constant(Value::SameTruth(Some(truth))), kind: Kind::Truth }
    }

    pub(crate) fn constant(scalar: Scalar) -> Self {
        let kind = scalar.storage().and_then(Kind::of).unwrap_or(Kind::Null);
        Self { op: Op::Constant(convert::constant(&scalar)), kind }
    }

    /// The text that a constant part is.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.op {
            Op::Constant(Value::Same(Scalar::String(text))) => Some(text),
            _ => None,
        }
    }

    /// The integer that a constant part is.
    pub(crate) fn as_integer(&self) -> Option<i64> {
        match &self.op {
            Op::Constant(Value::Same(Scalar::Integer(number))) => Some(*number),
            _ => None,
        }
    }
}
