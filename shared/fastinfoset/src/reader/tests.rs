mod damage;
mod features;
mod roundtrip;
mod streaming;

use crate::{Error, Event, Limits, Reader};

/// A document's header: magic and no optional components.
const HEADER: [u8; 5] = [0xE0, 0, 0, 1, 0];

fn document(content: &[u8]) -> Vec<u8> {
    [&HEADER, content].concat()
}

/// The events of a document as XML-like text, or its error.
fn read(bytes: &[u8]) -> String {
    events(bytes, Limits::default()).map_or_else(|error| error.to_string(), |events| events.concat())
}

fn events(bytes: &[u8], limits: Limits) -> Result<Vec<String>, Error> {
    let mut reader = Reader::with_limits(bytes, limits)?;
    let mut events = Vec::new();
    while let Some(event) = reader.next_event()? {
        events.push(show(&event));
    }
    Ok(events)
}

fn show(event: &Event<'_>) -> String {
    match event {
        Event::Start(element) => {
            let declarations: String = element
                .namespaces()
                .map(|declared| {
                    format!(" xmlns:{}={:?}", declared.prefix.unwrap_or_default(), declared.namespace)
                })
                .collect();
            let attributes: String = element
                .attributes()
                .map(|attribute| {
                    let namespace = attribute.name.namespace.map(|name| format!("{{{name}}}"));
                    let namespace = namespace.unwrap_or_default();
                    format!(" {namespace}{}={:?}", attribute.name.qualified(), attribute.value)
                })
                .collect();
            let namespace = element.name().namespace.map(|name| format!("{{{name}}}")).unwrap_or_default();
            format!("<{namespace}{}{declarations}{attributes}>", element.name().qualified())
        }
        Event::Text(text) => (*text).to_owned(),
        Event::CData(text) => format!("[[{text}]]"),
        Event::Comment(text) => format!("<!--{text}-->"),
        Event::Instruction { target, content } => format!("<?{target} {content}?>"),
        Event::DocumentType { system, public } => format!("<!DOCTYPE {system:?} {public:?}["),
        Event::EndDocumentType => "]>".to_owned(),
        Event::EntityReference { name, system, public } => format!("&{name} {system:?} {public:?};"),
        Event::End => "</>".to_owned(),
    }
}
