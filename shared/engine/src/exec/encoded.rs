//! The encoded form of a node's part of a plan.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::error::NodeError;

/// A kind and bytes: the complete form of a kernel or an operator in a plan. Two are equal if these are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Encoded {
    /// The kind, which selects the decoder: `clem`, `pmml`, `sample`.
    pub kind: &'static str,
    /// The version of the bytes.
    pub version: u8,
    /// The settings, in the format of the kind.
    pub bytes: Arc<[u8]>,
}

impl Encoded {
    /// A kind with settings that serde writes as JSON.
    ///
    /// # Errors
    /// They cannot be serialized.
    pub fn json<T: serde::Serialize>(
        kind: &'static str,
        version: u8,
        settings: &T,
    ) -> Result<Self, NodeError> {
        let bytes = serde_json::to_vec(settings).map_err(|error| NodeError::Model(error.to_string()))?;
        Ok(Self { kind, version, bytes: bytes.into() })
    }

    /// A kind without settings.
    pub fn plain(kind: &'static str) -> Self {
        Self { kind, version: 1, bytes: Arc::from([]) }
    }
}

impl Hash for Encoded {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // A hash need not distinguish everything, and models have megabytes.
        const HASHED: usize = 256;
        self.kind.hash(state);
        self.bytes.len().hash(state);
        self.bytes.get(..HASHED).unwrap_or(&self.bytes).hash(state);
    }
}
