//! Every expression of real streams parses, and prints to text that parses to the same expression. The streams are
//! not part of the repository; without them these tests print that they are skipped.

#![allow(clippy::unwrap_used)]

mod support;

use std::path::Path;

use satsuma_clem::Expression;
use satsuma_stream::{Element, StreamFile};
use support::reference;

/// Conditions of other kinds than expressions.
const OTHERS: [&str; 1] = ["stoppingCondition"];

fn streams(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            streams(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "str") {
            found.push(path);
        }
    }
}

/// Texts of all elements of these names.
fn collect(element: &Element, found: &mut Vec<(String, String)>) {
    for child in element.elements() {
        let name = child.name();
        let lower = name.to_lowercase();
        let holds_expression = lower.ends_with("condition") || lower.ends_with("expression");
        if holds_expression && !OTHERS.contains(&name) {
            let text = child.text();
            if !text.trim().is_empty() && child.elements().next().is_none() {
                found.push((name.to_owned(), text.into_owned()));
            }
        }
        collect(child, found);
    }
}

#[test]
fn every_expression_of_the_real_streams_parses() {
    let Some(folder) = reference("streams") else {
        return;
    };
    let mut paths = Vec::new();
    streams(&folder, &mut paths);
    let (mut count, mut failures, mut names) = (0, Vec::new(), std::collections::BTreeMap::new());
    for path in paths {
        let file = StreamFile::open(std::fs::read(&path).unwrap()).unwrap();
        let mut expressions = Vec::new();
        collect(file.stream().element(), &mut expressions);
        for node in file.stream().diagram.all_nodes() {
            collect(node.element(), &mut expressions);
        }
        for (name, text) in expressions {
            count += 1;
            *names.entry(name.clone()).or_insert(0) += 1;
            match Expression::parse(&text) {
                Ok(expression) => {
                    let printed = expression.to_string();
                    let again = Expression::parse(&printed);
                    assert_eq!(again.as_ref(), Ok(&expression), "{text}\n{printed}");
                }
                Err(error) => failures.push(format!("{}: {name}: {text}: {error}", path.display())),
            }
        }
    }
    println!("{count} expressions: {names:?}");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Expressions of the streams that are described but not shared.
#[test]
fn every_described_expression_parses() {
    let Some(path) = reference("clem.md") else {
        return;
    };
    let text = std::fs::read_to_string(path).unwrap();
    let (mut section, mut count) = (String::new(), 0);
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            section = title.chars().take(1).collect();
        }
        // A cell has the text between backquotes, with a backslash before a bar.
        let line = line.replace("\\|", "\u{1}");
        let cells: Vec<&str> = line.split(" | ").map(|cell| cell.trim_matches(['|', ' '])).collect();
        let column = match section.as_str() {
            "2" => 2,
            "3" | "4" => 1,
            "5" => 0,
            _ => continue,
        };
        let mut wanted = cells.get(column).copied().into_iter().collect::<Vec<_>>();
        if section == "4" {
            wanted.extend(cells.get(2).copied());
        }
        for cell in wanted.into_iter().filter(|cell| cell.len() > 2 && cell.starts_with('`')) {
            let cell = cell.trim_start_matches('`').trim_end_matches('`').replace('\u{1}', "|");
            let cell = cell.replace('⏎', "\n");
            for part in described(&section, cells.first().copied().unwrap_or_default(), &cell) {
                count += 1;
                let expression = Expression::parse(&part).unwrap_or_else(|error| panic!("{part}: {error}"));
                assert_eq!(Expression::parse(&expression.to_string()).as_ref(), Ok(&expression), "{part}");
            }
        }
    }
    println!("{count} expressions");
    assert!(count > 300, "{count}");
}

/// The expressions of a description; for flag, set and count fields only the conditions.
fn described(section: &str, kind: &str, cell: &str) -> Vec<String> {
    let of = |text: &str| text.trim().to_owned();
    match (section, kind.trim_matches('`')) {
        ("2", "flag") => cell.rsplit_once(" → ").map(|(condition, _)| of(condition)).into_iter().collect(),
        ("2", "set") => {
            let cases = cell.split("; ").filter_map(|case| case.split_once(" if "));
            cases.map(|(_, condition)| of(condition)).collect()
        }
        ("2", "count") => {
            let parts = cell.split("; ").filter_map(|part| part.split_once("when "));
            parts.map(|(_, condition)| of(condition)).filter(|text| !text.is_empty()).collect()
        }
        _ => vec![of(cell)],
    }
}

/// Names and storages anywhere in a stream.
fn fields(element: &Element, found: &mut std::collections::BTreeMap<String, satsuma_columns::Storage>) {
    use satsuma_columns::Storage;
    let storage = element.child("type").and_then(|kind| kind.text_of("storage"));
    if let (Some(name), Some(storage)) = (element.text_of("name"), storage) {
        let storage = match storage.as_ref() {
            "string" => Some(Storage::String),
            "integer" => Some(Storage::Integer),
            "real" => Some(Storage::Real),
            "date" => Some(Storage::Date),
            "time" => Some(Storage::Time),
            "timestamp" => Some(Storage::Timestamp),
            _ => None,
        };
        if let Some(storage) = storage {
            found.entry(name.into_owned()).or_insert(storage);
        }
    }
    element.elements().for_each(|child| fields(child, found));
}

/// The storages come from anywhere in the stream, so that a field of a Filler node may have its old storage.
/// The test therefore allows a few mismatches.
#[test]
fn expressions_of_the_real_streams_check_against_their_fields() {
    use satsuma_clem::{CheckContext, ErrorKind};
    use satsuma_columns::{DataModel, Field, Settings};
    let Some(folder) = reference("streams") else {
        return;
    };
    let mut paths = Vec::new();
    streams(&folder, &mut paths);
    let mut counts = std::collections::BTreeMap::new();
    let mut mismatches = std::collections::BTreeSet::new();
    for path in paths {
        let file = StreamFile::open(std::fs::read(&path).unwrap()).unwrap();
        let mut known = std::collections::BTreeMap::new();
        let mut expressions = Vec::new();
        collect(file.stream().element(), &mut expressions);
        fields(file.stream().element(), &mut known);
        for node in file.stream().diagram.all_nodes() {
            collect(node.element(), &mut expressions);
            fields(node.element(), &mut known);
        }
        let first = known.keys().next().cloned();
        let model = known.into_iter().map(|(name, storage)| Field::new(name, storage)).collect();
        let mut context = CheckContext::new(DataModel::new(model).unwrap(), Settings::default());
        context.field = first.clone();
        context.target = first.clone();
        context.predicted = first;
        context.globals.computed_later = true;
        for (_, text) in expressions {
            let result = Expression::parse(&text).unwrap().check(&context);
            let outcome = match result {
                Ok(_) => "checked",
                Err(error) => match error.kind {
                    ErrorKind::UnknownField { .. } => "unknown field",
                    ErrorKind::UnknownParameter { .. } => "unknown parameter",
                    ErrorKind::Unsupported { .. } => "unsupported",
                    ErrorKind::NoMeaning { .. } => "no meaning here",
                    ErrorKind::Type { .. } => {
                        mismatches.insert(format!("{}: {text}: {error}", path.display()));
                        "type"
                    }
                    _ => {
                        mismatches.insert(format!("{}: {text}: {error}", path.display()));
                        "other"
                    }
                },
            };
            *counts.entry(outcome).or_insert(0) += 1;
        }
    }
    println!("{counts:?}\n{}", mismatches.into_iter().collect::<Vec<_>>().join("\n"));
    assert_eq!(counts.get("other"), None);
    assert!(counts.get("type").is_none_or(|count| *count <= 12));
}
