//! The modules of the crate are layers: no module depends on itself, directly or not.

#![allow(clippy::unwrap_used)] // in tests a panic is the answer

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The top-level modules that each top-level module uses.
fn uses() -> BTreeMap<String, BTreeSet<String>> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut uses = BTreeMap::new();
    collect(&source, &source, &mut uses);
    uses
}

fn collect(root: &Path, folder: &Path, uses: &mut BTreeMap<String, BTreeSet<String>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, uses);
            continue;
        }
        let first = path.strip_prefix(root).unwrap().iter().next().unwrap().to_string_lossy().into_owned();
        let module = first.trim_end_matches(".rs").to_owned();
        if matches!(module.as_str(), "lib" | "testing") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let used = text.split("crate::").skip(1).map(|rest| {
            rest.chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect()
        });
        let used = used.filter(|used: &String| *used != module && !used.is_empty());
        uses.entry(module.clone()).or_default().extend(used);
    }
}

#[test]
fn no_module_uses_one_that_uses_it() {
    let uses = uses();
    assert!(uses.len() > 15, "{uses:?}");
    // Removes modules without users, until none or a cycle remains.
    let mut left: BTreeSet<&String> = uses.keys().collect();
    loop {
        let free = |module: &&&String| {
            !left.iter().any(|other| other != *module && uses.get(*other).unwrap().contains(**module))
        };
        let top = left.iter().filter(free).copied().collect::<Vec<_>>();
        if top.is_empty() {
            break;
        }
        left.retain(|module| !top.contains(module));
    }
    assert!(left.is_empty(), "a circle among {left:?}");
}

#[test]
fn modules_are_named_by_their_path() {
    // `crate::Name` would hide the module.
    for (module, used) in uses() {
        let hidden = used.iter().find(|used| used.starts_with(char::is_uppercase));
        assert_eq!(hidden, None, "in {module}");
    }
}
