//! The initial vocabulary (X.891 §7.2.13, annex C.2.5).

use std::io::BufRead;

use super::Reader;
use crate::error::{ErrorKind, Fault};
use crate::tables::{NameTable, Table, Tables};
use crate::vocabulary::Vocabulary;

impl<B: BufRead> Reader<B> {
    pub(super) fn initial_vocabulary(&mut self, known: &[(&str, &Vocabulary)]) -> Result<(), Fault> {
        let first = self.cursor.byte()?;
        let second = self.cursor.byte()?;
        if first & 0xE0 != 0 || (first, second) == (0, 0) {
            return Err(self.cursor.unexpected(first, "the initial vocabulary"));
        }
        if first & 0x10 != 0 {
            self.external_vocabulary(known)?;
        }
        if first & 0x08 != 0 {
            for _ in 0..self.cursor.items()? {
                let characters = self.literal()?;
                let added = self.parts.tables.add_alphabet(&characters);
                added.map_err(|kind| self.cursor.error(kind))?;
            }
        }
        let identifying: [(bool, Table); 6] = [
            (first & 0x04 != 0, |tables| &mut tables.algorithms),
            (first & 0x02 != 0, |tables| &mut tables.prefixes),
            (first & 0x01 != 0, |tables| &mut tables.namespaces),
            (second & 0x80 != 0, |tables| &mut tables.local_names),
            (second & 0x40 != 0, |tables| &mut tables.other_names),
            (second & 0x20 != 0, |tables| &mut tables.other_uris),
        ];
        for (_, table) in identifying.into_iter().filter(|(present, _)| *present) {
            self.literals(table)?;
        }
        if second & 0x10 != 0 {
            self.encoded_strings(|tables, text| tables.add(|tables| &mut tables.values, text).map(drop))?;
        }
        if second & 0x08 != 0 {
            self.encoded_strings(|tables, text| tables.add_chunk(text, false))?;
        }
        if second & 0x04 != 0 {
            self.encoded_strings(|tables, text| {
                tables.add(|tables| &mut tables.other_strings, text).map(drop)
            })?;
        }
        if second & 0x02 != 0 {
            self.surrogates(|tables| &mut tables.elements)?;
        }
        if second & 0x01 != 0 {
            self.surrogates(|tables| &mut tables.attributes)?;
        }
        Ok(())
    }

    fn external_vocabulary(&mut self, known: &[(&str, &Vocabulary)]) -> Result<(), Fault> {
        let uri = self.literal()?;
        let found = known.iter().find(|(name, _)| *name == uri);
        let (_, vocabulary) = found.ok_or_else(|| self.unknown_vocabulary(&uri))?;
        self.parts.tables.load(vocabulary).map_err(|kind| self.cursor.error(kind))?;
        self.header.external_vocabulary = Some(uri);
        Ok(())
    }

    fn literals(&mut self, table: Table) -> Result<(), Fault> {
        for _ in 0..self.cursor.items()? {
            let first = self.length_byte()?;
            let length = self.cursor.length_on_second_bit(first)?;
            let (start, end) = self.string(super::strings::Encoding::Utf8, length)?;
            self.hand_out(end - start)?;
            let text = self.parts.scratch.get(start..).unwrap_or_default();
            let added = self.parts.tables.add(table, text);
            added.map_err(|kind| self.cursor.error(kind))?;
            self.parts.scratch.truncate(start);
        }
        Ok(())
    }

    /// C.2.5.4: strings in any encoding, each after two padding bits.
    fn encoded_strings(&mut self, add: fn(&mut Tables, &str) -> Result<(), ErrorKind>) -> Result<(), Fault> {
        for _ in 0..self.cursor.items()? {
            let first = self.cursor.byte()?;
            if first & 0xC0 != 0 {
                return Err(self.cursor.unexpected(first, "the initial vocabulary"));
            }
            let (start, end) = self.encoded_string(first)?;
            self.hand_out(end - start)?;
            let added = add(&mut self.parts.tables, self.parts.scratch.get(start..).unwrap_or_default());
            added.map_err(|kind| self.cursor.error(kind))?;
            self.parts.scratch.truncate(start);
        }
        Ok(())
    }

    /// C.2.5.5, C.16: names as indexes.
    fn surrogates(&mut self, table: NameTable) -> Result<(), Fault> {
        for _ in 0..self.cursor.items()? {
            let first = self.cursor.byte()?;
            let has_prefix = first & 0x02 != 0;
            let has_namespace = first & 0x01 != 0;
            if first & 0xFC != 0 {
                return Err(self.cursor.unexpected(first, "a name surrogate"));
            }
            if has_prefix && !has_namespace {
                return Err(self.cursor.error(ErrorKind::PrefixWithoutNamespace));
            }
            let prefix = self.surrogate_index(has_prefix, |tables| &mut tables.prefixes)?;
            let namespace = self.surrogate_index(has_namespace, |tables| &mut tables.namespaces)?;
            let first = self.length_byte()?;
            let local = self.checked_index(first, |tables| &mut tables.local_names)?;
            let name = self.parts.tables.surrogate(prefix, namespace, local);
            let added = self.parts.tables.add_name(table, name);
            added.map_err(|kind| self.cursor.error(kind))?;
        }
        Ok(())
    }

    fn surrogate_index(&mut self, present: bool, table: Table) -> Result<Option<usize>, Fault> {
        if !present {
            return Ok(None);
        }
        let first = self.length_byte()?;
        self.checked_index(first, table).map(Some)
    }
}
