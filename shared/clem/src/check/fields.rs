//! Names: fields, parameters, special names, text in single quotes.

use satsuma_columns::{Field, Scalar};

use super::{Checker, Part};
use crate::error::{ErrorKind, Result};
use crate::functions;
use crate::kind::Kind;
use crate::op::Op;
use crate::suggest::nearest;
use crate::syntax::{Node, NodeKind};

/// The prefix of a parameter's name.
const PARAMETER: &str = "$P-";

impl Checker<'_> {
    /// A name without quotes: a special name, a field, or a function without arguments.
    pub(super) fn name(&mut self, node: &Node, name: &str) -> Result<Part> {
        if name.starts_with('@') {
            return self.special_name(node, name);
        }
        if let Some(position) = self.context.model.position(name) {
            return self.field(node, position);
        }
        match name {
            "true" => Ok(Part::truth(true)),
            "false" => Ok(Part::truth(false)),
            _ if functions::named(name).next().is_some() => self.call(node, name, &[]),
            _ => Err(self.unknown_field(node, name)),
        }
    }

    /// A name in single quotes: a field, a parameter, or otherwise text. IBM, "Values and data types".
    pub(super) fn quoted(&mut self, node: &Node, name: &str) -> Result<Part> {
        if let Some(position) = self.context.model.position(name) {
            return self.field(node, position);
        }
        match name.strip_prefix(PARAMETER) {
            Some(parameter) => self.parameter(node, parameter),
            None => Ok(Part::constant(Scalar::text(name))),
        }
    }

    fn parameter(&mut self, node: &Node, name: &str) -> Result<Part> {
        let Some(value) = self.context.parameters.get(name) else {
            let known = self.context.parameters.keys().map(String::as_str);
            let suggestion = nearest(name, known);
            return Err(self.error(node, ErrorKind::UnknownParameter { name: name.to_owned(), suggestion }));
        };
        self.parameters.insert(name.to_owned());
        Ok(Part::constant(value.clone()))
    }

    /// The field at a position of the data model.
    pub(super) fn field(&mut self, node: &Node, position: usize) -> Result<Part> {
        let index = self.field_index(position);
        let Some(field) = index.and_then(|index| self.fields.get(index)) else {
            return Err(self.error(node, ErrorKind::Columns(format!("there is no field {position}"))));
        };
        let Some(kind) = Kind::of(field.storage) else {
            let name = format!("the list field \"{}\"", field.name);
            return Err(self.unsupported(node, &name, "fields with lists cannot be used in expressions"));
        };
        Ok(Part { op: Op::Field(index.unwrap_or_default()), kind })
    }

    /// The index among the program's fields of a field of the data model.
    pub(super) fn field_index(&mut self, position: usize) -> Option<usize> {
        if let Some(index) = self.field_of_position.get(&position) {
            return Some(*index);
        }
        let field = self.context.model.fields().get(position)?.clone();
        let index = self.fields.len();
        self.fields.push(field);
        self.positions.push(position);
        self.field_of_position.insert(position, index);
        Some(index)
    }

    pub(super) fn unknown_field(&self, node: &Node, name: &str) -> crate::ClemError {
        let suggestion = nearest(name, self.context.model.names());
        self.error(node, ErrorKind::UnknownField { name: name.to_owned(), suggestion })
    }

    /// The field that an argument names, also through `@FIELD` and similar names: its position and metadata.
    pub(super) fn named_field(&mut self, node: &Node, function: &str) -> Result<(usize, Field)> {
        let name = self.field_name(node, function)?;
        let position = self.context.model.position(&name);
        let field = position.and_then(|position| self.context.model.fields().get(position));
        match (position, field) {
            (Some(position), Some(field)) => Ok((position, field.clone())),
            _ => Err(self.unknown_field(node, &name)),
        }
    }

    /// The name that an argument gives a field, which need not be there.
    pub(super) fn field_name(&self, node: &Node, function: &str) -> Result<String> {
        match &node.kind {
            NodeKind::Name(name) if name.starts_with('@') => self.special_field(node, name),
            NodeKind::Name(name) | NodeKind::Quoted(name) => Ok(name.to_string()),
            _ => {
                let (function, found) = (function.to_owned(), "a formula".to_owned());
                let expected = format!("{function}(FIELD)");
                Err(self.error(node, ErrorKind::Arguments { function, expected, found }))
            }
        }
    }

    /// The name of the field of a special name.
    fn special_field(&self, node: &Node, name: &str) -> Result<String> {
        let (field, reason) = match name {
            "@FIELD" => (self.context.field.clone(), "it means each field of a Filler or Derive node"),
            "@TARGET" => (self.context.target.clone(), "it means the target in an Analysis node"),
            "@PREDICTED" => (self.context.predicted.clone(), "it means the prediction in an Analysis node"),
            "@PARTITION_FIELD" => {
                let partition = self.context.partition().map(|partition| partition.field);
                (partition, "no field has the role Partition; set it in a Type or Partition node")
            }
            _ => return Err(self.unknown_function(node, name)),
        };
        field.ok_or_else(|| self.no_meaning(node, name, reason))
    }

    /// The value of a special name.
    fn special_name(&mut self, node: &Node, name: &str) -> Result<Part> {
        let partition =
            |part: fn(crate::Partition) -> Option<Scalar>| self.context.partition().and_then(part);
        let value = match name {
            "@TRAINING_PARTITION" => partition(|partition| partition.training),
            "@TESTING_PARTITION" => partition(|partition| partition.testing),
            "@VALIDATION_PARTITION" => partition(|partition| partition.validation),
            "@FIELD" | "@TARGET" | "@PREDICTED" | "@PARTITION_FIELD" => {
                let field = self.special_field(node, name)?;
                return match self.context.model.position(&field) {
                    Some(position) => self.field(node, position),
                    None => Err(self.unknown_field(node, &field)),
                };
            }
            _ => return self.call(node, name, &[]),
        };
        let reason = "the partition field or its value is not known; read the values in a Type node";
        value.map(Part::constant).ok_or_else(|| self.no_meaning(node, name, reason))
    }
}
