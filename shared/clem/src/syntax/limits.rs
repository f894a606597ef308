//! Limits that keep hostile expressions from exhausting memory or the stack.

/// Bytes of an expression. The longest seen in real streams has 12,000; rule sets grow to some 100,000.
pub(crate) const MAX_BYTES: usize = 1 << 20;

/// Parentheses, calls and conditions within each other. Each level costs about 2 KB of stack while parsing.
pub(crate) const MAX_NESTING: usize = 150;

/// Height of the tree: a sum of so many terms, say. Each level costs stack while checking and evaluating.
pub(crate) const MAX_HEIGHT: usize = 400;

/// Fields that one list may hold once `@FIELDS_MATCHING` and the like are expanded.
pub(crate) const MAX_ITEMS: usize = 100_000;
