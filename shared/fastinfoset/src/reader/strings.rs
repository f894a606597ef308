//! Strings and names, literal or by index (X.891 annexes C.13 to C.20).

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Feature};
use crate::event::Name;
use crate::reader::Reader;
use crate::vocabulary::{Chunk, Table, Vocabulary};
use crate::{CDATA_ALGORITHM, Limits};

/// Picks one table of strings out of all.
type Strings<'a> = for<'v> fn(&'v mut Vocabulary<'a>) -> &'v mut Table<Cow<'a, str>>;

/// How a string is encoded: the discriminant of annexes C.19 and C.20.
#[derive(Clone, Copy, PartialEq)]
enum Encoding {
    Utf8,
    Utf16,
    RestrictedAlphabet,
    Algorithm,
}

impl Encoding {
    fn of(bits: u8) -> Self {
        match bits & 0x03 {
            0 => Encoding::Utf8,
            1 => Encoding::Utf16,
            2 => Encoding::RestrictedAlphabet,
            _ => Encoding::Algorithm,
        }
    }
}

impl<'a> Reader<'a> {
    /// C.13: an identifying string, literal (and then added to its table) or by index.
    pub(super) fn identifying_string(&mut self, table: Strings<'a>) -> Result<Cow<'a, str>, Error> {
        let first = self.cursor.byte()?;
        if first & 0x80 != 0 {
            let index = self.cursor.index_on_second_bit(first)?;
            let found = table(&mut self.vocabulary).get(index).cloned();
            return found.map_err(|kind| self.cursor.error(kind));
        }
        let length = self.cursor.length_on_second_bit(first)?;
        let text = self.string(Encoding::Utf8, length)?;
        let added = table(&mut self.vocabulary).add(text.clone());
        added.map_err(|kind| self.cursor.error(kind))?;
        Ok(text)
    }

    /// C.17, C.18: a literal name whose last two bits say whether prefix and namespace are there.
    pub(super) fn literal_name(&mut self, first: u8) -> Result<Name<'a>, Error> {
        let has_prefix = first & 0x02 != 0;
        let has_namespace = first & 0x01 != 0;
        if has_prefix && !has_namespace {
            return Err(self.cursor.error(ErrorKind::PrefixWithoutNamespace));
        }
        let prefix =
            if has_prefix { Some(self.identifying_string(|tables| &mut tables.prefixes)?) } else { None };
        let namespace = if has_namespace {
            Some(self.identifying_string(|tables| &mut tables.namespaces)?)
        } else {
            None
        };
        let local = self.identifying_string(|tables| &mut tables.local_names)?;
        Ok(Name { prefix, namespace, local })
    }

    /// C.14 on the table of attribute values.
    pub(super) fn attribute_value(&mut self) -> Result<Cow<'a, str>, Error> {
        self.value(|tables| &mut tables.values)
    }

    /// C.14 on the table of other strings: comments, processing instructions, the version.
    pub(super) fn other_string(&mut self) -> Result<Cow<'a, str>, Error> {
        self.value(|tables| &mut tables.other_strings)
    }

    fn value(&mut self, table: Strings<'a>) -> Result<Cow<'a, str>, Error> {
        let first = self.cursor.byte()?;
        // C.26: this index alone may be zero, which stands for the empty string.
        if first == 0xFF {
            return Ok(Cow::Borrowed(""));
        }
        if first & 0x80 != 0 {
            let index = self.cursor.index_on_second_bit(first)?;
            let found = table(&mut self.vocabulary).get(index).cloned();
            return found.map_err(|kind| self.cursor.error(kind));
        }
        let add_to_table = first & 0x40 != 0;
        let encoding = Encoding::of(first >> 4);
        let length_byte = self.straddling_number(encoding, first, 4)?;
        let length = self.cursor.length_on_fifth_bit(length_byte)?;
        let text = self.string(encoding, length)?;
        if add_to_table {
            let added = table(&mut self.vocabulary).add(text.clone());
            added.map_err(|kind| self.cursor.error(kind))?;
        }
        Ok(text)
    }

    /// C.15: character data, its first two bits already seen.
    pub(super) fn chunk(&mut self, first: u8) -> Result<Chunk<'a>, Error> {
        if first & 0x20 != 0 {
            let index = self.cursor.index_on_fourth_bit(first)?;
            let found = self.vocabulary.chunks.get(index).cloned();
            return found.map_err(|kind| self.cursor.error(kind));
        }
        let add_to_table = first & 0x10 != 0;
        let encoding = Encoding::of(first >> 2);
        let length_byte = self.straddling_number(encoding, first, 6)?;
        let length = self.cursor.length_on_seventh_bit(length_byte)?;
        let chunk = Chunk { text: self.string(encoding, length)?, is_cdata: encoding == Encoding::Algorithm };
        if add_to_table {
            let added = self.vocabulary.chunks.add(chunk.clone());
            added.map_err(|kind| self.cursor.error(kind))?;
        }
        Ok(chunk)
    }

    /// C.29: the number of an alphabet or algorithm takes the last `8 - before` bits of one byte and
    /// the first `before` of the next, whose rest starts the length. Returns the byte with the length.
    fn straddling_number(&mut self, encoding: Encoding, first: u8, before: u8) -> Result<u8, Error> {
        if matches!(encoding, Encoding::Utf8 | Encoding::Utf16) {
            return Ok(first);
        }
        let second = self.cursor.byte()?;
        let number = (u16::from(first) << before & 0xFF) | u16::from(second >> (8 - before));
        let number = number + 1;
        // Only character data can be a CDATA section (X.891 §10.11.2).
        let is_cdata = before == 6 && number == u16::from(CDATA_ALGORITHM);
        match encoding {
            Encoding::Algorithm if is_cdata => Ok(second),
            Encoding::Algorithm => Err(self.refuse(Feature::EncodingAlgorithm(number))),
            _ => Err(self.refuse(Feature::RestrictedAlphabet(number))),
        }
    }

    fn string(&mut self, encoding: Encoding, length: usize) -> Result<Cow<'a, str>, Error> {
        let Limits { string_bytes, .. } = self.limits;
        if length > string_bytes {
            return Err(self
                .cursor
                .error(ErrorKind::Limit { what: "bytes in one string", maximum: string_bytes }));
        }
        let offset = self.cursor.position();
        let bytes = self.cursor.take(length)?;
        let invalid = |what| Error { offset, kind: ErrorKind::InvalidString(what) };
        if encoding != Encoding::Utf16 {
            let text = std::str::from_utf8(bytes).map_err(|_| invalid("UTF-8"))?;
            return Ok(Cow::Borrowed(text));
        }
        let (pairs, rest) = bytes.as_chunks::<2>();
        if !rest.is_empty() {
            return Err(invalid("UTF-16"));
        }
        let units = pairs.iter().copied().map(u16::from_be_bytes);
        let text: Result<String, _> = char::decode_utf16(units).collect();
        text.map(Cow::Owned).map_err(|_| invalid("UTF-16"))
    }
}
