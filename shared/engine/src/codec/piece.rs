//! Pieces of a plan as bytes: a header, which serde writes, and a body.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use satsuma_columns::Storage;
use serde::{Deserialize, Serialize};

use crate::error::{EngineError, NodeRef};
use crate::exec::{Encoded, Kind};
use crate::order::ORDER;

/// The header of a plan: a name and the version of the format. Plans of other versions are refused.
pub(super) const MAGIC: &[u8; 8] = b"satsuma\x01";

/// A piece of a plan. `inputs` are the numbers of the pieces that it reads.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Piece {
    /// A node of the query engine, whose encoding is the body.
    Query { inputs: Vec<usize> },
    /// An operator, whose bytes are the body; `keys` are the sort keys of its inputs, as (column, is
    /// descending).
    Serial { inputs: Vec<usize>, keys: Vec<Vec<(String, bool)>>, ours: Ours },
    /// A scan of data, whose bytes are the body.
    Scan { columns: Vec<usize>, parts: Vec<Vec<(u64, u64)>>, ours: Ours },
    /// A kept table, which the piece of this number makes.
    Kept { plan: usize, label: String, class: String, columns: Vec<usize>, partitions: usize },
}

/// A function of a plan.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Function {
    /// A kernel of some columns.
    Kernel { inputs: usize, ours: Ours },
    /// A kernel that keeps records.
    Filter { inputs: usize, ours: Ours },
    /// A part of a kernel's results.
    Part { at: usize },
}

/// The description of a kernel, an operator or data in a plan, beside their bytes.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Ours {
    kind: String,
    version: u8,
    /// The node's index in the plan of the job.
    pub(super) node: usize,
    label: String,
    class: String,
    /// The columns that come out.
    columns: Vec<(String, Storage)>,
}

impl Ours {
    pub(super) fn new(
        encoded: &Encoded,
        node: usize,
        node_ref: &NodeRef,
        schema: &Schema,
    ) -> Result<Self, EngineError> {
        let columns = schema.fields().iter().filter(|field| field.name() != ORDER).map(|field| {
            let storage = Storage::of_arrow(field.data_type());
            let none = || EngineError::Query(format!("{node_ref}: no field has the type {}", field.data_type()));
            Ok((field.name().clone(), storage.ok_or_else(none)?))
        });
        Ok(Self {
            kind: encoded.kind.to_owned(),
            version: encoded.version,
            node,
            label: node_ref.label.clone(),
            class: node_ref.kind.clone(),
            columns: columns.collect::<Result<_, EngineError>>()?,
        })
    }

    pub(super) fn node_ref(&self) -> NodeRef {
        NodeRef { label: self.label.clone(), kind: self.class.clone(), uid: String::new() }
    }

    /// The columns that come out, without the order.
    pub(super) fn schema(&self) -> SchemaRef {
        let fields = self.columns.iter().map(|(name, storage)| Field::new(name, storage.arrow(), true));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    /// The columns with the order behind them.
    pub(super) fn schema_with_order(&self) -> SchemaRef {
        let fields = self.columns.iter().map(|(name, storage)| Field::new(name, storage.arrow(), true));
        Arc::new(Schema::new(fields.chain([Field::new(ORDER, DataType::Int64, false)]).collect::<Vec<_>>()))
    }

    /// The kind that makes it of its bytes.
    pub(super) fn kind(&self, kinds: &'static [&'static Kind]) -> Result<&'static Kind, EngineError> {
        let node = self.node_ref();
        let found = kinds.iter().find(|kind| kind.name == self.kind).ok_or_else(|| {
            EngineError::Undecodable(format!("{node}: the kind {:?} is not known here", self.kind))
        })?;
        match found.version == self.version {
            true => Ok(found),
            false => Err(EngineError::Undecodable(format!(
                "{node}: the kind {:?} has version {} here, not {}",
                self.kind, found.version, self.version
            ))),
        }
    }
}

/// Writes a header and a body.
pub(super) fn write(header: &impl Serialize, body: &[u8], to: &mut Vec<u8>) -> Result<(), EngineError> {
    let header = serde_json::to_vec(header).map_err(|error| EngineError::Query(error.to_string()))?;
    for part in [header.as_slice(), body] {
        let length = u32::try_from(part.len())
            .map_err(|_| EngineError::Query("a piece of a plan is larger than 4 GiB".to_owned()))?;
        to.extend_from_slice(&length.to_le_bytes());
        to.extend_from_slice(part);
    }
    Ok(())
}

/// Reads a header and a body from the front of the bytes.
pub(super) fn read<'a, T: Deserialize<'a>>(bytes: &mut &'a [u8]) -> Result<(T, &'a [u8]), EngineError> {
    let (header, body) = (part(bytes)?, part(bytes)?);
    let header = serde_json::from_slice(header);
    Ok((header.map_err(|error| damaged(format!("a piece is damaged: {error}")))?, body))
}

fn part<'a>(bytes: &mut &'a [u8]) -> Result<&'a [u8], EngineError> {
    let cut = || damaged("it is cut off");
    let (length, rest) = bytes.split_first_chunk::<4>().ok_or_else(cut)?;
    let (part, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or_else(cut)?;
    *bytes = rest;
    Ok(part)
}

pub(super) fn damaged(reason: impl Into<String>) -> EngineError {
    EngineError::Undecodable(reason.into())
}
