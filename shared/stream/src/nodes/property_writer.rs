//! Writes a typed node into its element. Only differences are written, so that unknown parts are preserved.

use super::properties::Property;
use crate::element::Element;

/// A type with a text form in properties; the inverse is [`FromText`](crate::FromText).
pub trait ToText: PartialEq {
    /// The text in files.
    fn to_text(&self) -> String;
}

impl ToText for String {
    fn to_text(&self) -> String {
        self.clone()
    }
}

/// In files, `None` and an empty text are equal.
impl ToText for Option<String> {
    fn to_text(&self) -> String {
        self.clone().unwrap_or_default()
    }
}

macro_rules! displayed {
    ($($type:ty),*) => {$(
        impl ToText for $type {
            fn to_text(&self) -> String {
                self.to_string()
            }
        }
    )*};
}

displayed!(bool, i32, i64, u32, u64);

/// The element of a node or stream, for changes.
pub(crate) struct PropertyWriter {
    element: Element,
}

impl PropertyWriter {
    pub(crate) fn new(element: Element) -> Self {
        PropertyWriter { element }
    }

    pub(crate) fn finish(self) -> Element {
        self.element
    }

    /// The node's element, for data outside its properties.
    pub(crate) fn element_mut(&mut self) -> &mut Element {
        &mut self.element
    }

    /// Writes a property that is text.
    pub(crate) fn leaf(&mut self, name: &str, text: &str) {
        if let Some(properties) = self.element.child_or_new("properties") {
            properties.set_leaf(name, text);
        }
    }

    /// Writes a property whose value has changed.
    pub(crate) fn leaf_if_changed<T: ToText>(&mut self, name: &str, before: &T, now: &T) {
        if before != now {
            self.leaf(name, &now.to_text());
        }
    }

    /// Writes a structured property, based on the existing one.
    pub(crate) fn table(&mut self, name: &str, make: impl FnOnce(Option<&Element>) -> Element) {
        let Some(properties) = self.element.child_or_new("properties") else {
            return;
        };
        let table = make(properties.child(name).map(|table| &**table));
        properties.put_child(table);
    }

    /// Writes a list of `<field>` names.
    pub(crate) fn fields_if_changed(&mut self, name: &str, before: &[String], now: &[String]) {
        if before != now {
            let fields = now.iter().map(|field| Element::new("field").with_text(field));
            self.table(name, |_| Element::new(name.to_owned()).with_children(fields));
        }
    }

    /// Writes properties that are kept whole.
    pub(crate) fn unknown(&mut self, before: &[Property], now: &[Property]) {
        if before == now {
            return;
        }
        let Some(properties) = self.element.child_or_new("properties") else {
            return;
        };
        for property in now.iter().filter(|property| !before.contains(property)) {
            properties.put_child(Element::clone(&property.element));
        }
        let gone = |name: &str| {
            let named = |all: &[Property]| all.iter().any(|property| property.name == name);
            named(before) && !named(now)
        };
        if before.iter().any(|property| gone(&property.name)) {
            properties.retain_children(|child| !gone(child.name()));
        }
    }
}

/// Writes all properties of a list, each from the field with its name.
macro_rules! leaves {
    ($out:ident, $before:ident, $now:ident: $($name:literal => $($field:ident).+,)*) => {
        $($out.leaf_if_changed($name, &$before.$($field).+, &$now.$($field).+);)*
    };
}

pub(crate) use leaves;
