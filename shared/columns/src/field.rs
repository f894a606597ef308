//! Fields: metadata of columns.

use std::sync::Arc;

use crate::blanks::Blanks;
use crate::origin::ModelOutput;
use crate::scalar::Scalar;
use crate::storage::Storage;
use crate::values::Values;
use crate::{Check, Measure, Role};

/// A field with Modeler's metadata.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The name, which is case-sensitive and may contain any character.
    pub name: String,
    /// Storage of its values.
    pub storage: Storage,
    /// Measure (measurement level).
    pub measure: Measure,
    /// Role in models.
    pub role: Role,
    /// Its possible values, if known.
    pub values: Values,
    /// Definition of its blanks; `None` if the field declares none.
    pub blanks: Option<Arc<Blanks>>,
    /// Treatment of values outside [`Field::values`].
    pub check: Check,
    /// The label of the field.
    pub label: Option<String>,
    /// Labels of values.
    pub value_labels: Arc<[(Scalar, String)]>,
    /// Display format of values.
    pub format: Format,
    /// The model that created it; `None` for data.
    pub output: Option<Arc<ModelOutput>>,
}

/// Display format of a field, if it differs from the stream's settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Format {
    /// Number of decimals of a real number.
    pub decimals: Option<u8>,
    /// Width of a column, in characters.
    pub width: Option<u16>,
}

impl Field {
    /// A field with only name and storage. Text is categorical, everything else continuous.
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

    /// Returns the field with another name.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// Returns the field with another measure.
    #[must_use]
    pub fn measured(self, measure: Measure) -> Self {
        Self { measure, ..self }
    }

    /// Returns the field with these values.
    #[must_use]
    pub fn valued(self, values: Values) -> Self {
        Self { values, ..self }
    }

    /// Returns the field with another role.
    #[must_use]
    pub fn used_as(self, role: Role) -> Self {
        Self { role, ..self }
    }

    /// Whether values are categories: flag, nominal, ordinal, or unread text.
    pub fn is_categorical(&self) -> bool {
        matches!(self.measure, Measure::Flag | Measure::Set | Measure::OrderedSet | Measure::Discrete)
    }

    /// Whether a value of the field is blank. Without declared blanks only null is.
    pub fn is_blank(&self, value: &Scalar) -> bool {
        match &self.blanks {
            Some(blanks) => blanks.contain(value),
            None => value.is_null(),
        }
    }
}
