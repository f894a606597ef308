//! What the splitter makes: a block of records.

/// The end of a field in the block's text.
#[derive(Clone, Copy)]
pub(super) struct FieldEnd {
    pub(super) end: usize,
    pub(super) quoted: bool,
}

/// Records, field after field, one text for all.
#[derive(Default)]
pub(super) struct Block {
    pub(super) text: Vec<u8>,
    pub(super) ends: Vec<FieldEnd>,
    pub(super) rows: usize,
    /// Line on which the first record starts, from 1.
    pub(super) line: u64,
    /// Records that were filled up with blank fields.
    pub(super) short: u64,
}

impl Block {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.rows = 0;
        self.short = 0;
    }
}
