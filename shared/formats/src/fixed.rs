//! Fixed-width text: what the Fixed File node reads.
//!
//! Rules that are documented by IBM ("Setting options for the Fixed File node"):
//! - Record length, starts and lengths count characters, not bytes; starts count from 1.
//! - "Line oriented" skips the line end behind each record; without it records follow each other without
//!   any, and a line end is a character like any other.
//! - "Skip header lines" counts lines.
//! - Blank numbers are null, blank text is the empty string.
//!
//! Assumed: a line that is too short leaves the fields behind its end blank; what is behind the last field
//! is ignored; a line without a character is no record; `fieldNamesIncluded` means nothing (the one real
//! stream has it true and reads the first line of its file as a record).

mod dialect;
mod file;
mod records;

#[cfg(test)]
mod tests;

pub use dialect::{FixedColumn, FixedDialect};
pub use file::FixedFile;
