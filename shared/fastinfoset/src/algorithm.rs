//! The built-in encoding algorithms: bytes that represent text (X.891 §10).

mod decode;
mod encode;

pub(crate) use decode::decode;
pub(crate) use encode::encode;

/// Number of the first algorithm that a document declares (X.891 §7.2.15).
pub(crate) const FIRST_DECLARED: usize = 32;

/// A built-in algorithm; its discriminant is its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Hexadecimal = 1,
    Base64,
    Short,
    Int,
    Long,
    Boolean,
    Float,
    Double,
    Uuid,
    CData,
}

impl Algorithm {
    /// The algorithm with a number, counted from 1.
    pub(crate) fn numbered(number: usize) -> Option<Self> {
        Some(match number {
            1 => Algorithm::Hexadecimal,
            2 => Algorithm::Base64,
            3 => Algorithm::Short,
            4 => Algorithm::Int,
            5 => Algorithm::Long,
            6 => Algorithm::Boolean,
            7 => Algorithm::Float,
            8 => Algorithm::Double,
            9 => Algorithm::Uuid,
            10 => Algorithm::CData,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests;
