//! Delimited text: the input of the Var. File node and the output of the Flat File node.
//!
//! [`DelimitedFile::open`] finds the fields, [`DelimitedFile::plan_ranges`] splits the file at record starts,
//! and [`DelimitedFile::read_range`] reads one range, independently of all others. [`format_header`] and
//! [`format_batch`] write. This crate has a splitter of its own, because CSV readers lack Modeler's features:
//! several delimiters at once, three modes for each of two quotation marks, and stray quotes that are
//! discarded.
//!
//! The stages, one per file: bytes are read into a window, the window is split into fields (`split`), and
//! fields become UTF-8 and columns (`text`). Text is split before it is decoded, so that the byte offset of
//! every record is known. If that is unsafe, text is decoded first, and the file is one range. This holds for
//! UTF-16, for ISO-2022-JP, and for delimiters that may be half of a character, such as `|` in Shift-JIS.
//!
//! Rules from IBM's documentation ("Setting options for the Variable File node") or from data:
//! - A blank number is null; blank text is the empty string, which is not null.
//! - *Discard* drops every quotation mark. Spaces before the text are kept (IBM's engine kept the one in `"
//!   Osvical D"`, as a saved table shows); spaces after it are dropped, as documented.
//! - *Pair and discard* drops marks in pairs; delimiters and line breaks between them are text. An unpaired
//!   mark is an error. Two consecutive marks inside a pair are one mark of the text, as in every CSV writer.
//! - "Skip header characters" counts characters, not lines (IBM, `skip_header`: "the number of characters to
//!   be ignored at the beginning of the first record"; every available real stream has 0).
//! - Text from an EOL comment character to the end of the line is ignored, unless it is inside a pair of
//!   quotation marks.
//! - A record has as many fields as the first one. If the end of the line ends the record, missing fields at
//!   its end are blank. Otherwise the end of a line is a delimiter. With a field count set by the user,
//!   records may continue in the next line, and the file is one range. Without one, every record must end
//!   with its line; others are refused.

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
