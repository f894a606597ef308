//! The documents of an EVALUATION job as one zip, with an index.

use std::path::Path;

use satsuma_documents::{Block, Cell, Document, Table, page};
use satsuma_domain::execution::Failure;
use satsuma_engine::{JobOutcome, ResultFile};
use satsuma_stream::write_archive;

use crate::failure;

/// Puts all results into one zip, which becomes the only result. The index lists them in the order of the run.
pub(crate) fn documents(outcome: JobOutcome, stream: &str, folder: &Path) -> Result<JobOutcome, Failure> {
    let mut index = Table::new("", ["Node", "Document", "Bytes"]).with_row_headings(1);
    let mut contents = Vec::with_capacity(outcome.files.len());
    for file in &outcome.files {
        let bytes = i64::try_from(file.bytes).unwrap_or(i64::MAX);
        index.push([Cell::text(file.node.clone()), Cell::Link(file.name.clone()), Cell::Integer(bytes)]);
        contents.push(std::fs::read(&file.path).map_err(|error| failure::of_disk(&error))?);
    }
    let title = format!("Documents of {stream}");
    let mut document = Document::new(title, "index").with(Block::Table(index));
    if !outcome.warnings.is_empty() {
        document = document.with(Block::Heading("Notices".to_owned()));
        document.blocks.extend(outcome.warnings.iter().map(|warning| Block::Text(warning.clone())));
    }
    let index = page(&document);
    let is_taken = |name: &str| outcome.files.iter().any(|file| file.name == name);
    let names = (1..)
        .map(|number| if number == 1 { "index.html".to_owned() } else { format!("index {number}.html") });
    let index_name = names.into_iter().find(|name| !is_taken(name)).unwrap_or_default();
    let files = outcome.files.iter().map(|file| file.name.as_str()).zip(contents.iter().map(Vec::as_slice));
    let zip = write_archive([(index_name.as_str(), index.as_bytes())].into_iter().chain(files))
        .map_err(|error| failure::of_disk(&std::io::Error::other(error.to_string())))?;
    let path = folder.join("documents.zip");
    std::fs::write(&path, &zip).map_err(|error| failure::of_disk(&error))?;
    // An id may hold slashes, a name of a result does not.
    let last = stream.rsplit('/').next().unwrap_or(stream);
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let bundle = ResultFile {
        name: format!("{stem}.zip"),
        path,
        media_type: "application/zip",
        rows: 0,
        bytes: zip.len() as u64,
        node: String::new(),
    };
    Ok(JobOutcome { files: vec![bundle], ..outcome })
}

#[cfg(test)]
mod tests {
    use satsuma_stream::{Archive, Limits};

    use super::*;

    #[test]
    fn a_zip_holds_all_documents_and_an_index_that_links_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.html");
        std::fs::write(&path, "<p>").unwrap();
        let file = ResultFile {
            name: "Na K & 薬.html".to_owned(),
            path,
            media_type: "text/html",
            rows: 0,
            bytes: 3,
            node: "Na/K".to_owned(),
        };
        let outcome = JobOutcome {
            files: vec![file],
            models: Vec::new(),
            warnings: Vec::new(),
            rows_read: 1,
            rows_written: 0,
        };
        let bundle = documents(outcome, "Drug.str", folder.path()).unwrap();
        assert_eq!(bundle.files[0].name, "Drug.zip");
        let bytes = std::fs::read(&bundle.files[0].path).unwrap();
        let archive = Archive::open(bytes, &Limits::default()).unwrap();
        let index = archive.read("index.html").unwrap();
        let index = String::from_utf8_lossy(&index);
        assert!(index.contains("href=\"./Na%20K%20%26%20%E8%96%AC.html\""), "{index}");
        assert_eq!(archive.read("Na K & 薬.html").unwrap(), b"<p>");
    }
}
