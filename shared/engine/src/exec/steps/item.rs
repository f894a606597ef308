//! Columns that need no kernel.

use std::sync::Arc;

use datafusion::common::{Result, ScalarValue, internal_datafusion_err};
use datafusion::physical_expr::expressions::{CastExpr, Literal};
use datafusion::physical_plan::PhysicalExpr;
use satsuma_columns::{Scalar, Storage};
use serde::{Deserialize, Serialize};

/// A column of a projection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Item {
    /// A column of the input.
    Column(usize),
    /// A column of the input in another storage.
    Cast(usize, Storage),
    /// One value for all records.
    Constant(Scalar, Storage),
}

impl Item {
    /// The column of the input that it needs.
    pub(crate) fn column(&self) -> Option<usize> {
        match self {
            Self::Column(column) | Self::Cast(column, _) => Some(*column),
            Self::Constant(..) => None,
        }
    }

    /// The item over the planned columns of the input.
    pub(super) fn over(&self, columns: &[Option<Arc<dyn PhysicalExpr>>]) -> Result<Arc<dyn PhysicalExpr>> {
        let planned = |at: usize| {
            let column = columns.get(at).and_then(Option::as_ref);
            column.cloned().ok_or_else(|| internal_datafusion_err!("a column that was not planned"))
        };
        Ok(match self {
            Self::Column(at) => planned(*at)?,
            Self::Cast(at, storage) => Arc::new(CastExpr::new(planned(*at)?, storage.arrow(), None)),
            Self::Constant(value, storage) => {
                let value = ScalarValue::try_from_array(&Scalar::column([value], *storage), 0)?;
                Arc::new(Literal::new(value))
            }
        })
    }
}
