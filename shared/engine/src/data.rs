//! Tables on their way through a stream.

mod column;
mod order;
mod table;

pub use self::column::column;
pub use self::order::{ORDER, SortKey};
pub use self::table::{Table, one, require};
