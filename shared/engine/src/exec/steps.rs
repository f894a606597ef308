//! The steps that compute the records of a table.
//!
//! Columns are found by place, so that a step costs the same for each of its columns. The query engine's own
//! logical plans look every name up among all names, at every step and in every rule: they plan 16,384
//! columns in a minute. Choosing and renaming columns is no step: a [`Selection`] holds it until a step needs
//! the columns.

mod item;
mod physical;
mod wanted;

use std::fmt;
use std::sync::Arc;

use datafusion::physical_plan::execute_stream;
use datafusion::prelude::SessionContext;
use satsuma_columns::DataModel;
use serde::{Deserialize, Serialize};

pub(crate) use self::item::Item;
pub(crate) use self::physical::physical;
use super::cache::KeptTable;
use super::kernel::Function;
use super::records::Records;
use super::serial::{SerialNode, identity};
use super::source::SourceTable;
use crate::error::{EngineError, NodeRef};

/// A step, whose columns are counted from 0.
pub(crate) enum Step {
    /// Reads data. Its columns are the fields, then the order.
    Read(SourceTable),
    /// Reads a table that is computed once.
    Kept(KeptTable),
    /// Calls a kernel. Its columns are those of the input and, as the last, a struct of the results.
    Compute {
        input: Selection,
        function: Function,
        /// Columns of the input.
        arguments: Vec<usize>,
    },
    /// Keeps the records for which a kernel gives true. Its columns are those of the input.
    Keep {
        input: Selection,
        function: Function,
        /// Columns of the input.
        arguments: Vec<usize>,
    },
    /// Chooses and converts columns of the input. Its columns are the items.
    Project { input: Selection, items: Vec<Item> },
    /// Deals batches out to parts that are computed in parallel. Its columns are those of the input.
    Spread { input: Selection, partitions: usize },
    /// Passes records in order through an operator. Its columns are those of the operator, then the order.
    Serial { inputs: Vec<Named>, node: SerialNode },
}

/// A selection with the names of its columns. The order, its last column, is no field of the model.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) rows: Selection,
    pub(crate) model: DataModel,
}

/// Columns of a step.
#[derive(Debug, Clone)]
pub(crate) struct Selection {
    pub(super) step: Arc<Step>,
    pub(super) columns: Arc<[Place]>,
}

/// The place of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Place {
    /// A column of the step.
    Column(usize),
    /// A part of a column that is a struct.
    Part { column: usize, at: usize },
}

impl Named {
    /// The records in order, without the order itself.
    pub(crate) fn records(
        self,
        node: (usize, NodeRef),
        session: &SessionContext,
    ) -> Result<Records, EngineError> {
        let model = self.model.clone();
        let node = SerialNode::made(vec![Vec::new()], identity(), model.clone(), node);
        let rows = Selection::all(Step::Serial { inputs: vec![self], node });
        let rows = rows.pick((0..model.len()).map(Place::Column));
        let rows = rows.ok_or_else(|| EngineError::Query("a table without its columns".to_owned()))?;
        let plan = physical(&Self { rows, model }, &session.state())?;
        Ok(Records::of_plan(execute_stream(plan, session.task_ctx())?))
    }
}

impl Place {
    /// The step's column.
    pub(super) fn column(self) -> usize {
        match self {
            Self::Column(column) | Self::Part { column, .. } => column,
        }
    }
}

impl Selection {
    /// All columns of a step.
    pub(crate) fn all(step: Step) -> Self {
        let columns = (0..step.width()).map(Place::Column).collect();
        Self { step: Arc::new(step), columns }
    }

    /// The number of columns.
    pub(crate) fn width(&self) -> usize {
        self.columns.len()
    }

    /// Some of the columns, in this order; `None` where one is not there. No part has parts.
    pub(crate) fn pick(&self, places: impl IntoIterator<Item = Place>) -> Option<Self> {
        let of_step = |place: Place| match (place, *self.columns.get(place.column())?) {
            (Place::Column(_), own) => Some(own),
            (Place::Part { at, .. }, Place::Column(column)) => Some(Place::Part { column, at }),
            (Place::Part { .. }, Place::Part { .. }) => None,
        };
        let columns = places.into_iter().map(of_step).collect::<Option<_>>()?;
        Some(Self { step: Arc::clone(&self.step), columns })
    }
}

impl Step {
    /// The number of columns.
    pub(super) fn width(&self) -> usize {
        match self {
            Self::Read(table) => table.width(),
            Self::Kept(table) => table.width(),
            Self::Compute { input, .. } => input.width() + 1,
            Self::Keep { input, .. } | Self::Spread { input, .. } => input.width(),
            Self::Project { items, .. } => items.len(),
            Self::Serial { node, .. } => node.model.len() + 1,
        }
    }

    pub(super) fn inputs(&self) -> Vec<&Selection> {
        match self {
            Self::Read(_) | Self::Kept(_) => Vec::new(),
            Self::Compute { input, .. }
            | Self::Keep { input, .. }
            | Self::Project { input, .. }
            | Self::Spread { input, .. } => vec![input],
            Self::Serial { inputs, .. } => inputs.iter().map(|input| &input.rows).collect(),
        }
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read(_) => "Read",
            Self::Kept(_) => "Kept",
            Self::Compute { .. } => "Compute",
            Self::Keep { .. } => "Keep",
            Self::Project { .. } => "Project",
            Self::Spread { .. } => "Spread",
            Self::Serial { .. } => "Serial",
        })
    }
}
