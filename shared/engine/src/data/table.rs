//! A table: a plan that makes its records, and what is known about its fields.

use std::sync::Arc;

use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::{Expr, Extension, LogicalPlan, Partitioning};
use futures::FutureExt;
use futures::future::BoxFuture;
use satsuma_columns::{DataModel, Field};

use super::column::column;
use crate::error::{DataFault, EngineError, NodeError};
use crate::exec::{FilterFunction, Kernel, KernelFunction, Part, RecordSource, Records, Serial, SerialNode, SourceTable, identity};
use crate::opaque::Opaque;
use crate::order::{ORDER, SortKey};
use crate::task::NodeRun;

/// A table between two nodes. Its plan has one column for each field, in order, and [`ORDER`] behind them.
#[derive(Debug, Clone)]
pub struct Table {
    plan: Opaque<DataFrame>,
    model: DataModel,
    /// Whether the plan computes parts of the table in parallel.
    is_parallel: bool,
}

/// The name of a kernel's results while they are in one column; no stream has such a field.
const RESULTS: &str = "\u{1}results";

impl Table {
    /// A table of these fields.
    ///
    /// # Errors
    /// If the plan lacks a field's column or [`ORDER`].
    pub fn new(plan: DataFrame, model: DataModel, is_parallel: bool) -> Result<Self, NodeError> {
        let columns = model.names().chain([ORDER]).map(column).collect::<Vec<_>>();
        Ok(Self { plan: Opaque::new(plan.select(columns)?), model, is_parallel })
    }

    /// The records of data, which have these fields; they are read whenever the table is run.
    ///
    /// # Errors
    /// If a field has the name of the hidden column of the order.
    pub fn read(
        source: Arc<dyn RecordSource>,
        model: DataModel,
        run: &NodeRun,
    ) -> Result<Self, NodeError> {
        if model.position(ORDER).is_some() {
            return Err(DataFault::DuplicateField(ORDER.to_owned()).into());
        }
        let table = SourceTable::new(source, &model, (run.place(), run.node()), run.partitions());
        let is_parallel = table.is_parallel();
        Self::new(run.session().read_table(Arc::new(table))?, model, is_parallel)
    }

    /// What is known about the fields.
    pub fn model(&self) -> &DataModel {
        &self.model
    }

    /// The fields, in order.
    pub fn fields(&self) -> &[Field] {
        self.model.fields()
    }

    /// The plan, whose last column is [`ORDER`].
    pub fn plan(&self) -> &DataFrame {
        &self.plan
    }

    /// The field of this name.
    ///
    /// # Errors
    /// If there is none.
    pub fn require(&self, name: &str) -> Result<&Field, NodeError> {
        require(&self.model, name)
    }

    /// The same records, about whose fields other things are known.
    ///
    /// # Errors
    /// If names or storages differ from those of the table.
    pub fn described(self, model: DataModel) -> Result<Self, NodeError> {
        let same = |one: &Field, two: &Field| one.name == two.name && one.storage == two.storage;
        let fits = model.len() == self.model.len()
            && model.fields().iter().zip(self.model.fields()).all(|(one, two)| same(one, two));
        match fits {
            true => Ok(Self { model, ..self }),
            false => Err(internal("a table was described by other fields than it has")),
        }
    }

    /// Keeps, renames or reorders fields: (field of the table, field that it becomes).
    ///
    /// # Errors
    /// If two fields get the same name, or a field is not there.
    pub fn select(self, fields: Vec<(String, Field)>) -> Result<Self, NodeError> {
        let renamed = fields.iter().map(|(from, to)| match from == &to.name {
            true => column(from),
            false => column(from).alias(&to.name),
        });
        let plan = self.plan.into_inner().select(renamed.chain([column(ORDER)]).collect::<Vec<_>>())?;
        let model = DataModel::new(fields.into_iter().map(|(_, field)| field).collect())?;
        Ok(Self { plan: Opaque::new(plan), model, ..self })
    }

    /// A table of expressions over the columns, one for each field of `model` and [`ORDER`] behind them.
    ///
    /// # Errors
    /// If an expression does not fit the table.
    pub fn projected(self, expressions: Vec<Expr>, model: DataModel) -> Result<Self, NodeError> {
        Ok(Self { plan: Opaque::new(self.plan.into_inner().select(expressions)?), model, ..self })
    }

    /// Computes fields from the columns `inputs`, batch by batch. An output with the name of a field of
    /// the table takes its place; others follow the fields.
    ///
    /// # Errors
    /// If an input is not there, or the outputs have one name twice.
    pub fn compute(
        self,
        kernel: Arc<dyn Kernel>,
        inputs: &[String],
        outputs: Vec<Field>,
        run: &NodeRun,
    ) -> Result<Self, NodeError> {
        for input in inputs {
            self.require(input)?;
        }
        let table = self.spread(run)?;
        let function = KernelFunction::udf(kernel, &outputs, inputs.len(), run)?;
        let call = function.call(inputs.iter().map(|name| column(name)).collect());
        let part = |at: usize, field: &Field| Part::of(at, column(RESULTS)).alias(&field.name);
        let kept = table.model.names().chain([ORDER]).map(column);
        let with_results =
            table.plan.into_inner().select(kept.chain([call.alias(RESULTS)]).collect::<Vec<_>>())?;
        let mut expressions: Vec<Expr> = table.model.names().map(column).collect();
        let mut fields = table.model.fields().to_vec();
        for (at, output) in outputs.into_iter().enumerate() {
            let value = part(at, &output);
            match table.model.position(&output.name) {
                Some(place) => {
                    if let (Some(expression), Some(field)) =
                        (expressions.get_mut(place), fields.get_mut(place))
                    {
                        (*expression, *field) = (value, output);
                    }
                }
                None => {
                    expressions.push(value);
                    fields.push(output);
                }
            }
        }
        let model = DataModel::new(fields)?;
        expressions.push(column(ORDER));
        Ok(Self { plan: Opaque::new(with_results.select(expressions)?), model, ..table })
    }

    /// Keeps the records for which the kernel's only result, a Boolean column, is true.
    ///
    /// # Errors
    /// If an input is not there.
    pub fn filter(
        self,
        kernel: Arc<dyn Kernel>,
        inputs: &[String],
        run: &NodeRun,
    ) -> Result<Self, NodeError> {
        for input in inputs {
            self.require(input)?;
        }
        let table = self.spread(run)?;
        let function = FilterFunction::udf(kernel, inputs.len(), run)?;
        let holds = function.call(inputs.iter().map(|name| column(name)).collect());
        Ok(Self { plan: Opaque::new(table.plan.into_inner().filter(holds)?), ..table })
    }

    /// Records in the order of these keys; those with equal keys keep their order.
    ///
    /// # Errors
    /// If a key is not there.
    pub fn sort(self, keys: Vec<SortKey>, run: &NodeRun) -> Result<Self, NodeError> {
        for key in &keys {
            self.require(&key.field)?;
        }
        let model = self.model.clone();
        Self::serial(vec![(self, keys)], identity(), model, run)
    }

    /// The records of all tables, one table after the other. All have the columns of `model`.
    ///
    /// # Errors
    /// If a table lacks a column.
    pub fn concat(tables: Vec<Self>, model: DataModel, run: &NodeRun) -> Result<Self, NodeError> {
        let mut inputs = Vec::with_capacity(tables.len());
        for table in tables {
            let fields = model.fields().iter().map(|field| (field.name.clone(), field.clone())).collect();
            inputs.push((table.select(fields)?, Vec::new()));
        }
        Self::serial(inputs, identity(), model, run)
    }

    /// Passes the records of some tables, each sorted by its keys where it has any, through an operator
    /// that sees them in order. The result has the columns of `model`.
    ///
    /// # Errors
    /// If the plan cannot be made.
    pub fn serial(
        inputs: Vec<(Self, Vec<SortKey>)>,
        operator: Arc<dyn Serial>,
        model: DataModel,
        run: &NodeRun,
    ) -> Result<Self, NodeError> {
        let (state, _) = match inputs.first() {
            Some((table, _)) => DataFrame::clone(&table.plan).into_parts(),
            None => return Err(internal("an operator without inputs")),
        };
        let (plans, keys): (Vec<_>, Vec<_>) = inputs
            .into_iter()
            .map(|(table, keys)| (table.plan.into_inner().into_unoptimized_plan(), keys))
            .unzip();
        let node = SerialNode::new(plans, keys, operator, &model, run)?;
        let plan = LogicalPlan::Extension(Extension { node: Arc::new(node) });
        Ok(Self { plan: Opaque::new(DataFrame::new(state, plan)), model, is_parallel: false })
    }

    /// The records in order, without [`ORDER`].
    ///
    /// # Errors
    /// If the plan cannot be made.
    pub fn records(self, run: &NodeRun) -> BoxFuture<'_, Result<Records, NodeError>> {
        async move {
            let model = self.model.clone();
            let table = Self::serial(vec![(self, Vec::new())], identity(), model, run)?;
            let names = table.model.names().map(column).collect::<Vec<_>>();
            let stream = table.plan.into_inner().select(names)?.execute_stream().await?;
            Ok(Records::of_plan(stream))
        }
        .boxed()
    }

    /// A table that is computed once and read many times.
    ///
    /// # Errors
    /// If computing it fails.
    pub(crate) async fn cached(self, run: &NodeRun) -> Result<Self, NodeError> {
        let model = self.model.clone();
        let (plan, is_parallel) = crate::exec::cache(self.plan.into_inner(), run).await?;
        Self::new(plan, model, is_parallel)
    }

    /// The same table, computed in parallel from here on.
    fn spread(self, run: &NodeRun) -> Result<Self, NodeError> {
        let partitions = run.partitions();
        if self.is_parallel || partitions == 1 {
            return Ok(self);
        }
        let plan = self.plan.into_inner().repartition(Partitioning::RoundRobinBatch(partitions))?;
        Ok(Self { plan: Opaque::new(plan), is_parallel: true, ..self })
    }
}

/// The only input of a node that takes one. The engine checked the number of links.
///
/// # Errors
/// If there is none.
pub fn one<T>(inputs: impl IntoIterator<Item = T>) -> Result<T, NodeError> {
    inputs.into_iter().next().ok_or_else(|| internal("a node without its input"))
}

/// The field of this name.
///
/// # Errors
/// If there is none.
pub fn require<'a>(model: &'a DataModel, name: &str) -> Result<&'a Field, NodeError> {
    model.field(name).ok_or_else(|| {
        let available = model.names().map(str::to_owned).collect();
        NodeError::Data(DataFault::MissingField { field: name.to_owned(), available })
    })
}

fn internal(message: &str) -> NodeError {
    NodeError::Engine(Box::new(EngineError::Query(message.to_owned())))
}
