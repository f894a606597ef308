//! Columns in expressions of the query engine.

use datafusion::common::Column;
use datafusion::logical_expr::Expr;

/// A column by its exact name: blanks, dots and capitals in field names have no special meaning.
pub fn column(name: &str) -> Expr {
    Expr::Column(Column::new_unqualified(name))
}
