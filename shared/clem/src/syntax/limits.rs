//! Limits that keep hostile expressions from exhausting memory or the stack.

/// Bytes of an expression. The longest seen in real streams has 12,000; rule sets grow to some 100,000.
pub(crate) const MAX_BYTES: usize = 1 << 20;

/// Parentheses, calls and conditions within each other. Each level costs some KB of stack in a debug build, and threads
/// have 2 MB.
pub(crate) const MAX_NESTING: usize = 120;

/// Height of the tree, for the same reason.
pub(crate) const MAX_HEIGHT: usize = 120;

/// Operators in a row, such as a sum of so many terms. They are worked off in loops, but dropped and compared level by
/// level.
pub(crate) const MAX_CHAIN: usize = 2_000;

/// Fields that one list may hold once `@FIELDS_MATCHING` and the like are expanded.
pub(crate) const MAX_ITEMS: usize = 100_000;
