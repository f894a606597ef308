//! Fixed-width text: the input of the Fixed File node.
//!
//! Rules from IBM's documentation ("Setting options for the Fixed File node"):
//! - Record length, starts and lengths count characters, not bytes; starts count from 1.
//! - "Line oriented" skips the line end after each record. Without it records are contiguous, and a line end
//!   is an ordinary character.
//! - "Skip header lines" counts lines.
//! - Blank numbers are null, blank text is the empty string.
//!
//! Assumptions: in a line that is too short, the missing fields are blank; text after the last field is
//! ignored; an empty line is not a record; `fieldNamesIncluded` has no effect (in the only known real stream
//! it is true, and the stream reads the first line of its file as a record).

mod dialect;
mod file;
mod records;

#[cfg(test)]
mod tests;

pub use dialect::{FixedColumn, FixedDialect};
pub use file::FixedFile;
