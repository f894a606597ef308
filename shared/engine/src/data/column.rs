//! Columns in expressions of the query engine.

use datafusion::common::Column;
use datafusion::logical_expr::Expr;

/// A column by its exact name: field names hold blanks, dots and capitals, none of which mean anything.
pub fn column(name: &str) -> Expr {
    Expr::Column(Column::new_unqualified(name))
}
