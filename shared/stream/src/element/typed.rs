//! Typed texts: numbers, flags and names.

use super::Element;
use crate::error::{ErrorKind, Result, StreamError};

/// A type that the text of an element or attribute can represent.
pub trait FromText: Sized {
    /// Description of the type in messages: "a whole number".
    const EXPECTED: &'static str;

    /// Parses the text; `None` if it is invalid.
    fn from_text(text: &str) -> Option<Self>;
}

impl FromText for String {
    const EXPECTED: &'static str = "text";

    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl FromText for bool {
    const EXPECTED: &'static str = "true or false";

    fn from_text(text: &str) -> Option<Self> {
        match text {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }
}

macro_rules! numbers {
    ($($type:ty, $expected:literal;)*) => {$(
        impl FromText for $type {
            const EXPECTED: &'static str = $expected;

            fn from_text(text: &str) -> Option<Self> {
                text.trim().parse().ok()
            }
        }
    )*};
}

numbers! {
    i32, "a 32-bit whole number";
    i64, "a 64-bit whole number";
    u32, "a whole number from 0";
    u64, "a whole number from 0";
    usize, "a whole number from 0";
    f64, "a number";
}

impl Element {
    /// The element's text as a value.
    ///
    /// # Errors
    /// [`ErrorKind::Value`].
    pub fn parse<T: FromText>(&self) -> Result<T> {
        parse_text(&self.text()).map_err(|error| error.within(self.name()))
    }

    /// The text of the first child with a name as a value; `None` without such a child.
    ///
    /// # Errors
    /// [`ErrorKind::Value`], with the path of the child.
    pub fn get<T: FromText>(&self, name: &str) -> Result<Option<T>> {
        let Some(child) = self.child(name) else {
            return Ok(None);
        };
        let value = child.parse().map_err(|error| error.within(self.name()))?;
        Ok(Some(value))
    }

    /// Like [`Element::get`], with a default for elements without such a child.
    ///
    /// # Errors
    /// [`ErrorKind::Value`], with the path of the child.
    pub fn get_or<T: FromText>(&self, name: &str, default: T) -> Result<T> {
        Ok(self.get(name)?.unwrap_or(default))
    }

    /// Like [`Element::get`], for a required child.
    ///
    /// # Errors
    /// [`ErrorKind::MissingElement`] or [`ErrorKind::Value`].
    pub fn require_value<T: FromText>(&self, name: &str) -> Result<T> {
        let child = self.require(name)?;
        child.parse().map_err(|error| error.within(self.name()))
    }

    /// An attribute as a value; `None` without such an attribute.
    ///
    /// # Errors
    /// [`ErrorKind::Value`].
    pub fn get_attr<T: FromText>(&self, name: &str) -> Result<Option<T>> {
        let Some(text) = self.attr(name) else {
            return Ok(None);
        };
        let value =
            parse_text(text).map_err(|error| error.within(&format!("@{name}")).within(self.name()))?;
        Ok(Some(value))
    }
}

pub(crate) fn parse_text<T: FromText>(text: &str) -> Result<T> {
    T::from_text(text)
        .ok_or_else(|| StreamError::new(ErrorKind::Value { value: shortened(text), expected: T::EXPECTED }))
}

/// Messages quote only the beginning of a text.
fn shortened(text: &str) -> String {
    const LONGEST_QUOTE: usize = 80;
    match text.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
