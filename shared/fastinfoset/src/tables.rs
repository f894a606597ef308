//! The tables that a document fills as it goes and then refers to by index (X.891 §8).

use std::collections::HashMap;

use crate::alphabet::Alphabet;
use crate::error::ErrorKind;
use crate::event::Name;
use crate::limits::Limits;
use crate::vocabulary::{QualifiedName, Vocabulary};
use crate::{XML_NAMESPACE, XML_PREFIX};

/// A table of strings in order of appearance, indexed from 0, one after the other in one allocation.
pub(crate) struct Strings {
    what: &'static str,
    text: String,
    ends: Vec<usize>,
    maximum: usize,
}

impl Strings {
    fn new(what: &'static str, maximum: usize) -> Self {
        Strings { what, text: String::new(), ends: Vec::new(), maximum }
    }

    /// Checks that there is such an entry; returns its length in bytes.
    #[inline]
    pub(crate) fn check(&self, index: usize) -> Result<usize, ErrorKind> {
        let end = self.ends.get(index).ok_or(ErrorKind::UnknownIndex { table: self.what, index })?;
        Ok(end - self.start(index))
    }

    #[inline]
    fn start(&self, index: usize) -> usize {
        index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0)
    }

    #[inline]
    pub(crate) fn find(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        self.text.get(self.start(index)..end)
    }

    /// Adds a string; returns its index.
    pub(crate) fn add(&mut self, text: &str) -> Result<usize, ErrorKind> {
        let index = self.ends.len();
        check_room(index, self.maximum)?;
        self.text.push_str(text);
        self.ends.push(self.text.len());
        Ok(index)
    }

    fn add_all(&mut self, texts: &[String]) -> Result<(), ErrorKind> {
        texts.iter().try_for_each(|text| self.add(text).map(drop))
    }
}

fn check_room(entries: usize, maximum: usize) -> Result<(), ErrorKind> {
    if entries >= maximum {
        return Err(ErrorKind::Limit { what: "entries in one vocabulary table", maximum });
    }
    Ok(())
}

/// A name as indexes into the tables of prefixes, namespaces and local names (X.891 §7.15).
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Surrogate {
    pub(crate) prefix: Option<usize>,
    pub(crate) namespace: Option<usize>,
    pub(crate) local: usize,
    /// Bytes of all three together.
    pub(crate) bytes: usize,
}

/// A table of names.
pub(crate) struct Names {
    what: &'static str,
    entries: Vec<Surrogate>,
    maximum: usize,
}

impl Names {
    fn new(what: &'static str, maximum: usize) -> Self {
        Names { what, entries: Vec::new(), maximum }
    }

    #[inline]
    pub(crate) fn get(&self, index: usize) -> Result<Surrogate, ErrorKind> {
        let found = self.entries.get(index).copied();
        found.ok_or(ErrorKind::UnknownIndex { table: self.what, index })
    }

    pub(crate) fn add(&mut self, name: Surrogate) -> Result<(), ErrorKind> {
        check_room(self.entries.len(), self.maximum)?;
        self.entries.push(name);
        Ok(())
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
    /// Which chunks are CDATA sections.
    pub(crate) cdata_chunks: Vec<bool>,
    pub(crate) other_strings: Strings,
    pub(crate) elements: Names,
    pub(crate) attributes: Names,
}

impl Tables {
    /// Empty tables, but for the prefix `xml` and its namespace (X.891 §7.2.21, §7.2.22).
    pub(crate) fn new(limits: &Limits) -> Self {
        let maximum = limits.vocabulary_entries;
        let built_in = |what, entry: &str| {
            let text = entry.to_owned();
            Strings { what, ends: vec![text.len()], text, maximum }
        };
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
        }
    }

    /// Alphabets and algorithms are numbered by one byte (X.891 §8.2, §8.3).
    pub(crate) const SMALL_TABLE: usize = 256;

    pub(crate) fn add_alphabet(&mut self, characters: &str) -> Result<(), ErrorKind> {
        check_room(self.alphabets.len(), Self::SMALL_TABLE)?;
        self.alphabets.push(Alphabet::new(characters)?);
        Ok(())
    }

    pub(crate) fn add_chunk(&mut self, text: &str, is_cdata: bool) -> Result<(), ErrorKind> {
        self.chunks.add(text)?;
        self.cdata_chunks.push(is_cdata);
        Ok(())
    }

    /// A name of parts that are in their tables.
    pub(crate) fn surrogate(
        &self,
        prefix: Option<usize>,
        namespace: Option<usize>,
        local: usize,
    ) -> Surrogate {
        let mut name = Surrogate { prefix, namespace, local, bytes: 0 };
        name.bytes = self.name(name).byte_len();
        name
    }

    /// The strings that a surrogate stands for; it was checked when it was read.
    #[inline]
    pub(crate) fn name(&self, name: Surrogate) -> Name<'_> {
        Name {
            prefix: name.prefix.and_then(|index| self.prefixes.find(index)),
            namespace: name.namespace.and_then(|index| self.namespaces.find(index)),
            local: self.local_names.find(name.local).unwrap_or_default(),
        }
    }

    /// Appends a vocabulary that both sides know (X.891 §7.2.14).
    pub(crate) fn load(&mut self, vocabulary: &Vocabulary) -> Result<(), ErrorKind> {
        for alphabet in &vocabulary.restricted_alphabets {
            self.add_alphabet(alphabet)?;
        }
        self.algorithms.add_all(&vocabulary.encoding_algorithms)?;
        self.prefixes.add_all(&vocabulary.prefixes)?;
        self.namespaces.add_all(&vocabulary.namespaces)?;
        self.local_names.add_all(&vocabulary.local_names)?;
        self.other_names.add_all(&vocabulary.other_names)?;
        self.other_uris.add_all(&vocabulary.other_uris)?;
        self.values.add_all(&vocabulary.attribute_values)?;
        for chunk in &vocabulary.chunks {
            self.add_chunk(chunk, false)?;
        }
        self.other_strings.add_all(&vocabulary.other_strings)?;
        let mut finder = Finder::new(self);
        for name in &vocabulary.elements {
            let name = finder.surrogate(self, name)?;
            self.elements.add(name)?;
        }
        for name in &vocabulary.attributes {
            let name = finder.surrogate(self, name)?;
            self.attributes.add(name)?;
        }
        Ok(())
    }
}

/// Finds the indexes of strings; those that are not there are appended.
struct Finder {
    prefixes: HashMap<String, usize>,
    namespaces: HashMap<String, usize>,
    local_names: HashMap<String, usize>,
}

impl Finder {
    fn new(tables: &Tables) -> Self {
        let indexes = |strings: &Strings| {
            let entries = (0..strings.ends.len()).rev();
            entries.filter_map(|index| Some((strings.find(index)?.to_owned(), index))).collect()
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
        let prefix = name.prefix.as_deref();
        let namespace = name.namespace.as_deref();
        let bytes = name.as_name().byte_len();
        Ok(Surrogate {
            bytes,
            prefix: prefix.map(|text| index(&mut self.prefixes, &mut tables.prefixes, text)).transpose()?,
            namespace: namespace
                .map(|text| index(&mut self.namespaces, &mut tables.namespaces, text))
                .transpose()?,
            local: index(&mut self.local_names, &mut tables.local_names, &name.local)?,
        })
    }
}

fn index(known: &mut HashMap<String, usize>, table: &mut Strings, text: &str) -> Result<usize, ErrorKind> {
    if let Some(index) = known.get(text) {
        return Ok(*index);
    }
    let index = table.add(text)?;
    known.insert(text.to_owned(), index);
    Ok(index)
}
