//! Fields: what is known about a column.

use std::sync::Arc;

use crate::blanks::Blanks;
use crate::origin::ModelOutput;
use crate::scalar::Scalar;
use crate::storage::Storage;
use crate::values::Values;
use crate::{Check, Measure, Role};

/// A field and what Modeler knows about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The name; case matters, and any character may occur.
    pub name: String,
    /// How values are kept.
    pub storage: Storage,
    /// What values mean: the measurement level.
    pub measure: Measure,
    /// What models use it for.
    pub role: Role,
    /// The values that it may have, where they are known.
    pub values: Values,
    /// What stands for missing values; `None` where blanks are not declared.
    pub blanks: Option<Arc<Blanks>>,
    /// What is done about values outside [`Field::values`].
    pub check: Check,
    /// The label shown for the field.
    pub label: Option<String>,
    /// Labels shown for values.
    pub value_labels: Arc<[(Scalar, String)]>,
    /// How values are shown.
    pub format: Format,
    /// Which model made it; `None` for data.
    pub output: Option<Arc<ModelOutput>>,
}

/// How values of a field are shown, where that differs from the stream's settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Format {
    /// Decimals of a real number.
    pub decimals: Option<u8>,
    /// Width of a column, in characters.
    pub width: Option<u16>,
}

impl Field {
    /// A field of which only name and storage are known. Text is categorical, everything else continuous.
    pub fn new(name: impl Into<String>, storage: Storage) -> Self {
        let measure = match storage {
            Storage::String => Measure::Discrete,
            Storage::List(_) => Measure::Typeless,
            _ => Measure::Range,
        };
        Self {
            name: name.into(),
            storage,
            measure,
            role: Role::Input,
            values: Values::Unread,
            blanks: None,
            check: Check::None,
            label: None,
            value_labels: Arc::from([]),
            format: Format::default(),
            output: None,
        }
    }

    /// The same with another name.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// The same with another measure.
    #[must_use]
    pub fn measured(self, measure: Measure) -> Self {
        Self { measure, ..self }
    }

    /// The same with these values.
    #[must_use]
    pub fn valued(self, values: Values) -> Self {
        Self { values, ..self }
    }

    /// The same with another role.
    #[must_use]
    pub fn used_as(self, role: Role) -> Self {
        Self { role, ..self }
    }

    /// Whether values are categories: flag, nominal, ordinal, or text that was not read.
    pub fn is_categorical(&self) -> bool {
        matches!(self.measure, Measure::Flag | Measure::Set | Measure::OrderedSet | Measure::Discrete)
    }

    /// Whether a value of the field stands for a missing one. Without declared blanks only null does.
    pub fn is_blank(&self, value: &Scalar) -> bool {
        match &self.blanks {
            Some(blanks) => blanks.contain(value),
            None => value.is_null(),
        }
    }
}
