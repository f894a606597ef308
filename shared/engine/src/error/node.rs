//! Errors inside a node. The engine adds the node.

use std::borrow::Cow;

use datafusion::error::DataFusionError;
use satsuma_columns::DuplicateField;
use thiserror::Error;

use super::{Category, DataFault, Diagnostic, EngineError, NodeRef};

/// The reason why a node failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NodeError {
    /// The data or the input fields do not match the node.
    #[error("{0}")]
    Data(DataFault),

    /// A model or an expression cannot be compiled or applied.
    #[error("{0}")]
    Model(String),

    /// An unsupported feature that depends on the input.
    #[error("{message}")]
    Unsupported {
        /// The property.
        property: Option<Cow<'static, str>>,
        /// The unsupported feature, and the remedy.
        message: String,
    },

    /// The job definition does not match the node.
    #[error("{0}")]
    Definition(String),

    /// The node's fields depend on its records, so that they are unknown before the run.
    #[error("the fields are known only when records are read")]
    NeedsRecords,

    /// Any other error, with or without a node.
    #[error(transparent)]
    Engine(Box<EngineError>),
}

impl NodeError {
    /// Adds the node to the error.
    pub fn at(self, node: &NodeRef) -> EngineError {
        let node = node.clone();
        match self {
            Self::Data(fault) => EngineError::Data { node, fault: Box::new(fault) },
            Self::Model(message) => EngineError::Model { node, message },
            Self::Unsupported { property, message } => {
                EngineError::Refused(vec![Diagnostic::unsupported(node, property, message)])
            }
            Self::Definition(message) => EngineError::Refused(vec![Diagnostic {
                node: Some(node),
                ..Diagnostic::new(Category::Definition, message)
            }]),
            Self::NeedsRecords => {
                EngineError::Query(format!("{node}: its fields were asked for before its records were read"))
            }
            Self::Engine(error) => *error,
        }
    }

    /// An unsupported feature that depends on the input.
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
