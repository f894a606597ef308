//! Fields: name, storage, measure, values, role.

use std::sync::Arc;

use crate::element::Element;
use crate::error::Result;
use crate::text_enum::text_enum;
use crate::value::Value;

text_enum! {
    /// Storage of a field's values.
    Storage {
        /// Unknown so far.
        Unknown = "unknown",
        /// 64-bit integers.
        Integer = "integer",
        /// Double-precision real numbers.
        Real = "real",
        /// Text.
        String = "string",
        /// Dates.
        Date = "date",
        /// Times of day.
        Time = "time",
        /// Timestamps.
        Timestamp = "timestamp",
        /// Lists of values.
        List = "list",
    }
}

text_enum! {
    /// Measure (measurement level) of a field.
    Measure {
        /// Continuous.
        Range = "range",
        /// Flag, one of two values.
        Flag = "flag",
        /// Nominal.
        Set = "set",
        /// Ordinal.
        OrderedSet = "orderedSet",
        /// Categorical, with values that have not been read yet.
        Discrete = "discrete",
        /// Typeless: too many values for modelling.
        Typeless = "typeless",
        /// Derived from the storage.
        Auto = "auto",
    }
}

text_enum! {
    /// Role of a field in models.
    Role {
        /// Input (predictor).
        Input = "in",
        /// Target.
        Target = "out",
        /// Both input and target, as in association rules.
        Both = "both",
        /// None: models ignore the field.
        None = "none",
        /// Partition: marks records for training, testing and validation.
        Partition = "partition",
        /// Split: each value gets a model of its own.
        Split = "split",
        /// Record id.
        RecordId = "record_id",
        /// Frequency: number of occurrences of a record.
        Frequency = "frequency",
        /// Weight of a record.
        Weight = "weight",
    }
}

/// A named field and its type.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The name, which is case-sensitive.
    pub name: String,
    /// Its type.
    pub field_type: FieldType,
}

/// Storage, measure and values of a field.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldType {
    /// The storage.
    pub storage: Storage,
    /// The measure.
    pub measure: Measure,
    /// Range: minimum and maximum. Flag: false, then true. Set: the sorted members. May be empty.
    pub values: Vec<Value>,
    /// Labels shown for values.
    pub labels: Vec<(Value, String)>,
    /// Whether there were more values than could be kept.
    pub truncated: bool,
    /// Statistics that Modeler computed when it last read the values.
    pub statistics: Option<Arc<Element>>,
}

impl FieldType {
    /// A type without values.
    pub fn new(storage: Storage, measure: Measure) -> Self {
        FieldType {
            storage,
            measure,
            values: Vec::new(),
            labels: Vec::new(),
            truncated: false,
            statistics: None,
        }
    }

    /// Reads a `type` element.
    ///
    /// # Errors
    /// A missing part, or one of another type.
    pub fn from_element(element: &Element) -> Result<Self> {
        let within = |error: crate::StreamError| error.within("type");
        Ok(FieldType {
            storage: element.require_value("storage")?,
            measure: element.require_value("measure")?,
            values: values(element).map_err(within)?,
            labels: labels(element).map_err(within)?,
            truncated: element.get_or("truncated", false)?,
            statistics: element.child("univariateStats").cloned(),
        })
    }

    /// The `type` element.
    pub fn to_element(&self) -> Element {
        let values = self.values.iter().map(|value| value.to_element("value"));
        let mut element = Element::new("type")
            .with_leaf("storage", self.storage.as_str())
            .with_leaf("measure", self.measure.as_str())
            .with_child(Element::new("values").with_children(values))
            .with_leaf("truncated", &self.truncated.to_string());
        if let Some(statistics) = &self.statistics {
            element = element.with_child(Element::clone(statistics));
        }
        if !self.labels.is_empty() {
            let pairs = self.labels.iter().flat_map(|(value, label)| {
                let label = Element::new("valueLabel").with_text(label);
                [value.to_element("valueKey"), label]
            });
            element = element.with_child(Element::new("valueLabels").with_children(pairs));
        }
        element
    }
}

impl Field {
    /// A field without values.
    pub fn new(name: impl Into<String>, storage: Storage, measure: Measure) -> Self {
        Field { name: name.into(), field_type: FieldType::new(storage, measure) }
    }

    /// Reads an element with a `name` and a `type`.
    ///
    /// # Errors
    /// A missing part, or one of another type.
    pub fn from_element(element: &Element) -> Result<Self> {
        let name: String = element.require_value("name")?;
        let field_type =
            FieldType::from_element(element.require("type")?).map_err(|error| error.within(&name))?;
        Ok(Field { name, field_type })
    }

    /// An element with this name that contains the field.
    pub fn to_element(&self, element: &str) -> Element {
        Element::new(element).with_leaf("name", &self.name).with_child(self.field_type.to_element())
    }

    /// Reads all children of `parent` that are fields.
    pub(crate) fn list(parent: Option<&Arc<Element>>, name: &str) -> Result<Vec<Field>> {
        let Some(parent) = parent else {
            return Ok(Vec::new());
        };
        let fields = parent.children(name).map(|field| Field::from_element(field));
        let fields: Result<Vec<Field>> = fields.collect();
        fields.map_err(|error| error.within(parent.name()))
    }
}

fn values(element: &Element) -> Result<Vec<Value>> {
    let Some(values) = element.child("values") else {
        return Ok(Vec::new());
    };
    let values = values.children("value");
    values.map(|value| Value::from_element(value)).collect()
}

fn labels(element: &Element) -> Result<Vec<(Value, String)>> {
    let Some(labels) = element.child("valueLabels") else {
        return Ok(Vec::new());
    };
    let keys = labels.children("valueKey");
    let texts = labels.children("valueLabel");
    keys.zip(texts).map(|(key, text)| Ok((Value::from_element(key)?, text.text().into_owned()))).collect()
}
