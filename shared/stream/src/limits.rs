//! Resource limits for stream files.

/// Limits on the resources that reading a stream file may use.
///
/// Reading a document uses its own bytes, [`Limits::document_memory`] for its tree and
/// [`Limits::table_memory`] for its tables, and no more. `tests/memory.rs` proves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file itself.
    pub file_bytes: u64,
    /// Entries in the zip.
    pub entries: u64,
    /// Inflated bytes of one entry.
    pub entry_bytes: u64,
    /// Inflated bytes of all entries.
    pub total_bytes: u64,
    /// Compression ratio of entries larger than [`Limits::RATIO_FROM`].
    pub ratio: u64,
    /// Bytes of an XML or Fast Infoset document.
    pub document_bytes: u64,
    /// Levels of nested elements.
    pub depth: usize,
    /// Bytes of memory for the elements, attributes and texts of one document.
    pub document_memory: u64,
    /// Bytes of memory for the tables of one Fast Infoset document.
    pub table_memory: u64,
    /// Bytes of one text or attribute value.
    pub text_bytes: u64,
    /// Nodes in all diagrams.
    pub nodes: usize,
    /// Columns of a record table.
    pub table_columns: usize,
    /// Values of a record table.
    pub table_values: usize,
}

impl Limits {
    /// The memory of a function also has to hold its other data.
    pub const FILE_BYTES: u64 = 256 << 20;
    /// A node has a few side files at most.
    pub const ENTRIES: u64 = 20_000;
    /// The largest known model container has 2 MB.
    pub const ENTRY_BYTES: u64 = 256 << 20;
    /// Entries are inflated one at a time, so this limits time rather than memory.
    pub const TOTAL_BYTES: u64 = 1 << 30;
    /// XML deflates by a factor of about thirty. Deflate reaches a thousand only for zeros.
    pub const RATIO: u64 = 200;
    /// Small entries may have any ratio.
    pub const RATIO_FROM: u64 = 1 << 20;
    /// The largest known document has less than 1 MB.
    pub const DOCUMENT_BYTES: u64 = 64 << 20;
    /// The deepest known document has about thirty levels. Trees are traversed recursively.
    pub const DEPTH: usize = 256;
    /// The smallest function that reads streams has 512 MB and may hold three copies of the request. An
    /// element with a short text takes about 220 bytes, so the largest reported document with 500,000
    /// elements fits.
    pub const DOCUMENT_MEMORY: u64 = 176 << 20;
    /// The tables have each repeated text of a document once. Those of real documents take less than 2 MB.
    pub const TABLE_MEMORY: u64 = 64 << 20;
    /// The longest known text is a PMML document of some hundred kilobytes.
    pub const TEXT_BYTES: u64 = 16 << 20;
    /// Attributes of one element, which are all in memory at once. Real elements have about thirty.
    pub const ATTRIBUTES: u64 = 4096;
    /// The largest known stream has about a hundred.
    pub const NODES: usize = 20_000;
    /// The widest known table has 15 columns.
    pub const TABLE_COLUMNS: usize = 20_000;
    /// A value takes up to about fifty bytes; the largest known table has 15,000.
    pub const TABLE_VALUES: usize = 10_000_000;
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            file_bytes: Self::FILE_BYTES,
            entries: Self::ENTRIES,
            entry_bytes: Self::ENTRY_BYTES,
            total_bytes: Self::TOTAL_BYTES,
            ratio: Self::RATIO,
            document_bytes: Self::DOCUMENT_BYTES,
            depth: Self::DEPTH,
            document_memory: Self::DOCUMENT_MEMORY,
            table_memory: Self::TABLE_MEMORY,
            text_bytes: Self::TEXT_BYTES,
            nodes: Self::NODES,
            table_columns: Self::TABLE_COLUMNS,
            table_values: Self::TABLE_VALUES,
        }
    }
}

/// Refuses `found` if it exceeds `maximum`.
pub(crate) fn check(what: &'static str, found: u64, maximum: u64) -> crate::Result<()> {
    if found <= maximum {
        return Ok(());
    }
    Err(crate::ErrorKind::Limit { what, found, maximum }.into())
}
