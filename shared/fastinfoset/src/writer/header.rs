//! Writes the document's header (X.891 §12, annex C.2).

use std::io::Write;

use super::content::{identifying, name_bits, parts, presence};
use super::index::Indexes;
use super::{Header, WriteError, Writer, WriterOptions, codes};
use crate::MAGIC;
use crate::alphabet::Alphabet;
use crate::event::Name;
use crate::vocabulary::{QualifiedName, Vocabulary};

impl<W: Write> Writer<W> {
    /// A header without optional components.
    pub(super) fn empty_header(&mut self) {
        self.out.extend(MAGIC);
        self.out.push(0);
    }

    pub(super) fn header(&mut self, options: &WriterOptions) -> Result<(), WriteError> {
        let WriterOptions { header, external, initial, .. } = options;
        let has_vocabulary = header.external_vocabulary.is_some() || !initial.is_empty();
        if header.declaration {
            self.declaration(header);
        }
        self.out.extend(MAGIC);
        let components = [
            !header.additional_data.is_empty(),
            has_vocabulary,
            !header.notations.is_empty(),
            !header.unparsed_entities.is_empty(),
            header.encoding.is_some(),
            header.standalone.is_some(),
            header.version.is_some(),
        ];
        self.out.push(bits(&components));
        if !header.additional_data.is_empty() {
            codes::items(&mut self.out, header.additional_data.len())?;
            for datum in &header.additional_data {
                codes::string_on_second_bit(&mut self.out, datum.id.as_bytes())?;
                codes::string_on_second_bit(&mut self.out, &datum.data)?;
            }
        }
        if has_vocabulary {
            self.vocabulary(header.external_vocabulary.as_deref(), external, initial)?;
        }
        self.document_type_lists(header)?;
        if let Some(encoding) = &header.encoding {
            codes::string_on_second_bit(&mut self.out, encoding.as_bytes())?;
        }
        if let Some(standalone) = header.standalone {
            self.out.push(u8::from(standalone));
        }
        match &header.version {
            Some(version) => self.other_string(version),
            None => Ok(()),
        }
    }

    /// §12.3 allows only these declarations.
    fn declaration(&mut self, header: &Header) {
        let version = match header.version.as_deref() {
            Some("1.0") => " version='1.0'",
            Some("1.1") => " version='1.1'",
            _ => "",
        };
        let standalone = match header.standalone {
            Some(true) => " standalone='yes'",
            Some(false) => " standalone='no'",
            None => "",
        };
        self.out.extend(format!("<?xml{version} encoding='finf'{standalone}?>").bytes());
    }

    /// C.2.6, C.2.7.
    fn document_type_lists(&mut self, header: &Header) -> Result<(), WriteError> {
        for notation in &header.notations {
            let (system, public) = (notation.system.as_deref(), notation.public.as_deref());
            self.out.push(0xC0 | presence(system, public));
            identifying(&mut self.out, &mut self.indexes.other_names, &notation.name)?;
            self.identifiers(system, public)?;
        }
        if !header.notations.is_empty() {
            self.out.push(0xF0);
        }
        for entity in &header.unparsed_entities {
            let public = entity.public.as_deref();
            self.out.push(0xD0 | presence(None, public));
            identifying(&mut self.out, &mut self.indexes.other_names, &entity.name)?;
            self.identifiers(Some(&entity.system), public)?;
            identifying(&mut self.out, &mut self.indexes.other_names, &entity.notation)?;
        }
        if !header.unparsed_entities.is_empty() {
            self.out.push(0xF0);
        }
        Ok(())
    }

    /// C.2.5: the external vocabulary's URI and the initial vocabulary's tables.
    fn vocabulary(
        &mut self,
        uri: Option<&str>,
        external: &Vocabulary,
        initial: &Vocabulary,
    ) -> Result<(), WriteError> {
        if uri.is_some() {
            self.load(external)?;
        }
        let missing = Missing::of(initial, &self.indexes);
        let prefixes = listed(&initial.prefixes, &missing.prefixes);
        let namespaces = listed(&initial.namespaces, &missing.namespaces);
        let local_names = listed(&initial.local_names, &missing.local_names);
        self.out.push(bits(&[
            uri.is_some(),
            !initial.restricted_alphabets.is_empty(),
            !initial.encoding_algorithms.is_empty(),
            !prefixes.is_empty(),
            !namespaces.is_empty(),
        ]));
        self.out.push(bits(&[
            !local_names.is_empty(),
            !initial.other_names.is_empty(),
            !initial.other_uris.is_empty(),
            !initial.attribute_values.is_empty(),
            !initial.chunks.is_empty(),
            !initial.other_strings.is_empty(),
            !initial.elements.is_empty(),
            !initial.attributes.is_empty(),
        ]));
        if let Some(uri) = uri {
            codes::string_on_second_bit(&mut self.out, uri.as_bytes())?;
        }
        let other_names = listed(&initial.other_names, &[]);
        let other_uris = listed(&initial.other_uris, &[]);
        self.literals(&listed(&initial.restricted_alphabets, &[]))?;
        self.literals(&listed(&initial.encoding_algorithms, &[]))?;
        for list in [&prefixes, &namespaces, &local_names, &other_names, &other_uris] {
            self.literals(list)?;
        }
        for list in [&initial.attribute_values, &initial.chunks, &initial.other_strings] {
            if !list.is_empty() {
                codes::items(&mut self.out, list.len())?;
                list.iter().try_for_each(|text| self.entry(text))?;
            }
        }
        self.load(initial)?;
        self.surrogates(&initial.elements)?;
        self.surrogates(&initial.attributes)
    }

    fn literals(&mut self, list: &[&str]) -> Result<(), WriteError> {
        if list.is_empty() {
            return Ok(());
        }
        codes::items(&mut self.out, list.len())?;
        list.iter().try_for_each(|text| codes::string_on_second_bit(&mut self.out, text.as_bytes()))
    }

    /// C.16: names whose parts are in their tables already.
    fn surrogates(&mut self, names: &[QualifiedName]) -> Result<(), WriteError> {
        if names.is_empty() {
            return Ok(());
        }
        codes::items(&mut self.out, names.len())?;
        for name in names {
            let name = name.as_name();
            self.out.push(name_bits(&name)?);
            let (prefix, namespace, local) = parts(&self.indexes, &name).ok_or(WriteError::InvalidName)?;
            for index in [prefix, namespace, Some(local)].into_iter().flatten() {
                codes::index_on_second_bit(&mut self.out, 0, index);
            }
        }
        Ok(())
    }

    /// Copies the entries of a vocabulary, in the order of a reader.
    fn load(&mut self, vocabulary: &Vocabulary) -> Result<(), WriteError> {
        for characters in &vocabulary.restricted_alphabets {
            let alphabet = Alphabet::new(characters).map_err(|_| WriteError::InvalidAlphabet)?;
            self.alphabets.push(alphabet);
        }
        let indexes = &mut self.indexes;
        let missing = Missing::of(vocabulary, indexes);
        let tables = [
            (&mut indexes.prefixes, &vocabulary.prefixes, &missing.prefixes),
            (&mut indexes.namespaces, &vocabulary.namespaces, &missing.namespaces),
            (&mut indexes.local_names, &vocabulary.local_names, &missing.local_names),
            (&mut indexes.other_names, &vocabulary.other_names, &Vec::new()),
            (&mut indexes.other_uris, &vocabulary.other_uris, &Vec::new()),
            (&mut indexes.values, &vocabulary.attribute_values, &Vec::new()),
            (&mut indexes.chunks, &vocabulary.chunks, &Vec::new()),
            (&mut indexes.other_strings, &vocabulary.other_strings, &Vec::new()),
        ];
        for (table, entries, missing) in tables {
            listed(entries, missing).into_iter().try_for_each(|text| table.append(text).map(drop))?;
        }
        for name in &vocabulary.elements {
            let parts = parts(indexes, &name.as_name()).ok_or(WriteError::InvalidName)?;
            indexes.elements.add(parts)?;
        }
        for name in &vocabulary.attributes {
            let parts = parts(indexes, &name.as_name()).ok_or(WriteError::InvalidName)?;
            indexes.attributes.add(parts)?;
        }
        Ok(())
    }
}

/// Parts of names that are missing in the tables of strings.
#[derive(Default)]
struct Missing<'v> {
    prefixes: Vec<&'v str>,
    namespaces: Vec<&'v str>,
    local_names: Vec<&'v str>,
}

impl<'v> Missing<'v> {
    fn of(vocabulary: &'v Vocabulary, known: &Indexes) -> Self {
        let mut missing = Missing::default();
        for name in vocabulary.elements.iter().chain(&vocabulary.attributes) {
            let Name { prefix, namespace, local } = name.as_name();
            let note = |list: &mut Vec<&'v str>, entries: &[String], is_known: bool, part: &'v str| {
                if !is_known && !list.contains(&part) && !entries.iter().any(|entry| entry == part) {
                    list.push(part);
                }
            };
            if let Some(prefix) = prefix {
                let is_known = known.prefixes.get(prefix).is_some();
                note(&mut missing.prefixes, &vocabulary.prefixes, is_known, prefix);
            }
            if let Some(namespace) = namespace {
                let is_known = known.namespaces.get(namespace).is_some();
                note(&mut missing.namespaces, &vocabulary.namespaces, is_known, namespace);
            }
            let is_known = known.local_names.get(local).is_some();
            note(&mut missing.local_names, &vocabulary.local_names, is_known, local);
        }
        missing
    }
}

fn listed<'v>(entries: &'v [String], missing: &[&'v str]) -> Vec<&'v str> {
    entries.iter().map(String::as_str).chain(missing.iter().copied()).collect()
}

/// Presence bits, the last one lowest.
fn bits(present: &[bool]) -> u8 {
    present.iter().fold(0, |bits, present| bits << 1 | u8::from(*present))
}
