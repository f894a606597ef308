//! Fields by name, raw ones and derived ones, compiled when first needed.

mod raw;

use std::collections::{HashMap, HashSet};

use super::builder::Builder;
use super::step::Step;
use super::{Literal, Slot};
use crate::document::{
    DataDictionary, DataField, DataType, DefineFunction, DerivedField, MiningField, MiningSchema,
    TransformationDictionary, UsageType,
};
use crate::error::{Location, PmmlError};

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
