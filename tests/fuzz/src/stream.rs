//! Streams: the main document inside a zip that is whole, so that it is the document that is fuzzed.

use satsuma_stream::explain::explain;
use satsuma_stream::nodes::AutoResults;
use satsuma_stream::{Limits, StreamFile, svg, write_archive};

/// Tight, so that code that exceeds them is seen by the memory limit of the run.
pub const LIMITS: Limits = Limits {
    file_bytes: 4 << 20,
    entries: 1000,
    entry_bytes: 4 << 20,
    total_bytes: 16 << 20,
    ratio: Limits::RATIO,
    document_bytes: 4 << 20,
    depth: 256,
    document_memory: 16 << 20,
    table_memory: 4 << 20,
    text_bytes: 1 << 20,
    nodes: 5000,
    table_columns: 2000,
    table_values: 200_000,
};

/// A main document: opened, explained, drawn, typed, taken apart and built again, changed and written back.
pub fn document(data: &[u8]) {
    let Ok(zip) = write_archive([("a.xml", data), ("data/0001.dat", b"side file")]) else { return };
    let Ok(file) = StreamFile::open_with(zip.clone(), LIMITS) else { return };
    assert_eq!(file.write().expect("nothing was changed"), zip);
    use_stream(&file);
    write_back(file);
}

/// The content of one node, as text.
pub fn node(data: &[u8]) {
    let Ok(data) = std::str::from_utf8(data) else { return };
    let document = format!(
        "<clementineStream><stream><properties/><diagram><nodes>{data}</nodes></diagram></stream>\
         </clementineStream>"
    );
    self::document(document.as_bytes());
}

fn use_stream(file: &StreamFile) {
    for node in file.stream().diagram.all_nodes() {
        if let Ok(typed) = node.typed() {
            let _ = typed.write_into(node);
        }
        let _ = (AutoResults::from_node(node).is_ok(), node.model_header().is_ok());
    }
    let _ = (explain(file).problems.len(), svg(file).len(), file.stream().scoring_branch().is_ok());
    let rebuilt = file.stream().to_document();
    if let Ok(rebuilt) = rebuilt {
        assert_eq!(&rebuilt, file.document(), "rebuilt from the graph");
    }
}

/// A changed property is what differs when the file is opened again.
fn write_back(mut file: StreamFile) {
    let changed = file.edit(|edit| edit.set_stream_property("name", "changed"));
    let Ok(bytes) = changed.and_then(|()| file.write()) else { return };
    let again = StreamFile::open_with(bytes, LIMITS).expect("what was written can be opened");
    assert_eq!(again.document(), file.document(), "written and opened again");
}
