//! What stands before the root element: XML declaration, magic, flags (X.891 §12, annex C.2).

use crate::MAGIC;
use crate::cursor::Cursor;
use crate::error::{Error, ErrorKind, Feature};
use crate::reader::Reader;

/// X.891 §12.3 lists nine declarations, all shorter.
const LONGEST_DECLARATION: usize = 128;

/// Whether the bytes start as a Fast Infoset document does. An XML declaration may come first.
pub fn is_fast_infoset(document: &[u8]) -> bool {
    content_start(document).is_some()
}

/// Offset of the first byte behind the magic.
pub(super) fn content_start(document: &[u8]) -> Option<usize> {
    let declaration = if document.starts_with(b"<?xml") {
        let window = document.get(..LONGEST_DECLARATION).unwrap_or(document);
        window.windows(2).position(|pair| pair == b"?>")? + 2
    } else {
        0
    };
    let rest = document.get(declaration..)?;
    rest.starts_with(&MAGIC).then_some(declaration + MAGIC.len())
}

impl<'a> Reader<'a> {
    /// Reads the optional components of the document; refuses those that are not handled.
    pub(super) fn document_header(&mut self) -> Result<(), Error> {
        let flags = self.cursor.byte()?;
        if flags & 0x80 != 0 {
            return Err(self.cursor.unexpected(flags, "the document flags"));
        }
        let refused = [
            (0x40, Feature::AdditionalData),
            (0x20, Feature::InitialVocabulary),
            (0x10, Feature::Notations),
            (0x08, Feature::UnparsedEntities),
        ];
        for (bit, feature) in refused {
            if flags & bit != 0 {
                return Err(self.cursor.error(ErrorKind::Unsupported(feature)));
            }
        }
        // The encoding of the XML that this once was says nothing about the strings here.
        if flags & 0x04 != 0 {
            skip_octets(&mut self.cursor)?;
        }
        if flags & 0x02 != 0 {
            let standalone = self.cursor.byte()?;
            if standalone > 1 {
                return Err(self.cursor.unexpected(standalone, "the standalone flag"));
            }
        }
        if flags & 0x01 != 0 {
            self.other_string()?;
        }
        Ok(())
    }
}

fn skip_octets(cursor: &mut Cursor<'_>) -> Result<(), Error> {
    let first = cursor.byte()?;
    if first & 0x80 != 0 {
        return Err(cursor.unexpected(first, "the character encoding scheme"));
    }
    let length = cursor.length_on_second_bit(first)?;
    cursor.take(length)?;
    Ok(())
}
