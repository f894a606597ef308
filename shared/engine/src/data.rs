//! Tables between nodes.

mod table;

pub use self::table::{Projected, Table, one, require};
