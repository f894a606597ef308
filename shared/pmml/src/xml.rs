//! Reads XML into a small element tree, within limits: no DTD, no entities except XML's five, without
//! namespaces (PMML's namespace changes with every version).

mod node;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use crate::error::{Location, PmmlError, Position};
use crate::limits::{MAX_ALL_ATTRIBUTES, MAX_ATTRIBUTES, MAX_DEPTH, MAX_DOCUMENT_BYTES, MAX_ELEMENTS};

pub(crate) use node::Node;

/// An XML element without namespace prefixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Local name.
    pub name: String,
    /// Attributes in document order, without namespace declarations and attributes with a prefix (such as
    /// `xsi:schemaLocation`).
    pub attributes: Vec<(String, String)>,
    /// Child elements in document order.
    pub children: Vec<Element>,
    /// Character data directly inside the element, joined.
    pub text: String,
    /// Where the element starts.
    pub position: Position,
}

impl Element {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// Parses a whole document and returns its root element.
pub(crate) fn parse(bytes: &[u8]) -> Result<Element, PmmlError> {
    if bytes.len() > MAX_DOCUMENT_BYTES {
        return Err(PmmlError::Limit { at: Location::default(), what: "bytes", limit: MAX_DOCUMENT_BYTES });
    }
    let text = str::from_utf8(bytes).map_err(|e| PmmlError::Xml {
        at: Location { path: String::new(), position: None },
        reason: format!("not UTF-8 at byte {}", e.valid_up_to()),
    })?;
    Builder::new(text).run()
}

/// Collects the events of the XML reader into a tree.
struct Builder<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    /// The elements that are open, the root first.
    open: Vec<Element>,
    elements: usize,
    attributes: usize,
    /// Offset up to which `line` and `line_start` are counted.
    counted: usize,
    line: u32,
    line_start: usize,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let reader = Reader::from_str(text);
        Self {
            text,
            reader,
            open: Vec::new(),
            elements: 0,
            attributes: 0,
            counted: 0,
            line: 1,
            line_start: 0,
        }
    }

    fn run(mut self) -> Result<Element, PmmlError> {
        let mut root = None;
        loop {
            let start = self.reader.buffer_position() as usize;
            let event = match self.reader.read_event() {
                Ok(event) => event,
                Err(e) => {
                    let at = self.reader.error_position() as usize;
                    return Err(self.fail(at, e.to_string()));
                }
            };
            match event {
                Event::Start(tag) => {
                    if self.open.is_empty() && root.is_some() {
                        return Err(self.fail(start, "a second root element"));
                    }
                    let element = self.element(&tag, start)?;
                    self.open.push(element);
                    if self.open.len() > MAX_DEPTH {
                        return Err(self.limit(start, "levels of elements", MAX_DEPTH));
                    }
                }
                Event::Empty(tag) => {
                    if self.open.is_empty() && root.is_some() {
                        return Err(self.fail(start, "a second root element"));
                    }
                    let element = self.element(&tag, start)?;
                    self.close(element, &mut root);
                }
                Event::End(_) => {
                    if let Some(element) = self.open.pop() {
                        self.close(element, &mut root);
                    }
                }
                Event::Text(text) => self.characters(&text.xml10_content(), start)?,
                Event::CData(text) => self.characters(&text.xml10_content(), start)?,
                Event::GeneralRef(reference) => {
                    let resolved = resolve(&reference).map_err(|e| self.fail(start, e))?;
                    self.characters(resolved.encode_utf8(&mut [0; 4]), start)?;
                }
                Event::Decl(declaration) => {
                    if let Some(Ok(name)) = declaration.encoding()
                        && !name.eq_ignore_ascii_case("utf-8")
                    {
                        return Err(self.fail(start, format!("encoding {name} instead of UTF-8")));
                    }
                }
                Event::DocType(_) => return Err(self.fail(start, "a document type declaration")),
                Event::PI(_) | Event::Comment(_) => {}
                Event::Eof => break,
            }
        }
        if !self.open.is_empty() {
            return Err(self.fail(self.text.len(), "the document ends inside an element"));
        }
        root.ok_or_else(|| self.fail(self.text.len(), "no element"))
    }

    fn element(&mut self, tag: &BytesStart<'_>, start: usize) -> Result<Element, PmmlError> {
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return Err(self.limit(start, "elements", MAX_ELEMENTS));
        }
        let position = self.position(start);
        let mut attributes = Vec::new();
        for (count, attribute) in tag.attributes().enumerate() {
            if count == MAX_ATTRIBUTES {
                return Err(self.limit(start, "attributes", MAX_ATTRIBUTES));
            }
            let attribute = attribute.map_err(|e| self.fail(start, e.to_string()))?;
            let name: &str = attribute.key.as_ref();
            if name == "xmlns" || name.contains(':') {
                continue;
            }
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|e| self.fail(start, e.to_string()))?;
            self.attributes += 1;
            if self.attributes > MAX_ALL_ATTRIBUTES {
                return Err(self.limit(start, "attributes in all", MAX_ALL_ATTRIBUTES));
            }
            add(&mut attributes, (name.to_owned(), value.into_owned()));
        }
        let name: &str = tag.local_name().into_inner();
        Ok(Element { name: name.to_owned(), attributes, children: Vec::new(), text: String::new(), position })
    }

    fn close(&mut self, mut element: Element, root: &mut Option<Element>) {
        // Indentation between child elements has no meaning.
        if !element.children.is_empty() && element.text.trim().is_empty() {
            element.text = String::new();
        }
        match self.open.last_mut() {
            Some(parent) => add(&mut parent.children, element),
            None => *root = Some(element),
        }
    }

    fn characters(&mut self, text: &str, start: usize) -> Result<(), PmmlError> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(self.fail(start, "text outside the root element")),
        }
        Ok(())
    }

    /// Line and column of a byte offset. Offsets usually grow, so that lines are counted once.
    fn position(&mut self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        if offset < self.counted {
            (self.counted, self.line, self.line_start) = (0, 1, 0);
        }
        for (i, byte) in self.text.as_bytes()[self.counted..offset].iter().enumerate() {
            if *byte == b'\n' {
                self.line = self.line.saturating_add(1);
                self.line_start = self.counted + i + 1;
            }
        }
        self.counted = offset;
        let column = u32::try_from(offset - self.line_start + 1).unwrap_or(u32::MAX);
        Position { line: self.line, column }
    }

    fn location(&mut self, offset: usize) -> Location {
        let path = self.open.iter().map(|e| e.name.as_str()).collect::<Vec<_>>().join("/");
        Location { path, position: Some(self.position(offset)) }
    }

    fn fail(&mut self, offset: usize, reason: impl Into<String>) -> PmmlError {
        PmmlError::Xml { at: self.location(offset), reason: reason.into() }
    }

    fn limit(&mut self, offset: usize, what: &'static str, limit: usize) -> PmmlError {
        PmmlError::Limit { at: self.location(offset), what, limit }
    }
}

/// Appends to a list that usually has a single entry. The default capacity of four would waste most of an
/// element's memory.
fn add<T>(list: &mut Vec<T>, entry: T) {
    if list.is_empty() {
        list.reserve_exact(1);
    }
    list.push(entry);
}

/// The character of `&name;` or `&#n;`. Only XML's own five names exist without a DTD.
fn resolve(reference: &BytesRef<'_>) -> Result<char, String> {
    if let Some(character) = reference.resolve_char_ref().map_err(|e| e.to_string())? {
        return Ok(character);
    }
    let name = reference.xml10_content();
    match name.as_ref() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        other => Err(format!("unknown entity &{other};")),
    }
}

#[cfg(test)]
mod tests;
