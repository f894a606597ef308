//! How much a job may use, and how much of a hostile file is believed.

/// Rows in a batch: large enough that per-batch work vanishes, small enough to stay in cache.
pub const BATCH_ROWS: usize = 8_192;

/// Text in a batch, in bytes: a batch of long strings is cut short so that memory stays bounded.
pub const BATCH_BYTES: usize = 8 << 20;

/// Longest field of a text file, in bytes; an unpaired quote swallows no more than this.
pub const FIELD_BYTES: usize = 1 << 20;

/// Longest record of a text file, in bytes.
pub const RECORD_BYTES: usize = 16 << 20;

/// Most fields of a text file; Modeler itself is not used with more.
pub const FIELDS: usize = 16_384;

/// Nodes in a row, at most, from a source to a terminal node. Streams of people have up to a hundred; each takes a
/// part of the stack when records run through the row.
pub const ROW_OF_NODES: usize = 256;

/// Nodes of a job's branches, at most: ten times as many as a large stream has.
pub const PLAN_NODES: usize = 10_000;

/// Links into a node, at most, those through supernodes included.
pub const INPUTS: usize = 1_000;

/// Fields that all nodes of a job pass on together, at most. A field takes about 300 bytes while a job is planned.
pub const PLAN_FIELDS: usize = 2 << 20;

/// Stack of a thread that runs jobs, in bytes: enough for [`ROW_OF_NODES`] in a build without optimisation.
pub const STACK_BYTES: usize = 16 << 20;

/// Lines looked at, at most, to find the storage of a field that the stream does not know.
pub const SCAN_LINES: usize = 10_000;

/// Characters of a name or value in a message; streams may have longer ones, people do not read them.
pub const NAME: usize = 200;

/// Characters of a reason in a message.
pub const REASON: usize = 1_000;

/// Refusals that are collected, of a job or of a node; the others are counted. A person reads a screenful.
pub const REFUSALS: usize = 500;

/// What a job may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Memory of sorts, groups and joins, in bytes; beyond it they spill to the work folder or fail.
    /// Reading, scoring and writing need a few batches on top, whatever the number of rows.
    pub memory_bytes: usize,
    /// Rows read from all sources together.
    pub rows_read: u64,
    /// Bytes written to all result files together.
    pub bytes_written: u64,
    /// Parts of a table that are computed at the same time. Results do not depend on it.
    pub partitions: usize,
}

impl Default for Limits {
    /// 512 MiB, a thousand million rows, 8 GiB: what fits a large Lambda function and its `/tmp`; all cores.
    fn default() -> Self {
        let partitions = std::thread::available_parallelism().map_or(1, usize::from);
        Self { memory_bytes: 512 << 20, rows_read: 1_000_000_000, bytes_written: 8 << 30, partitions }
    }
}
