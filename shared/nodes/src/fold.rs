//! Processes ordered records batch by batch: counting, reading earlier records, ending groups.

use std::fmt::Debug;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use futures::StreamExt;
use futures::stream::try_unfold;
use satsuma_columns::DataModel;
use satsuma_engine::{
    Encoded, EngineError, NodeError, NodeRef, NodeRun, Records, Serial, SortKey, Table, TaskStatus, one,
};

/// Processes the ordered records of one table. Each run uses a copy of its own, in the initial state.
pub trait Fold: Debug + Clone + Send + Sync + 'static {
    /// Its form in a plan.
    ///
    /// # Errors
    /// It cannot be encoded.
    fn encoded(&self) -> Result<Encoded, NodeError>;

    /// The output records for the next batch.
    ///
    /// # Errors
    /// The batch does not match.
    fn push(&mut self, batch: &RecordBatch) -> Result<RecordBatch, NodeError>;

    /// The output records after the last batch.
    ///
    /// # Errors
    /// They cannot be created.
    fn finish(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        Ok(None)
    }
}

/// The output table for the records of a table, sorted by keys if there are any.
///
/// # Errors
/// The plan cannot be created.
pub fn fold(
    table: Table,
    keys: Vec<SortKey>,
    fold: impl Fold,
    model: DataModel,
    run: &NodeRun,
) -> Result<Table, NodeError> {
    Table::serial(vec![(table, keys)], operator(fold, run.node())?, model, run)
}

/// The operator that does this work for a node, whose name is in errors.
///
/// # Errors
/// If the work cannot be encoded.
pub fn operator(fold: impl Fold, node: &NodeRef) -> Result<Arc<dyn Serial>, NodeError> {
    let encoded = fold.encoded()?;
    Ok(Arc::new(Operator { fold, encoded, node: node.clone() }))
}

#[derive(Debug)]
struct Operator<F> {
    fold: F,
    encoded: Encoded,
    node: NodeRef,
}

struct Running<F> {
    input: Records,
    fold: F,
    ended: bool,
    node: NodeRef,
    status: TaskStatus,
}

impl<F: Fold> Serial for Operator<F> {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn run(&self, inputs: Vec<Records>, status: &TaskStatus) -> Records {
        let (fold, node, status) = (self.fold.clone(), self.node.clone(), status.clone());
        match one(inputs) {
            Ok(input) => {
                let running = Running { input, fold, ended: false, node, status };
                Records::new(try_unfold(running, Running::next))
            }
            Err(error) => Records::new(futures::stream::iter([Err(error.at(&self.node))])),
        }
    }
}

impl<F: Fold> Running<F> {
    async fn next(mut self) -> Result<Option<(RecordBatch, Self)>, EngineError> {
        while !self.ended {
            self.status.check_canceled()?;
            let made = match self.input.next().await.transpose()? {
                Some(batch) => self.fold.push(&batch).map(Some),
                None => {
                    self.ended = true;
                    self.fold.finish()
                }
            };
            let made = made.map_err(|error| error.at(&self.node))?;
            if let Some(batch) = made.filter(|batch| batch.num_rows() > 0) {
                return Ok(Some((batch, self)));
            }
        }
        Ok(None)
    }
}
