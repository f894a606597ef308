//! Resource limits for documents.

/// Limits on the resources that reading a document may use.
///
/// The memory of the reader never exceeds `memory`, except for the records of the `attributes` of one
/// element, and for one string that its source returns in pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Entries in any one vocabulary table.
    pub vocabulary_entries: usize,
    /// Bytes of one string, both as stored and as UTF-8.
    pub string_bytes: usize,
    /// Bytes of all text, names and values as UTF-8; those from tables count each time.
    pub total_bytes: usize,
    /// Memory of the reader in bytes: its tables, its header, and the strings of one event.
    pub memory: usize,
    /// Levels of nested elements.
    pub depth: usize,
    /// Attributes of one element, and namespaces declared on it.
    pub attributes: usize,
}

impl Limits {
    /// X.891 §7.13.7 limits every table to this size.
    pub const VOCABULARY_ENTRIES: usize = 1 << 20;
    /// The longest string in real streams is a whole PMML document of some hundred kilobytes.
    pub const STRING_BYTES: usize = 64 << 20;
    /// A single byte may refer to a whole table entry. This limits the expansion of a small document.
    pub const TOTAL_BYTES: usize = 256 << 20;
    /// Twice the memory for reading the longest string, which is three times its length.
    pub const MEMORY: usize = 384 << 20;
    /// Real streams have about twenty levels; trees built from events are often traversed recursively.
    pub const DEPTH: usize = 256;
    /// All attributes of an element are in memory at once, and each may take only two bytes of the document.
    pub const ATTRIBUTES: usize = 1 << 16;
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            vocabulary_entries: Self::VOCABULARY_ENTRIES,
            string_bytes: Self::STRING_BYTES,
            total_bytes: Self::TOTAL_BYTES,
            memory: Self::MEMORY,
            depth: Self::DEPTH,
            attributes: Self::ATTRIBUTES,
        }
    }
}
