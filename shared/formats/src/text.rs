//! What delimited and fixed-width text share: values of fields, their storage, and columns of them.

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
pub use batch::TextBatch;
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

/// How Modeler writes a null, and therefore how one is read.
pub const NULL_TEXT: &str = "$null$";

/// Records of a batch, at most: per-batch work vanishes, and a batch stays in cache.
pub const BATCH_ROWS: usize = 8_192;

/// Text of a batch, in bytes: long strings cut a batch short, so that memory stays bounded.
pub(crate) const BATCH_BYTES: usize = 8 << 20;

/// Records that are split before they are converted: their text is still in the processor's cache.
pub(crate) const BLOCK_ROWS: usize = 1_024;

/// Values of a batch and of a block, at most: a hostile file has many fields, of which its records are blank.
pub(crate) const BATCH_CELLS: usize = 4 << 20;
pub(crate) const BLOCK_CELLS: usize = 256 << 10;

/// Lines looked at, at most, for the storage of a field.
pub const SCAN_LINES: usize = 10_000;
