//! PMML's built-in functions by name.
//!
//! <https://dmg.org/pmml/v4-4/BuiltinFunctions.html>

use super::numeric::{Aggregate, Binary, Unary};
use super::step::TextFunction;

/// A built-in function.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Builtin {
    /// Number to number.
    Unary(Unary),
    /// Two numbers to a number.
    Binary(Binary),
    /// Numbers to a number, ignoring missing ones.
    Aggregate(Aggregate),
    /// Two values of one type to a boolean.
    Compare(Binary),
    /// Booleans to a boolean.
    Logic(Binary),
    /// A boolean to a boolean.
    Not,
    /// `if`
    If,
    /// `isMissing` and similar functions: the cell states that result in true.
    HasState([bool; 3]),
    /// `isIn` (true) or `isNotIn`.
    IsIn(bool),
    /// Text to text.
    Text(TextFunction),
    /// `stringLength`
    Length,
    /// `dateDaysSinceYear`
    DaysSinceYear,
    /// `dateSecondsSinceYear`
    SecondsSinceYear,
    /// `dateSecondsSinceMidnight`
    SecondsSinceMidnight,
    /// `normalCDF` and `normalPDF` (true) of a number, a mean and a deviation.
    Normal(bool),
}

/// Every function of PMML 4.4 except those of regular expressions, of formats, and of inverse distributions.
const BUILTINS: [(&str, Builtin); 65] = [
    ("+", Builtin::Binary(Binary::Add)),
    ("-", Builtin::Binary(Binary::Subtract)),
    ("*", Builtin::Binary(Binary::Multiply)),
    ("/", Builtin::Binary(Binary::Divide)),
    ("min", Builtin::Aggregate(Aggregate::Min)),
    ("max", Builtin::Aggregate(Aggregate::Max)),
    ("sum", Builtin::Aggregate(Aggregate::Sum)),
    ("avg", Builtin::Aggregate(Aggregate::Average)),
    ("median", Builtin::Aggregate(Aggregate::Median)),
    ("product", Builtin::Aggregate(Aggregate::Product)),
    ("log10", Builtin::Unary(Unary::Log10)),
    ("ln", Builtin::Unary(Unary::Ln)),
    ("ln1p", Builtin::Unary(Unary::Ln1p)),
    ("sqrt", Builtin::Unary(Unary::Sqrt)),
    ("abs", Builtin::Unary(Unary::Abs)),
    ("exp", Builtin::Unary(Unary::Exp)),
    ("expm1", Builtin::Unary(Unary::Expm1)),
    ("pow", Builtin::Binary(Binary::Power)),
    ("threshold", Builtin::Binary(Binary::Threshold)),
    ("modulo", Builtin::Binary(Binary::Modulo)),
    ("hypot", Builtin::Binary(Binary::Hypot)),
    ("floor", Builtin::Unary(Unary::Floor)),
    ("ceil", Builtin::Unary(Unary::Ceil)),
    ("round", Builtin::Unary(Unary::Round)),
    ("rint", Builtin::Unary(Unary::Rint)),
    ("sin", Builtin::Unary(Unary::Sin)),
    ("asin", Builtin::Unary(Unary::Asin)),
    ("sinh", Builtin::Unary(Unary::Sinh)),
    ("cos", Builtin::Unary(Unary::Cos)),
    ("acos", Builtin::Unary(Unary::Acos)),
    ("cosh", Builtin::Unary(Unary::Cosh)),
    ("tan", Builtin::Unary(Unary::Tan)),
    ("atan", Builtin::Unary(Unary::Atan)),
    ("tanh", Builtin::Unary(Unary::Tanh)),
    ("atan2", Builtin::Binary(Binary::Atan2)),
    ("isMissing", Builtin::HasState([false, true, false])),
    ("isNotMissing", Builtin::HasState([true, false, true])),
    ("isValid", Builtin::HasState([true, false, false])),
    ("isNotValid", Builtin::HasState([false, true, true])),
    ("equal", Builtin::Compare(Binary::Equal)),
    ("notEqual", Builtin::Compare(Binary::NotEqual)),
    ("lessThan", Builtin::Compare(Binary::Less)),
    ("lessOrEqual", Builtin::Compare(Binary::LessOrEqual)),
    ("greaterThan", Builtin::Compare(Binary::Greater)),
    ("greaterOrEqual", Builtin::Compare(Binary::GreaterOrEqual)),
    ("and", Builtin::Logic(Binary::And)),
    ("or", Builtin::Logic(Binary::Or)),
    ("not", Builtin::Not),
    ("isIn", Builtin::IsIn(true)),
    ("isNotIn", Builtin::IsIn(false)),
    ("if", Builtin::If),
    ("uppercase", Builtin::Text(TextFunction::Uppercase)),
    ("lowercase", Builtin::Text(TextFunction::Lowercase)),
    ("stringLength", Builtin::Length),
    ("substring", Builtin::Text(TextFunction::Substring)),
    ("trimBlanks", Builtin::Text(TextFunction::TrimBlanks)),
    ("concat", Builtin::Text(TextFunction::Concat)),
    ("dateDaysSinceYear", Builtin::DaysSinceYear),
    ("dateSecondsSinceYear", Builtin::SecondsSinceYear),
    ("dateSecondsSinceMidnight", Builtin::SecondsSinceMidnight),
    ("stdNormalCDF", Builtin::Unary(Unary::StdNormalCdf)),
    ("stdNormalPDF", Builtin::Unary(Unary::StdNormalPdf)),
    ("normalCDF", Builtin::Normal(false)),
    ("normalPDF", Builtin::Normal(true)),
    ("erf", Builtin::Unary(Unary::Erf)),
];

/// The built-in function with the name `name`.
pub(crate) fn builtin(name: &str) -> Option<Builtin> {
    BUILTINS.iter().find(|(n, _)| *n == name).map(|(_, builtin)| *builtin)
}

impl Builtin {
    /// The smallest and largest number of arguments.
    pub(crate) fn arity(self) -> (usize, usize) {
        match self {
            Self::Unary(_) | Self::Not | Self::HasState(_) | Self::Length | Self::SecondsSinceMidnight => {
                (1, 1)
            }
            Self::Binary(_) | Self::Compare(_) | Self::DaysSinceYear | Self::SecondsSinceYear => (2, 2),
            Self::Normal(_) => (3, 3),
            Self::Text(TextFunction::Substring) => (3, 3),
            Self::Text(TextFunction::Concat) => (2, usize::MAX),
            Self::Text(_) => (1, 1),
            Self::If => (2, 3),
            Self::Aggregate(_) => (1, usize::MAX),
            Self::Logic(_) | Self::IsIn(_) => (2, usize::MAX),
        }
    }
}
