//! Typed values: `<value type="J">12</value>`.

use crate::element::Element;
use crate::error::Result;

/// A value of a field, a parameter or a build option.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `A`: text.
    Text(String),
    /// `I`: a 32-bit whole number.
    Integer(i32),
    /// `J`: a 64-bit whole number.
    Long(i64),
    /// `D`: a real number.
    Real(f64),
    /// `Z`: true or false.
    Boolean(bool),
    /// `U`: a date, `YYYY-MM-DD`.
    Date(String),
    /// `W`: a timestamp, `YYYY-MM-DD hh:mm:ss`.
    Timestamp(String),
    /// A value of another type letter (`X` is a list), or of none.
    Other {
        /// The letter; empty if the file has none.
        letter: String,
        /// The text.
        text: String,
    },
}

impl Value {
    /// Reads an element with a `type` letter and text.
    ///
    /// # Errors
    /// If the text is not a value of that type.
    pub fn from_element(element: &Element) -> Result<Self> {
        let text = element.text();
        Ok(match element.attr("type").unwrap_or_default() {
            "A" => Value::Text(text.into_owned()),
            "I" => Value::Integer(element.parse()?),
            "J" => Value::Long(element.parse()?),
            "D" => Value::Real(element.parse()?),
            "Z" => Value::Boolean(element.parse()?),
            "U" => Value::Date(text.into_owned()),
            "W" => Value::Timestamp(text.into_owned()),
            letter => Value::Other { letter: letter.to_owned(), text: text.into_owned() },
        })
    }

    /// An element with this name that contains the value.
    pub fn to_element(&self, name: &str) -> Element {
        Element::new(name).with_attr("type", self.letter()).with_text(&self.text())
    }

    /// The type letter.
    pub fn letter(&self) -> &str {
        match self {
            Value::Text(_) => "A",
            Value::Integer(_) => "I",
            Value::Long(_) => "J",
            Value::Real(_) => "D",
            Value::Boolean(_) => "Z",
            Value::Date(_) => "U",
            Value::Timestamp(_) => "W",
            Value::Other { letter, .. } => letter,
        }
    }

    /// The value as text.
    pub fn text(&self) -> String {
        match self {
            Value::Text(text) | Value::Date(text) | Value::Timestamp(text) => text.clone(),
            Value::Integer(number) => number.to_string(),
            Value::Long(number) => number.to_string(),
            // Debug formatting keeps the decimal point of a whole number, as the files do.
            Value::Real(number) => format!("{number:?}"),
            Value::Boolean(flag) => flag.to_string(),
            Value::Other { text, .. } => text.clone(),
        }
    }

    /// The value as a number, if it is one.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Integer(number) => Some(f64::from(*number)),
            Value::Long(number) => Some(*number as f64),
            Value::Real(number) => Some(*number),
            _ => None,
        }
    }
}
