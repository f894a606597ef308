//! Kinds of values within an expression.

use satsuma_columns::Storage;

/// The type of a part's values: a storage, a condition, or only null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// `undef` and its consequences: null in every record.
    Null,
    /// True, false or null; as a number, 1 and 0.
    Truth,
    String,
    Integer,
    Real,
    Date,
    Time,
    Timestamp,
}

impl Kind {
    /// The kind of a field; `None` for lists.
    pub(crate) fn of(storage: Storage) -> Option<Self> {
        Some(match storage {
            Storage::String => Self::String,
            Storage::Integer => Self::Integer,
            Storage::Real => Self::Real,
            Storage::Date => Self::Date,
            Storage::Time => Self::Time,
            Storage::Timestamp => Self::Timestamp,
            Storage::List(_) => return None,
        })
    }

    /// The storage of a field with such values; `None` for only null.
    pub(crate) fn storage(self) -> Option<Storage> {
        Some(match self {
            Self::Null => return None,
            Self::Truth | Self::Integer => Storage::Integer,
            Self::String => Storage::String,
            Self::Real => Storage::Real,
            Self::Date => Storage::Date,
            Self::Time => Storage::Time,
            Self::Timestamp => Storage::Timestamp,
        })
    }

    /// Modeler's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Null => "undef",
            Self::Truth => "a condition",
            Self::String => "string",
            Self::Integer => "integer",
            Self::Real => "real",
            Self::Date => "date",
            Self::Time => "time",
            Self::Timestamp => "timestamp",
        }
    }

    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Real | Self::Truth)
    }

    pub(crate) fn is_temporal(self) -> bool {
        matches!(self, Self::Date | Self::Time | Self::Timestamp)
    }

    /// The kind that represents the values of both without loss, if any.
    pub(crate) fn join(self, other: Self) -> Option<Self> {
        use Kind::{Date, Integer, Null, Real, Timestamp, Truth};
        Some(match (self, other) {
            (one, two) if one == two => one,
            (Null, kind) | (kind, Null) => kind,
            (Truth, Integer) | (Integer, Truth) => Integer,
            (Truth | Integer, Real) | (Real, Truth | Integer) => Real,
            (Date, Timestamp) | (Timestamp, Date) => Timestamp,
            _ => return None,
        })
    }
}
