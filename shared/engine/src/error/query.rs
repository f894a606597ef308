//! Conversion between the query engine's errors and ours.

use std::error::Error;

use datafusion::arrow::error::ArrowError;
use datafusion::error::DataFusionError;

use super::EngineError;

/// The query engine passes our errors on as its external errors; this extracts them.
impl From<DataFusionError> for EngineError {
    fn from(error: DataFusionError) -> Self {
        use DataFusionError as Df;
        match error {
            Df::External(inner) => taken_out(inner),
            Df::Context(_, inner) => Self::from(*inner),
            Df::ArrowError(inner, _) => match *inner {
                ArrowError::ExternalError(inner) => taken_out(inner),
                other => Self::Query(other.to_string()),
            },
            Df::IoError(source) => Self::Io { doing: "spill to", path: "the work folder".to_owned(), source },
            other => match other.find_root() {
                // Several partitions share the error of their input.
                Df::External(inner) => match inner.downcast_ref::<EngineError>() {
                    Some(ours) => ours.copied(),
                    None => Self::Query(inner.to_string()),
                },
                Df::ResourcesExhausted(detail) => Self::Memory { limit: 0, detail: detail.clone() },
                _ => Self::Query(other.strip_backtrace()),
            },
        }
    }
}

fn taken_out(external: Box<dyn Error + Send + Sync>) -> EngineError {
    match external.downcast::<EngineError>() {
        Ok(ours) => *ours,
        // A kernel passes on an error of its input.
        Err(other) => match other.downcast::<DataFusionError>() {
            Ok(of_engine) => EngineError::from(*of_engine),
            Err(other) => EngineError::Query(other.to_string()),
        },
    }
}

impl From<EngineError> for DataFusionError {
    fn from(error: EngineError) -> Self {
        Self::External(Box::new(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    #[test]
    fn exhausted_memory_is_reported_with_limit_and_remedy() {
        let exhausted = "Failed to allocate 8.0 MB for ExternalSorter[0]".to_owned();
        let error = DataFusionError::ResourcesExhausted(exhausted).context("sort");
        let limits = Limits { memory_bytes: 64 << 20, ..Limits::default() };
        let error = EngineError::from(error).within(&limits);
        insta::assert_snapshot!(error, @"the 64 MB of memory that a job has for sorting, grouping and joining are used up (Failed to allocate 8.0 MB for ExternalSorter[0]); split the data over several jobs, or have the workers' memory raised");
    }
}
