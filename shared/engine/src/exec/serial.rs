//! Operators on ordered records.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use futures::StreamExt;
use satsuma_columns::DataModel;

use super::encoded::Encoded;
use super::kind::Kind;
use super::records::Records;
use super::remake;
use super::status::TaskStatus;
use crate::error::{NodeError, NodeRef};
use crate::order::{ORDER, SortKey};
use crate::task::NodeRun;

/// An operator on the ordered records of one or several tables, for operations that read earlier records,
/// count them, or combine tables.
pub trait Serial: fmt::Debug + Send + Sync + 'static {
    /// Its form in a plan.
    fn encoded(&self) -> Encoded;

    /// The output records, in order. Batches have the columns of the table's model, in any size; inputs have
    /// the columns of theirs. Inputs that are not read are not computed.
    fn run(&self, inputs: Vec<Records>, status: &TaskStatus) -> Records;

    /// Whether it passes on the records of its inputs unchanged, one input after the other.
    fn is_identity(&self) -> bool {
        false
    }

    /// Whether its records are those of its node. A node of several operators counts the records of the last.
    fn counts_records(&self) -> bool {
        !self.is_identity()
    }
}

/// The operator that passes on its input.
pub(crate) fn identity() -> Arc<dyn Serial> {
    Arc::new(Identity)
}

/// Its kind.
pub(crate) static IDENTITY: Kind = Kind::serial("identity", 1, |found| match found.bytes() {
    [] => Ok(identity()),
    _ => Err(found.damaged("it has settings")),
});

#[derive(Debug)]
struct Identity;

impl Serial for Identity {
    fn encoded(&self) -> Encoded {
        Encoded::plain(IDENTITY.name)
    }

    fn run(&self, inputs: Vec<Records>, _status: &TaskStatus) -> Records {
        Records::new(futures::stream::iter(inputs).flatten())
    }

    fn is_identity(&self) -> bool {
        true
    }
}

/// An operator at a node of the plan. Its output has the columns of its model and [`ORDER`], with new
/// numbers.
pub(crate) struct SerialNode {
    /// The sort keys of each input; without any it keeps its order.
    pub(super) keys: Vec<Vec<SortKey>>,
    pub(super) operator: Arc<dyn Serial>,
    pub(super) encoded: Encoded,
    /// The node's index in the plan of the job.
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
    ) -> Result<Self, NodeError> {
        let operator = remake::serial(operator, run.node(), &model.schema())?;
        if !operator.is_identity() {
            run.counter().counts_rows();
        }
        let encoded = operator.encoded();
        let (node, node_ref) = (run.place(), run.node().clone());
        Ok(Self { keys, operator, encoded, node, node_ref, model })
    }

    /// An operator that was made of its bytes.
    pub(super) fn made(
        keys: Vec<Vec<SortKey>>,
        operator: Arc<dyn Serial>,
        model: DataModel,
        (node, node_ref): (usize, NodeRef),
    ) -> Self {
        let encoded = operator.encoded();
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
