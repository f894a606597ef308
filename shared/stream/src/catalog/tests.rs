use std::collections::HashSet;

use super::{entries, entry, scripted};
use crate::node::{NodeFamily, NodeType};

#[test]
fn no_type_and_no_script_name_is_there_twice() {
    let mut types = HashSet::new();
    let mut scripts = HashSet::new();
    for entry in entries() {
        assert!(entry.class.is_none_or(|class| types.insert((class, entry.extension))), "{entry:?}");
        assert!(entry.script_name.is_none_or(|name| scripts.insert(name)), "{entry:?}");
        assert!(entry.class.is_some() || entry.script_name.is_some(), "{entry:?}");
    }
}

#[test]
fn an_extension_type_without_an_entry_has_that_of_its_class() {
    let custom = NodeType::of_extension("CFProcessNode", "正規表現py");
    assert_eq!(entry(&custom).unwrap().family, NodeFamily::RecordOperation);
    assert_eq!(entry(&NodeType::of_extension("TableNode", "other")).unwrap().name, "Table");
    assert_eq!(entry(&NodeType::new("NoSuchNode")), None);
}

#[test]
fn a_script_name_is_found_with_and_without_its_end() {
    assert_eq!(scripted("variablefilenode").unwrap().name, "Var. File");
    assert_eq!(scripted("variablefile"), scripted("variablefilenode"));
    assert_eq!(scripted("variable"), None);
    assert_eq!(scripted("applyc50node").unwrap().class, Some("ApplyC5RuleNode"));
}
