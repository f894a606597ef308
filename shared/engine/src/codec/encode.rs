//! Plans to bytes.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::physical_plan::ExecutionPlan;
use datafusion_proto::bytes::physical_plan_to_bytes_with_extension_codec;

use super::functions::Functions;
use super::input::InputExec;
use super::piece::{MAGIC, Ours, Piece, write};
use crate::error::EngineError;
use crate::exec::{Encoded, Kept, KeptExec, Scan, SerialExec, kernels};

pub(super) fn encode(root: &Arc<dyn ExecutionPlan>) -> Result<Vec<u8>, EngineError> {
    let mut plan = Encoding { bytes: MAGIC.to_vec(), count: 0, kept: HashMap::new() };
    plan.add(root)?;
    Ok(plan.bytes)
}

/// Everything of ours that a plan carries.
pub(super) fn pieces(root: &Arc<dyn ExecutionPlan>) -> Vec<Encoded> {
    let mut pieces = Vec::new();
    let mut waiting = vec![Arc::clone(root)];
    let mut kept: Vec<*const Kept> = Vec::new();
    while let Some(plan) = waiting.pop() {
        waiting.extend(plan.children().into_iter().cloned());
        pieces.extend(kernels(plan.as_ref()));
        if let Some(scan) = Scan::of(plan.as_ref()) {
            pieces.push(scan.encoded);
        } else if let Some(serial) = plan.downcast_ref::<SerialExec>() {
            pieces.push(serial.encoded.clone());
        } else if let Some(reader) = plan.downcast_ref::<KeptExec>()
            && !kept.contains(&Arc::as_ptr(&reader.kept))
        {
            kept.push(Arc::as_ptr(&reader.kept));
            waiting.push(Arc::clone(reader.kept.plan()));
        }
    }
    pieces
}

struct Encoding {
    bytes: Vec<u8>,
    /// The number of pieces.
    count: usize,
    /// The numbers of the pieces that make kept tables.
    kept: HashMap<*const Kept, usize>,
}

impl Encoding {
    /// Adds the pieces of a plan; gives the number of the last.
    fn add(&mut self, plan: &Arc<dyn ExecutionPlan>) -> Result<usize, EngineError> {
        if let Some(scan) = Scan::of(plan.as_ref()) {
            let parts = scan.parts.iter().map(|part| part.iter().map(|range| (range.start, range.end)).collect());
            let header = Piece::Scan {
                parts: parts.collect(),
                ours: Ours::new(&scan.encoded, scan.node, &scan.node_ref, &scan.schema)?,
                columns: scan.columns,
            };
            return self.piece(&header, &scan.encoded.bytes);
        }
        if let Some(reader) = plan.downcast_ref::<KeptExec>() {
            return self.kept(reader);
        }
        let inputs = plan.children().into_iter().map(|input| self.add(input)).collect::<Result<Vec<_>, _>>()?;
        if let Some(serial) = plan.downcast_ref::<SerialExec>() {
            let keys = serial.keys.iter().map(|keys| {
                keys.iter().map(|key| (key.field.clone(), key.is_descending)).collect()
            });
            let ours = Ours::new(&serial.encoded, serial.node, &serial.node_ref, &plan.schema())?;
            let header = Piece::Serial { inputs, keys: keys.collect(), ours };
            return self.piece(&header, &serial.encoded.bytes);
        }
        let alone = plan.children().into_iter().enumerate();
        let alone = alone.map(|(at, input)| Arc::new(InputExec::new(at, input)) as Arc<dyn ExecutionPlan>);
        let alone = alone.collect::<Vec<_>>();
        let node = match alone.is_empty() {
            true => Arc::clone(plan),
            false => Arc::clone(plan).with_new_children(alone)?,
        };
        let body = physical_plan_to_bytes_with_extension_codec(node, &Functions::default())?;
        self.piece(&Piece::Query { inputs }, &body)
    }

    /// The table is made of what makes it, once for all of its readers.
    fn kept(&mut self, reader: &KeptExec) -> Result<usize, EngineError> {
        let address = Arc::as_ptr(&reader.kept);
        let plan = match self.kept.get(&address) {
            Some(plan) => *plan,
            None => {
                let plan = self.add(reader.kept.plan())?;
                self.kept.insert(address, plan);
                plan
            }
        };
        let node = reader.kept.node();
        let header = Piece::Kept {
            plan,
            label: node.label.clone(),
            class: node.kind.clone(),
            columns: reader.columns.clone(),
            partitions: reader.properties().partitioning.partition_count(),
        };
        self.piece(&header, &[])
    }

    fn piece(&mut self, header: &Piece, body: &[u8]) -> Result<usize, EngineError> {
        write(header, body, &mut self.bytes)?;
        self.count += 1;
        Ok(self.count - 1)
    }
}
