//! Fields: name, storage, measure, values, role.

use std::sync::Arc;

use crate::element::Element;
use crate::error::Result;
use crate::text_enum::text_enum;
use crate::value::Value;

text_enum! {
    /// How a field's values are stored.
    Storage {
        /// Not known yet.
        Unknown = "unknown",
        /// 64-bit whole numbers.
        Integer = "integer",
        /// Double precision.
        Real = "real",
        /// Text.
        String = "string",
        /// Days.
        Date = "date",
        /// Times of day.
        Time = "time",
        /// Dates with times.
        Timestamp = "timestamp",
        /// Lists of values.
        List = "list",
    }
}

text_enum! {
    /// What a field's values mean: its measurement level.
    Measure {
        /// Continuous.
        Range = "range",
        /// One of two values.
        Flag = "flag",
        /// Nominal.
        Set = "set",
        /// Ordinal.
        OrderedSet = "orderedSet",
        /// Categorical, its values not read yet.
        Discrete = "discrete",
        /// Too many values to be of use; left alone.
        Typeless = "typeless",
        /// To be found out from the storage.
        Auto = "auto",
    }
}

text_enum! {
    /// What a field is used for.
    Role {
        /// A predictor.
        Input = "in",
        /// What is to be predicted.
        Target = "out",
        /// Either, as in association rules.
        Both = "both",
        /// Ignored by models.
        None = "none",
        /// Says which records train, test and validate.
        Partition = "partition",
        /// A model is built for each of its values.
        Split = "split",
        /// Identifies a record.
        RecordId = "record_id",
        /// Says how often a record counts.
        Frequency = "frequency",
        /// Says how much a record counts.
        Weight = "weight",
    }
}

/// A named field and its type.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The name; case matters.
    pub name: String,
    /// Its type.
    pub field_type: FieldType,
}

/// Storage, measure and values of a field.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldType {
    /// How the values are stored.
    pub storage: Storage,
    /// What they mean.
    pub measure: Measure,
    /// Range: minimum and maximum. Flag: false, then true. Set: the members, sorted. May be empty.
    pub values: Vec<Value>,
    /// Labels shown for values.
    pub labels: Vec<(Value, String)>,
    /// Whether there were more values than were kept.
    pub truncated: bool,
    /// Statistics that Modeler's engine computed when it last read the values.
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
    /// If something in it is missing or not of its kind.
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
    /// If one of them is missing or not of its kind.
    pub fn from_element(element: &Element) -> Result<Self> {
        let name: String = element.require_value("name")?;
        let field_type =
            FieldType::from_element(element.require("type")?).map_err(|error| error.within(&name))?;
        Ok(Field { name, field_type })
    }

    /// The element of this name that holds the field.
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
