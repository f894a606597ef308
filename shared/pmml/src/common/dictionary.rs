//! `DataDictionary`: the fields of the raw data, and their valid values.
//!
//! <https://dmg.org/pmml/v4-4/DataDictionary.html>

use super::Extension;
use crate::error::PmmlError;
use crate::xml::Node;

/// The fields of the raw data.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DataDictionary {
    /// The fields, in document order.
    pub fields: Vec<DataField>,
}

/// A field of the raw data.
#[derive(Debug, Clone, PartialEq)]
pub struct DataField {
    /// The field's name.
    pub name: String,
    /// Display name, if it differs.
    pub display_name: Option<String>,
    /// Its measurement level.
    pub op_type: OpType,
    /// Its data type.
    pub data_type: DataType,
    /// Values listed, in order. If any is valid, the others are invalid.
    pub values: Vec<Value>,
    /// Ranges of valid values. Empty: every value is valid.
    pub intervals: Vec<Interval>,
    /// Extensions of the writer.
    pub extensions: Vec<Extension>,
}

/// The data type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataType {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A single-precision number.
    Float,
    /// A double-precision number.
    Double,
    /// True or false.
    Boolean,
    /// A calendar date.
    Date,
    /// A time of day.
    Time,
    /// A date and time.
    DateTime,
    /// Days or seconds since some epoch (`dateDaysSince[1960]` and its like).
    Elapsed,
}

/// The measurement level of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpType {
    /// Nominal: values can only be equal or not.
    Categorical,
    /// Ordinal: values have an order.
    Ordinal,
    /// Values are amounts.
    Continuous,
}

/// A listed value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The value in the data.
    pub value: String,
    /// Display name.
    pub display_value: Option<String>,
    /// The property of the value.
    pub property: ValueProperty,
}

/// The property of a listed value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueProperty {
    /// An ordinary value.
    Valid,
    /// A value outside the domain.
    Invalid,
    /// A value that means "unknown".
    Missing,
}

/// A range of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Whether its ends belong to the range.
    pub closure: Closure,
    /// The lower end; `None` means unbounded.
    pub left: Option<f64>,
    /// The upper end; `None` means unbounded.
    pub right: Option<f64>,
}

/// The ends that belong to a range, lower end first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closure {
    /// Neither end.
    OpenOpen,
    /// The upper end only.
    OpenClosed,
    /// The lower end only.
    ClosedOpen,
    /// Both ends.
    ClosedClosed,
}

impl DataDictionary {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        node.expect(&["numberOfFields"], &["DataField", "Taxonomy"])?;
        let fields = node.all("DataField").map(|n| DataField::read(&n)).collect::<Result<_, _>>()?;
        Ok(Self { fields })
    }

    /// The field with the name `name`.
    pub fn field(&self, name: &str) -> Option<&DataField> {
        self.fields.iter().find(|f| f.name == name)
    }
}

impl DataField {
    fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let attributes = ["name", "displayName", "optype", "dataType", "taxonomy", "isCyclic"];
        node.expect(&attributes, &["Value", "Interval"])?;
        Ok(Self {
            name: node.required("name")?.to_owned(),
            display_name: node.owned("displayName"),
            op_type: op_type(node)?.ok_or_else(|| node.invalid("no attribute optype"))?,
            data_type: data_type(node)?.ok_or_else(|| node.invalid("no attribute dataType"))?,
            values: node.all("Value").map(|n| Value::read(&n)).collect::<Result<_, _>>()?,
            intervals: node.all("Interval").map(|n| Interval::read(&n)).collect::<Result<_, _>>()?,
            extensions: Extension::read_all(node),
        })
    }

    /// The values listed as valid, in order.
    pub fn valid_values(&self) -> impl Iterator<Item = &str> {
        self.values.iter().filter(|v| v.property == ValueProperty::Valid).map(|v| v.value.as_str())
    }
}

impl Value {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        node.expect(&["value", "displayValue", "property"], &[])?;
        let properties = [
            ("valid", ValueProperty::Valid),
            ("invalid", ValueProperty::Invalid),
            ("missing", ValueProperty::Missing),
        ];
        Ok(Self {
            value: node.required("value")?.to_owned(),
            display_value: node.owned("displayValue"),
            property: node.one_of("property", &properties)?.unwrap_or(ValueProperty::Valid),
        })
    }
}

impl Interval {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        node.expect(&["closure", "leftMargin", "rightMargin"], &[])?;
        let closures = [
            ("openOpen", Closure::OpenOpen),
            ("openClosed", Closure::OpenClosed),
            ("closedOpen", Closure::ClosedOpen),
            ("closedClosed", Closure::ClosedClosed),
        ];
        let closure = node.one_of("closure", &closures)?;
        let closure = closure.ok_or_else(|| node.invalid("no attribute closure"))?;
        let (left, right) = (node.number("leftMargin")?, node.number("rightMargin")?);
        if let (Some(left), Some(right)) = (left, right)
            && left > right
        {
            return Err(node.invalid(format!("the margins {left} and {right} are out of order")));
        }
        Ok(Self { closure, left, right })
    }

    /// Whether the range contains `number`.
    pub fn contains(&self, number: f64) -> bool {
        let from = self.left.is_none_or(|left| match self.closure {
            Closure::OpenOpen | Closure::OpenClosed => left < number,
            Closure::ClosedOpen | Closure::ClosedClosed => left <= number,
        });
        let to = self.right.is_none_or(|right| match self.closure {
            Closure::OpenOpen | Closure::ClosedOpen => number < right,
            Closure::OpenClosed | Closure::ClosedClosed => number <= right,
        });
        from && to
    }
}

/// The `optype` of a field, if stated.
pub(crate) fn op_type(node: &Node<'_>) -> Result<Option<OpType>, PmmlError> {
    let values = [
        ("categorical", OpType::Categorical),
        ("ordinal", OpType::Ordinal),
        ("continuous", OpType::Continuous),
    ];
    node.one_of("optype", &values)
}

/// The `dataType` of a field or expression, if stated.
pub(crate) fn data_type(node: &Node<'_>) -> Result<Option<DataType>, PmmlError> {
    if let Some(name) = node.attribute("dataType")
        && (name.contains("DaysSince") || name.contains("SecondsSince"))
    {
        return Ok(Some(DataType::Elapsed));
    }
    let values = [
        ("string", DataType::String),
        ("integer", DataType::Integer),
        ("float", DataType::Float),
        ("double", DataType::Double),
        ("boolean", DataType::Boolean),
        ("date", DataType::Date),
        ("time", DataType::Time),
        ("dateTime", DataType::DateTime),
    ];
    node.one_of("dataType", &values)
}

impl DataType {
    /// The name in PMML.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Float => "float",
            Self::Double => "double",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Time => "time",
            Self::DateTime => "dateTime",
            Self::Elapsed => "days or seconds since an epoch",
        }
    }
}
