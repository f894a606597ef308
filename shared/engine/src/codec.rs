//! Plans as bytes, which another process runs.
//!
//! A plan is a list of pieces, each behind those that it reads. The query engine's own nodes are pieces in its own
//! encoding (`datafusion-proto`); ours are a [`Kind`] and its bytes. A list has no depth: neither a long stream nor
//! damaged bytes exhaust the stack. What belongs to a process (counters, cancellation, memory) is in no piece; the
//! process that decodes a plan has its own.

mod decode;
mod encode;
mod functions;
mod input;
mod piece;

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::StreamExt;

use crate::data::Table;
use crate::error::{EngineError, NodeError};
use crate::exec::{Encoded, Kind, Records, TaskStatus, in_order, session};
use crate::limits::Limits;
use crate::order::ORDER;
use crate::task::NodeRun;

/// The plan that makes a table's records.
#[derive(Debug)]
pub struct TablePlan {
    root: Arc<dyn ExecutionPlan>,
    context: Arc<TaskContext>,
}

impl TablePlan {
    /// The plan of a table.
    ///
    /// # Errors
    /// If the query engine cannot plan the table.
    pub fn of(table: Table, run: &NodeRun) -> Result<Self, NodeError> {
        Ok(Self { root: table.plan(run)?, context: run.session().task_ctx() })
    }

    /// The plan as bytes, for [`TablePlan::decode`].
    ///
    /// # Errors
    /// If a piece of the plan cannot be encoded.
    pub fn encode(&self) -> Result<Vec<u8>, EngineError> {
        encode::encode(&self.root)
    }

    /// A plan of bytes. It spills into `work_dir`, and counts in `status`.
    ///
    /// # Errors
    /// [`EngineError::Undecodable`], which names a kind or version that is not known, or what is damaged.
    pub fn decode(
        bytes: &[u8],
        kinds: &'static [&'static Kind],
        work_dir: &Path,
        limits: &Limits,
        status: TaskStatus,
    ) -> Result<Self, EngineError> {
        let context = session(work_dir, limits, status)?.task_ctx();
        let root = decode::decode(bytes, kinds, &context)?;
        Ok(Self { root, context })
    }

    /// What the plan carries of kernels, operators and data, those of kept tables included.
    pub fn pieces(&self) -> Vec<Encoded> {
        encode::pieces(&self.root)
    }

    /// Runs the plan: the records in order, without [`ORDER`].
    ///
    /// # Errors
    /// If the plan does not start.
    pub fn records(&self) -> Result<Records, EngineError> {
        let schema = self.root.schema();
        let order = schema.index_of(ORDER).map_err(|error| EngineError::Query(error.to_string()))?;
        let kept = (0..schema.fields().len()).filter(|at| *at != order).collect::<Vec<_>>();
        let projected = Arc::new(schema.project(&kept).map_err(|error| EngineError::Query(error.to_string()))?);
        let batches = in_order(&self.root, order, &self.context)?;
        let batches = batches.map(move |batch| -> Result<RecordBatch, DataFusionError> { Ok(batch?.project(&kept)?) });
        Ok(Records::of_plan(Box::pin(RecordBatchStreamAdapter::new(projected, batches))))
    }
}
