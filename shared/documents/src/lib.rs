//! Documents that people look at, as data: headings, text, tables with row and column headings, and charts as marks on
//! scales. Writers turn them into files.
//!
//! ```
//! use satsuma_documents::{Block, Cell, Document, Format, Table};
//!
//! let table = Table::new("Counts", ["Drug", "Count"])
//!     .with_row_headings(1)
//!     .with_row([Cell::text("drugA"), Cell::Integer(23)]);
//! let document = Document::new("Drugs", "table").with(Block::Table(table));
//! assert_eq!(Format::Tab.write(&document).unwrap(), b"Drug\tCount\r\ndrugA\t23\r\n");
//! ```
//!
//! - [`Format::Html`]: one page, self-contained: no script, no outside reference, light and dark, charts as SVG.
//! - [`Format::Png`], [`Format::Jpg`]: the charts below each other, with the fonts of this crate.
//! - [`Format::Rtf`]: headings, text, tables and pictures for word processors.
//! - [`Format::Tab`]: every table as tab-separated text, lines ended by CR LF; a chart is the table of its numbers.
//! - [`Format::Xml`]: the document as it is, numbers with all digits; `docs/documents.md` describes the elements.

mod chart;
mod document;
mod fonts;
mod format;
mod html;
mod marks;
mod number;
mod picture;
mod rtf;
mod svg;
mod tab;
mod text;
mod ticks;
mod xml;

pub use chart::{Axis, Chart, Panel, Scale};
pub use document::{Block, Cell, Document, Table};
pub use format::{Format, WriteError};
pub use html::page;
pub use marks::{Mark, Paint, Shape, Symbol};
pub use number::{fixed, shortest};
pub use ticks::ticks;
