//! Operators in the form of a loop: each call returns the next batch.

use std::future::Future;

use datafusion::arrow::array::RecordBatch;
use futures::stream::try_unfold;
use satsuma_engine::{EngineError, NodeError, NodeRef, Records};

/// The state of an operator while it runs.
pub(crate) trait Pull: Send + Sized + 'static {
    /// The next records; `None` at the end.
    fn next(&mut self) -> impl Future<Output = Result<Option<RecordBatch>, NodeError>> + Send;
}

/// The records of an operator; errors name the node.
pub(crate) fn records<P: Pull>(pull: P, node: NodeRef) -> Records {
    Records::new(try_unfold(pull, move |mut pull| {
        let node = node.clone();
        async move {
            let batch = pull.next().await.map_err(|error| error.at(&node))?;
            Ok::<_, EngineError>(batch.map(|batch| (batch, pull)))
        }
    }))
}

/// An error instead of records.
pub(crate) fn failed(error: NodeError, node: &NodeRef) -> Records {
    Records::new(futures::stream::iter([Err(error.at(node))]))
}
