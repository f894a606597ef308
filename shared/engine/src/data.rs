//! Tables between nodes.

mod column;
mod table;

pub use self::column::column;
pub use self::table::{Table, one, require};
