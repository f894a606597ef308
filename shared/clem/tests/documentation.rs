//! `docs/clem.md` lists the existing functions.

#![allow(clippy::unwrap_used)]

use std::fmt::Write;
use std::path::Path;

use satsuma_clem::groups;

const MARK: &str = "# Functions\n";

/// The tables of all functions.
fn tables() -> String {
    let mut text = MARK.to_owned();
    for group in groups() {
        write!(text, "\n## {}\n\n| function | result | description |\n|---|---|---|\n", group.title).unwrap();
        for function in group.functions {
            let refusal = function.refusal().map(|reason| format!(" **Refused**: {reason}."));
            let (usage, result, doc) = (function.usage, function.result, function.doc);
            writeln!(text, "| `{usage}` | {result} | {doc}{} |", refusal.unwrap_or_default()).unwrap();
        }
    }
    text
}

#[test]
fn the_documentation_lists_the_functions_that_there_are() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/clem.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (head, tail) = page.split_at(page.find(MARK).unwrap());
    if std::env::var_os("SATSUMA_WRITE_DOCS").is_some() {
        std::fs::write(&path, format!("{head}{}", tables())).unwrap();
        return;
    }
    assert!(tail == tables(), "docs/clem.md is out of date; run this test with SATSUMA_WRITE_DOCS=1");
}

#[test]
fn names_of_functions_and_signatures_agree() {
    for function in groups().iter().flat_map(|group| group.functions) {
        assert_eq!(function.usage.split('(').next(), Some(function.name));
        assert!(function.doc.ends_with('.'), "{}", function.usage);
    }
}
