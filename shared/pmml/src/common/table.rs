//! `InlineTable` as rows of named cells: training instances and verification records.

use std::collections::HashMap;

use crate::error::PmmlError;
use crate::limits::MAX_TABLE_CELLS;
use crate::xml::Node;

/// The columns of a table as text; a cell that a row omits is `None`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    /// The number of rows.
    pub count: usize,
    /// A column for each requested name, in that order.
    pub columns: Vec<Vec<Option<String>>>,
}

impl Rows {
    /// Reads the columns with these names, without regard to namespace prefixes.
    pub(crate) fn read(node: &Node<'_>, names: &[&str]) -> Result<Self, PmmlError> {
        node.expect(&[], &["row"])?;
        let places: HashMap<&str, usize> =
            names.iter().enumerate().map(|(place, name)| (local(name), place)).collect();
        let rows = node.element.children.iter().filter(|e| e.name == "row");
        let count = rows.clone().count();
        if count.saturating_mul(names.len()) > MAX_TABLE_CELLS {
            return Err(node.limit("cells in a table", MAX_TABLE_CELLS));
        }
        let mut columns = vec![vec![None; count]; names.len()];
        for (place, row) in rows.enumerate() {
            for cell in &row.children {
                let Some(column) = places.get(cell.name.as_str()).and_then(|p| columns.get_mut(*p)) else {
                    continue;
                };
                if let Some(slot) = column.get_mut(place) {
                    *slot = Some(cell.text.clone());
                }
            }
        }
        Ok(Self { count, columns })
    }
}

/// A column's name without its namespace prefix (`data:input`).
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}
