//! The part before the first event: XML declaration, magic, optional components (X.891 §12, annex C.2).

use std::io::BufRead;

use super::Reader;
use super::strings::{Encoding, GROWTH};
use crate::MAGIC;
use crate::error::{Error, ErrorKind, Fault, Feature};
use crate::header::{AdditionalData, Notation, UnparsedEntity};
use crate::vocabulary::Vocabulary;

/// X.891 §12.3 lists nine declarations, all shorter.
const LONGEST_DECLARATION: usize = 128;

/// Whether the bytes begin like a Fast Infoset document, possibly with an XML declaration.
pub fn is_fast_infoset(document: &[u8]) -> bool {
    let declaration = if document.starts_with(b"<?xml") {
        let window = document.get(..LONGEST_DECLARATION).unwrap_or(document);
        window.windows(2).position(|pair| pair == b"?>").map(|end| end + 2)
    } else {
        Some(0)
    };
    let rest = declaration.and_then(|length| document.get(length..));
    rest.is_some_and(|rest| rest.starts_with(&MAGIC))
}

impl<B: BufRead> Reader<B> {
    /// Reads everything before the first event.
    pub(super) fn document_header(&mut self, known: &[(&str, &Vocabulary)]) -> Result<(), Fault> {
        self.magic()?;
        let flags = self.cursor.byte()?;
        if flags & 0x80 != 0 {
            return Err(self.cursor.unexpected(flags, "the document flags"));
        }
        if flags & 0x40 != 0 {
            self.additional_data()?;
        }
        if flags & 0x20 != 0 {
            self.initial_vocabulary(known)?;
        }
        if flags & 0x10 != 0 {
            self.notations()?;
        }
        if flags & 0x08 != 0 {
            self.unparsed_entities()?;
        }
        if flags & 0x04 != 0 {
            self.header.encoding = Some(self.literal()?);
        }
        if flags & 0x02 != 0 {
            let standalone = self.cursor.byte()?;
            if standalone > 1 {
                return Err(self.cursor.unexpected(standalone, "the standalone flag"));
            }
            self.header.standalone = Some(standalone == 1);
        }
        if flags & 0x01 != 0 {
            let version = self.other_string()?;
            let version = version.resolve(&self.parts.tables.other_strings, &self.parts.scratch);
            let version = version.to_owned();
            self.hold(version.len())?;
            self.header.version = Some(version);
        }
        Ok(())
    }

    /// §12.6, §12.7, with or without an XML declaration before it.
    fn magic(&mut self) -> Result<(), Fault> {
        let not_fast_infoset = |error: Fault| match error.kind {
            ErrorKind::Io(_) => error,
            _ => Fault::new(Error { offset: 0, kind: ErrorKind::NotFastInfoset }),
        };
        let mut start = Vec::with_capacity(LONGEST_DECLARATION);
        loop {
            start.push(self.cursor.byte().map_err(not_fast_infoset)?);
            let declaration = start.strip_suffix(MAGIC.as_slice());
            if let Some(declaration) = declaration
                && (declaration.is_empty() || declaration.ends_with(b"?>"))
            {
                self.header.declaration = !declaration.is_empty();
                return Ok(());
            }
            let is_declaration = start.starts_with(b"<") && start.len() < LONGEST_DECLARATION;
            if !is_declaration && start.len() >= MAGIC.len() || !is_fast_infoset_so_far(&start) {
                return Err(Fault::new(Error { offset: 0, kind: ErrorKind::NotFastInfoset }));
            }
        }
    }

    /// C.2.4: data of applications.
    fn additional_data(&mut self) -> Result<(), Fault> {
        for _ in 0..self.cursor.items()? {
            let id = self.literal()?;
            let first = self.length_byte()?;
            let length = self.cursor.length_on_second_bit(first)?;
            if length > self.limits.string_bytes {
                return Err(self.limit("bytes in one string", self.limits.string_bytes));
            }
            self.hand_out(length)?;
            self.hold(length)?;
            let data = self.cursor.take(length, <[u8]>::to_vec)?;
            self.header.additional_data.push(AdditionalData { id, data });
        }
        Ok(())
    }

    /// C.2.6, C.11: notation declarations up to their terminator.
    fn notations(&mut self) -> Result<(), Fault> {
        loop {
            let first = self.cursor.byte()?;
            if first == 0xF0 {
                return Ok(());
            }
            if first & 0xFC != 0xC0 {
                return Err(self.cursor.unexpected(first, "a list of notations"));
            }
            let name = self.owned_other_name()?;
            let system = self.owned_uri(first & 0x02 != 0)?;
            let public = self.owned_uri(first & 0x01 != 0)?;
            self.header.notations.push(Notation { name, system, public });
        }
    }

    /// C.2.7, C.10: unparsed entity declarations up to their terminator.
    fn unparsed_entities(&mut self) -> Result<(), Fault> {
        loop {
            let first = self.cursor.byte()?;
            if first == 0xF0 {
                return Ok(());
            }
            if first & 0xFE != 0xD0 {
                return Err(self.cursor.unexpected(first, "a list of unparsed entities"));
            }
            let name = self.owned_other_name()?;
            let system = self.owned_uri(true)?.unwrap_or_default();
            let public = self.owned_uri(first & 0x01 != 0)?;
            let notation = self.owned_other_name()?;
            self.header.unparsed_entities.push(UnparsedEntity { name, system, public, notation });
        }
    }

    fn owned_other_name(&mut self) -> Result<String, Fault> {
        // Each declaration is a struct of strings for one or two bytes of the document.
        self.hand_out(size_of::<UnparsedEntity>())?;
        self.hold(GROWTH * size_of::<UnparsedEntity>())?;
        let index = self.other_name()?;
        let name = self.parts.tables.other_names.find(index).unwrap_or_default().to_owned();
        self.hold(name.len())?;
        Ok(name)
    }

    fn owned_uri(&mut self, present: bool) -> Result<Option<String>, Fault> {
        let index = self.other_uri(present)?;
        let uri = index.and_then(|index| self.parts.tables.other_uris.find(index)).map(str::to_owned);
        self.hold(uri.as_ref().map_or(0, String::len))?;
        Ok(uri)
    }

    /// C.22 after a padding bit: a string that is always literal.
    pub(super) fn literal(&mut self) -> Result<String, Fault> {
        let first = self.length_byte()?;
        let length = self.cursor.length_on_second_bit(first)?;
        let (start, end) = self.string(Encoding::Utf8, length)?;
        self.hand_out(end - start + size_of::<AdditionalData>())?;
        self.hold(end - start + GROWTH * size_of::<AdditionalData>())?;
        let text = self.parts.scratch.get(start..end).unwrap_or_default().to_owned();
        self.parts.scratch.truncate(start);
        Ok(text)
    }

    /// The first byte of a length; its first bit is padding.
    pub(super) fn length_byte(&mut self) -> Result<u8, Fault> {
        let first = self.cursor.byte()?;
        if first & 0x80 != 0 {
            return Err(self.cursor.unexpected(first, "the header"));
        }
        Ok(first)
    }

    pub(super) fn unknown_vocabulary(&self, uri: &str) -> Fault {
        self.cursor.error(ErrorKind::Unsupported(Feature::ExternalVocabulary(uri.to_owned())))
    }
}

/// Whether these bytes are a prefix of a valid beginning.
fn is_fast_infoset_so_far(start: &[u8]) -> bool {
    let declaration: &[u8] = b"<?xml";
    let behind = start.windows(2).position(|pair| pair == b"?>").and_then(|end| start.get(end + 2..));
    match behind {
        Some(behind) => MAGIC.starts_with(behind),
        None => MAGIC.starts_with(start) || declaration.starts_with(start) || start.starts_with(declaration),
    }
}
