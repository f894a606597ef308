//! The values that a field may have.

use crate::scalar::Scalar;

/// The values of a field, as its type has them.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Values {
    /// They were not read: the field is not instantiated.
    #[default]
    Unread,
    /// From a lowest to a highest value.
    Range(Scalar, Scalar),
    /// Members, in the order of the type.
    Members(Vec<Scalar>),
    /// The value for false, then the one for true.
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

    /// The value that means true in a flag.
    pub fn true_value(&self) -> Option<&Scalar> {
        match self {
            Self::Flag(_, yes) => Some(yes),
            _ => None,
        }
    }

    /// The value that means false in a flag.
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
