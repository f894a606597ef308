//! Fields by name, raw and derived, compiled at their first use.

mod raw;

use std::collections::{HashMap, HashSet};

use super::builder::Builder;
use super::step::Step;
use super::{Literal, Slot, date};
use crate::common::{
    DataDictionary, DataField, DataType, DefineFunction, DerivedField, InvalidValueTreatment, MiningField,
    MiningSchema, TransformationDictionary, UsageType,
};
use crate::error::{Location, PmmlError};
use crate::limits::MAX_MATRIX_CELLS;

/// The type of a column's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Integers and reals.
    Number,
    /// 1 or 0.
    Boolean,
    /// Days since 1970.
    Date,
    /// Seconds since midnight.
    Time,
    /// Seconds since 1970.
    DateTime,
    /// Text.
    Text,
}

/// A compiled value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Value {
    /// Its column.
    pub(crate) slot: Slot,
    /// The type of the column's content.
    pub(crate) kind: Kind,
    /// For a constant without a type: its text, which can also be parsed as another type.
    pub(crate) untyped: Option<String>,
}

/// The fields and functions that are visible to a model's expressions.
#[derive(Default)]
struct Level<'a> {
    data: HashMap<&'a str, (&'a DataField, Option<&'a MiningField>)>,
    derived: HashMap<&'a str, &'a DerivedField>,
    functions: HashMap<&'a str, &'a DefineFunction>,
    known: HashMap<String, Value>,
    /// Columns whose invalid cells make the whole record invalid.
    guards: Vec<Slot>,
}

/// The fields and functions of a document, compiled at their first use.
pub(crate) struct Fields<'a> {
    pub(crate) builder: Builder,
    dictionary: &'a DataDictionary,
    /// The levels of nested models, the outermost first.
    levels: Vec<Level<'a>>,
    /// The level whose expressions are being compiled.
    level: usize,
    /// Derived fields being compiled, by level, to find cycles.
    open: HashSet<(usize, &'a str)>,
    /// Raw data fields that are columns already.
    raw: HashMap<&'a str, Slot>,
    /// Treatment of invalid values, if the document does not define it.
    pub(crate) default_invalid: InvalidValueTreatment,
    /// Number of cells in the models compiled so far.
    cells: usize,
    /// Whether cut points are printed with 15 digits, as in IBM's documents.
    pub(crate) printed: bool,
    /// Depth of expressions being compiled, and the number compiled.
    pub(super) depth: usize,
    pub(super) work: usize,
    /// The element being compiled, for errors.
    pub(crate) at: Location,
}

impl Kind {
    /// The column type of a data type.
    pub(crate) fn of(data_type: DataType) -> Option<Self> {
        match data_type {
            DataType::String => Some(Self::Text),
            DataType::Integer | DataType::Double | DataType::Float | DataType::Elapsed => Some(Self::Number),
            DataType::Boolean => Some(Self::Boolean),
            DataType::Date => Some(Self::Date),
            DataType::Time => Some(Self::Time),
            DataType::DateTime => Some(Self::DateTime),
        }
    }

    /// A literal of this kind.
    pub(crate) fn parse(self, text: &str) -> Option<Literal> {
        let number = match self {
            Self::Text => return Some(Literal::Text(text.to_owned())),
            Self::Number => text.trim().parse::<f64>().ok().filter(|n| n.is_finite()),
            Self::Date => date::parse(text),
            Self::Time => date::parse_time(text),
            Self::DateTime => date::parse_date_time(text),
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
    /// Only the fields of the dictionary, without treatment.
    pub(crate) fn without_schema(
        dictionary: &'a DataDictionary,
        transformations: &'a TransformationDictionary,
    ) -> Result<Self, PmmlError> {
        let data = dictionary.fields.iter().map(|f| (f.name.as_str(), (f, None))).collect();
        let mut fields = Self::new(dictionary);
        fields.add_level(data, &[transformations])?;
        Ok(fields)
    }

    /// The fields of a document without treatment, with several transformation dictionaries.
    pub(crate) fn unschemed(
        dictionary: &'a DataDictionary,
        transformations: &[&'a TransformationDictionary],
    ) -> Result<Self, PmmlError> {
        let data = dictionary.fields.iter().map(|f| (f.name.as_str(), (f, None))).collect();
        let mut fields = Self::new(dictionary);
        fields.add_level(data, transformations)?;
        Ok(fields)
    }

    /// The fields of a model: raw fields are the active ones of its schema, which all become inputs in the
    /// order of the schema.
    pub(crate) fn with_schema(
        dictionary: &'a DataDictionary,
        schema: &'a MiningSchema,
        transformations: &[&'a TransformationDictionary],
        default_invalid: InvalidValueTreatment,
    ) -> Result<Self, PmmlError> {
        let mut data = HashMap::new();
        for field in schema.with_usage(UsageType::Active) {
            let at = || Location { path: format!("MiningField {:?}", field.name), position: None };
            // IBM lists derived fields among the active ones, too.
            let derived = |t: &&'a TransformationDictionary| {
                t.fields.iter().any(|f| f.name.as_deref() == Some(field.name.as_str()))
            };
            let Some(data_field) = dictionary.field(&field.name) else {
                if transformations.iter().any(derived) {
                    continue;
                }
                return Err(PmmlError::Invalid { at: at(), reason: "no such DataField".into() });
            };
            if data.insert(field.name.as_str(), (data_field, Some(field))).is_some() {
                return Err(PmmlError::Invalid { at: at(), reason: "a second field of this name".into() });
            }
        }
        let mut fields = Self::new(dictionary);
        fields.default_invalid = default_invalid;
        fields.add_level(data, transformations)?;
        for field in schema.with_usage(UsageType::Active) {
            if fields.levels.last().is_some_and(|level| level.data.contains_key(field.name.as_str())) {
                fields.data_field(&field.name)?;
            }
        }
        Ok(fields)
    }

    fn new(dictionary: &'a DataDictionary) -> Self {
        Self {
            builder: Builder::new(),
            dictionary,
            levels: Vec::new(),
            level: 0,
            open: HashSet::new(),
            raw: HashMap::new(),
            default_invalid: InvalidValueTreatment::ReturnInvalid,
            cells: 0,
            printed: false,
            depth: 0,
            work: 0,
            at: Location::default(),
        }
    }

    /// Opens the fields of an inner model: its active fields come from the surrounding model, and are treated
    /// again if the schemas differ.
    pub(crate) fn enter(
        &mut self,
        schema: &'a MiningSchema,
        local: &'a TransformationDictionary,
    ) -> Result<(), PmmlError> {
        let mut known = HashMap::new();
        let mut guards = Vec::new();
        for field in schema.with_usage(UsageType::Active) {
            let outer = self.levels.iter().rev().find_map(|l| l.data.get(field.name.as_str())?.1);
            let value = match self.dictionary.field(&field.name) {
                Some(data) if outer.is_none() && !self.sees(&field.name) => {
                    let (value, guard) = self.raw_field(data, Some(field))?;
                    guards.push(guard);
                    value
                }
                Some(data) if outer.is_some_and(|outer| !outer.treats_as(field)) => {
                    let value = self.field(&field.name)?;
                    let (value, guard) = self.treat_again(&value, data, field)?;
                    guards.push(guard);
                    value
                }
                _ => self.field(&field.name)?,
            };
            known.insert(field.name.clone(), value);
        }
        self.add_level(HashMap::new(), &[local])?;
        if let Some(level) = self.levels.last_mut() {
            level.known = known;
            level.guards = guards;
        }
        Ok(())
    }

    /// Closes the fields of an inner model.
    pub(crate) fn leave(&mut self) {
        if self.levels.len() > 1 {
            self.levels.pop();
        }
        self.level = self.levels.len() - 1;
    }

    /// Whether there is a field with the name `name`.
    pub(crate) fn sees(&self, name: &str) -> bool {
        let sees = |l: &Level<'_>| {
            l.known.contains_key(name) || l.derived.contains_key(name) || l.data.contains_key(name)
        };
        self.levels.iter().any(sees)
    }

    /// Counts the cells of a model against the limit for the whole document.
    pub(crate) fn spend(&mut self, cells: usize) -> Result<(), PmmlError> {
        self.cells = self.cells.saturating_add(cells);
        if self.cells > MAX_MATRIX_CELLS {
            let (what, limit) = ("numbers in all models", MAX_MATRIX_CELLS);
            return Err(PmmlError::Limit { at: self.at.clone(), what, limit });
        }
        Ok(())
    }

    /// Defines a name for a value: an output that later expressions read.
    pub(crate) fn define(&mut self, name: &str, value: Value) {
        let level = self.level;
        if let Some(level) = self.levels.get_mut(level) {
            level.known.insert(name.to_owned(), value);
        }
    }

    /// Columns whose invalid cells make a record of the innermost model invalid.
    pub(crate) fn guards(&self) -> Vec<Slot> {
        self.levels.last().map(|level| level.guards.clone()).unwrap_or_default()
    }

    fn add_level(
        &mut self,
        data: HashMap<&'a str, (&'a DataField, Option<&'a MiningField>)>,
        transformations: &[&'a TransformationDictionary],
    ) -> Result<(), PmmlError> {
        let mut level = Level { data, ..Level::default() };
        for dictionary in transformations {
            // Local definitions hide global ones; duplicates in one place are an error.
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
                level.derived.insert(name, field);
            }
            let mut seen = HashSet::new();
            for function in &dictionary.functions {
                if !seen.insert(function.name.as_str()) || super::function::builtin(&function.name).is_some()
                {
                    let reason = format!("a second function {:?}", function.name);
                    return Err(PmmlError::Invalid { at: function.location.clone(), reason });
                }
                level.functions.insert(function.name.as_str(), function);
            }
        }
        self.levels.push(level);
        self.level = self.levels.len() - 1;
        Ok(())
    }

    /// The function that the document defines with this name.
    pub(super) fn function(&self, name: &str) -> Option<&'a DefineFunction> {
        self.levels.get(..=self.level)?.iter().rev().find_map(|level| level.functions.get(name).copied())
    }

    /// The field with the name `name`, compiled at its first use.
    pub(crate) fn field(&mut self, name: &str) -> Result<Value, PmmlError> {
        for place in (0..=self.level).rev() {
            let Some(level) = self.levels.get(place) else { continue };
            if let Some(value) = level.known.get(name) {
                return Ok(value.clone());
            }
            let Some((name, derived)) = level.derived.get_key_value(name) else {
                if level.data.contains_key(name) {
                    return self.data_field(name);
                }
                continue;
            };
            let (name, derived) = (*name, *derived);
            if !self.open.insert((place, name)) {
                return Err(self.invalid(format!("field {name:?} is computed from itself")));
            }
            let outer = std::mem::replace(&mut self.level, place);
            let value = self.derived(derived)?;
            self.level = outer;
            self.open.remove(&(place, name));
            if let Some(level) = self.levels.get_mut(place) {
                level.known.insert(name.to_owned(), value.clone());
            }
            return Ok(value);
        }
        Err(self.invalid(format!("no field {name:?} among the active and derived ones")))
    }

    /// The raw field with the name `name`, even if a derived one hides it.
    fn data_field(&mut self, name: &str) -> Result<Value, PmmlError> {
        for place in (0..self.levels.len()).rev() {
            let Some((name, (field, schema))) = self.levels[place].data.get_key_value(name) else { continue };
            let (name, field, schema) = (*name, *field, *schema);
            if let Some(value) = self.levels[place].known.get(name) {
                return Ok(value.clone());
            }
            let (value, guard) = self.raw_field(field, schema)?;
            let level = &mut self.levels[place];
            level.guards.push(guard);
            level.known.insert(name.to_owned(), value.clone());
            return Ok(value);
        }
        Err(self.invalid(format!("no field {name:?} among the active and derived ones")))
    }

    /// The derived field with the name `name`, if it exists.
    pub(crate) fn derived_named(&self, name: &str) -> Option<&'a DerivedField> {
        self.levels.iter().rev().find_map(|level| level.derived.get(name).copied())
    }

    /// The texts of a field in the order of the data dictionary.
    pub(super) fn order(&self, name: &str) -> Vec<String> {
        self.dictionary.field(name).map(|f| f.valid_values().map(str::to_owned).collect()).unwrap_or_default()
    }

    /// Compiles a derived field, which may have no name.
    pub(crate) fn derived(&mut self, derived: &DerivedField) -> Result<Value, PmmlError> {
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

    pub(crate) fn number(&self, kind: Kind, text: &str) -> Result<f64, PmmlError> {
        match kind.parse(text) {
            Some(Literal::Number(number)) => Ok(number),
            _ => Err(self.invalid(format!("{text:?} does not suit the field's data type"))),
        }
    }

    pub(crate) fn invalid(&self, reason: impl Into<String>) -> PmmlError {
        PmmlError::Invalid { at: self.at.clone(), reason: reason.into() }
    }

    pub(crate) fn unsupported(&self, what: impl Into<String>) -> PmmlError {
        PmmlError::Unsupported { at: self.at.clone(), what: what.into() }
    }
}
