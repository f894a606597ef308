//! The tables that a document fills while it is read, and refers to by index (X.891 §8).

use std::collections::HashMap;

use crate::alphabet::Alphabet;
use crate::error::ErrorKind;
use crate::event::Name;
use crate::limits::Limits;
use crate::vocabulary::{QualifiedName, Vocabulary};
use crate::{XML_NAMESPACE, XML_PREFIX};

/// Overhead of an allocation: its length field, and rounding up to sixteen bytes.
const ALLOCATION: usize = 16;
/// A vector stores which chunks are CDATA sections. It doubles as it grows; meanwhile old and new one are
/// allocated.
const CHUNK: usize = 3;
/// Memory per character of an alphabet, including the pairwise comparison.
const CHARACTER: usize = 48;

/// Initial capacity of a table.
const FIRST_ENTRIES: usize = 4;

/// A table of strings in order of appearance, indexed from 0.
pub(crate) struct Strings {
    pub(crate) what: &'static str,
    /// Each entry has an allocation of its own: lookups are far more frequent than additions.
    entries: Vec<Box<str>>,
    maximum: usize,
}

/// Selects one of the tables of strings.
pub(crate) type Table = fn(&mut Tables) -> &mut Strings;

/// Selects the names of elements or of attributes.
pub(crate) type NameTable = fn(&mut Tables) -> &mut Names;

impl Strings {
    fn new(what: &'static str, maximum: usize) -> Self {
        Strings { what, entries: Vec::new(), maximum }
    }

    #[inline]
    pub(crate) fn find(&self, index: usize) -> Option<&str> {
        self.entries.get(index).map(|entry| &**entry)
    }
}

fn check_room(entries: usize, maximum: usize) -> Result<(), ErrorKind> {
    if entries >= maximum {
        return Err(ErrorKind::Limit { what: "entries in one vocabulary table", maximum });
    }
    Ok(())
}

/// A name as indexes into the tables of prefixes, namespaces and local names (X.891 §7.15).
#[derive(Clone, Copy)]
pub(crate) struct Surrogate {
    prefix: Part,
    namespace: Part,
    local: Part,
    /// A hash of the parts that distinguish names. Equal hashes of different names are extremely rare.
    pub(crate) key: u32,
    /// Bytes of all three parts.
    pub(crate) bytes: usize,
}

impl Surrogate {
    /// An absent name.
    pub(crate) const NONE: Surrogate =
        Surrogate { prefix: Part::NONE, namespace: Part::NONE, local: Part::NONE, key: 0, bytes: 0 };
}

/// An optional index in half the size of an `Option`, because names are copied at every element.
#[derive(Clone, Copy)]
struct Part(u32);

impl Part {
    const NONE: Part = Part(u32::MAX);

    /// Tables have far fewer entries ([`Limits::VOCABULARY_ENTRIES`]).
    fn new(index: Option<usize>) -> Self {
        index.and_then(|index| u32::try_from(index).ok()).map_or(Part::NONE, Part)
    }

    #[inline]
    fn of(self, table: &Strings) -> Option<&str> {
        // No table is long enough to have an entry at the index that means absent.
        table.find(self.0 as usize)
    }
}

/// A table of names.
pub(crate) struct Names {
    pub(crate) what: &'static str,
    entries: Vec<Surrogate>,
    maximum: usize,
}

impl Names {
    fn new(what: &'static str, maximum: usize) -> Self {
        Names { what, entries: Vec::new(), maximum }
    }

    #[inline]
    pub(crate) fn find(&self, index: usize) -> Option<Surrogate> {
        self.entries.get(index).copied()
    }
}

/// All tables of one document.
pub(crate) struct Tables {
    pub(crate) alphabets: Vec<Alphabet>,
    pub(crate) algorithms: Strings,
    pub(crate) prefixes: Strings,
    pub(crate) namespaces: Strings,
    pub(crate) local_names: Strings,
    pub(crate) other_names: Strings,
    pub(crate) other_uris: Strings,
    pub(crate) values: Strings,
    pub(crate) chunks: Strings,
    /// Marks the chunks that are CDATA sections.
    pub(crate) cdata_chunks: Vec<bool>,
    pub(crate) other_strings: Strings,
    pub(crate) elements: Names,
    pub(crate) attributes: Names,
    /// Present and maximum memory of all tables in bytes.
    held: usize,
    memory: usize,
    /// Largest size of the decoding buffer so far.
    scratch: usize,
}

impl Tables {
    /// Empty tables, except for the prefix `xml` and its namespace (X.891 §7.2.21, §7.2.22).
    pub(crate) fn new(limits: &Limits) -> Self {
        let maximum = limits.vocabulary_entries;
        let built_in = |what, entry: &str| Strings { what, entries: vec![entry.into()], maximum };
        Tables {
            alphabets: Vec::new(),
            algorithms: Strings::new("encoding algorithms", Self::SMALL_TABLE),
            prefixes: built_in("prefixes", XML_PREFIX),
            namespaces: built_in("namespaces", XML_NAMESPACE),
            local_names: Strings::new("local names", maximum),
            other_names: Strings::new("other names", maximum),
            other_uris: Strings::new("other URIs", maximum),
            values: Strings::new("attribute values", maximum),
            chunks: Strings::new("character chunks", maximum),
            cdata_chunks: Vec::new(),
            other_strings: Strings::new("other strings", maximum),
            elements: Names::new("element names", maximum),
            attributes: Names::new("attribute names", maximum),
            held: 0,
            memory: limits.memory,
            scratch: 0,
        }
    }

    /// Memory that the tables leave for the strings of one event, in bytes.
    pub(crate) fn scratch_left(&self) -> usize {
        self.memory.saturating_sub(self.held)
    }

    /// Records the memory of the strings of one event.
    pub(crate) fn note_scratch(&mut self, bytes: usize) {
        self.scratch = self.scratch.max(bytes);
    }

    /// Counts memory before it is allocated.
    pub(crate) fn hold(&mut self, bytes: usize) -> Result<(), ErrorKind> {
        let held = self.held.saturating_add(bytes);
        if held.saturating_add(self.scratch) > self.memory {
            let what = "bytes of memory for the tables of one document";
            return Err(ErrorKind::Limit { what, maximum: self.memory });
        }
        self.held = held;
        Ok(())
    }

    /// Adds a string to a table; returns its index.
    pub(crate) fn add(&mut self, table: Table, text: &str) -> Result<usize, ErrorKind> {
        let strings = table(self);
        let index = strings.entries.len();
        check_room(index, strings.maximum)?;
        self.hold(ALLOCATION + text.len())?;
        self.grow(|tables| &mut table(tables).entries)?;
        table(self).entries.push(text.into());
        Ok(index)
    }

    fn add_all(&mut self, table: Table, texts: &[String]) -> Result<(), ErrorKind> {
        texts.iter().try_for_each(|text| self.add(table, text).map(drop))
    }

    /// Adds a name to a table.
    pub(crate) fn add_name(&mut self, table: NameTable, name: Surrogate) -> Result<(), ErrorKind> {
        let names = table(self);
        check_room(names.entries.len(), names.maximum)?;
        self.grow(|tables| &mut table(tables).entries)?;
        table(self).entries.push(name);
        Ok(())
    }

    /// Doubles the capacity of a full table. The old one also counts while entries are moved.
    fn grow<T>(&mut self, entries: impl Fn(&mut Self) -> &mut Vec<T>) -> Result<(), ErrorKind> {
        let full = entries(self);
        let (length, old) = (full.len(), full.capacity());
        if length < old {
            return Ok(());
        }
        let new = old.saturating_mul(2).max(FIRST_ENTRIES);
        self.hold(new.saturating_mul(size_of::<T>()))?;
        entries(self).reserve_exact(new - length);
        self.held = self.held.saturating_sub(old * size_of::<T>());
        Ok(())
    }

    /// Alphabets and algorithms are numbered by one byte (X.891 §8.2, §8.3).
    pub(crate) const SMALL_TABLE: usize = 256;

    pub(crate) fn add_alphabet(&mut self, characters: &str) -> Result<(), ErrorKind> {
        check_room(self.alphabets.len(), Self::SMALL_TABLE)?;
        self.hold(CHARACTER.saturating_mul(characters.len()))?;
        self.alphabets.push(Alphabet::new(characters)?);
        Ok(())
    }

    pub(crate) fn add_chunk(&mut self, text: &str, is_cdata: bool) -> Result<(), ErrorKind> {
        self.hold(CHUNK)?;
        self.add(|tables| &mut tables.chunks, text)?;
        self.cdata_chunks.push(is_cdata);
        Ok(())
    }

    /// A name whose parts are in their tables.
    pub(crate) fn surrogate(
        &self,
        prefix: Option<usize>,
        namespace: Option<usize>,
        local: usize,
    ) -> Surrogate {
        let mut name = Surrogate {
            prefix: Part::new(prefix),
            namespace: Part::new(namespace),
            local: Part::new(Some(local)),
            key: 0,
            bytes: 0,
        };
        let written = self.name(name);
        name.bytes = written.byte_len();
        name.key = key(&written);
        name
    }

    /// The strings of a surrogate, which was checked when it was read.
    #[inline]
    pub(crate) fn name(&self, name: Surrogate) -> Name<'_> {
        Name {
            prefix: name.prefix.of(&self.prefixes),
            namespace: name.namespace.of(&self.namespaces),
            local: name.local.of(&self.local_names).unwrap_or_default(),
        }
    }

    /// Appends a vocabulary that both sides have (X.891 §7.2.14).
    pub(crate) fn load(&mut self, vocabulary: &Vocabulary) -> Result<(), ErrorKind> {
        for alphabet in &vocabulary.restricted_alphabets {
            self.add_alphabet(alphabet)?;
        }
        self.add_all(|tables| &mut tables.algorithms, &vocabulary.encoding_algorithms)?;
        self.add_all(|tables| &mut tables.prefixes, &vocabulary.prefixes)?;
        self.add_all(|tables| &mut tables.namespaces, &vocabulary.namespaces)?;
        self.add_all(|tables| &mut tables.local_names, &vocabulary.local_names)?;
        self.add_all(|tables| &mut tables.other_names, &vocabulary.other_names)?;
        self.add_all(|tables| &mut tables.other_uris, &vocabulary.other_uris)?;
        self.add_all(|tables| &mut tables.values, &vocabulary.attribute_values)?;
        for chunk in &vocabulary.chunks {
            self.add_chunk(chunk, false)?;
        }
        self.add_all(|tables| &mut tables.other_strings, &vocabulary.other_strings)?;
        let mut finder = Finder::new(self);
        for name in &vocabulary.elements {
            let name = finder.surrogate(self, name)?;
            self.add_name(|tables| &mut tables.elements, name)?;
        }
        for name in &vocabulary.attributes {
            let name = finder.surrogate(self, name)?;
            self.add_name(|tables| &mut tables.attributes, name)?;
        }
        Ok(())
    }
}

/// The 32-bit FNV-1a hash of the parts that distinguish two attributes of an element.
fn key(name: &Name<'_>) -> u32 {
    const START: u32 = 0x811C_9DC5;
    const PRIME: u32 = 0x0100_0193;
    let namespace = name.namespace.unwrap_or_default();
    let bytes = name.local.bytes().chain([b'\n']).chain(namespace.bytes());
    bytes.fold(START, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(PRIME))
}

/// Finds the indexes of strings, and appends missing ones.
struct Finder {
    prefixes: HashMap<String, usize>,
    namespaces: HashMap<String, usize>,
    local_names: HashMap<String, usize>,
}

impl Finder {
    fn new(tables: &Tables) -> Self {
        let indexes = |strings: &Strings| {
            let entries = strings.entries.iter().enumerate().rev();
            entries.map(|(index, entry)| (String::from(&**entry), index)).collect()
        };
        Finder {
            prefixes: indexes(&tables.prefixes),
            namespaces: indexes(&tables.namespaces),
            local_names: indexes(&tables.local_names),
        }
    }

    fn surrogate(&mut self, tables: &mut Tables, name: &QualifiedName) -> Result<Surrogate, ErrorKind> {
        if name.prefix.is_some() && name.namespace.is_none() {
            return Err(ErrorKind::PrefixWithoutNamespace);
        }
        let (prefix, namespace) = (name.prefix.as_deref(), name.namespace.as_deref());
        let prefix =
            prefix.map(|text| index(&mut self.prefixes, tables, |tables| &mut tables.prefixes, text));
        let prefix = prefix.transpose()?;
        let namespace =
            namespace.map(|text| index(&mut self.namespaces, tables, |tables| &mut tables.namespaces, text));
        let namespace = namespace.transpose()?;
        let local = index(&mut self.local_names, tables, |tables| &mut tables.local_names, &name.local)?;
        Ok(tables.surrogate(prefix, namespace, local))
    }
}

fn index(
    known: &mut HashMap<String, usize>,
    tables: &mut Tables,
    table: Table,
    text: &str,
) -> Result<usize, ErrorKind> {
    if let Some(index) = known.get(text) {
        return Ok(*index);
    }
    let index = tables.add(table, text)?;
    known.insert(text.to_owned(), index);
    Ok(index)
}
