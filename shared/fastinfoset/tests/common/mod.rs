//! Shared code of several tests: events as lines, the Java peer, the real streams.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use satsuma_fastinfoset::{Error, Event, Limits, Name, Reader, Vocabulary};

/// The URI of the vocabulary that both sides have.
pub const EXTERNAL: &str = "urn:known";

/// Events in the format of the Java peer: one per line, adjacent text in one.
pub fn lines(document: &[u8], known: &Vocabulary) -> Result<String, Error> {
    let mut reader = Reader::with_vocabularies(document, Limits::default(), &[(EXTERNAL, known)])?;
    let (mut lines, mut text) = (String::new(), String::new());
    while let Some(event) = reader.next_event()? {
        if let Event::Text(piece) = event {
            text += piece;
            continue;
        }
        if !text.is_empty() {
            line(&mut lines, "text", &text);
            text.clear();
        }
        show(&mut lines, &event);
    }
    Ok(lines)
}

fn show(lines: &mut String, event: &Event<'_>) {
    match event {
        Event::Start(element) => {
            for declared in element.namespaces() {
                let (prefix, namespace) = (declared.prefix.unwrap_or(""), declared.namespace.unwrap_or(""));
                line(lines, "namespace", &format!("{prefix}={namespace}"));
            }
            line(lines, "start", &name(&element.name()));
            for attribute in element.attributes() {
                line(lines, "attribute", &format!("{}={}", name(&attribute.name), attribute.value));
            }
        }
        Event::End => line(lines, "end", ""),
        Event::Text(text) => line(lines, "text", text),
        Event::CData(text) => line(lines, "cdata", text),
        Event::Comment(text) => line(lines, "comment", text),
        Event::Instruction { target, content } => line(lines, "instruction", &format!("{target} {content}")),
        // The peer's SAX reader does not report these.
        Event::DocumentType { .. } | Event::EndDocumentType | Event::EntityReference { .. } => {}
    }
}

fn name(name: &Name<'_>) -> String {
    let namespace = name.namespace.map(|namespace| format!("{{{namespace}}}"));
    namespace.unwrap_or_default() + &name.qualified()
}

fn line(lines: &mut String, kind: &str, text: &str) {
    let escaped = text.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
    lines.push_str(&format!("{kind} {escaped}\n"));
}

/// Runs the Java peer; `None` if there is no Java or no Fast Infoset for it.
pub fn peer(arguments: &[&str]) -> Option<String> {
    let jar = std::env::var("FASTINFOSET_JAR").unwrap_or("/usr/share/java/FastInfoset.jar".to_owned());
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/java/Peer.java");
    if !Path::new(&jar).exists() {
        eprintln!("skipped: no {jar} (apt-get install libfastinfoset-java)");
        return None;
    }
    let mut command = Command::new("java");
    command.args(["-cp", &jar]).arg(source).args(arguments);
    let Ok(output) = command.output() else {
        eprintln!("skipped: no java");
        return None;
    };
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The Fast Infoset documents of the real streams, with the names of their files.
pub fn stream_documents() -> Vec<(String, Vec<u8>)> {
    let folder = std::env::var_os("SATSUMA_STREAMS").map(PathBuf::from);
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = folder.unwrap_or(workspace.join("../shared/streams"));
    let mut documents = Vec::new();
    collect(&folder, &mut documents);
    if documents.is_empty() {
        eprintln!("skipped: no streams in {}", folder.display());
    }
    documents.sort();
    documents
}

fn collect(folder: &Path, documents: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, documents);
        } else if path.extension().is_some_and(|extension| extension == "str") {
            documents.extend(main_document(&path).map(|bytes| (path.display().to_string(), bytes)));
        }
    }
}

/// The XML entry at the root of the zip, if it is Fast Infoset.
fn main_document(path: &Path) -> Option<Vec<u8>> {
    let file = std::fs::read(path).ok()?;
    let archive = rawzip::ZipArchive::from_slice(&file).ok()?;
    let mut entries = archive.entries();
    while let Some(entry) = entries.next_entry().ok()? {
        let name = entry.file_path().try_normalize().ok()?.as_ref().to_owned();
        if name.ends_with(".xml") && !name.contains('/') {
            let data = archive.get_entry(entry.wayfinder()).ok()?;
            let mut bytes = Vec::new();
            flate2::read::DeflateDecoder::new(data.data()).read_to_end(&mut bytes).ok()?;
            return satsuma_fastinfoset::is_fast_infoset(&bytes).then_some(bytes);
        }
    }
    None
}
