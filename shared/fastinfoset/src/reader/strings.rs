//! Strings and names, literal or by index (X.891 annexes C.13 to C.20).

use std::io::BufRead;

use crate::algorithm::{self, Algorithm};
use crate::alphabet::{self, Alphabet};
use crate::error::{Error, ErrorKind, Fault, Feature};
use crate::event::{Parts, Piece};
use crate::reader::{Reader, Step};
use crate::tables::{Surrogate, Table, Tables};

/// Memory of a string during decoding, as a multiple of its length, while the buffer grows.
pub(super) const GROWTH: usize = 3;

/// The encoding of a string: the discriminant of annexes C.19 and C.20.
#[derive(Clone, Copy)]
pub(super) enum Encoding {
    Utf8,
    Utf16,
    /// A restricted alphabet, by number from 1.
    Alphabet(usize),
    /// An encoding algorithm, by number from 1.
    Algorithm(Algorithm),
}

impl<B: BufRead> Reader<B> {
    /// C.13: an identifying string, either literal (which adds it to its table) or by index.
    pub(super) fn identifying_string(&mut self, table: Table) -> Result<usize, Fault> {
        let first = self.cursor.byte()?;
        if first & 0x80 != 0 {
            return self.checked_index(first, table);
        }
        let length = self.cursor.length_on_second_bit(first)?;
        let mark = self.parts.scratch.len();
        self.string(Encoding::Utf8, length)?;
        let text = self.parts.scratch.get(mark..).unwrap_or_default();
        let added = self.parts.tables.add(table, text);
        self.parts.scratch.truncate(mark);
        added.map_err(|kind| self.cursor.error(kind))
    }

    /// C.25: an index, checked against the table.
    pub(super) fn checked_index(&mut self, first: u8, table: Table) -> Result<usize, Fault> {
        let index = self.cursor.index_on_second_bit(first)?;
        let table = table(&mut self.parts.tables);
        match table.find(index) {
            Some(_) => Ok(index),
            None => Err(self.cursor.unknown_index(table.what, index)),
        }
    }

    pub(super) fn optional(&mut self, present: bool, table: Table) -> Result<Option<usize>, Fault> {
        if present { self.identifying_string(table).map(Some) } else { Ok(None) }
    }

    /// C.17, C.18: a literal name; its last two bits mark prefix and namespace as present.
    pub(super) fn literal_name(&mut self, first: u8) -> Result<Surrogate, Fault> {
        let has_prefix = first & 0x02 != 0;
        let has_namespace = first & 0x01 != 0;
        if has_prefix && !has_namespace {
            return Err(self.cursor.error(ErrorKind::PrefixWithoutNamespace));
        }
        let prefix = self.optional(has_prefix, |tables| &mut tables.prefixes)?;
        let namespace = self.optional(has_namespace, |tables| &mut tables.namespaces)?;
        let local = self.identifying_string(|tables| &mut tables.local_names)?;
        Ok(self.parts.tables.surrogate(prefix, namespace, local))
    }

    /// C.14 with the table of other strings: comments, processing instructions, the version.
    pub(super) fn other_string(&mut self) -> Result<Piece, Fault> {
        let (piece, bytes) = self.value(|tables| &mut tables.other_strings)?;
        self.hand_out(bytes)?;
        Ok(piece)
    }

    /// C.14: a nonidentifying string, literal or by index. Also returns its length in bytes.
    #[inline]
    pub(super) fn value(&mut self, table: Table) -> Result<(Piece, usize), Fault> {
        let first = self.cursor.byte()?;
        // C.26: only this index may be zero, which means the empty string.
        if first == 0xFF {
            return Ok((Piece::Scratch(0, 0), 0));
        }
        if first & 0x80 != 0 {
            let index = self.cursor.index_on_second_bit(first)?;
            let table = table(&mut self.parts.tables);
            return match table.find(index) {
                Some(text) => Ok((Piece::Entry(index), text.len())),
                None => Err(self.cursor.unknown_index(table.what, index)),
            };
        }
        let (start, end) = self.encoded_string(first)?;
        if first & 0x40 != 0 {
            let text = self.parts.scratch.get(start..).unwrap_or_default();
            let added = self.parts.tables.add(table, text);
            added.map_err(|kind| self.cursor.error(kind))?;
        }
        Ok((Piece::Scratch(start, end), end - start))
    }

    /// C.19: an encoded string, starting on the third bit, into the scratch buffer.
    pub(super) fn encoded_string(&mut self, first: u8) -> Result<(usize, usize), Fault> {
        let (encoding, length_byte) = self.encoding(first >> 4, first, 4)?;
        if matches!(encoding, Encoding::Algorithm(Algorithm::CData)) {
            return Err(self.cursor.error(ErrorKind::CDataOutsideContent));
        }
        let length = self.cursor.length_on_fifth_bit(length_byte)?;
        self.string(encoding, length)
    }

    /// C.15: character data by index, after its first three bits.
    #[inline]
    pub(super) fn known_chunk(&mut self, first: u8) -> Result<Step, Fault> {
        let index = self.cursor.index_on_fourth_bit(first)?;
        let tables = &self.parts.tables;
        let Some(text) = tables.chunks.find(index) else {
            return Err(self.cursor.unknown_index(tables.chunks.what, index));
        };
        let (bytes, is_cdata) = (text.len(), tables.cdata_chunks.get(index) == Some(&true));
        self.hand_out(bytes)?;
        self.parts.text = Piece::Entry(index);
        Ok(if is_cdata { Step::CData } else { Step::Text })
    }

    /// C.15: literal character data, after its first three bits.
    pub(super) fn new_chunk(&mut self, first: u8) -> Result<Step, Fault> {
        let (encoding, length_byte) = self.encoding(first >> 2, first, 6)?;
        let is_cdata = matches!(encoding, Encoding::Algorithm(Algorithm::CData));
        let length = self.cursor.length_on_seventh_bit(length_byte)?;
        let (start, end) = self.string(encoding, length)?;
        if first & 0x10 != 0 {
            let text = self.parts.scratch.get(start..).unwrap_or_default();
            let added = self.parts.tables.add_chunk(text, is_cdata);
            added.map_err(|kind| self.cursor.error(kind))?;
        }
        self.hand_out(end - start)?;
        self.parts.text = Piece::Scratch(start, end);
        Ok(if is_cdata { Step::CData } else { Step::Text })
    }

    /// The encoding of two bits, and the byte in which the length starts.
    ///
    /// C.29: the number of an alphabet or algorithm occupies the last `8 - before` bits of one byte and the
    /// first `before` of the next. The rest of that byte starts the length.
    fn encoding(&mut self, bits: u8, first: u8, before: u8) -> Result<(Encoding, u8), Fault> {
        let is_algorithm = match bits & 0x03 {
            0 => return Ok((Encoding::Utf8, first)),
            1 => return Ok((Encoding::Utf16, first)),
            bits => bits == 3,
        };
        let second = self.cursor.byte()?;
        let number = (usize::from(first) << before & 0xFF | usize::from(second) >> (8 - before)) + 1;
        let encoding = if is_algorithm { self.algorithm(number)? } else { Encoding::Alphabet(number) };
        Ok((encoding, second))
    }

    fn algorithm(&self, number: usize) -> Result<Encoding, Fault> {
        if let Some(algorithm) = Algorithm::numbered(number) {
            return Ok(Encoding::Algorithm(algorithm));
        }
        let declared = number.checked_sub(algorithm::FIRST_DECLARED);
        let uri = declared.and_then(|index| self.parts.tables.algorithms.find(index));
        let feature = match uri {
            Some(uri) => Feature::EncodingAlgorithm(uri.to_owned()),
            None => Feature::UnknownAlgorithm(number),
        };
        Err(self.cursor.error(ErrorKind::Unsupported(feature)))
    }

    /// Decodes a string at the end of the scratch buffer; returns its start and end.
    pub(super) fn string(&mut self, encoding: Encoding, length: usize) -> Result<(usize, usize), Fault> {
        let maximum = self.limits.string_bytes;
        if length > maximum {
            return Err(self.limit("bytes in one string", maximum));
        }
        // All literals of one event are in memory at once.
        let room = self.parts.tables.scratch_left() / GROWTH;
        let room = room.saturating_sub(self.parts.scratch.len());
        if length > room {
            return Err(self.limit("bytes of memory for the tables of one document", self.limits.memory));
        }
        let maximum = maximum.min(room);
        let offset = self.cursor.position();
        let start = self.parts.scratch.len();
        let Reader { cursor, parts: Parts { tables, scratch, .. }, .. } = self;
        let decoded = cursor.take(length, |bytes| match encoding {
            Encoding::Utf8 => utf8(bytes, scratch),
            Encoding::Utf16 => utf16(bytes, scratch, maximum),
            Encoding::Alphabet(number) => {
                alphabet(tables, number, |alphabet| alphabet.decode(bytes, scratch, maximum))
            }
            Encoding::Algorithm(algorithm) => algorithm::decode(algorithm, bytes, scratch, maximum),
        })?;
        decoded.map_err(|kind| Fault::new(Error { offset, kind }))?;
        let end = self.parts.scratch.len();
        self.parts.tables.note_scratch(end.saturating_mul(GROWTH));
        if end > self.limits.total_bytes {
            return Err(self.limit("bytes of text in the document", self.limits.total_bytes));
        }
        Ok((start, end))
    }
}

fn utf8(bytes: &[u8], out: &mut String) -> Result<(), ErrorKind> {
    out.push_str(std::str::from_utf8(bytes).map_err(|_| ErrorKind::InvalidString("UTF-8"))?);
    Ok(())
}

fn utf16(bytes: &[u8], out: &mut String, maximum: usize) -> Result<(), ErrorKind> {
    let invalid = ErrorKind::InvalidString("UTF-16");
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(invalid);
    }
    let start = out.len();
    for character in char::decode_utf16(pairs.iter().copied().map(u16::from_be_bytes)) {
        let Ok(character) = character else {
            return Err(invalid);
        };
        out.push(character);
    }
    if out.len() - start > maximum {
        return Err(ErrorKind::Limit { what: "bytes in one string", maximum });
    }
    Ok(())
}

/// Finds a built-in or declared alphabet by its number.
fn alphabet(
    tables: &Tables,
    number: usize,
    decode: impl FnOnce(&Alphabet) -> Result<(), ErrorKind>,
) -> Result<(), ErrorKind> {
    match number {
        1 => decode(&alphabet::NUMERIC),
        2 => decode(&alphabet::DATE_AND_TIME),
        _ => {
            let declared = number.checked_sub(alphabet::FIRST_DECLARED);
            let found = declared.and_then(|index| tables.alphabets.get(index));
            let unknown = ErrorKind::Unsupported(Feature::UnknownAlphabet(number));
            decode(found.ok_or(unknown)?)
        }
    }
}
