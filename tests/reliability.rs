//! The page about faults is complete, and every test that it names exists.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

use satsuma_tests::workspace;

/// How many faults there are.
const FAULTS: usize = 52;

fn page() -> String {
    std::fs::read_to_string(workspace().join("docs/reliability.md")).unwrap()
}

/// The rows of the table of faults: number, and what proves it.
fn rows(page: &str) -> Vec<(usize, &str)> {
    let cells = |line: &'_ str| line.trim_matches('|').splitn(3, '|').map(str::trim).count() == 3;
    let rows = page.lines().filter(|line| line.starts_with("| ") && cells(line));
    rows.filter_map(|line| {
        let mut cells = line.trim_matches('|').splitn(3, '|').map(str::trim);
        Some((cells.next()?.parse().ok()?, cells.nth(1)?))
    })
    .collect()
}

/// The tests that a text names: file and function.
fn named(text: &str) -> Vec<(&str, &str)> {
    text.split('`').filter_map(|code| code.split_once(".rs::")).collect()
}

#[test]
fn every_fault_has_its_row_with_a_test_or_a_reason() {
    let page = page();
    let rows = rows(&page);
    let numbers: Vec<usize> = rows.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=FAULTS).collect::<Vec<_>>());
    for (number, proof) in rows {
        let reasoned = ["does not apply", "by design", "[measured]"].iter().any(|it| proof.starts_with(it));
        assert!(reasoned || !named(proof).is_empty(), "{number}: {proof}");
    }
}

#[test]
fn every_test_that_is_named_exists() {
    let page = page();
    let named = named(&page);
    assert!(named.len() > FAULTS);
    let (suite, deployment) = (source("shared/domain/src/testing/suite"), source("tests/deployment"));
    for (file, test) in named {
        let is_run = match file {
            // Made a test by the list of the suite, for every store.
            _ if file.contains("/testing/suite/") => suite.contains(&format!("            {test},\n")),
            // A part of the one test of the deployed stack.
            _ if file.starts_with("tests/deployment/") => deployment.contains(&format!("{test}(")),
            _ => is_a_test(&source(file), test),
        };
        assert!(is_run, "{file}.rs has no test {test}");
    }
}

fn source(file: &str) -> String {
    let path = workspace().join(format!("{file}.rs"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}.rs: {error}"))
}

/// Whether a source makes a function of this name a test, also as one of proptest's.
fn is_a_test(source: &str, test: &str) -> bool {
    let declared = [format!("fn {test}("), format!("fn {test}<")];
    let Some(at) = declared.iter().find_map(|it| source.find(it.as_str())) else { return false };
    let mut above = source[..at].trim_end().lines().rev().take_while(|line| !line.trim().is_empty());
    above.any(|line| line.trim().starts_with("#[") && line.contains("test"))
}
