//! Writes names, values, text and everything else except the structure of elements.

use std::io::Write;

use super::index::{Indexes, NameIndex, Parts, StringIndex};
use super::{State, WriteError, Writer, codes};
use crate::algorithm::{self, Algorithm};
use crate::alphabet::{self, Alphabet};
use crate::event::{Name, NamespaceDeclaration};
use crate::value::Value;

/// The two bits of a string's encoding, with the number of an alphabet or algorithm minus one.
#[derive(Clone, Copy)]
struct Encoding {
    bits: u8,
    number: Option<u8>,
}

impl Encoding {
    const UTF8: Self = Encoding { bits: 0, number: None };
    const UTF16: Self = Encoding { bits: 1, number: None };

    fn alphabet(number: usize) -> Self {
        Encoding { bits: 2, number: Some(codes::low_byte(number - 1)) }
    }

    fn algorithm(algorithm: Algorithm) -> Self {
        Encoding { bits: 3, number: Some(codes::low_byte(algorithm as usize - 1)) }
    }
}

impl<W: Write> Writer<W> {
    /// Writes character data; an empty piece writes nothing.
    ///
    /// # Errors
    /// The text is too long or outside the root element.
    pub fn text(&mut self, text: &str) -> Result<(), WriteError> {
        self.value(Value::Text(text))
    }

    /// Writes character data of any type; an empty value writes nothing.
    ///
    /// # Errors
    /// Those of [`Writer::text`], or a value outside its restricted alphabet.
    pub fn value(&mut self, value: Value<'_>) -> Result<(), WriteError> {
        self.inside_root()?;
        let text = match value {
            Value::Text(text) if is_short(text, self.chunks_below) => Some(text),
            _ => None,
        };
        let mut add = 0;
        if let Some(text) = text {
            if let Some(index) = self.indexes.chunks.get(text) {
                self.settle();
                codes::index_on_fourth_bit(&mut self.out, 0xA0, index);
                return Ok(());
            }
            if !self.indexes.chunks.is_full() {
                self.indexes.chunks.add(text);
                add = 0x10;
            }
        }
        let encoding = self.encode(value)?;
        self.characters(add, encoding)
    }

    /// Writes a CDATA section; an empty one writes nothing.
    ///
    /// # Errors
    /// The text is too long or outside the root element.
    pub fn cdata(&mut self, text: &str) -> Result<(), WriteError> {
        self.inside_root()?;
        self.spare.clear();
        self.spare.extend_from_slice(text.as_bytes());
        self.characters(0, Encoding::algorithm(Algorithm::CData))
    }

    /// Writes a comment.
    ///
    /// # Errors
    /// The comment is too long, or inside the document type declaration.
    pub fn comment(&mut self, text: &str) -> Result<(), WriteError> {
        if self.state == State::DocumentType {
            return Err(WriteError::Nesting);
        }
        self.settle();
        self.out.push(0xE2);
        self.other_string(text)
    }

    /// Writes a processing instruction.
    ///
    /// # Errors
    /// The target is empty, or a string is too long.
    pub fn instruction(&mut self, target: &str, content: &str) -> Result<(), WriteError> {
        self.settle();
        self.out.push(0xE1);
        identifying(&mut self.out, &mut self.indexes.other_names, target)?;
        self.other_string(content)
    }

    /// Starts the document type declaration.
    ///
    /// # Errors
    /// There is a declaration or a root element already, or an identifier is empty.
    pub fn document_type(&mut self, system: Option<&str>, public: Option<&str>) -> Result<(), WriteError> {
        if self.state != State::Prolog {
            return Err(WriteError::Nesting);
        }
        self.state = State::DocumentType;
        self.out.push(0xC4 | presence(system, public));
        self.identifiers(system, public)
    }

    /// Ends the document type declaration.
    ///
    /// # Errors
    /// No declaration is open.
    pub fn end_document_type(&mut self) -> Result<(), WriteError> {
        if self.state != State::DocumentType {
            return Err(WriteError::Nesting);
        }
        self.state = State::Declared;
        self.out.push(0xF0);
        Ok(())
    }

    /// Writes an unexpanded entity reference.
    ///
    /// # Errors
    /// The reference is outside the root element, or its name or an identifier is empty.
    pub fn entity_reference(
        &mut self,
        name: &str,
        system: Option<&str>,
        public: Option<&str>,
    ) -> Result<(), WriteError> {
        self.inside_root()?;
        self.settle();
        self.out.push(0xC8 | presence(system, public));
        identifying(&mut self.out, &mut self.indexes.other_names, name)?;
        self.identifiers(system, public)
    }

    fn inside_root(&self) -> Result<(), WriteError> {
        if self.depth == 0 { Err(WriteError::Nesting) } else { Ok(()) }
    }

    pub(super) fn identifiers(
        &mut self,
        system: Option<&str>,
        public: Option<&str>,
    ) -> Result<(), WriteError> {
        for uri in [system, public].into_iter().flatten() {
            identifying(&mut self.out, &mut self.indexes.other_uris, uri)?;
        }
        Ok(())
    }

    /// C.12.
    pub(super) fn namespace(&mut self, declared: NamespaceDeclaration<'_>) -> Result<(), WriteError> {
        let NamespaceDeclaration { prefix, namespace } = declared;
        self.out.push(0xCC | presence(prefix, namespace));
        if let Some(prefix) = prefix {
            identifying(&mut self.out, &mut self.indexes.prefixes, prefix)?;
        }
        if let Some(namespace) = namespace {
            identifying(&mut self.out, &mut self.indexes.namespaces, namespace)?;
        }
        Ok(())
    }

    /// C.18.
    pub(super) fn element_name(&mut self, flag: u8, name: &Name<'_>) -> Result<(), WriteError> {
        let known = known(&self.indexes, &self.indexes.elements, name);
        if let Some(index) = known {
            codes::index_on_third_bit(&mut self.out, flag, index);
            return Ok(());
        }
        self.out.push(flag | 0x3C | name_bits(name)?);
        let parts = self.literal_name(name)?;
        self.indexes.elements.add(parts)
    }

    /// C.17.
    pub(super) fn attribute_name(&mut self, name: &Name<'_>) -> Result<(), WriteError> {
        let known = known(&self.indexes, &self.indexes.attributes, name);
        if let Some(index) = known {
            codes::index_on_second_bit(&mut self.out, 0, index);
            return Ok(());
        }
        self.out.push(0x78 | name_bits(name)?);
        let parts = self.literal_name(name)?;
        self.indexes.attributes.add(parts)
    }

    fn literal_name(&mut self, name: &Name<'_>) -> Result<Parts, WriteError> {
        let Indexes { prefixes, namespaces, local_names, .. } = &mut self.indexes;
        let out = &mut self.out;
        let prefix = name.prefix.map(|prefix| identifying(out, prefixes, prefix)).transpose()?;
        let namespace =
            name.namespace.map(|namespace| identifying(out, namespaces, namespace)).transpose()?;
        Ok((prefix, namespace, identifying(out, local_names, name.local)?))
    }

    pub(super) fn attribute_value(&mut self, value: Value<'_>) -> Result<(), WriteError> {
        let text = match value {
            Value::Text(text) if is_short(text, self.values_below) => Some(text),
            _ => None,
        };
        let mut add = 0;
        if let Some(text) = text {
            if let Some(index) = self.indexes.values.get(text) {
                codes::index_on_second_bit(&mut self.out, 0x80, index);
                return Ok(());
            }
            if !self.indexes.values.is_full() {
                self.indexes.values.add(text);
                add = 0x40;
            }
        }
        let encoding = self.encode(value)?;
        self.non_identifying(add, encoding)
    }

    /// C.14 with the table of other strings, without adding to it.
    pub(super) fn other_string(&mut self, text: &str) -> Result<(), WriteError> {
        if let Some(index) = self.indexes.other_strings.get(text) {
            codes::index_on_second_bit(&mut self.out, 0x80, index);
            return Ok(());
        }
        let encoding = self.encode(Value::Text(text))?;
        self.non_identifying(0, encoding)
    }

    /// A string of an initial vocabulary: C.19 after two padding bits.
    pub(super) fn entry(&mut self, text: &str) -> Result<(), WriteError> {
        let encoding = self.encode(Value::Text(text))?;
        if self.spare.is_empty() {
            return Err(WriteError::Empty);
        }
        self.non_identifying(0, encoding)
    }

    /// C.14: the spare bytes as a string; the empty one has an index of its own.
    fn non_identifying(&mut self, add: u8, encoding: Encoding) -> Result<(), WriteError> {
        if self.spare.is_empty() {
            self.out.push(0xFF);
            return Ok(());
        }
        let first = straddle(&mut self.out, add | encoding.bits << 4, encoding.number, 4);
        codes::string_on_fifth_bit(&mut self.out, first, &self.spare)
    }

    /// C.15: the spare bytes as character data.
    fn characters(&mut self, add: u8, encoding: Encoding) -> Result<(), WriteError> {
        if self.spare.is_empty() {
            return Ok(());
        }
        self.settle();
        let first = straddle(&mut self.out, 0x80 | add | encoding.bits << 2, encoding.number, 6);
        codes::string_on_seventh_bit(&mut self.out, first, &self.spare)?;
        self.drain(super::BUFFER)
    }

    /// Encodes a value into the spare buffer.
    fn encode(&mut self, value: Value<'_>) -> Result<Encoding, WriteError> {
        self.spare.clear();
        let spare = &mut self.spare;
        let mut pack = |alphabet: &Alphabet, number, text: &str| {
            alphabet.encode(text, spare).map_err(WriteError::NotInAlphabet)?;
            Ok(Encoding::alphabet(number))
        };
        match value {
            Value::Text(text) if self.utf16 => {
                self.spare.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
                Ok(Encoding::UTF16)
            }
            Value::Text(text) => {
                self.spare.extend_from_slice(text.as_bytes());
                Ok(Encoding::UTF8)
            }
            Value::Numeric(text) => pack(&alphabet::NUMERIC, 1, text),
            Value::DateTime(text) => pack(&alphabet::DATE_AND_TIME, 2, text),
            Value::Alphabet { declared, text } => {
                let number = declared.saturating_add(alphabet::FIRST_DECLARED);
                let alphabet = self.alphabets.get(declared).filter(|_| number <= 256);
                pack(alphabet.ok_or(WriteError::UnknownAlphabet(declared))?, number, text)
            }
            _ => Ok(match algorithm::encode(value, spare) {
                Some(algorithm) => Encoding::algorithm(algorithm),
                None => Encoding::UTF8,
            }),
        }
    }
}

/// C.29: a number occupies the last `8 - before` bits of one begun byte and the first `before` of the next.
/// Returns the byte in which the length continues.
fn straddle(out: &mut Vec<u8>, first: u8, number: Option<u8>, before: u32) -> u8 {
    let Some(number) = number else {
        return first;
    };
    out.push(first | number >> before);
    number << (8 - before)
}

/// C.13: a string by index, or literal, which adds it to its table; returns its index.
pub(super) fn identifying(
    out: &mut Vec<u8>,
    table: &mut StringIndex,
    text: &str,
) -> Result<usize, WriteError> {
    if let Some(index) = table.get(text) {
        codes::index_on_second_bit(out, 0x80, index);
        return Ok(index);
    }
    if text.is_empty() {
        return Err(WriteError::InvalidName);
    }
    codes::string_on_second_bit(out, text.as_bytes())?;
    table.append(text)
}

fn known(indexes: &Indexes, table: &NameIndex, name: &Name<'_>) -> Option<usize> {
    table.get(&parts(indexes, name)?)
}

/// A name whose parts are all in their tables.
pub(super) fn parts(indexes: &Indexes, name: &Name<'_>) -> Option<Parts> {
    let prefix = match name.prefix {
        Some(prefix) => Some(indexes.prefixes.get(prefix)?),
        None => None,
    };
    let namespace = match name.namespace {
        Some(namespace) => Some(indexes.namespaces.get(namespace)?),
        None => None,
    };
    Some((prefix, namespace, indexes.local_names.get(name.local)?))
}

pub(super) fn name_bits(name: &Name<'_>) -> Result<u8, WriteError> {
    if name.prefix.is_some() && name.namespace.is_none() {
        return Err(WriteError::InvalidName);
    }
    Ok(presence(name.prefix, name.namespace))
}

/// Two bits that mark two optional parts as present.
pub(super) fn presence(one: Option<&str>, other: Option<&str>) -> u8 {
    u8::from(one.is_some()) << 1 | u8::from(other.is_some())
}

/// Whether a string goes into a table, by its length in UTF-16 units.
fn is_short(text: &str, below: usize) -> bool {
    if text.is_empty() || text.len() >= below.saturating_mul(3) {
        return false;
    }
    text.len() < below || text.encode_utf16().count() < below
}
