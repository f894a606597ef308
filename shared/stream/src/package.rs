//! The common structure of all Modeler files: a zip with one main document and side files.

use bytes::Bytes;

use crate::archive::{Archive, Changes, is_plain_path};
use crate::element::Element;
use crate::error::{ErrorKind, Result};
use crate::limits::Limits;

/// An opened zip, its main document, and the changes to both.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    archive: Archive,
    main: String,
    is_xml: bool,
    document: Element,
    document_changed: bool,
    side_files: Changes,
    limits: Limits,
}

/// Folder and suffix of side files, with four digits between them.
const SIDE_FILE: (&str, &str) = ("data/", ".dat");

impl Package {
    pub(crate) fn open(bytes: impl Into<Bytes>, limits: Limits) -> Result<Self> {
        let archive = Archive::open(bytes, &limits)?;
        let main = main_entry(&archive)?;
        let content = archive.read(&main)?;
        let document = Element::read(&content, &limits).map_err(|error| error.in_entry(&main))?;
        Ok(Package {
            archive,
            is_xml: !satsuma_fastinfoset::is_fast_infoset(&content),
            main,
            document,
            document_changed: false,
            side_files: Changes::default(),
            limits,
        })
    }

    pub(crate) fn archive(&self) -> &Archive {
        &self.archive
    }

    pub(crate) fn main(&self) -> &str {
        &self.main
    }

    pub(crate) fn document(&self) -> &Element {
        &self.document
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The main document, for changes.
    pub(crate) fn document_mut(&mut self) -> &mut Element {
        self.document_changed = true;
        &mut self.document
    }

    /// Current names of all files, in the order of writing.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let kept = self.archive.names().filter(|name| !self.is_removed(name));
        let new = self.side_files.written.keys().map(String::as_str);
        kept.chain(new.filter(|name| !self.archive.contains(name)))
    }

    pub(crate) fn read(&self, name: &str) -> Result<Vec<u8>> {
        if let Some(content) = self.side_files.written.get(name) {
            return Ok(content.to_vec());
        }
        if self.is_removed(name) {
            return Err(ErrorKind::NoEntry(name.to_owned()).into());
        }
        self.archive.read(name)
    }

    /// Adds or replaces a side file.
    pub(crate) fn put(&mut self, name: &str, content: Bytes) -> Result<()> {
        if name == self.main || !is_plain_path(name) {
            return Err(ErrorKind::UnsafeName(name.to_owned()).into());
        }
        crate::limits::check("bytes in one entry", content.len() as u64, self.limits.entry_bytes)?;
        self.side_files.removed.retain(|removed| removed != name);
        self.side_files.written.insert(name.to_owned(), content);
        Ok(())
    }

    /// Adds a side file under the next number.
    pub(crate) fn append(&mut self, content: Bytes) -> Result<String> {
        let (folder, suffix) = SIDE_FILE;
        let number =
            |name: &str| -> Option<u32> { name.strip_prefix(folder)?.strip_suffix(suffix)?.parse().ok() };
        let last = self.archive.names().chain(self.names()).filter_map(number).max();
        let next = last.unwrap_or(0).saturating_add(1);
        let name = format!("{folder}{next:04}{suffix}");
        self.put(&name, content)?;
        Ok(name)
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.side_files.written.remove(name);
        if self.archive.contains(name) && !self.is_removed(name) && name != self.main {
            self.side_files.removed.push(name.to_owned());
        }
    }

    fn is_removed(&self, name: &str) -> bool {
        self.side_files.removed.iter().any(|removed| removed == name)
    }

    /// The bytes of the file: the original bytes if nothing was changed, otherwise with only these changes.
    pub(crate) fn write(&self) -> Result<Vec<u8>> {
        let same_files = self.side_files.written.is_empty() && self.side_files.removed.is_empty();
        if same_files && !self.document_changed {
            return Ok(self.archive.bytes().to_vec());
        }
        let mut changes = self.side_files.clone();
        if self.document_changed {
            let document = if self.is_xml { self.document.to_xml() } else { self.document.to_fast_infoset() };
            changes.written.insert(self.main.clone(), document?.into());
        }
        self.archive.rewrite(&changes)
    }
}

/// Name of the single XML document at the root of the zip.
fn main_entry(archive: &Archive) -> Result<String> {
    let is_main = |name: &&str| !name.contains('/') && name.ends_with(".xml");
    let found: Vec<_> = archive.names().filter(is_main).collect();
    match found.as_slice() {
        [main] => Ok((*main).to_owned()),
        [] => Err(ErrorKind::MainDocument("none".to_owned()).into()),
        several => Err(ErrorKind::MainDocument(several.join(", ")).into()),
    }
}
