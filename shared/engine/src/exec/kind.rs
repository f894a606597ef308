//! Kinds: what the bytes of kernels, operators and data mean.

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::encoded::Encoded;
use super::kernel::Kernel;
use super::serial::Serial;
use super::source::RecordSource;
use crate::error::{NodeError, NodeRef};

/// A kind of kernels, operators or data. It makes them of their bytes in any process.
///
/// The bytes are settings of which the thing is made, the same ones here and there:
///
/// ```
/// # use std::sync::Arc;
/// # use datafusion::arrow::array::ArrayRef;
/// # use satsuma_engine::{Encoded, Kernel, Kind, NodeError};
/// #[derive(Debug, serde::Serialize, serde::Deserialize)]
/// struct Settings {
///     places: Vec<usize>,
/// }
///
/// /// Gives some of its columns.
/// #[derive(Debug)]
/// struct Picks {
///     settings: Settings,
///     encoded: Encoded,
/// }
///
/// /// One line of the list of kinds names it.
/// pub static PICKS: Kind =
///     Kind::kernel("picks", 1, |found| Ok(Arc::new(Picks::new(found.settings()?)?)));
///
/// impl Picks {
///     fn new(settings: Settings) -> Result<Self, NodeError> {
///         let encoded = PICKS.encode(&settings)?;
///         Ok(Self { settings, encoded })
///     }
/// }
///
/// impl Kernel for Picks {
///     fn encoded(&self) -> Encoded {
///         self.encoded.clone()
///     }
///
///     fn compute(&self, inputs: &[ArrayRef], _rows: usize) -> Result<Vec<ArrayRef>, NodeError> {
///         Ok(self.settings.places.iter().filter_map(|place| inputs.get(*place)).cloned().collect())
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Its name, which no other kind has.
    pub name: &'static str,
    /// The version of its bytes; others are refused.
    pub version: u8,
    decode: Decode,
}

/// Makes something of its bytes.
type DecodeTo<T> = fn(&Found<'_>) -> Result<Arc<T>, NodeError>;

#[derive(Debug, Clone, Copy)]
enum Decode {
    Kernel(DecodeTo<dyn Kernel>),
    Serial(DecodeTo<dyn Serial>),
    Source(DecodeTo<dyn RecordSource>),
}

/// The bytes of a kind, and what surrounds them in the plan.
#[derive(Debug)]
pub struct Found<'a> {
    kind: &'static Kind,
    bytes: &'a [u8],
    node: &'a NodeRef,
    schema: &'a SchemaRef,
}

impl Kind {
    /// A kind of kernels.
    pub const fn kernel(name: &'static str, version: u8, decode: DecodeTo<dyn Kernel>) -> Self {
        Self { name, version, decode: Decode::Kernel(decode) }
    }

    /// A kind of operators.
    pub const fn serial(name: &'static str, version: u8, decode: DecodeTo<dyn Serial>) -> Self {
        Self { name, version, decode: Decode::Serial(decode) }
    }

    /// A kind of data.
    pub const fn source(name: &'static str, version: u8, decode: DecodeTo<dyn RecordSource>) -> Self {
        Self { name, version, decode: Decode::Source(decode) }
    }

    /// Settings as bytes.
    ///
    /// # Errors
    /// If serde cannot write them.
    pub fn encode(&self, settings: &impl Serialize) -> Result<Encoded, NodeError> {
        Encoded::json(self.name, self.version, settings)
    }

    /// Settings and documents of any form as bytes: models.
    ///
    /// # Errors
    /// If serde cannot write the settings.
    pub fn encode_with<'a>(
        &self,
        settings: &impl Serialize,
        documents: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Encoded, NodeError> {
        let documents = documents.into_iter().collect::<Vec<_>>();
        let lengths = documents.iter().map(|document| document.len()).collect::<Vec<_>>();
        let mut bytes = self.encode(&(settings, lengths))?.bytes.to_vec();
        let length = u32::try_from(bytes.len()).map_err(|error| NodeError::Model(error.to_string()))?;
        bytes.splice(0..0, length.to_le_bytes());
        documents.iter().for_each(|document| bytes.extend_from_slice(document));
        Ok(Encoded { kind: self.name, version: self.version, bytes: bytes.into() })
    }

    /// The kernel of some bytes.
    ///
    /// # Errors
    /// If the kind is not one of kernels, or the bytes are damaged.
    pub(crate) fn decode_kernel(
        &'static self,
        bytes: &[u8],
        node: &NodeRef,
        schema: &SchemaRef,
    ) -> Result<Arc<dyn Kernel>, NodeError> {
        match self.decode {
            Decode::Kernel(decode) => decode(&Found { kind: self, bytes, node, schema }),
            _ => Err(self.damaged("it is no kind of kernels")),
        }
    }

    /// The operator of some bytes.
    ///
    /// # Errors
    /// If the kind is not one of operators, or the bytes are damaged.
    pub(crate) fn decode_serial(
        &'static self,
        bytes: &[u8],
        node: &NodeRef,
        schema: &SchemaRef,
    ) -> Result<Arc<dyn Serial>, NodeError> {
        match self.decode {
            Decode::Serial(decode) => decode(&Found { kind: self, bytes, node, schema }),
            _ => Err(self.damaged("it is no kind of operators")),
        }
    }

    /// The data of some bytes.
    ///
    /// # Errors
    /// If the kind is not one of data, or the bytes are damaged.
    pub(crate) fn decode_source(
        &'static self,
        bytes: &[u8],
        node: &NodeRef,
        schema: &SchemaRef,
    ) -> Result<Arc<dyn RecordSource>, NodeError> {
        match self.decode {
            Decode::Source(decode) => decode(&Found { kind: self, bytes, node, schema }),
            _ => Err(self.damaged("it is no kind of data")),
        }
    }

    fn damaged(&self, reason: impl std::fmt::Display) -> NodeError {
        NodeError::Model(format!("the encoded {} is damaged: {reason}", self.name))
    }
}

impl<'a> Found<'a> {
    /// The bytes.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The node, for errors.
    pub fn node(&self) -> &'a NodeRef {
        self.node
    }

    /// The columns that come out.
    pub fn schema(&self) -> &'a SchemaRef {
        self.schema
    }

    /// The settings.
    ///
    /// # Errors
    /// If the bytes are no such settings.
    pub fn settings<T: DeserializeOwned>(&self) -> Result<T, NodeError> {
        self.json(self.bytes)
    }

    /// The settings and documents of [`Kind::encode_with`].
    ///
    /// # Errors
    /// If the bytes are no such settings, or are too few.
    pub fn settings_with<T: DeserializeOwned>(&self) -> Result<(T, Vec<&'a [u8]>), NodeError> {
        let cut = || self.damaged("it is cut off");
        let (length, rest) = self.bytes.split_first_chunk::<4>().ok_or_else(cut)?;
        let (settings, mut rest) =
            rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or_else(cut)?;
        let (settings, lengths): (T, Vec<usize>) = self.json(settings)?;
        let mut documents = Vec::with_capacity(lengths.len());
        for length in lengths {
            let (document, others) = rest.split_at_checked(length).ok_or_else(cut)?;
            documents.push(document);
            rest = others;
        }
        match rest.is_empty() {
            true => Ok((settings, documents)),
            false => Err(self.damaged("bytes follow its end")),
        }
    }

    fn json<T: DeserializeOwned>(&self, bytes: &[u8]) -> Result<T, NodeError> {
        serde_json::from_slice(bytes).map_err(|error| self.damaged(error))
    }

    /// The error of bytes that make no sense.
    pub fn damaged(&self, reason: impl std::fmt::Display) -> NodeError {
        self.kind.damaged(reason)
    }
}
