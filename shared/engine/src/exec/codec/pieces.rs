//! The pieces of an encoded plan.

use satsuma_columns::Storage;
use serde::{Deserialize, Serialize};

use crate::error::NodeRef;
use crate::exec::steps::{Item, Place};
use crate::order::SortKey;

/// The head of an encoded plan.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Head {
    /// The steps. Each follows those that it reads.
    pub(super) pieces: Vec<Piece>,
    /// The table that the plan gives.
    pub(super) table: Columns,
    /// The lengths of the documents that follow the head.
    pub(super) documents: Vec<u64>,
}

/// Columns of a step.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Rows {
    /// The number of the piece.
    pub(super) piece: usize,
    pub(super) columns: Vec<Place>,
}

/// A field: its name and storage.
pub(super) type FieldPiece = (String, Storage);

/// Columns of a step with their names. The last column is the order and has no name.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Columns {
    pub(super) rows: Rows,
    pub(super) fields: Vec<FieldPiece>,
}

/// A kernel, an operator or data at a node.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Thing {
    pub(super) kind: String,
    pub(super) version: u8,
    /// The number of the document that has its settings.
    pub(super) document: usize,
    /// The node's index in the plan of the job.
    pub(super) place: usize,
    pub(super) node: NodeRef,
}

/// A step.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Piece {
    /// Reads data.
    Read { data: Thing, fields: Vec<FieldPiece>, ranges: Vec<(u64, u64)> },
    /// Reads a table that is computed once.
    Kept { table: Columns, node: NodeRef },
    /// Calls a kernel.
    Compute { input: Rows, kernel: Thing, results: Vec<Storage>, arguments: Vec<usize> },
    /// Keeps records for which a kernel gives true.
    Keep { input: Rows, kernel: Thing, arguments: Vec<usize> },
    /// Chooses and converts columns.
    Project { input: Rows, items: Vec<Item> },
    /// Deals batches out to parts.
    Spread { input: Rows },
    /// Passes records through an operator.
    Serial { inputs: Vec<(Columns, Vec<SortKey>)>, operator: Thing, fields: Vec<FieldPiece> },
}
