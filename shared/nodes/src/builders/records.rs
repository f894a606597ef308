//! The records that train a model.

use datafusion::arrow::array::{Array, BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use futures::StreamExt;
use satsuma_columns::Scalar;
use satsuma_engine::{NodeError, NodeRun, Table};
use satsuma_mining::{Control, MiningError};

use super::roles::TrainingPartition;

/// Passes the records that train to `take`, batch by batch and in order, and notes their number for the log.
///
/// # Errors
/// If reading fails, the job was canceled, or `take` fails.
pub(crate) async fn for_each(
    input: Table,
    training: Option<&TrainingPartition>,
    run: &NodeRun,
    mut take: impl FnMut(&RecordBatch) -> Result<(), NodeError> + Send,
) -> Result<(), NodeError> {
    let partition =
        training.and_then(|training| Some((input.model().position(&training.field)?, &training.value)));
    let mut batches = input.records(run).await?;
    let mut records = 0_u64;
    while let Some(batch) = batches.next().await {
        run.check_canceled()?;
        let batch = batch?;
        let batch = match partition {
            Some((at, value)) => filter_record_batch(&batch, &trains(&batch, at, value))?,
            None => batch,
        };
        records += batch.num_rows() as u64;
        take(&batch)?;
    }
    run.note_training_records(records);
    Ok(())
}

fn trains(batch: &RecordBatch, column: usize, value: &Scalar) -> BooleanArray {
    match batch.columns().get(column) {
        Some(column) => (0..column.len()).map(|row| Some(Scalar::at(column, row) == *value)).collect(),
        None => BooleanArray::from(vec![false; batch.num_rows()]),
    }
}

/// Runs an algorithm on a thread of its own.
///
/// # Errors
/// Those of the algorithm.
pub(crate) async fn mine<T: Send + 'static>(
    run: &NodeRun,
    work: impl FnOnce(Control<'_>) -> Result<T, MiningError> + Send + 'static,
) -> Result<T, NodeError> {
    let node = run.clone();
    let threads = run.partitions();
    let mined = tokio::task::spawn_blocking(move || {
        work(Control { threads, is_canceled: &|| node.check_canceled().is_err() })
    });
    match mined.await {
        Ok(Ok(model)) => Ok(model),
        Ok(Err(MiningError::Canceled)) => {
            run.check_canceled()?;
            Err(NodeError::Model("canceled".to_owned()))
        }
        Ok(Err(error)) => Err(NodeError::Model(error.to_string())),
        Err(_) => Err(NodeError::Model("the algorithm ended without a result".to_owned())),
    }
}
