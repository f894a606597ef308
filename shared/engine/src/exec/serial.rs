//! Operators that see records in order.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use futures::StreamExt;
use satsuma_columns::DataModel;

use super::encoded::Encoded;
use super::records::Records;
use super::status::TaskStatus;
use crate::error::NodeRef;
use crate::order::{ORDER, SortKey};
use crate::task::NodeRun;

/// An operator over the records of one or several tables, each in order: what looks back at earlier
/// records, counts them, or brings tables together.
pub trait Serial: fmt::Debug + Send + Sync + 'static {
    /// What a plan carries of it.
    fn encoded(&self) -> Encoded;

    /// The records that come out, in order. Batches have the columns of the table's model, in any size;
    /// inputs have the columns of theirs. Inputs that are not read are not computed.
    fn run(&self, inputs: Vec<Records>, status: &TaskStatus) -> Records;

    /// Whether it passes on the records of its inputs as they are, one input after the other.
    fn is_identity(&self) -> bool {
        false
    }
}

/// The operator that passes on what arrives.
pub(crate) fn identity() -> Arc<dyn Serial> {
    Arc::new(Identity)
}

#[derive(Debug)]
struct Identity;

impl Serial for Identity {
    fn encoded(&self) -> Encoded {
        Encoded::plain("identity")
    }

    fn run(&self, inputs: Vec<Records>, _status: &TaskStatus) -> Records {
        Records::new(futures::stream::iter(inputs).flatten())
    }

    fn is_identity(&self) -> bool {
        true
    }
}

/// An operator at a node of the plan. Its output has the columns of its model and [`ORDER`], which numbers the
/// records anew.
pub(crate) struct SerialNode {
    /// What each input is sorted by; nothing keeps its order.
    pub(super) keys: Vec<Vec<SortKey>>,
    pub(super) operator: Arc<dyn Serial>,
    pub(super) encoded: Encoded,
    /// The node's place in the plan of the job.
    pub(super) node: usize,
    pub(super) node_ref: NodeRef,
    pub(super) model: DataModel,
}

impl SerialNode {
    pub(crate) fn new(
        keys: Vec<Vec<SortKey>>,
        operator: Arc<dyn Serial>,
        model: DataModel,
        run: &NodeRun,
    ) -> Self {
        if !operator.is_identity() {
            run.counter().counts_rows();
        }
        let encoded = operator.encoded();
        let (node, node_ref) = (run.place(), run.node().clone());
        Self { keys, operator, encoded, node, node_ref, model }
    }

    /// The Arrow schema of what comes out: the wanted fields, all where `wanted` is empty, and the order.
    pub(super) fn schema(&self, wanted: &[bool]) -> SchemaRef {
        let fields = self.model.schema();
        let is_wanted = |at: usize| wanted.is_empty() || wanted.get(at) == Some(&true);
        let fields =
            fields.fields().iter().enumerate().filter(|(at, _)| is_wanted(*at)).map(|(_, field)| field);
        Arc::new(Schema::new(fields.cloned().chain([Arc::new(order_field())]).collect::<Vec<_>>()))
    }
}

/// The column of the order.
pub(super) fn order_field() -> Field {
    Field::new(ORDER, DataType::Int64, false)
}

impl fmt::Debug for SerialNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Serial: {} of {}", self.encoded.kind, self.node_ref)
    }
}
