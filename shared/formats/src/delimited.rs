//! Delimited text: what the Var. File node reads and the Flat File node writes.
//!
//! [`DelimitedFile::open`] finds the fields, [`DelimitedFile::plan_ranges`] cuts the file at record starts,
//! [`DelimitedFile::read_range`] reads one range, independently of all others. [`format_header`] and
//! [`format_batch`] write. Modeler knows things that a CSV reader does not (several delimiters at once,
//! three ways to treat each of two quotation marks, stray quotes discarded), hence a splitter of our own.
//!
//! The stages, one a file: bytes are read into a window, the window is split into fields (`split`),
//! fields become UTF-8 and columns (`text`). Text is split before it is decoded, which gives every
//! record its byte offset. Where that is not safe (UTF-16, ISO-2022-JP, or a delimiter that may be half of
//! a character, such as `|` in Shift-JIS), text is decoded first, and the file is one range.
//!
//! Rules that are documented by IBM ("Setting options for the Variable File node") or seen in the data:
//! - A number that is left blank is null; blank text is the empty string, which is not null.
//! - *Discard* drops every quotation mark. Spaces before the text stay (IBM's engine kept the one in
//!   `" Osvical D"`, as a saved table shows), spaces behind it go, as documented.
//! - *Pair and discard* drops marks in pairs; in between, delimiters and line breaks are text. A mark
//!   without a partner is an error. Two marks in a row inside a pair are one mark of the text, as every
//!   program writes them.
//! - "Skip header characters" counts characters, not lines (IBM, `skip_header`: "the number of characters
//!   to be ignored at the beginning of the first record"; every real stream at hand has 0).
//! - From an EOL comment character up to the end of the line nothing counts, unless it is in a pair of
//!   quotation marks.
//! - A record has as many fields as the first one. Where the end of the line ends the record, missing
//!   fields at its end are blank. Elsewhere the end of a line is a delimiter: with a field count set by hand,
//!   records may go on in the next line, and the file is one range; without one, records must end with their
//!   line, and we refuse those that do not.

mod class;
mod dialect;
mod file;
mod plan;
mod records;
mod scanner;
mod split;
mod walk;
mod write;

#[cfg(test)]
mod tests;

pub use crate::encoding::{InvalidText, TextEncoding};
pub use crate::text::{
    ByteRange, Calendar, Decimal, Fault, FileField, NumberStyle, RangeReader, ReadError, TextBatch, Trim,
};
pub use dialect::{Dialect, Limits, QuoteMode};
pub use file::DelimitedFile;
pub(crate) use plan::plan;
pub use write::{Layout, LineEnd, Quoting, WriteFault, format_batch, format_header};
