//! The context for checking an expression.

use std::collections::BTreeMap;

use satsuma_columns::{DataModel, Field, Role, Scalar, Settings, Storage};

/// The context for checking an expression: fields, settings, parameters, globals and the meaning of special
/// names.
///
/// Start with [`CheckContext::new`] and set the known values of the node.
#[derive(Debug, Clone, Default)]
pub struct CheckContext {
    /// The fields of the data.
    pub model: DataModel,
    /// The stream's formats and options.
    pub settings: Settings,
    /// Values of parameters by name, without `$P-`. The caller resolves scopes: a supernode's parameter hides the
    /// stream's, a job's override hides both.
    pub parameters: BTreeMap<String, Scalar>,
    /// Results of Set Globals nodes.
    pub globals: Globals,
    /// The field of `@FIELD`.
    pub field: Option<String>,
    /// The field of `@TARGET`.
    pub target: Option<String>,
    /// The field of `@PREDICTED`.
    pub predicted: Option<String>,
    /// The partition; the default is the field with the role Partition and its values.
    pub partition: Option<Partition>,
    /// The current time in microseconds since 1970-01-01, for `datetime_now` and `@TODAY`. The caller sets it
    /// once per run, so that all workers have the same.
    pub now: Option<i64>,
    /// The seed of `random`, `random0` and `oneof`.
    pub seed: u64,
}

/// Results of Set Globals nodes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Globals {
    values: BTreeMap<(String, Statistic), Scalar>,
    expected: BTreeMap<(String, Statistic), Storage>,
    /// Whether missing globals may be computed later in the run. The check then passes, and evaluation fails
    /// if they are still missing.
    pub computed_later: bool,
}

/// The statistic of a global.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Statistic {
    /// `@GLOBAL_MEAN`.
    Mean,
    /// `@GLOBAL_SUM`.
    Sum,
    /// `@GLOBAL_MIN`.
    Min,
    /// `@GLOBAL_MAX`.
    Max,
    /// `@GLOBAL_SDEV`.
    Sdev,
}

/// The partition field and the values of its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Partition {
    /// The field.
    pub field: String,
    /// The value for training.
    pub training: Option<Scalar>,
    /// The value for testing.
    pub testing: Option<Scalar>,
    /// The value for validation.
    pub validation: Option<Scalar>,
}

impl CheckContext {
    /// A context with only fields and settings.
    pub fn new(model: DataModel, settings: Settings) -> Self {
        Self { model, settings, ..Self::default() }
    }

    /// Returns the context with this field for `@FIELD`.
    #[must_use]
    pub fn for_field(&self, name: &str) -> Self {
        Self { field: Some(name.to_owned()), ..self.clone() }
    }

    /// The partition: the explicit one, otherwise the field with the role Partition, with its values in
    /// order.
    pub(crate) fn partition(&self) -> Option<Partition> {
        self.partition.clone().or_else(|| self.model.with_role(Role::Partition).next().map(Partition::of))
    }
}

impl Partition {
    /// The partition of a field whose values mean training, testing and validation in ascending order, the
    /// form of a Partition node.
    pub fn of(field: &Field) -> Self {
        let mut values = field.values.members();
        values.sort_by(Scalar::order);
        let mut values = values.into_iter();
        Self {
            field: field.name.clone(),
            training: values.next(),
            testing: values.next(),
            validation: values.next(),
        }
    }
}

impl Globals {
    /// Sets a value.
    pub fn set(&mut self, field: impl Into<String>, statistic: Statistic, value: Scalar) {
        self.values.insert((field.into(), statistic), value);
    }

    /// Sets the storage of a value that is computed later, of a field that the table may lack.
    pub fn expect(&mut self, field: impl Into<String>, statistic: Statistic, storage: Storage) {
        self.expected.insert((field.into(), statistic), storage);
    }

    /// The storage of a value that is computed later.
    pub(crate) fn expected(&self, field: &str, statistic: Statistic) -> Option<Storage> {
        self.expected.get(&(field.to_owned(), statistic)).copied()
    }

    /// A value.
    pub fn get(&self, field: &str, statistic: Statistic) -> Option<&Scalar> {
        self.values.get(&(field.to_owned(), statistic))
    }
}

impl Statistic {
    /// The statistic of a function such as `@GLOBAL_MEAN`.
    pub fn of_function(name: &str) -> Option<Self> {
        Some(match name {
            "@GLOBAL_MEAN" => Self::Mean,
            "@GLOBAL_SUM" => Self::Sum,
            "@GLOBAL_MIN" => Self::Min,
            "@GLOBAL_MAX" => Self::Max,
            "@GLOBAL_SDEV" => Self::Sdev,
            _ => return None,
        })
    }

    /// Its function.
    pub fn function(self) -> &'static str {
        match self {
            Self::Mean => "@GLOBAL_MEAN",
            Self::Sum => "@GLOBAL_SUM",
            Self::Min => "@GLOBAL_MIN",
            Self::Max => "@GLOBAL_MAX",
            Self::Sdev => "@GLOBAL_SDEV",
        }
    }
}
