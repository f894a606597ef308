//! The functions of CLEM as data.

mod conversion;
mod datetime;
mod listing;
mod numeric;
mod spatial;
mod special;
mod string;

use crate::kernels::Kernel;
use crate::kind::Kind;

pub(crate) use datetime::print_today;
pub(crate) use numeric::{shift_left, shift_right};

/// A function of CLEM. `docs/clem.md` is generated from these.
#[derive(Debug)]
pub struct Function {
    /// The name in expressions.
    pub name: &'static str,
    /// IBM's signature, such as `endstring(LENGTH, STRING)`.
    pub usage: &'static str,
    /// The storage of the result in IBM's words.
    pub result: &'static str,
    /// Its description.
    pub doc: &'static str,
    pub(crate) body: Body,
}

/// The implementation of a function.
#[derive(Debug)]
pub(crate) enum Body {
    /// The first form whose parameters match.
    Forms(&'static [Form]),
    /// The check, which recognises the function by name.
    Special,
    /// None, for this reason.
    Refused(&'static str),
}

/// Parameters and their kernel.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) parameters: &'static [Kind],
    pub(crate) result: Kind,
    pub(crate) kernel: Kernel,
}

/// A group of functions, as in IBM's reference.
#[derive(Debug)]
pub struct Group {
    /// IBM's title.
    pub title: &'static str,
    /// The functions.
    pub functions: &'static [Function],
}

impl Function {
    /// The reason why the function is refused; `None` for a supported one.
    pub fn refusal(&self) -> Option<&'static str> {
        match self.body {
            Body::Refused(reason) => Some(reason),
            _ => None,
        }
    }
}

/// All functions in IBM's groups. Operators are only in the documentation.
pub fn groups() -> &'static [Group] {
    const GROUPS: &[Group] = &[
        Group { title: "Information functions", functions: conversion::INFORMATION },
        Group { title: "Conversion functions", functions: conversion::CONVERSION },
        Group { title: "Comparison functions", functions: listing::COMPARISON },
        Group { title: "Numeric functions", functions: numeric::NUMERIC },
        Group { title: "Trigonometric functions", functions: numeric::TRIGONOMETRIC },
        Group { title: "Probability functions", functions: numeric::PROBABILITY },
        Group { title: "Bitwise integer functions", functions: numeric::BITWISE },
        Group { title: "Random functions", functions: listing::RANDOM },
        Group { title: "String functions", functions: string::STRING },
        Group { title: "SoundEx functions", functions: string::SOUNDEX },
        Group { title: "Date and time functions", functions: datetime::DATE_TIME },
        Group { title: "Sequence functions", functions: special::SEQUENCE },
        Group { title: "Global functions", functions: special::GLOBAL },
        Group { title: "Functions handling blanks and null values", functions: special::BLANKS },
        Group { title: "Special fields", functions: special::FIELDS },
        Group { title: "Spatial functions", functions: spatial::SPATIAL },
    ];
    GROUPS
}

/// All entries of a name: a function with several signatures has several.
pub(crate) fn named(name: &str) -> impl Iterator<Item = &'static Function> {
    all().filter(move |function| function.name == name)
}

/// All functions.
pub(crate) fn all() -> impl Iterator<Item = &'static Function> {
    groups().iter().flat_map(|group| group.functions)
}

/// Shortens the tables.
macro_rules! function {
    ($usage:literal, $name:literal, $result:literal, $doc:literal, special) => {
        $crate::functions::Function {
            name: $name, usage: $usage, result: $result, doc: $doc, body: $crate::functions::Body::Special,
        }
    };
    ($usage:literal, $name:literal, $result:literal, $doc:literal, refused $reason:expr) => {
        $crate::functions::Function {
            name: $name, usage: $usage, result: $result, doc: $doc,
            body: $crate::functions::Body::Refused($reason),
        }
    };
    ($usage:literal, $name:literal, $result:literal, $doc:literal, $([$($kind:ident),*] $kernel_result:ident => $kernel:expr),+) => {
        $crate::functions::Function {
            name: $name, usage: $usage, result: $result, doc: $doc,
            body: $crate::functions::Body::Forms(&[$($crate::functions::Form {
                parameters: &[$($crate::kind::Kind::$kind),*],
                result: $crate::kind::Kind::$kernel_result,
                kernel: $kernel,
            }),+]),
        }
    };
}
use function;
