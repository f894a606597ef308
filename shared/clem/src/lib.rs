//! CLEM, the expression language of Modeler, on Arrow columns.
//!
//! ```
//! use std::sync::Arc;
//! use arrow_array::{ArrayRef, Int64Array};
//! use satsuma_clem::{CheckContext, Expression};
//! use satsuma_columns::{DataModel, Field, Settings, Storage};
//!
//! let model = DataModel::new(vec![Field::new("Age", Storage::Integer)])?;
//! let context = CheckContext::new(model, Settings::default());
//! let expression = Expression::parse("if Age < 30 then 'young' else 'old' endif")?;
//! let program = expression.check(&context)?;
//! assert_eq!(program.storage(), Some(Storage::String));
//!
//! let ages: ArrayRef = Arc::new(Int64Array::from(vec![Some(20), Some(40), None]));
//! let groups = program.evaluate(&[ages], 3)?;
//! // A null condition is not true: the last record is "old".
//! assert_eq!(groups.len(), 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - [`Expression::parse`] parses a text; [`Expression::check`] checks it in a [`CheckContext`].
//! - [`Program`] evaluates batches in any order; [`Scan`] evaluates records in order, which `@OFFSET`,
//!   `@INDEX`, `@SINCE` and similar functions require.
//! - [`functions`](groups) are data, from which `docs/clem.md` is generated.
//!
//! # Null
//!
//! IBM, "Handling records with system missing values": functions and arithmetic of null are null. Two nulls
//! are equal; the comparison of null with another value is null. `and`, `or` and `not` are three-valued. A
//! null condition of `if` selects the next branch. A Select node drops records whose condition is null, in
//! both of its modes.

mod check;
mod codec;
mod context;
mod error;
mod functions;
mod kernels;
mod kind;
mod op;
mod program;
#[cfg(test)]
mod reference;
mod scan;
mod stage;
mod suggest;
mod syntax;
mod value;

use std::sync::Arc;

use satsuma_columns::Scalar;

pub use context::{CheckContext, Globals, Partition, Statistic};
pub use error::{ClemError, ErrorKind, Position, Result};
pub use functions::{Function, Group, groups};
pub use program::{Program, truths_of};
pub use scan::Scan;

/// A parsed expression. [`ToString`] prints it in a canonical form that parses to the same expression.
#[derive(Debug, Clone)]
pub struct Expression {
    source: Arc<str>,
    root: syntax::Node,
}

impl Expression {
    /// Parses a text.
    ///
    /// # Errors
    /// The text is not an expression, or is too large.
    pub fn parse(text: &str) -> Result<Self> {
        Ok(Self { source: text.into(), root: syntax::parse(text)? })
    }

    /// `if … then … elseif … else … endif` of expressions, the form of Derive nodes. Error positions of its
    /// check refer to its own text, [`Expression::source`].
    ///
    /// # Errors
    /// There is no branch, or the result is too large.
    pub fn choice(branches: &[(Self, Self)], otherwise: Option<&Self>) -> Result<Self> {
        let branches = branches.iter().map(|(condition, value)| (condition.root.clone(), value.root.clone()));
        let otherwise = otherwise.map(|value| Box::new(value.root.clone()));
        Self::parse(&syntax::print_kind(&syntax::NodeKind::If(branches.collect(), otherwise)))
    }

    /// A value as an expression; `None` for dates and times, for which CLEM has no literals.
    pub fn constant(value: &Scalar) -> Option<Self> {
        let kind = match value {
            Scalar::Null => syntax::NodeKind::Undef,
            Scalar::String(text) => syntax::NodeKind::Text(text.clone()),
            Scalar::Real(number) if number.is_finite() => syntax::NodeKind::Real(*number),
            // Without its sign, the smallest integer is too large to be parsed.
            Scalar::Integer(i64::MIN) => return Self::parse("-9223372036854775807 - 1").ok(),
            Scalar::Integer(number) => syntax::NodeKind::Integer(*number),
            _ => return None,
        };
        Self::parse(&syntax::print_kind(&kind)).ok()
    }

    /// The text that was parsed.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Checks the expression and compiles it to a program.
    ///
    /// # Errors
    /// An unknown name, a wrong storage, or an unsupported feature, with its position.
    pub fn check(&self, context: &CheckContext) -> Result<Program> {
        let checked = check::check(&self.source, &self.root, context)?;
        Ok(Program::new(self.source.clone(), context.clone(), checked))
    }
}

/// Expressions are equal if their trees are: blanks and redundant parentheses are ignored.
impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.root == other.root
    }
}

impl std::fmt::Display for Expression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&syntax::print(&self.root))
    }
}
