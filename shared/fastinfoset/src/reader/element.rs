//! Elements with their namespaces and attributes (X.891 annexes C.3, C.4, C.12).

use std::io::BufRead;

use super::{Reader, State, Step};
use crate::error::{ErrorKind, Fault};
use crate::event::{AttributeRecord, NamespaceRecord, Parts, has_duplicate};
use crate::tables::Surrogate;

impl<B: BufRead> Reader<B> {
    /// C.3: an element; the bits of its first byte are `0 A` and a name or namespace marker.
    pub(super) fn element(&mut self, first: u8) -> Result<Step, Fault> {
        self.enter_element()?;
        self.parts.namespaces.clear();
        self.parts.attributes.clear();
        let mut name_byte = first;
        if first & 0x3F == 0x38 {
            self.namespace_declarations()?;
            name_byte = self.cursor.byte()?;
            if name_byte & 0xC0 != 0 {
                return Err(self.cursor.unexpected(name_byte, "an element name"));
            }
        }
        let name = self.element_name(name_byte)?;
        self.hand_out(name.bytes)?;
        let has_attributes = first & 0x40 != 0;
        if has_attributes {
            self.attribute_list()?;
        }
        self.parts.element = name;
        Ok(Step::Start)
    }

    fn enter_element(&mut self) -> Result<(), Fault> {
        if self.depth == 0 && self.state == State::Root {
            return Err(self.cursor.error(ErrorKind::NotOneRoot));
        }
        if self.depth >= self.limits.depth {
            return Err(self.limit("levels of nesting", self.limits.depth));
        }
        self.state = State::Root;
        self.depth += 1;
        Ok(())
    }

    /// C.18: an element name, literal or by index, starting on the third bit.
    fn element_name(&mut self, first: u8) -> Result<Surrogate, Fault> {
        if first & 0x3C == 0x3C {
            let name = self.literal_name(first)?;
            let added = self.parts.tables.add_name(|tables| &mut tables.elements, name);
            return added.map(|()| name).map_err(|kind| self.cursor.error(kind));
        }
        let index = self.cursor.index_on_third_bit(first)?;
        let table = &self.parts.tables.elements;
        table.find(index).ok_or_else(|| self.cursor.unknown_index(table.what, index))
    }

    /// C.12: namespace declarations up to their terminator.
    fn namespace_declarations(&mut self) -> Result<(), Fault> {
        loop {
            let first = self.cursor.byte()?;
            if first == 0xF0 {
                return Ok(());
            }
            if first & 0xFC != 0xCC {
                return Err(self.cursor.unexpected(first, "namespace declarations"));
            }
            if self.parts.namespaces.len() >= self.limits.attributes {
                return Err(self.limit("namespaces declared on one element", self.limits.attributes));
            }
            let prefix = self.optional(first & 0x02 != 0, |tables| &mut tables.prefixes)?;
            let namespace = self.optional(first & 0x01 != 0, |tables| &mut tables.namespaces)?;
            let prefix_len =
                prefix.and_then(|index| self.parts.tables.prefixes.find(index)).map_or(0, str::len);
            let namespace_len =
                namespace.and_then(|index| self.parts.tables.namespaces.find(index)).map_or(0, str::len);
            self.hand_out(prefix_len + namespace_len)?;
            self.parts.namespaces.push(NamespaceRecord { prefix, namespace });
        }
    }

    /// C.4: attributes up to their terminator, which may close the element as well.
    fn attribute_list(&mut self) -> Result<(), Fault> {
        loop {
            let first = self.cursor.byte()?;
            match first {
                0xF0 => break,
                0xFF => {
                    self.pending_ends = 1;
                    break;
                }
                0x80.. => return Err(self.cursor.unexpected(first, "attributes")),
                _ => {}
            }
            if self.parts.attributes.len() >= self.limits.attributes {
                return Err(self.limit("attributes of one element", self.limits.attributes));
            }
            let name = self.attribute_name(first)?;
            let (value, bytes) = self.value(|tables| &mut tables.values)?;
            self.hand_out(name.bytes + bytes)?;
            self.parts.attributes.push(AttributeRecord { name, value });
        }
        if self.parts.attributes.len() > 1 && self.has_duplicate() {
            return Err(self.cursor.error(ErrorKind::DuplicateAttribute));
        }
        Ok(())
    }

    /// Whether two attributes have the same name.
    fn has_duplicate(&self) -> bool {
        /// Up to this number, pairwise comparison is faster than sorting.
        const FEW: usize = 24;
        let Parts { tables, attributes, .. } = &self.parts;
        if attributes.len() > FEW {
            return has_duplicate(attributes.iter().map(|attribute| tables.name(attribute.name)));
        }
        let same = |one: Surrogate, other: Surrogate| {
            one.key == other.key && tables.name(one).expanded() == tables.name(other).expanded()
        };
        let mut rest = attributes.as_slice();
        while let Some((one, others)) = rest.split_first() {
            if others.iter().any(|other| same(one.name, other.name)) {
                return true;
            }
            rest = others;
        }
        false
    }

    /// C.17: an attribute name, literal or by index, starting on the second bit.
    fn attribute_name(&mut self, first: u8) -> Result<Surrogate, Fault> {
        if first & 0x7C == 0x78 {
            let name = self.literal_name(first)?;
            let added = self.parts.tables.add_name(|tables| &mut tables.attributes, name);
            return added.map(|()| name).map_err(|kind| self.cursor.error(kind));
        }
        let index = self.cursor.index_on_second_bit(first)?;
        let table = &self.parts.tables.attributes;
        table.find(index).ok_or_else(|| self.cursor.unknown_index(table.what, index))
    }
}
