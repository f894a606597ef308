//! Tests of the OpenAPI document: it matches the code and is the one that is served.
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

/// Visits every object of the document except examples.
fn visit(value: &Value, look: &mut impl FnMut(&serde_json::Map<String, Value>)) {
    match value {
        Value::Object(fields) => {
            look(fields);
            let inner = fields.iter().filter(|(name, _)| *name != "examples");
            inner.for_each(|(_, value)| visit(value, look));
        }
        Value::Array(entries) => entries.iter().for_each(|entry| visit(entry, look)),
        _ => {}
    }
}

#[test]
fn generators_meet_no_schema_that_they_cannot_read() {
    visit(&document(), &mut |fields| {
        for name in ["schema", "items"] {
            assert_ne!(fields.get(name), Some(&Value::Bool(true)), "{fields:?}");
        }
        assert!(!fields.contains_key("const"), "{fields:?}");
        assert!(!fields.contains_key("*/*"), "{fields:?}");
        let format = fields.get("format").and_then(Value::as_str).unwrap_or("int32");
        assert!(["int32", "int64", "double", "binary", "password"].contains(&format), "{format}");
    });
}

#[test]
fn no_text_speaks_of_the_code() {
    visit(&document(), &mut |fields| {
        let Some(text) = fields.get("description").and_then(Value::as_str) else { return };
        for code in ["::", "`None`", "[`", "Option<", "serde"] {
            assert!(!text.contains(code), "{text}");
        }
    });
}

#[test]
fn limits_of_parameters_are_in_their_schemas() {
    let document = document();
    let schema = |path: &str, method: &str, name: &str| {
        let parameters = document["paths"][path][method]["parameters"].as_array().unwrap();
        parameters.iter().find(|one| one["name"] == name).unwrap()["schema"].clone()
    };
    let limit = schema("/jobs", "get", "limit");
    assert_eq!(
        (&limit["minimum"], &limit["maximum"], &limit["default"]),
        (&1.into(), &1000.into(), &1000.into())
    );
    assert_eq!(schema("/jobs/{id}/status", "get", "wait")["maximum"], 25);
    assert_eq!(schema("/jobs/{id}/log", "get", "execution")["minimum"], 1);
    assert_eq!(schema("/jobs/{id}", "delete", "id")["type"], "string");
    assert_eq!(schema("/jobs/{id}", "post", "Idempotency-Key")["maxLength"], 250);
    let body = &document["paths"]["/jobs/{id}/validate"]["post"]["requestBody"];
    assert_eq!(body["required"], false);
    let form = &document["components"]["schemas"]["UploadForm"]["properties"]["file"];
    assert_eq!((&form["type"], &form["format"]), (&"string".into(), &"binary".into()));
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
