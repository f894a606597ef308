//! How much a document may ask for.

/// Bounds on what a document may make its reader hold.
///
/// The reader holds no more than `memory` whatever the document says, beside the records of the `attributes`
/// of one element and one string that its source hands out in pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Entries in any one vocabulary table.
    pub vocabulary_entries: usize,
    /// Bytes of one string, both as stored and as UTF-8.
    pub string_bytes: usize,
    /// Bytes of all text, names and values as UTF-8, those from tables counted each time.
    pub total_bytes: usize,
    /// Bytes of memory that the reader holds: its tables, its header, and the strings of one event.
    pub memory: usize,
    /// Levels of nested elements.
    pub depth: usize,
    /// Attributes of one element, and namespaces declared on it.
    pub attributes: usize,
}

impl Limits {
    /// X.891 §7.13.7 allows no more in any table.
    pub const VOCABULARY_ENTRIES: usize = 1 << 20;
    /// The longest string in real streams is a whole PMML document of some hundred kilobytes.
    pub const STRING_BYTES: usize = 64 << 20;
    /// A byte may stand for a whole table entry: bounds what a small document can blow up to.
    pub const TOTAL_BYTES: usize = 256 << 20;
    /// Twice what the longest string takes while it is read, which is three times its length.
    pub const MEMORY: usize = 384 << 20;
    /// Real streams nest some twenty levels deep; trees built from events are often walked recursively.
    pub const DEPTH: usize = 256;
    /// All attributes of an element are held at once; two bytes may ask for one of them.
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
