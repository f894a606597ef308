//! Reads a tree from a Fast Infoset document.

use satsuma_fastinfoset::{self as fi, Event, Reader, StartElement};

use super::Element;
use super::tree::TreeBuilder;
use crate::error::{ErrorKind, Result, StreamError};
use crate::limits::Limits;

impl Element {
    /// Reads a document in Fast Infoset or plain XML.
    ///
    /// # Errors
    /// The document is damaged, uses an unsupported feature, or exceeds a limit.
    pub fn read(document: &[u8], limits: &Limits) -> Result<Element> {
        crate::limits::check("bytes in one document", document.len() as u64, limits.document_bytes)?;
        if fi::is_fast_infoset(document) {
            Self::read_fast_infoset(document, limits)
        } else {
            Self::read_xml(document, limits)
        }
    }

    fn read_fast_infoset(document: &[u8], limits: &Limits) -> Result<Element> {
        let size = |bytes| usize::try_from(bytes).unwrap_or(usize::MAX);
        let bounds = fi::Limits {
            depth: limits.depth,
            attributes: size(Limits::ATTRIBUTES),
            memory: size(limits.table_memory),
            string_bytes: size(limits.text_bytes),
            // One byte may repeat any earlier text: real documents expand to a few times their size.
            total_bytes: size(limits.document_bytes).saturating_mul(2),
            ..fi::Limits::default()
        };
        let mut reader = Reader::with_limits(document, bounds)?;
        let mut tree = TreeBuilder::new(limits);
        loop {
            let offset = reader.offset();
            let Some(event) = reader.next_event()? else {
                break;
            };
            let step = match event {
                Event::Start(element) => start(&mut tree, &element),
                Event::Text(text) => tree.text(text),
                Event::CData(text) => tree.cdata(text),
                Event::Comment(text) => tree.comment(text),
                Event::Instruction { target, content } => tree.instruction(target, content),
                Event::End => tree.end(),
                Event::EntityReference { name, .. } => Err(unexpanded(name)),
                Event::DocumentType { .. } | Event::EndDocumentType => Ok(()),
            };
            step.map_err(|error| error.at_offset(offset))?;
        }
        tree.finish()
    }
}

fn start(tree: &mut TreeBuilder, element: &StartElement<'_>) -> Result<()> {
    tree.start(&element.name().qualified())?;
    for declaration in element.namespaces() {
        let name = match declaration.prefix {
            Some(prefix) => format!("xmlns:{prefix}"),
            None => "xmlns".to_owned(),
        };
        tree.attribute(&name, declaration.namespace.unwrap_or_default())?;
    }
    for attribute in element.attributes() {
        tree.attribute(&attribute.name.qualified(), attribute.value)?;
    }
    Ok(())
}

/// Without its expansion, the document would lack the entity's text.
fn unexpanded(entity: &str) -> StreamError {
    let feature = fi::Feature::EntityReference(entity.to_owned());
    ErrorKind::FastInfoset(fi::ErrorKind::Unsupported(feature)).into()
}
