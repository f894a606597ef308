//! Operators that see records in order.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::{DFSchema, DFSchemaRef, Result, internal_err};
use datafusion::logical_expr::{Expr, InvariantLevel, LogicalPlan, UserDefinedLogicalNodeCore};
use futures::StreamExt;
use satsuma_columns::DataModel;

use super::encoded::Encoded;
use super::kind::Kind;
use super::records::Records;
use super::status::TaskStatus;
use crate::error::{NodeError, NodeRef};
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

/// An operator in a logical plan. Its output has the columns of its model and [`ORDER`], which numbers the
/// records anew.
pub(crate) struct SerialNode {
    pub(super) inputs: Vec<LogicalPlan>,
    /// What each input is sorted by; nothing keeps its order.
    pub(super) keys: Vec<Vec<SortKey>>,
    pub(super) operator: Arc<dyn Serial>,
    pub(super) encoded: Encoded,
    /// The node's place in the plan of the job.
    pub(super) node: usize,
    pub(super) node_ref: NodeRef,
    schema: DFSchemaRef,
}

impl SerialNode {
    pub(crate) fn new(
        inputs: Vec<LogicalPlan>,
        keys: Vec<Vec<SortKey>>,
        operator: Arc<dyn Serial>,
        model: &DataModel,
        run: &NodeRun,
    ) -> std::result::Result<Self, NodeError> {
        if !operator.is_identity() {
            run.counter().counts_rows();
        }
        let fields =
            model.schema().fields().iter().cloned().chain([Arc::new(order_field())]).collect::<Vec<_>>();
        let schema = DFSchema::try_from(Schema::new(fields))?;
        let encoded = operator.encoded();
        let (node, node_ref) = (run.place(), run.node().clone());
        Ok(Self { inputs, keys, operator, encoded, node, node_ref, schema: Arc::new(schema) })
    }

    /// The Arrow schema of what comes out.
    pub(super) fn arrow_schema(&self) -> SchemaRef {
        Arc::new(self.schema.as_arrow().clone())
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

impl SerialNode {
    fn identity(&self) -> (&Encoded, usize, &[Vec<SortKey>], &[LogicalPlan]) {
        (&self.encoded, self.node, &self.keys, &self.inputs)
    }
}

impl PartialEq for SerialNode {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for SerialNode {}

impl PartialOrd for SerialNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let ordered =
            (&self.encoded, self.node, &self.keys).partial_cmp(&(&other.encoded, other.node, &other.keys));
        ordered.filter(|ordering| *ordering != Ordering::Equal || self == other)
    }
}

impl Hash for SerialNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.encoded.hash(state);
        self.node.hash(state);
        self.inputs.hash(state);
    }
}

impl UserDefinedLogicalNodeCore for SerialNode {
    fn name(&self) -> &str {
        "Serial"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        self.inputs.iter().collect()
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn check_invariants(&self, _check: InvariantLevel) -> Result<()> {
        Ok(())
    }

    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    /// Filters stay behind: records are numbered, and operators may look at those that a filter drops.
    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }

    fn with_exprs_and_inputs(&self, _expressions: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        if inputs.len() != self.keys.len() {
            return internal_err!("{} inputs of an operator of {}", inputs.len(), self.keys.len());
        }
        Ok(Self {
            inputs,
            keys: self.keys.clone(),
            operator: Arc::clone(&self.operator),
            encoded: self.encoded.clone(),
            node: self.node,
            node_ref: self.node_ref.clone(),
            schema: Arc::clone(&self.schema),
        })
    }

    /// An operator may look at every column of its inputs.
    fn necessary_children_exprs(&self, _output_columns: &[usize]) -> Option<Vec<Vec<usize>>> {
        None
    }
}
