//! Decodes plans. The bytes may be damaged or hostile, so that every number is bounded.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use datafusion::execution::TaskContext;
use datafusion::physical_plan::ExecutionPlan;
use datafusion_proto::bytes::physical_plan_from_bytes_with_extension_codec;

use super::functions::Functions;
use super::piece::{MAGIC, Ours, Piece, damaged, read};
use crate::error::{EngineError, NodeRef};
use crate::exec::{IDENTITY, Kept, KeptExec, Kind, Scan, SerialExec, TaskStatus};
use crate::limits::{PLAN_BYTES, PLAN_DEPTH, PLAN_PARTITIONS, PLAN_PIECES};
use crate::order::{ORDER, SortKey};

/// The engine's own kinds.
static OWN: &[&Kind] = &[&IDENTITY];

pub(super) fn decode(
    bytes: &[u8],
    kinds: &'static [&'static Kind],
    context: &TaskContext,
) -> Result<Arc<dyn ExecutionPlan>, EngineError> {
    if bytes.len() > PLAN_BYTES {
        return Err(damaged(format!("it has more than {PLAN_BYTES} bytes")));
    }
    let Some(mut rest) = bytes.strip_prefix(MAGIC) else {
        return Err(damaged("it is no plan of this version"));
    };
    let mut decoding = Decoding { kinds, context, pieces: Vec::new(), kept: HashMap::new() };
    while !rest.is_empty() {
        let (header, body) = read(&mut rest)?;
        decoding.add(header, body)?;
    }
    let root = decoding.pieces.pop().and_then(|piece| piece.plan);
    let root = root.ok_or_else(|| damaged("it has no pieces"))?;
    match root.schema().index_of(ORDER) {
        Ok(_) => Ok(root),
        Err(_) => Err(damaged("its records have no order")),
    }
}

/// A piece that was decoded. Each is read once, by a later one: a plan is never larger than its bytes.
struct Decoded {
    plan: Option<Arc<dyn ExecutionPlan>>,
    /// The number of pieces one behind the other, this one included.
    depth: usize,
}

struct Decoding<'a> {
    kinds: &'static [&'static Kind],
    context: &'a TaskContext,
    pieces: Vec<Decoded>,
    /// Kept tables by the pieces that make them.
    kept: HashMap<usize, Arc<Kept>>,
}

impl Decoding<'_> {
    fn add(&mut self, header: Piece, body: &[u8]) -> Result<(), EngineError> {
        let mut depth = 0;
        let plan: Arc<dyn ExecutionPlan> = match header {
            Piece::Query { inputs } => {
                let codec = Functions { kinds: self.kinds, inputs: self.inputs(inputs, &mut depth)? };
                physical_plan_from_bytes_with_extension_codec(body, self.context, &codec)?
            }
            Piece::Serial { inputs, keys, ours } => {
                let inputs = self.inputs(inputs, &mut depth)?;
                Arc::new(self.serial(inputs, keys, &ours, body)?)
            }
            Piece::Scan { columns, parts, ours } => self.scan(columns, parts, &ours, body)?,
            Piece::Kept { plan, label, class, columns, partitions } => {
                depth = self.pieces.get(plan).map_or(0, |piece| piece.depth);
                let kept = self.kept(plan, NodeRef { label, kind: class, uid: String::new() })?;
                Arc::new(KeptExec::new(kept, columns, partitions.min(PLAN_PARTITIONS + 1))?)
            }
        };
        if plan.properties().partitioning.partition_count() > PLAN_PARTITIONS {
            return Err(damaged(format!("it has more than {PLAN_PARTITIONS} partitions")));
        }
        if depth >= PLAN_DEPTH || self.pieces.len() >= PLAN_PIECES {
            let limits = format!("{PLAN_PIECES} pieces, {PLAN_DEPTH} of them one behind the other");
            return Err(damaged(format!("it has more than {limits}")));
        }
        self.pieces.push(Decoded { plan: Some(plan), depth: depth + 1 });
        Ok(())
    }

    /// Removes a piece that has not been read yet.
    fn take(&mut self, number: usize, depth: &mut usize) -> Result<Arc<dyn ExecutionPlan>, EngineError> {
        let piece = self.pieces.get_mut(number);
        let taken = piece.and_then(|piece| {
            *depth = (*depth).max(piece.depth);
            piece.plan.take()
        });
        taken.ok_or_else(|| damaged(format!("there is no piece {number} to read, or it was read before")))
    }

    fn inputs(
        &mut self,
        numbers: Vec<usize>,
        depth: &mut usize,
    ) -> Result<Vec<Arc<dyn ExecutionPlan>>, EngineError> {
        numbers.into_iter().map(|number| self.take(number, depth)).collect()
    }

    fn serial(
        &self,
        inputs: Vec<Arc<dyn ExecutionPlan>>,
        keys: Vec<Vec<(String, bool)>>,
        ours: &Ours,
        body: &[u8],
    ) -> Result<SerialExec, EngineError> {
        let node = ours.node_ref();
        if inputs.is_empty() || inputs.len() != keys.len() {
            return Err(damaged(format!("{node}: an operator has no inputs, or no keys of one")));
        }
        let kind = match ours.kind(OWN) {
            Ok(identity) => identity,
            Err(_) => ours.kind(self.kinds)?,
        };
        let operator = kind.decode_serial(body, &node, &ours.schema()).map_err(|error| error.at(&node))?;
        let keys = keys.into_iter().map(|keys| {
            keys.into_iter().map(|(field, is_descending)| SortKey { field, is_descending }).collect()
        });
        Ok(SerialExec::over(inputs, keys.collect(), operator, (ours.node, node), ours.schema_with_order())?)
    }

    fn scan(
        &self,
        columns: Vec<usize>,
        parts: Vec<Vec<(u64, u64)>>,
        ours: &Ours,
        body: &[u8],
    ) -> Result<Arc<dyn ExecutionPlan>, EngineError> {
        let node = ours.node_ref();
        let source = ours.kind(self.kinds)?.decode_source(body, &node, &ours.schema());
        let source = source.map_err(|error| error.at(&node))?;
        let range = |(start, end): (u64, u64)| -> Range<u64> { start..end.max(start) };
        let parts = parts.into_iter().map(|part| part.into_iter().map(range).collect()).collect();
        let scan = Scan {
            encoded: source.encoded(),
            source,
            node: ours.node,
            node_ref: node,
            schema: ours.schema_with_order(),
            columns,
            parts,
        };
        let status = TaskStatus::of(self.context.session_config().options());
        Ok(scan.exec(status)?)
    }

    /// The table that a piece makes; all that read it have the same one.
    fn kept(&mut self, plan: usize, node: NodeRef) -> Result<Arc<Kept>, EngineError> {
        if let Some(kept) = self.kept.get(&plan) {
            return Ok(Arc::clone(kept));
        }
        let made = self.take(plan, &mut 0)?;
        let kept = Arc::new(Kept::new(made, node));
        self.kept.insert(plan, Arc::clone(&kept));
        Ok(kept)
    }
}
