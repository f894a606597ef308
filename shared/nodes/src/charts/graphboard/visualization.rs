//! The visualisation of a template: which field has which role, and the statistic of its bars.

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// A statistic of the values of a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Statistic {
    Sum,
    Mean,
    Min,
    Max,
}

/// The data of a visualisation.
#[derive(Debug, Clone, Default)]
pub(super) struct Visualization {
    roles: BTreeMap<String, String>,
    method: Option<String>,
}

/// Real visualisations have some thousand characters.
const MAX_TEXT: usize = 1 << 20;

impl Visualization {
    /// Reads the XML of a visualisation.
    ///
    /// # Errors
    /// A message where it is none.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.len() > MAX_TEXT {
            return Err("the visualisation is too long".to_owned());
        }
        let mut reader = Reader::from_str(text);
        let mut found = Self::default();
        loop {
            match reader.read_event() {
                Ok(Event::Start(element) | Event::Empty(element)) => found.element(&element)?,
                Ok(Event::Eof) => return Ok(found),
                Ok(_) => {}
                Err(error) => return Err(unreadable(error)),
            }
        }
    }

    fn element(&mut self, element: &BytesStart<'_>) -> Result<(), String> {
        let attribute = |name: &str| -> Result<Option<String>, String> {
            for attribute in element.attributes() {
                let attribute = attribute.map_err(unreadable)?;
                if attribute.key.as_ref() == name {
                    let text = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(unreadable)?;
                    return Ok(Some(text.into_owned()));
                }
            }
            Ok(None)
        };
        match element.local_name().as_ref() {
            "sourceVariable" => {
                if let (Some(role), Some(field)) = (attribute("id")?, attribute("sourceName")?) {
                    self.roles.insert(role, field);
                }
            }
            "summaryStatistic" if self.method.is_none() => self.method = attribute("method")?,
            _ => {}
        }
        Ok(())
    }

    /// The field with a role.
    pub(super) fn role(&self, name: &str) -> Option<&str> {
        self.roles.get(name).map(String::as_str)
    }

    /// All roles that have fields.
    pub(super) fn roles(&self) -> impl Iterator<Item = &str> {
        self.roles.keys().map(String::as_str)
    }

    /// The statistic of its bars or cells.
    ///
    /// # Errors
    /// The name of one that is not known.
    pub(super) fn statistic(&self) -> Result<Statistic, String> {
        match self.method.as_deref() {
            Some("sum") => Ok(Statistic::Sum),
            Some("mean") | None => Ok(Statistic::Mean),
            Some("min" | "minimum") => Ok(Statistic::Min),
            Some("max" | "maximum") => Ok(Statistic::Max),
            Some(other) => Err(other.to_owned()),
        }
    }
}

fn unreadable(error: impl std::fmt::Display) -> String {
    format!("the visualisation cannot be read: {error}")
}
