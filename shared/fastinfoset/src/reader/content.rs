//! Elements, attributes, text, comments (X.891 annexes C.3 to C.8).

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Feature};
use crate::event::{Attribute, Event, Name, NamespaceDeclaration, StartElement};
use crate::reader::Reader;

impl<'a> Reader<'a> {
    /// C.3: an element; the bits of its first byte are `0 A` and a name or namespace marker.
    pub(super) fn element(&mut self, first: u8) -> Result<Event<'a>, Error> {
        self.enter_element()?;
        let has_attributes = first & 0x40 != 0;
        let mut name_byte = first;
        let mut namespaces = Vec::new();
        if first & 0x3F == 0x38 {
            namespaces = self.namespace_declarations()?;
            name_byte = self.cursor.byte()?;
            if name_byte & 0xC0 != 0 {
                return Err(self.cursor.unexpected(name_byte, "an element name"));
            }
        }
        let name = self.element_name(name_byte)?;
        self.hand_out(name.byte_len())?;
        let attributes = if has_attributes { self.attributes()? } else { Vec::new() };
        Ok(Event::Start(StartElement { name, namespaces, attributes }))
    }

    fn enter_element(&mut self) -> Result<(), Error> {
        if self.depth == 0 && self.root_seen {
            return Err(self.cursor.error(ErrorKind::NotOneRoot));
        }
        if self.depth >= self.limits.depth {
            return Err(self
                .cursor
                .error(ErrorKind::Limit { what: "levels of nesting", maximum: self.limits.depth }));
        }
        self.root_seen = true;
        self.depth += 1;
        Ok(())
    }

    /// C.18: an element name, literal or by index, starting on the third bit.
    fn element_name(&mut self, first: u8) -> Result<Name<'a>, Error> {
        if first & 0x3C == 0x3C {
            let name = self.literal_name(first)?;
            let added = self.vocabulary.elements.add(name.clone());
            added.map_err(|kind| self.cursor.error(kind))?;
            return Ok(name);
        }
        let index = self.cursor.index_on_third_bit(first)?;
        let found = self.vocabulary.elements.get(index).cloned();
        found.map_err(|kind| self.cursor.error(kind))
    }

    /// C.12: namespace declarations up to their terminator.
    fn namespace_declarations(&mut self) -> Result<Vec<NamespaceDeclaration<'a>>, Error> {
        let mut declarations = Vec::new();
        loop {
            let first = self.cursor.byte()?;
            if first == 0xF0 {
                return Ok(declarations);
            }
            if first & 0xFC != 0xCC {
                return Err(self.cursor.unexpected(first, "namespace declarations"));
            }
            let prefix = if first & 0x02 != 0 {
                Some(self.identifying_string(|tables| &mut tables.prefixes)?)
            } else {
                None
            };
            let namespace = if first & 0x01 != 0 {
                Some(self.identifying_string(|tables| &mut tables.namespaces)?)
            } else {
                None
            };
            let length = |part: &Option<Cow<'a, str>>| part.as_deref().map_or(0, str::len);
            self.hand_out(length(&prefix) + length(&namespace))?;
            declarations.push(NamespaceDeclaration { prefix, namespace });
        }
    }

    /// C.4: attributes up to their terminator, which may close the element as well.
    fn attributes(&mut self) -> Result<Vec<Attribute<'a>>, Error> {
        let mut attributes = Vec::new();
        loop {
            let first = self.cursor.byte()?;
            match first {
                0xF0 => return Ok(attributes),
                0xFF => {
                    self.pending_ends = 1;
                    return Ok(attributes);
                }
                0x80.. => return Err(self.cursor.unexpected(first, "attributes")),
                _ => {}
            }
            let name = self.attribute_name(first)?;
            let value = self.attribute_value()?;
            self.hand_out(name.byte_len() + value.len())?;
            attributes.push(Attribute { name, value });
        }
    }

    /// C.17: an attribute name, literal or by index, starting on the second bit.
    fn attribute_name(&mut self, first: u8) -> Result<Name<'a>, Error> {
        if first & 0x7C == 0x78 {
            let name = self.literal_name(first)?;
            let added = self.vocabulary.attributes.add(name.clone());
            added.map_err(|kind| self.cursor.error(kind))?;
            return Ok(name);
        }
        let index = self.cursor.index_on_second_bit(first)?;
        let found = self.vocabulary.attributes.get(index).cloned();
        found.map_err(|kind| self.cursor.error(kind))
    }

    /// C.7: character data.
    pub(super) fn characters(&mut self, first: u8) -> Result<Event<'a>, Error> {
        if self.depth == 0 {
            return Err(self.cursor.error(ErrorKind::NotOneRoot));
        }
        let chunk = self.chunk(first)?;
        self.hand_out(chunk.text.len())?;
        Ok(if chunk.is_cdata { Event::CData(chunk.text) } else { Event::Text(chunk.text) })
    }

    /// C.8: a comment.
    pub(super) fn comment(&mut self) -> Result<Event<'a>, Error> {
        let text = self.other_string()?;
        self.hand_out(text.len())?;
        Ok(Event::Comment(text))
    }

    /// C.5: a processing instruction.
    pub(super) fn instruction(&mut self) -> Result<Event<'a>, Error> {
        let target = self.identifying_string(|tables| &mut tables.other_names)?;
        let content = self.other_string()?;
        self.hand_out(target.len() + content.len())?;
        Ok(Event::Instruction { target, content })
    }

    /// An error for a byte that starts nothing readable in element content.
    pub(super) fn refuse_content(&self, first: u8) -> Error {
        match first & 0xFC {
            0xC4 => self.refuse(Feature::DocumentType),
            0xC8 => self.refuse(Feature::EntityReference),
            _ => self.cursor.unexpected(first, "element content"),
        }
    }

    pub(super) fn refuse(&self, feature: Feature) -> Error {
        self.cursor.error(ErrorKind::Unsupported(feature))
    }
}
