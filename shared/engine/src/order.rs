//! Record order, which is data.
//!
//! Every table has a hidden column [`ORDER`] of 64-bit integers that increase along the records. Files supply
//! the byte offset of each record; operations that define a new order number their records from 0. Parts of a
//! table may be computed anywhere and in parallel: the column restores the order.

use serde::{Deserialize, Serialize};

/// The name of the hidden column. No field of a stream begins with this character.
pub const ORDER: &str = "\u{1}order";

/// A field to sort by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SortKey {
    /// The field.
    pub field: String,
    /// Whether the order is descending.
    pub is_descending: bool,
}

impl SortKey {
    /// Ascending order; null is less than every value.
    pub fn ascending(field: impl Into<String>) -> Self {
        Self { field: field.into(), is_descending: false }
    }
}
