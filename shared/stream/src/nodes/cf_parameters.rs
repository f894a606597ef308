//! Parameter files of the component framework.

use std::collections::BTreeMap;

use crate::element::{Element, FromText, parse_text};
use crate::error::{ErrorKind, Result, StreamError};
use crate::limits::Limits;

/// The options of a component-framework node, by name: `scoring.isConfidence`, `tree.MaxTreeDepth` …
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CfParameters {
    values: BTreeMap<String, CfValue>,
    /// Attributes of the root: namespace and version.
    attributes: Vec<(String, String)>,
}

/// Attributes of the root in a new file.
const ROOT: [(&str, &str); 3] =
    [("xmlns", "http://xml.spss.com/pasw/extension"), ("debug", "false"), ("version", "8.0")];

/// The value of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CfValue {
    /// A text, number or flag.
    Text(String),
    /// A list.
    List(Vec<CfValue>),
    /// Named values, in order.
    Structure(Vec<(String, CfValue)>),
}

impl Default for CfParameters {
    /// A file of version 8.0 without options.
    fn default() -> Self {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        CfParameters { values: BTreeMap::new(), attributes: ROOT.map(owned).to_vec() }
    }
}

impl CfParameters {
    /// Reads a parameter file: plain XML with root `Parameters`.
    ///
    /// # Errors
    /// The file is not a parameter file.
    pub fn read(file: &[u8], limits: &Limits) -> Result<Self> {
        let root = Element::read(file, limits)?;
        let mut values = BTreeMap::new();
        for parameter in root.children("Parameter") {
            let name = parameter.require_attr("name")?;
            let value = value(parameter).map_err(|error| error.within(name))?;
            if values.insert(name.to_owned(), value).is_some() {
                return Err(ErrorKind::Twice(format!("parameter {name:?}")).into());
            }
        }
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Ok(CfParameters { values, attributes: root.attributes().map(owned).collect() })
    }

    /// Sets a parameter.
    pub fn set(&mut self, name: &str, value: CfValue) {
        self.values.insert(name.to_owned(), value);
    }

    /// The parameters as a file, sorted by name, because their order has no meaning.
    ///
    /// # Errors
    /// [`ErrorKind::Write`] if a value contains something that XML cannot represent.
    pub fn write(&self) -> Result<Vec<u8>> {
        let mut root = Element::new("Parameters");
        for (name, value) in &self.attributes {
            root.set_attr(name, value);
        }
        for (name, value) in &self.values {
            root.push_child(value.write_into(Element::new("Parameter").with_attr("name", name.as_str())));
        }
        root.to_xml()
    }

    /// All parameters, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &CfValue)> {
        let values = self.values.iter();
        values.map(|(name, value)| (name.as_str(), value))
    }

    /// A parameter.
    pub fn value(&self, name: &str) -> Option<&CfValue> {
        self.values.get(name)
    }

    /// The text of a parameter that is not structured.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.value(name)? {
            CfValue::Text(text) => Some(text),
            CfValue::List(_) | CfValue::Structure(_) => None,
        }
    }

    /// A parameter as a flag, number or name; `None` if it is missing, empty or structured.
    ///
    /// # Errors
    /// [`ErrorKind::Value`].
    pub fn get<T: FromText>(&self, name: &str) -> Result<Option<T>> {
        match self.text(name) {
            None | Some("") => Ok(None),
            Some(text) => parse_text(text).map(Some).map_err(|error: StreamError| error.within(name)),
        }
    }
}

impl CfValue {
    /// The element with the value inserted.
    fn write_into(&self, element: Element) -> Element {
        match self {
            CfValue::Text(text) => element.with_attr("value", text.as_str()),
            structured => element.with_child(structured.to_element()),
        }
    }

    fn to_element(&self) -> Element {
        match self {
            CfValue::Text(text) => Element::new("Value").with_attr("value", text.as_str()),
            CfValue::List(members) => {
                Element::new("ListValue").with_children(members.iter().map(CfValue::to_element))
            }
            CfValue::Structure(values) => {
                let attributes = values.iter().map(|(name, value)| {
                    value.write_into(Element::new("Attribute").with_attr("name", name.as_str()))
                });
                Element::new("StructuredValue").with_children(attributes)
            }
        }
    }
}

/// A value is an attribute, or a list or structure inside the element.
fn value(element: &Element) -> Result<CfValue> {
    if let Some(text) = element.attr("value") {
        return Ok(CfValue::Text(text.to_owned()));
    }
    match element.elements().next() {
        Some(inner) => structured(inner),
        None => Ok(CfValue::Text(element.text().into_owned())),
    }
}

fn structured(element: &Element) -> Result<CfValue> {
    match element.name() {
        "ListValue" => {
            let members = element.elements().map(|member| structured(member));
            members.collect::<Result<_>>().map(CfValue::List)
        }
        "StructuredValue" => {
            let attributes = element.children("Attribute").map(|attribute| {
                let name = attribute.require_attr("name")?;
                Ok((name.to_owned(), value(attribute)?))
            });
            attributes.collect::<Result<_>>().map(CfValue::Structure)
        }
        _ => value(element),
    }
}
