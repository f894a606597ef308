//! A block of records, the output of a splitter.

/// Largest text of a block in bytes, because positions have 32 bits.
const _: () = assert!(super::BATCH_BYTES < u32::MAX as usize / 4);

/// A field: a span of a text, and whether the value was quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    start: u32,
    end_and_quoted: u32,
}

const QUOTED: u32 = 1 << 31;

impl Span {
    #[inline]
    pub(crate) fn new(start: usize, end: usize, is_quoted: bool) -> Self {
        let quoted = if is_quoted { QUOTED } else { 0 };
        Self { start: start as u32, end_and_quoted: end as u32 | quoted }
    }

    #[inline]
    pub(crate) fn start(self) -> usize {
        self.start as usize
    }

    #[inline]
    pub(crate) fn end(self) -> usize {
        (self.end_and_quoted & !QUOTED) as usize
    }

    pub(crate) fn is_quoted(self) -> bool {
        self.end_and_quoted & QUOTED != 0
    }

    pub(crate) fn is_empty(self) -> bool {
        self.start() >= self.end()
    }

    /// The same field in a text that begins `by` bytes later.
    pub(crate) fn moved_back(self, by: usize) -> Self {
        Self::new(self.start().saturating_sub(by), self.end().saturating_sub(by), self.is_quoted())
    }

    #[inline]
    pub(crate) fn of(self, text: &[u8]) -> &[u8] {
        text.get(self.start()..self.end()).unwrap_or_default()
    }
}

/// Records, field after field. The text of the spans is stored beside it.
#[derive(Debug, Default)]
pub(crate) struct Block {
    pub(crate) spans: Vec<Span>,
    /// Place of each record in the text.
    pub(crate) starts: Vec<usize>,
    /// Complete records.
    pub(crate) rows: usize,
    /// Number of records that were padded with blank fields.
    pub(crate) short: u64,
}

impl Block {
    /// The field `column` of every record.
    #[inline]
    pub(crate) fn column(&self, column: usize, width: usize) -> impl Iterator<Item = Span> + '_ {
        let complete = self.spans.get(..self.rows * width).unwrap_or_default();
        complete.get(column..).unwrap_or_default().iter().step_by(width.max(1)).copied()
    }
}
