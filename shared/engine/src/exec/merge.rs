//! Restores the order of a table from its parts.

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, SendableRecordBatchStream};
use futures::stream::{BoxStream, StreamExt, TryStreamExt, try_unfold};

/// Batches that a part computes ahead of the current one.
const AHEAD: usize = 2;

/// The batches of all partitions of a plan in record order. Each partition has its records in the order of
/// the column at `order`, and is computed by its own task.
pub(crate) fn in_order(
    plan: &Arc<dyn ExecutionPlan>,
    order: usize,
    context: &Arc<TaskContext>,
) -> Result<BoxStream<'static, Result<RecordBatch>>> {
    let partitions = plan.output_partitioning().partition_count();
    if partitions <= 1 {
        return Ok(plan.execute(0, Arc::clone(context))?.boxed());
    }
    let mut parts = Vec::with_capacity(partitions);
    for partition in 0..partitions {
        parts.push(Part {
            stream: ahead(plan.execute(partition, Arc::clone(context))?),
            head: None,
            ended: false,
        });
    }
    let merge = Merge { parts, order };
    Ok(try_unfold(merge, |mut merge| async move { Ok(merge.next().await?.map(|batch| (batch, merge))) })
        .boxed())
}

/// Computes a stream in a task of its own.
fn ahead(mut input: SendableRecordBatchStream) -> SendableRecordBatchStream {
    let mut builder = RecordBatchReceiverStream::builder(input.schema(), AHEAD);
    let sender = builder.tx();
    builder.spawn(async move {
        while let Some(batch) = input.next().await {
            if sender.send(batch).await.is_err() {
                // The reader has ended.
                break;
            }
        }
        Ok(())
    });
    builder.build()
}

struct Part {
    stream: SendableRecordBatchStream,
    head: Option<RecordBatch>,
    ended: bool,
}

struct Merge {
    parts: Vec<Part>,
    order: usize,
}

impl Merge {
    /// The next records: of the part with the first head, up to the head of another.
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        for part in &mut self.parts {
            while part.head.is_none() && !part.ended {
                match part.stream.try_next().await? {
                    Some(batch) if batch.num_rows() > 0 => part.head = Some(batch),
                    Some(_) => {}
                    None => part.ended = true,
                }
            }
        }
        let mut first: Option<(i64, usize)> = None;
        let mut second = i64::MAX;
        for (at, part) in self.parts.iter().enumerate() {
            let Some(head) = &part.head else { continue };
            let position = self.orders(head)?.first().copied().unwrap_or(i64::MAX);
            match first {
                Some((known, _)) if known <= position => second = second.min(position),
                _ => {
                    second = first.map_or(second, |(known, _)| second.min(known));
                    first = Some((position, at));
                }
            }
        }
        let Some((_, at)) = first else { return Ok(None) };
        let Some(head) = self.parts.get_mut(at).and_then(|part| part.head.take()) else { return Ok(None) };
        let before = self.orders(&head)?.partition_point(|position| *position < second).max(1);
        if before < head.num_rows() {
            let rest = head.slice(before, head.num_rows() - before);
            if let Some(part) = self.parts.get_mut(at) {
                part.head = Some(rest);
            }
        }
        Ok(Some(head.slice(0, before)))
    }

    fn orders<'a>(&self, batch: &'a RecordBatch) -> Result<&'a [i64]> {
        let column =
            batch.columns().get(self.order).and_then(|column| column.as_primitive_opt::<Int64Type>());
        match column {
            Some(column) if column.null_count() == 0 => Ok(column.values()),
            _ => internal_err!("records without an order"),
        }
    }
}
