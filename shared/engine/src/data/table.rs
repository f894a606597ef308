//! A table: the steps that make its records, and what is known about its fields.

use std::sync::Arc;

use satsuma_columns::{DataModel, Field, Scalar, Storage};

use crate::error::{DataFault, EngineError, NodeError};
use crate::exec::{
    Function, Item, Kernel, Named, Place, RecordSource, Records, Selection, Serial, SerialNode, SourceTable,
    Step, encode, identity,
};
use crate::order::{ORDER, SortKey};
use crate::task::NodeRun;

/// A column of a projection.
#[derive(Debug, Clone, PartialEq)]
pub enum Projected {
    /// A field of the table.
    Field(String),
    /// A field of the table, in another storage.
    Converted(String, Storage),
    /// One value for all records.
    Constant(Scalar, Storage),
}

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
    /// The records of data, which have these fields; they are read whenever the table is run.
    ///
    /// # Errors
    /// If a field has the name of the hidden column of the order.
    pub fn read(source: Arc<dyn RecordSource>, model: DataModel, run: &NodeRun) -> Result<Self, NodeError> {
        if model.position(ORDER).is_some() {
            return Err(DataFault::DuplicateField(ORDER.to_owned()).into());
        }
        let table = SourceTable::new(source, &model, (run.place(), run.node()), run.partitions())?;
        let is_parallel = table.is_parallel();
        Ok(Self { rows: Selection::all(Step::Read(table)), model, is_parallel })
    }

    /// The metadata of the fields.
    pub fn model(&self) -> &DataModel {
        &self.model
    }

    /// The fields, in order.
    pub fn fields(&self) -> &[Field] {
        self.model.fields()
    }

    /// The field with this name.
    ///
    /// # Errors
    /// There is no such field.
    pub fn require(&self, name: &str) -> Result<&Field, NodeError> {
        require(&self.model, name)
    }

    /// The same records with other metadata of the fields.
    ///
    /// # Errors
    /// Names or storages differ from those of the table.
    pub fn described(self, model: DataModel) -> Result<Self, NodeError> {
        let same = |one: &Field, two: &Field| one.name == two.name && one.storage == two.storage;
        let fits = model.len() == self.model.len()
            && model.fields().iter().zip(self.model.fields()).all(|(one, two)| same(one, two));
        match fits {
            true => Ok(Self { model, ..self }),
            false => Err(internal("a table was described by other fields than it has")),
        }
    }

    /// Keeps, renames or reorders fields: (field of the table, new field).
    ///
    /// # Errors
    /// Two fields get the same name, or a field does not exist.
    pub fn select(self, fields: Vec<(String, Field)>) -> Result<Self, NodeError> {
        let columns = fields.iter().map(|(from, _)| self.place(from));
        let columns = columns.chain([Ok(self.order())]).collect::<Result<Vec<_>, _>>()?;
        let rows = self.rows.pick(columns).ok_or_else(missing)?;
        let model = DataModel::new(fields.into_iter().map(|(_, field)| field).collect())?;
        Ok(Self { rows, model, ..self })
    }

    /// A table of these columns: one for each field of `model`, with its storage.
    ///
    /// # Errors
    /// A field does not exist, or there are fewer or more columns than fields.
    pub fn projected(self, columns: Vec<Projected>, model: DataModel) -> Result<Self, NodeError> {
        if columns.len() != model.len() {
            return Err(internal("a projection has other columns than its table"));
        }
        let place = |name: &str| self.model.position(name).ok_or_else(missing);
        let items = columns.into_iter().map(|column| {
            Ok(match column {
                Projected::Field(name) => Item::Column(place(&name)?),
                Projected::Converted(name, storage) => Item::Cast(place(&name)?, storage),
                Projected::Constant(value, storage) => Item::Constant(value, storage),
            })
        });
        let order = Ok(Item::Column(self.model.len()));
        let items = items.chain([order]).collect::<Result<Vec<_>, NodeError>>()?;
        let rows = Selection::all(Step::Project { input: self.rows, items });
        Ok(Self { rows, model, ..self })
    }

    /// Computes fields from the columns `inputs`, batch by batch; [`ORDER`] may be one of them. An output with the name of an existing
    /// field replaces it; others follow the fields.
    ///
    /// # Errors
    /// An input does not exist, or two outputs have the same name.
    pub fn compute(
        self,
        kernel: Arc<dyn Kernel>,
        inputs: &[String],
        outputs: Vec<Field>,
        run: &NodeRun,
    ) -> Result<Self, NodeError> {
        for input in inputs.iter().filter(|input| *input != ORDER) {
            self.require(input)?;
        }
        let table = self.spread(run);
        let function = Function::computing(kernel, &outputs, inputs.len(), run)?;
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

    /// Keeps the records for which the kernel's single result, a Boolean column, is true.
    ///
    /// # Errors
    /// An input does not exist.
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
        let function = Function::choosing(kernel, inputs.len(), run)?;
        let arguments = table.places(inputs)?;
        let rows = Selection::all(Step::Keep { input: table.rows, function, arguments });
        Ok(Self { rows, model: table.model, is_parallel: table.is_parallel })
    }

    /// Sorts records by these keys; records with equal keys keep their order.
    ///
    /// # Errors
    /// A key does not exist.
    pub fn sort(self, keys: Vec<SortKey>, run: &NodeRun) -> Result<Self, NodeError> {
        for key in &keys {
            self.require(&key.field)?;
        }
        let model = self.model.clone();
        Self::serial(vec![(self, keys)], identity(), model, run)
    }

    /// The concatenated records of all tables. All have the columns of `model`.
    ///
    /// # Errors
    /// A table lacks a column.
    pub fn concat(tables: Vec<Self>, model: DataModel, run: &NodeRun) -> Result<Self, NodeError> {
        let mut inputs = Vec::with_capacity(tables.len());
        for table in tables {
            let fields = model.fields().iter().map(|field| (field.name.clone(), field.clone())).collect();
            inputs.push((table.select(fields)?, Vec::new()));
        }
        Self::serial(inputs, identity(), model, run)
    }

    /// Processes the records of some tables, each sorted by its keys if it has any, with an operator that
    /// reads them in order. The result has the columns of `model`.
    ///
    /// # Errors
    /// The plan cannot be created.
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
        let node = SerialNode::new(keys, operator, model.clone(), run)?;
        Ok(Self { rows: Selection::all(Step::Serial { inputs, node }), model, is_parallel: false })
    }

    /// The records in order, without [`ORDER`].
    ///
    /// # Errors
    /// The plan cannot be created.
    pub async fn records(self, run: &NodeRun) -> Result<Records, NodeError> {
        let node = (run.place(), run.node().clone());
        Ok(self.named().records(node, run.session())?)
    }

    /// The plan of the table as bytes, which `Engine::records_of_plan` runs in any process with the same files.
    ///
    /// # Errors
    /// The plan is larger than an encoded plan may be.
    pub fn encoded(self) -> Result<Vec<u8>, NodeError> {
        Ok(encode(&self.named())?)
    }

    /// A table that is computed once and read many times.
    ///
    /// # Errors
    /// A failure in computing it.
    pub(crate) async fn cached(self, run: &NodeRun) -> Result<Self, NodeError> {
        let model = self.model.clone();
        let (kept, is_parallel) = crate::exec::cache(self.named(), run).await?;
        Ok(Self { rows: Selection::all(Step::Kept(kept)), model, is_parallel })
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
        let place = |name: &String| match name == ORDER {
            true => Ok(self.model.len()),
            false => self.model.position(name).ok_or_else(missing),
        };
        names.iter().map(place).collect()
    }
}

/// The only input of a node with one input. The engine has checked the number of links.
///
/// # Errors
/// There is no such field.
pub fn one<T>(inputs: impl IntoIterator<Item = T>) -> Result<T, NodeError> {
    inputs.into_iter().next().ok_or_else(|| internal("a node without its input"))
}

/// The field with this name.
///
/// # Errors
/// There is no such field.
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
