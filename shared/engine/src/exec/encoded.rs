//! The encoded form of what a node puts into a plan.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::error::NodeError;

/// A kind and bytes: all that a plan carries of a kernel or an operator. Two are equal if these are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Encoded {
    /// The kind, which chooses the decoder: `clem`, `pmml`, `sample`.
    pub kind: &'static str,
    /// The version of the bytes.
    pub version: u8,
    /// The settings, as the kind writes them.
    pub bytes: Arc<[u8]>,
}

impl Encoded {
    /// A kind with settings that serde writes as JSON.
    ///
    /// # Errors
    /// If they cannot be written.
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
        // A hash need not tell everything apart, and models have megabytes.
        const HASHED: usize = 256;
        self.kind.hash(state);
        self.bytes.len().hash(state);
        self.bytes.get(..HASHED).unwrap_or(&self.bytes).hash(state);
    }
}
