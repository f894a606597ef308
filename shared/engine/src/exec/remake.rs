//! Kernels, operators and data made of their bytes, as another process makes them.
//!
//! Tests of nodes ask for it: whatever a node puts into a plan is replaced by what its bytes make, so that
//! the expected results of each test prove the decoders, too.

use std::sync::{Arc, OnceLock};

use datafusion::arrow::datatypes::{Schema, SchemaRef};

use super::encoded::Encoded;
use super::kernel::Kernel;
use super::kind::Kind;
use super::serial::{IDENTITY, Serial};
use super::source::RecordSource;
use crate::error::{NodeError, NodeRef};

/// The kinds that are decoded; nothing is made anew where there are none.
static KINDS: OnceLock<&'static [&'static Kind]> = OnceLock::new();

/// From now on, everything in plans of this process is made of its bytes.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn remake(kinds: &'static [&'static Kind]) {
    KINDS.get_or_init(|| kinds);
}

/// A kernel of a node.
pub(crate) fn kernel(kernel: Arc<dyn Kernel>, node: &NodeRef) -> Result<Arc<dyn Kernel>, NodeError> {
    let encoded = kernel.encoded();
    let Some(kind) = kind(&encoded)? else { return Ok(kernel) };
    let made = kind.decode_kernel(&encoded.bytes, node, &Arc::new(Schema::empty()))?;
    same(&encoded, &made.encoded())?;
    Ok(made)
}

/// An operator of a node, which gives these columns.
pub(crate) fn serial(
    operator: Arc<dyn Serial>,
    node: &NodeRef,
    schema: &SchemaRef,
) -> Result<Arc<dyn Serial>, NodeError> {
    let encoded = operator.encoded();
    let Some(kind) = kind(&encoded)? else { return Ok(operator) };
    let made = kind.decode_serial(&encoded.bytes, node, schema)?;
    same(&encoded, &made.encoded())?;
    Ok(made)
}

/// Data of a node, which have these columns.
pub(crate) fn source(
    source: Arc<dyn RecordSource>,
    node: &NodeRef,
    schema: &SchemaRef,
) -> Result<Arc<dyn RecordSource>, NodeError> {
    let encoded = source.encoded();
    let Some(kind) = kind(&encoded)? else { return Ok(source) };
    let made = kind.decode_source(&encoded.bytes, node, schema)?;
    same(&encoded, &made.encoded())?;
    Ok(made)
}

fn kind(encoded: &Encoded) -> Result<Option<&'static Kind>, NodeError> {
    let Some(kinds) = KINDS.get() else { return Ok(None) };
    let mut kinds = kinds.iter().copied().chain([&IDENTITY]);
    let found = kinds.find(|kind| kind.name == encoded.kind && kind.version == encoded.version);
    let missing = || NodeError::Model(format!("the list of kinds lacks {:?}", encoded.kind));
    found.ok_or_else(missing).map(Some)
}

fn same(encoded: &Encoded, again: &Encoded) -> Result<(), NodeError> {
    match encoded == again {
        true => Ok(()),
        false => Err(NodeError::Model(format!("encoded again, {:?} has other bytes", encoded.kind))),
    }
}
