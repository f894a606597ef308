//! Records in order.

use std::pin::Pin;
use std::task::{Context, Poll};

use datafusion::arrow::array::RecordBatch;
use datafusion::physical_plan::SendableRecordBatchStream;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt};

use crate::error::EngineError;

/// A stream of batches with ordered records.
pub struct Records(BoxStream<'static, Result<RecordBatch, EngineError>>);

impl Records {
    /// Records of any stream of batches.
    pub fn new(stream: impl Stream<Item = Result<RecordBatch, EngineError>> + Send + 'static) -> Self {
        Self(stream.boxed())
    }

    /// The records of a plan.
    pub(crate) fn of_plan(stream: SendableRecordBatchStream) -> Self {
        Self::new(stream.map(|batch| batch.map_err(EngineError::from)))
    }
}

impl Stream for Records {
    type Item = Result<RecordBatch, EngineError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(context)
    }
}

impl std::fmt::Debug for Records {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Records")
    }
}
