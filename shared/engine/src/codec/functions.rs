//! Functions of ours in the query engine's encoding, and the places of inputs.

use std::any::Any;
use std::sync::Arc;

use datafusion::common::{Result, internal_err, not_impl_err};
use datafusion::error::DataFusionError;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::ScalarUDF;
use datafusion::physical_plan::ExecutionPlan;
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};

use super::input::InputExec;
use super::piece::{Function, Ours, damaged, read, write};
use crate::exec::{FilterFunction, KernelFunction, Kind, Part};

/// Encodes and decodes one piece of the query engine's.
#[derive(Debug, Default)]
pub(super) struct Functions {
    pub(super) kinds: &'static [&'static Kind],
    /// The inputs of a piece that is decoded.
    pub(super) inputs: Vec<Arc<dyn ExecutionPlan>>,
}

impl PhysicalExtensionCodec for Functions {
    fn try_decode(
        &self,
        bytes: &[u8],
        _inputs: &[Arc<dyn ExecutionPlan>],
        _context: &TaskContext,
        _converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let at = bytes.try_into().map(u32::from_le_bytes).ok();
        let input = at.and_then(|at| self.inputs.get(usize::try_from(at).ok()?));
        input.cloned().ok_or_else(|| damaged("a piece has no such input").into())
    }

    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        bytes: &mut Vec<u8>,
        _converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        let Some(input) = node.downcast_ref::<InputExec>() else {
            return not_impl_err!("a plan with {} cannot be encoded", node.name());
        };
        let at = u32::try_from(input.at).map_err(|error| DataFusionError::External(error.into()))?;
        bytes.extend_from_slice(&at.to_le_bytes());
        Ok(())
    }

    fn try_encode_udf(&self, function: &ScalarUDF, bytes: &mut Vec<u8>) -> Result<()> {
        let inner: &dyn Any = function.inner().as_ref();
        if let Some(part) = inner.downcast_ref::<Part>() {
            return Ok(write(&Function::Part { at: part.at }, &[], bytes)?);
        }
        if let Some(kernel) = inner.downcast_ref::<KernelFunction>() {
            let (call, schema) = (&kernel.call, kernel.schema());
            let ours = Ours::new(&call.encoded, call.node, &call.node_ref, &schema)?;
            let header = Function::Kernel { inputs: kernel.inputs, ours };
            return Ok(write(&header, &call.encoded.bytes, bytes)?);
        }
        if let Some(filter) = inner.downcast_ref::<FilterFunction>() {
            let (call, schema) = (&filter.call, filter.schema());
            let ours = Ours::new(&call.encoded, call.node, &call.node_ref, &schema)?;
            let header = Function::Filter { inputs: filter.inputs, ours };
            return Ok(write(&header, &call.encoded.bytes, bytes)?);
        }
        // A function of the query engine, which finds it by its name.
        Ok(())
    }

    fn try_decode_udf(&self, name: &str, mut bytes: &[u8]) -> Result<Arc<ScalarUDF>> {
        if bytes.is_empty() {
            return internal_err!("the function {name:?} is not known here");
        }
        let (function, body) = read::<Function>(&mut bytes)?;
        Ok(match function {
            Function::Part { at } => Part::function(at),
            Function::Kernel { inputs, ours } => {
                let (node, schema) = (ours.node_ref(), ours.schema());
                let kernel = ours.kind(self.kinds)?.decode_kernel(body, &node, &schema);
                let kernel = kernel.map_err(|error| error.at(&node))?;
                let storages = schema.fields().iter().map(|field| field.data_type().clone());
                Arc::new(KernelFunction::new(kernel, storages, inputs, (ours.node, node)).into())
            }
            Function::Filter { inputs, ours } => {
                let (node, schema) = (ours.node_ref(), ours.schema());
                let kernel = ours.kind(self.kinds)?.decode_kernel(body, &node, &schema);
                let kernel = kernel.map_err(|error| error.at(&node))?;
                Arc::new(FilterFunction::new(kernel, inputs, (ours.node, node)).into())
            }
        })
    }
}
