//! Text, comments, instructions, entities, the document type (X.891 annexes C.5 to C.9).

use std::io::BufRead;

use super::{Reader, State, Step};
use crate::error::{ErrorKind, Fault};

impl<B: BufRead> Reader<B> {
    /// C.7: character data.
    #[inline]
    pub(super) fn characters(&mut self, first: u8) -> Result<Step, Fault> {
        if self.depth == 0 {
            return Err(self.cursor.error(ErrorKind::NotOneRoot));
        }
        if first & 0x20 != 0 { self.known_chunk(first) } else { self.new_chunk(first) }
    }

    /// C.8: a comment.
    pub(super) fn comment(&mut self) -> Result<Step, Fault> {
        self.parts.text = self.other_string()?;
        Ok(Step::Comment)
    }

    /// C.5: a processing instruction.
    pub(super) fn instruction(&mut self) -> Result<Step, Fault> {
        self.parts.name = self.other_name()?;
        self.parts.text = self.other_string()?;
        Ok(Step::Instruction)
    }

    /// C.6: an unexpanded entity reference.
    pub(super) fn entity_reference(&mut self, first: u8) -> Result<Step, Fault> {
        self.parts.name = self.other_name()?;
        self.parts.system = self.other_uri(first & 0x02 != 0)?;
        self.parts.public = self.other_uri(first & 0x01 != 0)?;
        Ok(Step::EntityReference)
    }

    /// C.9: a document type declaration.
    pub(super) fn document_type(&mut self, first: u8) -> Result<Step, Fault> {
        self.parts.system = self.other_uri(first & 0x02 != 0)?;
        self.parts.public = self.other_uri(first & 0x01 != 0)?;
        self.state = State::DocumentType;
        Ok(Step::DocumentType)
    }

    /// Reads an item of a document type declaration, selected by its first byte.
    pub(super) fn in_document_type(&mut self, first: u8) -> Result<Step, Fault> {
        match first {
            0xE1 => self.instruction(),
            0xF0 => {
                self.state = State::Declared;
                Ok(Step::EndDocumentType)
            }
            _ => Err(self.cursor.unexpected(first, "a document type declaration")),
        }
    }

    /// C.13 on the table of other names, counted.
    pub(super) fn other_name(&mut self) -> Result<usize, Fault> {
        let index = self.identifying_string(|tables| &mut tables.other_names)?;
        self.hand_out(self.parts.tables.other_names.find(index).map_or(0, str::len))?;
        Ok(index)
    }

    /// C.13 with the table of other URIs, counted, if present.
    pub(super) fn other_uri(&mut self, present: bool) -> Result<Option<usize>, Fault> {
        let index = self.optional(present, |tables| &mut tables.other_uris)?;
        let uri = index.and_then(|index| self.parts.tables.other_uris.find(index));
        self.hand_out(uri.map_or(0, str::len))?;
        Ok(index)
    }
}
