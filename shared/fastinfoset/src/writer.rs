//! The minimal writer: names literal once and then by index, all else literal.

use std::collections::HashMap;

use thiserror::Error;

use crate::event::{Attribute, Name};
use crate::limits::Limits;
use crate::{CDATA_ALGORITHM, MAGIC, XML_NAMESPACE};

/// Something that Fast Infoset cannot hold, or calls in the wrong order.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A name, prefix or namespace is empty, or a prefix has no namespace.
    #[error("a name has an empty part, or a prefix without a namespace")]
    InvalidName,
    /// A string is longer than a 32-bit length can say.
    #[error("a string is too long")]
    TooLong,
    /// A table of names is full.
    #[error("more than {} different names", Limits::VOCABULARY_ENTRIES)]
    TooManyNames,
    /// An element is closed that was not opened, left open, or a second root is started.
    #[error("elements are not nested under one root")]
    Nesting,
}

/// Writes one document.
#[derive(Debug, Clone)]
pub struct Writer {
    out: Vec<u8>,
    prefixes: HashMap<String, usize>,
    namespaces: HashMap<String, usize>,
    local_names: HashMap<String, usize>,
    elements: HashMap<Name<'static>, usize>,
    attributes: HashMap<Name<'static>, usize>,
    depth: usize,
    root_seen: bool,
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

impl Writer {
    /// A writer that has written the document's header.
    pub fn new() -> Self {
        let mut out = MAGIC.to_vec();
        out.push(0);
        Writer {
            out,
            prefixes: HashMap::from([("xml".to_owned(), 0)]),
            namespaces: HashMap::from([(XML_NAMESPACE.to_owned(), 0)]),
            local_names: HashMap::new(),
            elements: HashMap::new(),
            attributes: HashMap::new(),
            depth: 0,
            root_seen: false,
        }
    }

    /// Opens an element. Namespace declarations are not written.
    ///
    /// # Errors
    /// If a name is not valid, a string too long, or a root element is already complete.
    pub fn start_element(&mut self, name: &Name<'_>, attributes: &[Attribute<'_>]) -> Result<(), WriteError> {
        if self.depth == 0 && self.root_seen {
            return Err(WriteError::Nesting);
        }
        self.root_seen = true;
        self.depth += 1;
        let flag = if attributes.is_empty() { 0 } else { 0x40 };
        match self.elements.get(name).copied() {
            Some(index) => self.element_index(flag, index),
            None => {
                self.out.push(flag | 0x3C | name_bits(name)?);
                self.literal_name(name)?;
                remember(&mut self.elements, owned(name))?;
            }
        }
        for attribute in attributes {
            self.attribute(attribute)?;
        }
        if !attributes.is_empty() {
            self.out.push(0xF0);
        }
        Ok(())
    }

    /// Writes character data; an empty piece writes nothing.
    ///
    /// # Errors
    /// If it is too long or stands outside the root element.
    pub fn text(&mut self, text: &str) -> Result<(), WriteError> {
        self.characters(0x80, text)
    }

    /// Writes a CDATA section; an empty one writes nothing.
    ///
    /// # Errors
    /// If it is too long or stands outside the root element.
    pub fn cdata(&mut self, text: &str) -> Result<(), WriteError> {
        self.characters(0x8C, text)
    }

    /// Writes a comment.
    ///
    /// # Errors
    /// If it is too long.
    pub fn comment(&mut self, text: &str) -> Result<(), WriteError> {
        self.out.push(0xE2);
        self.value(text)
    }

    /// Closes the innermost element.
    ///
    /// # Errors
    /// If none is open.
    pub fn end_element(&mut self) -> Result<(), WriteError> {
        self.depth = self.depth.checked_sub(1).ok_or(WriteError::Nesting)?;
        self.out.push(0xF0);
        Ok(())
    }

    /// Ends the document.
    ///
    /// # Errors
    /// If an element is still open, or there never was one.
    pub fn finish(mut self) -> Result<Vec<u8>, WriteError> {
        if self.depth > 0 || !self.root_seen {
            return Err(WriteError::Nesting);
        }
        self.out.push(0xF0);
        Ok(self.out)
    }

    fn characters(&mut self, first: u8, text: &str) -> Result<(), WriteError> {
        if self.depth == 0 {
            return Err(WriteError::Nesting);
        }
        let Some(last) = text.len().checked_sub(1) else {
            return Ok(());
        };
        // The number of an algorithm, less one, straddles two bytes: two bits and six.
        let first = if first == 0x8C {
            self.out.push(first);
            (CDATA_ALGORITHM - 1) << 2
        } else {
            first
        };
        match last {
            0..2 => self.out.push(first | low_byte(last)),
            2..258 => self.out.extend([first | 2, low_byte(last - 2)]),
            _ => self.long(first | 3, last - 258)?,
        }
        self.out.extend(text.as_bytes());
        Ok(())
    }

    fn attribute(&mut self, attribute: &Attribute<'_>) -> Result<(), WriteError> {
        let name = &attribute.name;
        match self.attributes.get(name).copied() {
            Some(index) => self.index_on_second_bit(0, index),
            None => {
                self.out.push(0x78 | name_bits(name)?);
                self.literal_name(name)?;
                remember(&mut self.attributes, owned(name))?;
            }
        }
        self.value(&attribute.value)
    }

    fn value(&mut self, text: &str) -> Result<(), WriteError> {
        let Some(last) = text.len().checked_sub(1) else {
            self.out.push(0xFF);
            return Ok(());
        };
        match last {
            0..8 => self.out.push(low_byte(last)),
            8..264 => self.out.extend([0x08, low_byte(last - 8)]),
            _ => self.long(0x0C, last - 264)?,
        }
        self.out.extend(text.as_bytes());
        Ok(())
    }

    fn literal_name(&mut self, name: &Name<'_>) -> Result<(), WriteError> {
        if let Some(prefix) = &name.prefix {
            identifying_string(&mut self.out, &mut self.prefixes, prefix)?;
        }
        if let Some(namespace) = &name.namespace {
            identifying_string(&mut self.out, &mut self.namespaces, namespace)?;
        }
        identifying_string(&mut self.out, &mut self.local_names, &name.local)
    }

    fn element_index(&mut self, flag: u8, index: usize) {
        let out = &mut self.out;
        match index {
            0..32 => out.push(flag | low_byte(index)),
            32..2080 => long_index(out, flag | 0x20, index - 32, 1),
            2080..526_368 => long_index(out, flag | 0x28, index - 2080, 2),
            _ => {
                out.push(flag | 0x30);
                long_index(out, 0, index - 526_368, 2);
            }
        }
    }

    fn index_on_second_bit(&mut self, flag: u8, index: usize) {
        index_on_second_bit(&mut self.out, flag, index);
    }

    fn long(&mut self, first: u8, length: usize) -> Result<(), WriteError> {
        self.out.push(first);
        let length = u32::try_from(length).map_err(|_| WriteError::TooLong)?;
        self.out.extend(length.to_be_bytes());
        Ok(())
    }
}

fn identifying_string(
    out: &mut Vec<u8>,
    table: &mut HashMap<String, usize>,
    text: &str,
) -> Result<(), WriteError> {
    if let Some(index) = table.get(text) {
        index_on_second_bit(out, 0x80, *index);
        return Ok(());
    }
    let last = text.len().checked_sub(1).ok_or(WriteError::InvalidName)?;
    match last {
        0..64 => out.push(low_byte(last)),
        64..320 => out.extend([0x40, low_byte(last - 64)]),
        _ => {
            let length = u32::try_from(last - 320).map_err(|_| WriteError::TooLong)?;
            out.push(0x60);
            out.extend(length.to_be_bytes());
        }
    }
    out.extend(text.as_bytes());
    remember(table, text.to_owned())
}

fn index_on_second_bit(out: &mut Vec<u8>, flag: u8, index: usize) {
    match index {
        0..64 => out.push(flag | low_byte(index)),
        64..8256 => long_index(out, flag | 0x40, index - 64, 1),
        _ => long_index(out, flag | 0x60, index - 8256, 2),
    }
}

/// An index whose first bits share a byte with `first` and whose last fill `more` bytes.
fn long_index(out: &mut Vec<u8>, first: u8, index: usize, more: u32) {
    out.push(first | low_byte(index >> (8 * more)));
    for byte in (0..more).rev() {
        out.push(low_byte(index >> (8 * byte)));
    }
}

fn low_byte(number: usize) -> u8 {
    (number & 0xFF) as u8
}

fn name_bits(name: &Name<'_>) -> Result<u8, WriteError> {
    match (&name.prefix, &name.namespace) {
        (None, None) => Ok(0),
        (None, Some(_)) => Ok(1),
        (Some(_), Some(_)) => Ok(3),
        (Some(_), None) => Err(WriteError::InvalidName),
    }
}

fn remember<K: std::hash::Hash + Eq>(table: &mut HashMap<K, usize>, entry: K) -> Result<(), WriteError> {
    let index = table.len();
    if index >= Limits::VOCABULARY_ENTRIES {
        return Err(WriteError::TooManyNames);
    }
    table.insert(entry, index);
    Ok(())
}

fn owned(name: &Name<'_>) -> Name<'static> {
    let part = |part: &str| std::borrow::Cow::Owned(part.to_owned());
    Name {
        prefix: name.prefix.as_deref().map(part),
        namespace: name.namespace.as_deref().map(part),
        local: part(&name.local),
    }
}
