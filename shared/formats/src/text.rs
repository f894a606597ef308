//! Shared code of delimited and fixed-width text: values of fields, their storage, and columns.

mod batch;
mod block;
mod calendar;
mod clean;
mod column;
mod fault;
mod forms;
mod infer;
mod line;
mod number;
mod range;
mod reader;
mod recognition;
mod string_column;
mod trim;
mod window;

pub(crate) use batch::BatchBuilder;
pub use batch::{TextBatch, Unconverted};
pub(crate) use block::{Block, Span};
pub use calendar::Calendar;
pub(crate) use clean::Cleaner;
pub(crate) use fault::{At, io};
pub use fault::{Fault, ReadError};
pub use infer::FileField;
pub(crate) use line::line_at;
pub use number::{Decimal, NumberStyle};
pub use range::ByteRange;
pub use reader::RangeReader;
pub(crate) use reader::{Records, Show};
pub(crate) use recognition::Recognition;
pub use trim::Trim;
pub(crate) use window::{NoText, Window, fill};

/// Modeler's text for null, in output and input.
pub const NULL_TEXT: &str = "$null$";

/// Most records of a batch: enough that the work per batch is negligible, few enough for the cache.
pub const BATCH_ROWS: usize = 8_192;

/// Most text of a batch in bytes: long strings end a batch earlier, so that memory is bounded.
pub(crate) const BATCH_BYTES: usize = 8 << 20;

/// Records that are split before they are converted, while their text is still in the processor's cache.
pub(crate) const BLOCK_ROWS: usize = 1_024;

/// Most values of a batch and of a block: a hostile file may have many fields with blank records.
pub(crate) const BATCH_CELLS: usize = 4 << 20;
pub(crate) const BLOCK_CELLS: usize = 256 << 10;

/// Most lines that are scanned for the storage of a field.
pub const SCAN_LINES: usize = 10_000;
