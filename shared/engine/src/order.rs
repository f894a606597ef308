//! Record order, which is data.
//!
//! Every table has a hidden column [`ORDER`] of 64-bit integers that grow along the records. A file
//! gives the byte at which a record begins; whatever makes a new order numbers its records from 0. Parts
//! of a table may be computed anywhere and in parallel: the column restores the order.

/// The name of the hidden column. No field of a stream begins with this character.
pub const ORDER: &str = "\u{1}order";

/// A field to sort by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SortKey {
    /// The field.
    pub field: String,
    /// From the highest value to the lowest.
    pub is_descending: bool,
}

impl SortKey {
    /// From the lowest value to the highest; null is lower than every value.
    pub fn ascending(field: impl Into<String>) -> Self {
        Self { field: field.into(), is_descending: false }
    }
}
