//! Predicates: conditions on a record to enter a node, fire a rule or use a segment.
//!
//! <https://dmg.org/pmml/v4-4/TreeModel.html#xsdGroup_PREDICATE>

use super::array;
use crate::error::PmmlError;
use crate::limits::MAX_SET_VALUES;
use crate::xml::Node;

/// A condition on a record, which is true, false or unknown.
#[derive(Debug, Clone, PartialEq)]
pub enum Predicate {
    /// Always true.
    True,
    /// Always false.
    False,
    /// A comparison of a field with a value; unknown if the field is missing.
    Simple {
        /// The field's name.
        field: String,
        /// The comparison operator.
        operator: Operator,
        /// The value, absent for `isMissing` and `isNotMissing`.
        value: String,
    },
    /// Whether a field's value is one of a set.
    Set {
        /// The field's name.
        field: String,
        /// Whether the value must be in the set (`isIn`), not outside it.
        inside: bool,
        /// The set.
        values: Vec<String>,
    },
    /// Several conditions joined.
    Compound {
        /// The logical operator.
        operator: CompoundOperator,
        /// The conditions, in order.
        parts: Vec<Predicate>,
    },
}

/// The operator between a field and a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `equal`
    Equal,
    /// `notEqual`
    NotEqual,
    /// `lessThan`
    Less,
    /// `lessOrEqual`
    LessOrEqual,
    /// `greaterThan`
    Greater,
    /// `greaterOrEqual`
    GreaterOrEqual,
    /// `isMissing`
    IsMissing,
    /// `isNotMissing`
    IsNotMissing,
}

/// The logical operator between conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompoundOperator {
    /// All must be true.
    And,
    /// One must be true.
    Or,
    /// An odd number must be true.
    Xor,
    /// The first one that is known decides.
    Surrogate,
}

const OPERATORS: [(&str, Operator); 8] = [
    ("equal", Operator::Equal),
    ("notEqual", Operator::NotEqual),
    ("lessThan", Operator::Less),
    ("lessOrEqual", Operator::LessOrEqual),
    ("greaterThan", Operator::Greater),
    ("greaterOrEqual", Operator::GreaterOrEqual),
    ("isMissing", Operator::IsMissing),
    ("isNotMissing", Operator::IsNotMissing),
];

impl Predicate {
    /// The elements that are predicates.
    pub(crate) const ELEMENTS: [&'static str; 5] =
        ["SimplePredicate", "CompoundPredicate", "SimpleSetPredicate", "True", "False"];

    /// Reads the one predicate inside `parent`.
    pub(crate) fn read_only_child(parent: &Node<'_>) -> Result<Self, PmmlError> {
        let mut found = parent.children().filter(|n| Self::ELEMENTS.contains(&n.name()));
        let predicate = found.next().ok_or_else(|| parent.invalid("no predicate"))?;
        match found.next() {
            Some(_) => Err(parent.invalid("more than one predicate")),
            None => Self::read(&predicate),
        }
    }

    fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        match node.name() {
            "True" => Ok(Self::True),
            "False" => Ok(Self::False),
            "SimplePredicate" => {
                node.expect(&["field", "operator", "value"], &[])?;
                let operator = node.one_of("operator", &OPERATORS)?;
                let operator = operator.ok_or_else(|| node.invalid("no attribute operator"))?;
                let value = match operator {
                    Operator::IsMissing | Operator::IsNotMissing => String::new(),
                    _ => node.required("value")?.to_owned(),
                };
                Ok(Self::Simple { field: node.required("field")?.to_owned(), operator, value })
            }
            "SimpleSetPredicate" => {
                node.expect(&["field", "booleanOperator"], &["Array"])?;
                let inside = node.one_of("booleanOperator", &[("isIn", true), ("isNotIn", false)])?;
                let inside = inside.ok_or_else(|| node.invalid("no attribute booleanOperator"))?;
                let values = array::texts(&node.required_child("Array")?)?;
                if values.len() > MAX_SET_VALUES {
                    return Err(node.limit("values in a set", MAX_SET_VALUES));
                }
                Ok(Self::Set { field: node.required("field")?.to_owned(), inside, values })
            }
            _ => {
                node.expect(&["booleanOperator"], &Self::ELEMENTS)?;
                let operators = [
                    ("and", CompoundOperator::And),
                    ("or", CompoundOperator::Or),
                    ("xor", CompoundOperator::Xor),
                    ("surrogate", CompoundOperator::Surrogate),
                ];
                let operator = node.one_of("booleanOperator", &operators)?;
                let operator = operator.ok_or_else(|| node.invalid("no attribute booleanOperator"))?;
                let mut parts = Vec::new();
                for child in node.children().filter(|n| n.name() != "Extension") {
                    parts.push(Self::read(&child)?);
                }
                if parts.is_empty() {
                    return Err(node.invalid("no predicate inside"));
                }
                Ok(Self::Compound { operator, parts })
            }
        }
    }
}
