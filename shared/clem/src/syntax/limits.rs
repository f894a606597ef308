//! Limits that keep hostile expressions from exhausting memory or the stack.

/// Bytes of an expression. The longest one in real streams has 12,000; rule sets have up to about 100,000.
pub(crate) const MAX_BYTES: usize = 1 << 20;

/// Nesting of parentheses, calls and conditions. Each level costs a few KB of stack in a debug build, and
/// threads have 2 MB.
pub(crate) const MAX_NESTING: usize = 120;

/// Height of the tree, for the same reason.
pub(crate) const MAX_HEIGHT: usize = 120;

/// Number of operators in a row, such as the terms of a sum. They are processed in loops, but dropped and
/// compared level by level.
pub(crate) const MAX_CHAIN: usize = 2_000;

/// Fields of one list after expansion of `@FIELDS_MATCHING` and similar functions.
pub(crate) const MAX_ITEMS: usize = 100_000;
