//! The engine's errors as a job's failure.

use std::io::ErrorKind;

use satsuma_domain::execution::{Failure, FailureCategory};
use satsuma_domain::file::FileName;
use satsuma_domain::ports::WRITE_COPY;
use satsuma_domain::{FileId, StoreError};
use satsuma_engine::{Category, EngineError, NodeRef};
use satsuma_stream::StreamError;

/// The failure that callers see for an engine error.
pub(crate) fn of_engine(error: &EngineError) -> Failure {
    if error.category() == Category::System {
        tracing::error!(%error, "the engine failed");
    }
    let (code, category) = match error {
        EngineError::SourceMissing { .. } => ("source_missing", FailureCategory::Data),
        EngineError::Limit { .. } => ("limit", FailureCategory::Data),
        EngineError::Memory { .. } => ("memory_limit", FailureCategory::System),
        EngineError::Io { .. } => ("disk", FailureCategory::System),
        _ => match error.category() {
            Category::Unsupported => ("unsupported", FailureCategory::Unsupported),
            Category::Definition => ("definition", FailureCategory::Data),
            Category::Data => ("data", FailureCategory::Data),
            Category::Algorithm => ("model", FailureCategory::Algorithm),
            Category::System => ("engine", FailureCategory::System),
        },
    };
    let message = match error {
        EngineError::Io { source, .. } if source.kind() == ErrorKind::StorageFull => {
            format!("disk full: {error}; use smaller data, or a worker with more space")
        }
        _ => error.to_string(),
    };
    let failure = Failure::new(code, category, message);
    match error.node() {
        Some(node) => at(failure, node),
        None => failure,
    }
}

/// The failure of a node.
pub(crate) fn at(failure: Failure, node: &NodeRef) -> Failure {
    let failure = failure.at_node(node.to_string());
    match node.known_uid() {
        Some(uid) => failure.with_uid(uid),
        None => failure,
    }
}

/// The job's stream is missing.
pub(crate) fn stream_missing(id: &FileId) -> Failure {
    let message =
        format!("there is no file `{id}`, named in model.id; upload the stream and submit the job again");
    Failure::new("stream_missing", FailureCategory::Data, message)
}

/// The job's stream file is not a readable stream.
pub(crate) fn stream_unreadable(id: &FileId, error: &StreamError) -> Failure {
    let message = format!("the file `{id}`, named in model.id, is not a readable stream: {error}");
    Failure::new("stream_unreadable", FailureCategory::Data, message)
}

/// The job's stream file is larger than any stream.
pub(crate) fn stream_too_large(id: &FileId, bytes: u64) -> Failure {
    let limit = satsuma_stream::Limits::FILE_BYTES;
    let message =
        format!("the file `{id}`, named in model.id, has {bytes} bytes; a stream has at most {limit}");
    Failure::new("stream_unreadable", FailureCategory::Data, message)
}

/// The file of a source override is missing.
pub(crate) fn input_missing(id: &FileId) -> Failure {
    let message =
        format!("there is no file `{id}`, the job's file for this node; upload it and submit the job again");
    Failure::new("source_missing", FailureCategory::Data, message)
}

/// A definition that this service does not support yet.
pub(crate) fn unsupported(message: String) -> Failure {
    Failure::new("unsupported", FailureCategory::Unsupported, message)
}

/// Storage failed; the detail is for the log.
pub(crate) fn of_store(fault: &StoreError) -> Failure {
    if fault.operation == WRITE_COPY {
        tracing::error!(%fault, "a file could not be copied to the disk");
        return Failure::new(
            "disk",
            FailureCategory::Data,
            "the worker's disk is too small for the files that this job reads; use smaller ones, or a \
             deployment with more WorkerStorage",
        );
    }
    tracing::error!(%fault, "storage failed while the job ran");
    Failure::new(
        "storage",
        FailureCategory::System,
        "the service could not reach its storage; submit the job again",
    )
}

/// A result could not be stored.
pub(crate) fn result_not_stored(name: &FileName, fault: &StoreError) -> Failure {
    tracing::error!(%fault, result = name.id(), "a result could not be stored");
    Failure::new("storage", FailureCategory::System, "a result could not be stored; submit the job again")
}

/// The folder of the execution could not be used.
pub(crate) fn of_disk(error: &std::io::Error) -> Failure {
    tracing::error!(%error, "the working folder failed");
    let message = match error.kind() {
        ErrorKind::StorageFull => {
            "disk full: the worker has too little space for this job; use smaller data, or a worker with more space"
        }
        _ => "the worker could not use its disk; submit the job again",
    };
    Failure::new("disk", FailureCategory::System, message)
}
