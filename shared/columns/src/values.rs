//! The possible values of a field.

use crate::scalar::Scalar;

/// The possible values of a field, defined by its type.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Values {
    /// Not read yet: the field is not instantiated.
    #[default]
    Unread,
    /// From the smallest to the largest value.
    Range(Scalar, Scalar),
    /// Members, in the order of the type.
    Members(Vec<Scalar>),
    /// The false value, then the true value.
    Flag(Scalar, Scalar),
}

impl Values {
    /// All single values: members of a set or the two values of a flag.
    pub fn members(&self) -> Vec<Scalar> {
        match self {
            Self::Members(members) => members.clone(),
            Self::Flag(no, yes) => vec![no.clone(), yes.clone()],
            Self::Unread | Self::Range(..) => Vec::new(),
        }
    }

    /// The true value of a flag.
    pub fn true_value(&self) -> Option<&Scalar> {
        match self {
            Self::Flag(_, yes) => Some(yes),
            _ => None,
        }
    }

    /// The false value of a flag.
    pub fn false_value(&self) -> Option<&Scalar> {
        match self {
            Self::Flag(no, _) => Some(no),
            _ => None,
        }
    }

    /// Whether the values are known.
    pub fn are_read(&self) -> bool {
        !matches!(self, Self::Unread)
    }
}
