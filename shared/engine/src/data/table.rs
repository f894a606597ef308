//! A table: the steps that make its records, and what is known about its fields.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::Schema;
use datafusion::catalog::TableProvider;
use datafusion::common::DFSchema;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::execution::context::ExecutionProps;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::physical_expr::create_physical_expr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr, execute_stream};
use satsuma_columns::{DataModel, Field};

use crate::error::{DataFault, EngineError, NodeError};
use crate::exec::{
    FilterFunction, Kernel, KernelFunction, Named, Place, Records, Selection, Serial, SerialNode, Step,
    identity, physical,
};
use crate::order::{ORDER, SortKey};
use crate::task::NodeRun;

/// A table between two nodes: the steps that make its records, and what is known about its fields.
#[derive(Debug, Clone)]
pub struct Table {
    /// One column for each field, in order, and [`ORDER`] behind them.
    rows: Selection,
    model: DataModel,
    /// Whether parts of the table are computed in parallel.
    is_parallel: bool,
}

impl Table {
    /// A table of these fields. `data` has a column for each and [`ORDER`], in any order.
    ///
    /// # Errors
    /// If `data` lack a column.
    pub fn new(data: Arc<dyn TableProvider>, model: DataModel, is_parallel: bool) -> Result<Self, NodeError> {
        let schema = data.schema();
        let places = schema.fields().iter().enumerate().map(|(at, field)| (field.name().as_str(), at));
        let places = places.collect::<HashMap<_, _>>();
        let columns = model.names().chain([ORDER]).map(|name| places.get(name).copied().map(Place::Column));
        let columns = columns.collect::<Option<Vec<_>>>().ok_or_else(missing)?;
        let rows = Selection::all(Step::Read(data)).pick(columns).ok_or_else(missing)?;
        Ok(Self { rows, model, is_parallel })
    }

    /// What is known about the fields.
    pub fn model(&self) -> &DataModel {
        &self.model
    }

    /// The fields, in order.
    pub fn fields(&self) -> &[Field] {
        self.model.fields()
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
        let columns = fields.iter().map(|(from, _)| self.place(from));
        let columns = columns.chain([Ok(self.order())]).collect::<Result<Vec<_>, _>>()?;
        let rows = self.rows.pick(columns).ok_or_else(missing)?;
        let model = DataModel::new(fields.into_iter().map(|(_, field)| field).collect())?;
        Ok(Self { rows, model, ..self })
    }

    /// A table of expressions over the columns, one for each field of `model` and [`ORDER`] behind them.
    ///
    /// # Errors
    /// If an expression does not fit the table.
    pub fn projected(self, expressions: Vec<Expr>, model: DataModel) -> Result<Self, NodeError> {
        let expressions = expressions.iter().map(|expression| self.expression(expression));
        let expressions = expressions.collect::<Result<Vec<_>, _>>()?;
        let rows = Selection::all(Step::Project { input: self.rows, expressions });
        Ok(Self { rows, model, ..self })
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
        let table = self.spread(run);
        let function = Arc::new(KernelFunction::udf(kernel, &outputs, inputs.len(), run)?);
        let arguments = table.places(inputs)?;
        let results = table.rows.width();
        let mut columns = (0..table.model.len()).map(Place::Column).collect::<Vec<_>>();
        let mut fields = table.model.fields().to_vec();
        for (at, output) in outputs.into_iter().enumerate() {
            let value = Place::Part { column: results, at };
            let own = table.model.position(&output.name);
            match own.and_then(|place| Some((columns.get_mut(place)?, fields.get_mut(place)?))) {
                Some((column, field)) => (*column, *field) = (value, output),
                None => {
                    columns.push(value);
                    fields.push(output);
                }
            }
        }
        columns.push(table.order());
        let step = Step::Compute { input: table.rows, function, arguments };
        let rows = Selection::all(step).pick(columns).ok_or_else(missing)?;
        Ok(Self { rows, model: DataModel::new(fields)?, is_parallel: table.is_parallel })
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
        let table = self.spread(run);
        let function = Arc::new(FilterFunction::udf(kernel, inputs.len(), run)?);
        let arguments = table.places(inputs)?;
        let rows = Selection::all(Step::Keep { input: table.rows, function, arguments });
        Ok(Self { rows, model: table.model, is_parallel: table.is_parallel })
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
        if inputs.is_empty() {
            return Err(internal("an operator without inputs"));
        }
        let (tables, keys): (Vec<_>, Vec<_>) = inputs.into_iter().unzip();
        let inputs = tables.into_iter().map(Self::named).collect();
        let node = SerialNode::new(keys, operator, model.clone(), run);
        Ok(Self { rows: Selection::all(Step::Serial { inputs, node }), model, is_parallel: false })
    }

    /// The records in order, without [`ORDER`].
    ///
    /// # Errors
    /// If the plan cannot be made.
    pub async fn records(self, run: &NodeRun) -> Result<Records, NodeError> {
        let model = self.model.clone();
        let table = Self::serial(vec![(self, Vec::new())], identity(), model, run)?;
        let fields = (0..table.model.len()).map(Place::Column);
        let rows = table.rows.pick(fields).ok_or_else(missing)?;
        let plan = physical(&Named { rows, model: table.model }, &run.session().state())?;
        Ok(Records::of_plan(execute_stream(plan, run.session().task_ctx())?))
    }

    /// A table that is computed once and read many times.
    ///
    /// # Errors
    /// If computing it fails.
    pub(crate) async fn cached(self, run: &NodeRun) -> Result<Self, NodeError> {
        let model = self.model.clone();
        let plan: Arc<dyn ExecutionPlan> = physical(&self.named(), &run.session().state())?;
        let (data, is_parallel) = crate::exec::cache(plan, run).await?;
        Self::new(data, model, is_parallel)
    }

    /// The same table, computed in parallel from here on.
    fn spread(self, run: &NodeRun) -> Self {
        let partitions = run.partitions();
        if self.is_parallel || partitions == 1 {
            return self;
        }
        let rows = Selection::all(Step::Spread { input: self.rows, partitions });
        Self { rows, is_parallel: true, ..self }
    }

    fn named(self) -> Named {
        Named { rows: self.rows, model: self.model }
    }

    /// The place of [`ORDER`].
    fn order(&self) -> Place {
        Place::Column(self.model.len())
    }

    fn place(&self, name: &str) -> Result<Place, NodeError> {
        let place = if name == ORDER { Some(self.model.len()) } else { self.model.position(name) };
        place.map(Place::Column).ok_or_else(missing)
    }

    fn places(&self, names: &[String]) -> Result<Vec<usize>, NodeError> {
        names.iter().map(|name| self.model.position(name).ok_or_else(missing)).collect()
    }

    /// An expression over the columns by their places. The engine sees only the columns that it names: it looks
    /// each up among all.
    fn expression(&self, expression: &Expr) -> Result<Arc<dyn PhysicalExpr>, NodeError> {
        let mut fields = Vec::new();
        let mut places = Vec::new();
        let columns = expression.column_refs();
        for name in columns.iter().map(|column| column.name.as_str()) {
            let Place::Column(place) = self.place(name)? else { continue };
            let order = Field::new(ORDER, satsuma_columns::Storage::Integer);
            let field = self.model.fields().get(place).unwrap_or(&order);
            fields.push(arrow_field(name, field));
            places.push(place);
        }
        let schema = DFSchema::try_from(Schema::new(fields))?;
        let context = PhysicalPlanningContext::default();
        let made = create_physical_expr(expression, &schema, &ExecutionProps::new(), &context)?;
        let placed = made.transform(|part| {
            let place = part
                .downcast_ref::<Column>()
                .and_then(|column| Some(Column::new(column.name(), *places.get(column.index())?)));
            Ok(match place {
                Some(column) => Transformed::yes(Arc::new(column) as Arc<dyn PhysicalExpr>),
                None => Transformed::no(part),
            })
        });
        Ok(placed.data()?)
    }
}

fn arrow_field(name: &str, field: &Field) -> datafusion::arrow::datatypes::Field {
    datafusion::arrow::datatypes::Field::new(name, field.storage.arrow(), true)
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

fn missing() -> NodeError {
    internal("a column is not in its table")
}

fn internal(message: &str) -> NodeError {
    NodeError::Engine(Box::new(EngineError::Query(message.to_owned())))
}
