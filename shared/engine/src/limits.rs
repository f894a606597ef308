//! Limits of a job, and limits for hostile files.

/// Rows of a batch: enough that the work per batch is negligible, few enough for the cache.
pub const BATCH_ROWS: usize = 8_192;

/// Text of a batch in bytes: long strings end a batch earlier, so that memory is bounded.
pub const BATCH_BYTES: usize = 8 << 20;

/// Longest field of a text file in bytes, which limits the effect of an unpaired quote.
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

/// Most lines that are scanned for the storage of a field that the stream does not define.
pub const SCAN_LINES: usize = 10_000;

/// Characters of a name or value in a message. Streams may have longer ones, but no person reads them.
pub const NAME: usize = 200;

/// Characters of a reason in a message.
pub const REASON: usize = 1_000;

/// Most terminal nodes that are listed if a stream has no scoring branch. A person chooses from a screenful.
pub const CANDIDATES: usize = 20;

/// Most refusals that a job or a node collects; the others are counted. A person reads a screenful.
pub const REFUSALS: usize = 500;

/// Bytes of the models and other settings in an encoded plan; models of some megabytes are in it.
pub const PLAN_BYTES: usize = 512 << 20;

/// Bytes of an encoded plan without its models: [`PLAN_FIELDS`] with their names take less.
pub const PLAN_HEAD_BYTES: usize = 128 << 20;

/// Ranges of data that an encoded plan reads: a file of a terabyte has as many.
pub const PLAN_RANGES: usize = 1 << 20;

/// Pieces of an encoded plan: a stream of a thousand nodes has a few thousand.
pub const PLAN_PIECES: usize = 100_000;

/// Pieces of an encoded plan that read each other in turn: each takes some of the stack when the plan starts.
pub const PLAN_DEPTH: usize = 1_000;

/// Limits of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Memory of sorts, groups and joins in bytes; beyond it they spill to the work folder or fail. Reading,
    /// scoring and writing need a few more batches, whatever the number of rows.
    pub memory_bytes: usize,
    /// Rows read from all sources.
    pub rows_read: u64,
    /// Bytes written to all result files.
    pub bytes_written: u64,
    /// Number of table parts that are computed in parallel. Results do not depend on it.
    pub partitions: usize,
}

impl Default for Limits {
    /// 512 MiB, a thousand million rows and 8 GiB, for a large Lambda function and its `/tmp`; all cores.
    fn default() -> Self {
        let partitions = std::thread::available_parallelism().map_or(1, usize::from);
        Self { memory_bytes: 512 << 20, rows_read: 1_000_000_000, bytes_written: 8 << 30, partitions }
    }
}
