//! The document says what the code does, and is the one that is served.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;

use satsuma_batch::ROUTES;
use satsuma_domain::JobDefinition;
use satsuma_openapi::{document, operations, text};
use serde_json::Value;

#[test]
fn the_document_that_is_served_is_the_one_of_this_code() {
    let served = include_str!("../../../docs/openapi.json");
    assert!(
        served == text(&document()),
        "docs/openapi.json is old: cargo run -p satsuma-openapi --example write > docs/openapi.json"
    );
}

#[test]
fn every_route_is_described_and_nothing_else_is() {
    let described = described_functions(&document());
    let routed: BTreeSet<String> = ROUTES.iter().map(|route| route.function.to_owned()).collect();
    assert_eq!(described, routed);
    assert_eq!(operations::all().len(), routed.len(), "an operation is described twice, or has no route");
}

fn described_functions(document: &Value) -> BTreeSet<String> {
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap().values());
    operations.map(|operation| kebab(operation["operationId"].as_str().unwrap())).collect()
}

fn kebab(camel: &str) -> String {
    camel.chars().fold(String::new(), |name, letter| match letter.is_ascii_uppercase() {
        true => name + "-" + &letter.to_ascii_lowercase().to_string(),
        false => name + &letter.to_string(),
    })
}

#[test]
fn definitions_that_are_shown_are_taken() {
    let document = document();
    let examples = &document["paths"]["/jobs/{id}"]["post"]["requestBody"]["content"]["application/json"];
    let examples = examples["examples"].as_object().unwrap();
    assert!(examples.len() > 1);
    for (name, example) in examples {
        let definition = JobDefinition::parse(example["value"].to_string().as_bytes());
        assert!(definition.is_ok(), "{name}: {}", definition.unwrap_err());
    }
}

#[test]
fn every_reference_leads_somewhere_and_no_example_is_empty() {
    fn look(value: &Value, document: &Value) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    match value.as_str().and_then(|text| text.strip_prefix('#')) {
                        Some(pointer) if key == "$ref" => {
                            assert!(document.pointer(pointer).is_some(), "{pointer} leads nowhere");
                        }
                        _ => look(value, document),
                    }
                    if let (true, Some(examples)) = (key == "examples", value.as_object()) {
                        assert!(!examples.values().any(|example| example["value"].is_null()), "{value}");
                    }
                }
            }
            Value::Array(entries) => entries.iter().for_each(|entry| look(entry, document)),
            _ => {}
        }
    }
    let document = document();
    look(&document, &document);
}
