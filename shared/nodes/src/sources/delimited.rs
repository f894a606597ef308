//! Delimited text to columns: what the Var. File node reads.
//!
//! The stages, one a file: bytes become text ([`decode`]), text becomes fields ([`split`]), fields
//! become columns ([`convert`]), files become tables of a query plan ([`table`]). Modeler knows things
//! that a CSV reader does not (several delimiters at once, three ways to treat each of two quotation
//! marks, stray quotes discarded), hence a splitter of our own.
//!
//! Rules that are documented by IBM ("Setting options for the Variable File node") or seen in the data:
//! - A number that is left blank is null; blank text is the empty string, which is not null.
//! - *Discard* drops every quotation mark. Spaces before the text stay (IBM's engine kept the one in
//!   `" Osvical D"`, as a saved table shows), spaces behind it go, as documented.
//! - *Pair and discard* drops marks in pairs; in between, delimiters and line breaks are text. A mark
//!   without a partner is an error. Two marks in a row inside a pair are one mark of the text, as every
//!   program writes them.
//! - "Skip header characters" counts characters, not lines.
//! - A record has as many fields as the first one. Where the end of the line ends the record, missing
//!   fields at its end are blank; elsewhere Modeler would go on reading the next line into this record,
//!   and we refuse instead.

mod block;
mod class;
mod convert;
mod decode;
mod dialect;
mod infer;
mod reader;
mod split;
mod table;

pub(crate) use dialect::{Decimal, Dialect, InvalidText, QuoteMode, TextEncoding, Trim};
pub(crate) use reader::DelimitedFile;
pub(crate) use table::DelimitedTable;
