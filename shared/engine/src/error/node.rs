//! What can go wrong in a node. The engine, which knows what node it runs, adds which.

use std::borrow::Cow;

use datafusion::error::DataFusionError;
use satsuma_columns::DuplicateField;
use thiserror::Error;

use super::{DataFault, Diagnostic, EngineError, NodeRef};

/// Why a node cannot do its work.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NodeError {
    /// The data, or the fields that arrive, do not fit the node.
    #[error("{0}")]
    Data(DataFault),

    /// A model or an expression cannot be compiled or applied.
    #[error("{0}")]
    Model(String),

    /// Something that the node asks for is not supported, which only its input shows.
    #[error("{message}")]
    Unsupported {
        /// The property that asks for it.
        property: Option<Cow<'static, str>>,
        /// What is not supported, and what to do.
        message: String,
    },

    /// The job definition does not fit the node.
    #[error("{0}")]
    Definition(String),

    /// The node's fields depend on its records, so that they are not known before the run.
    #[error("the fields are known only when records are read")]
    NeedsRecords,

    /// Anything else, which knows its node already or has none.
    #[error(transparent)]
    Engine(Box<EngineError>),
}

impl NodeError {
    /// The same as an error of a node.
    pub fn at(self, node: &NodeRef) -> EngineError {
        let node = node.clone();
        match self {
            Self::Data(fault) => EngineError::Data { node, fault: Box::new(fault) },
            Self::Model(message) => EngineError::Model { node, message },
            Self::Unsupported { property, message } => {
                EngineError::Refused(vec![Diagnostic::unsupported(node, property, message)])
            }
            Self::Definition(message) => EngineError::Definition(format!("{node}: {message}")),
            Self::NeedsRecords => {
                EngineError::Query(format!("{node}: its fields were asked for before its records were read"))
            }
            Self::Engine(error) => *error,
        }
    }

    /// Something that is not supported, which only the input shows.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::Unsupported { property: None, message: message.into() }
    }
}

impl From<DataFault> for NodeError {
    fn from(fault: DataFault) -> Self {
        Self::Data(fault)
    }
}

impl From<DuplicateField> for NodeError {
    fn from(DuplicateField(name): DuplicateField) -> Self {
        Self::Data(DataFault::DuplicateField(name))
    }
}

impl From<EngineError> for NodeError {
    fn from(error: EngineError) -> Self {
        Self::Engine(Box::new(error))
    }
}

impl From<DataFusionError> for NodeError {
    fn from(error: DataFusionError) -> Self {
        Self::Engine(Box::new(error.into()))
    }
}

impl From<datafusion::arrow::error::ArrowError> for NodeError {
    fn from(error: datafusion::arrow::error::ArrowError) -> Self {
        Self::from(DataFusionError::from(error))
    }
}
