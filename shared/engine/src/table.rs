//! A table on its way through the stream: a query plan, and what Modeler knows about its fields.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::Column;
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::Expr;

use crate::error::{DataFault, EngineError, NodeRef};

/// How a value is kept ("Storage" in a source node).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Storage {
    /// Text; the empty string is not null.
    String,
    /// 64-bit integer.
    Integer,
    /// Double precision.
    Real,
    /// Days.
    Date,
    /// Time of day.
    Time,
    /// Date and time.
    Timestamp,
}

impl Storage {
    /// The Arrow type of a column of this storage.
    pub(crate) fn arrow(self) -> DataType {
        match self {
            Self::String => DataType::Utf8,
            Self::Integer => DataType::Int64,
            Self::Real => DataType::Float64,
            Self::Date => DataType::Date32,
            Self::Time => DataType::Time64(TimeUnit::Microsecond),
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
        }
    }

    /// The storage of a column of this Arrow type, if it is one of ours.
    pub(crate) fn of_arrow(data_type: &DataType) -> Option<Self> {
        match data_type {
            DataType::Utf8 => Some(Self::String),
            DataType::Int64 => Some(Self::Integer),
            DataType::Float64 => Some(Self::Real),
            DataType::Date32 => Some(Self::Date),
            DataType::Time64(TimeUnit::Microsecond) => Some(Self::Time),
            DataType::Timestamp(TimeUnit::Microsecond, None) => Some(Self::Timestamp),
            _ => None,
        }
    }

    /// Modeler's word for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Real => "real",
            Self::Date => "date",
            Self::Time => "time",
            Self::Timestamp => "timestamp",
        }
    }
}

/// Measurement level: what the values of a field mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Measure {
    /// Numbers on a scale (`range`).
    Continuous,
    /// Two values (`flag`).
    Flag,
    /// Names (`set`).
    Nominal,
    /// Names in an order (`orderedSet`).
    Ordinal,
    /// Text whose values have not been read yet (`discrete`).
    Categorical,
    /// None of these (`typeless`).
    Typeless,
    /// Not known.
    #[default]
    Unknown,
}

/// What modelling does with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Role {
    /// An input.
    #[default]
    Input,
    /// A target.
    Target,
    /// Both.
    Both,
    /// Nothing.
    None,
    /// Any of partition, split, frequency, record id.
    Other,
}

/// A field and what Modeler knows about it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FieldInfo {
    /// The name; names are told apart by case.
    pub(crate) name: String,
    /// How values are kept.
    pub(crate) storage: Storage,
    /// What values mean.
    pub(crate) measure: Measure,
    /// What modelling does with it.
    pub(crate) role: Role,
}

impl FieldInfo {
    /// A field of which only name and storage are known.
    pub(crate) fn new(name: impl Into<String>, storage: Storage) -> Self {
        let measure = match storage {
            Storage::String => Measure::Categorical,
            _ => Measure::Continuous,
        };
        Self { name: name.into(), storage, measure, role: Role::Input }
    }
}

/// A table between two nodes: the plan that makes its records, in order, and its fields.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) plan: DataFrame,
    pub(crate) fields: Arc<[FieldInfo]>,
}

impl Table {
    /// A plan whose columns are exactly these fields, in this order.
    pub(crate) fn new(plan: DataFrame, fields: Vec<FieldInfo>) -> Self {
        Self { plan, fields: fields.into() }
    }

    /// Keeps, renames or reorders columns: (column of the plan, field that it becomes).
    pub(crate) fn select(self, fields: Vec<(String, FieldInfo)>) -> Result<Self, EngineError> {
        let expressions = fields.iter().map(|(from, to)| match from == &to.name {
            true => column(from),
            false => column(from).alias(&to.name),
        });
        let plan = self.plan.select(expressions.collect::<Vec<_>>())?;
        Ok(Self::new(plan, fields.into_iter().map(|(_, field)| field).collect()))
    }

    /// The field of this name.
    pub(crate) fn field(&self, name: &str) -> Option<&FieldInfo> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The field of this name, or an error that names the node that needs it.
    pub(crate) fn require(&self, name: &str, node: &NodeRef) -> Result<&FieldInfo, EngineError> {
        self.field(name).ok_or_else(|| {
            let available = self.fields.iter().map(|field| field.name.clone()).collect();
            EngineError::data(node, DataFault::MissingField { field: name.to_owned(), available })
        })
    }
}

/// A column by its exact name: field names hold blanks, dots and capitals, none of which mean anything.
pub(crate) fn column(name: &str) -> Expr {
    Expr::Column(Column::new_unqualified(name))
}
