//! Schemas of request and response types.

use std::collections::BTreeSet;

use schemars::generate::{Contract, SchemaSettings};
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::operation::SchemaOf;

/// Location of schemas in the document.
const SCHEMAS: &str = "#/components/schemas/";

/// Temporary target of references in responses, until their names are final.
const ANSWERS: &str = "#/components/answers/";

/// Generates schemas, with one generator for requests and one for responses. serde can treat one type
/// differently in both directions: a default makes a field optional in requests, but responses always have
/// it.
pub(crate) struct Schemas {
    requests: SchemaGenerator,
    answers: SchemaGenerator,
}

impl Schemas {
    pub(crate) fn new() -> Self {
        Self {
            requests: generator(Contract::Deserialize, "/components/schemas"),
            answers: generator(Contract::Serialize, "/components/answers"),
        }
    }

    /// The schema of a request type.
    pub(crate) fn read(&mut self, schema: SchemaOf) -> Value {
        Schema::into(schema(&mut self.requests))
    }

    /// The schema of a response type.
    pub(crate) fn written(&mut self, schema: SchemaOf) -> Value {
        Schema::into(schema(&mut self.answers))
    }

    /// Moves all schemas into a document and resolves its references.
    pub(crate) fn settle(mut self, document: &mut Value) {
        let mut schemas = self.requests.take_definitions(true);
        schemas.values_mut().for_each(null_is_missing);
        let answers = self.answers.take_definitions(true);
        let renamed = differing(&schemas, &answers);
        for (name, schema) in answers {
            schemas.insert(settled(&name, &renamed), schema);
        }
        document["components"]["schemas"] = Value::Object(schemas);
        lead(document, &renamed);
    }
}

fn generator(contract: Contract, path: &'static str) -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = path.into();
        settings.meta_schema = None;
        settings.contract = contract;
    });
    settings.into_generator()
}

/// In requests, `null` means a missing field: clients write it for unset fields.
fn null_is_missing(schema: &mut Value) {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    for (name, property) in properties {
        let Some(fields) = property.as_object_mut() else { continue };
        if required.iter().any(|required| required == name.as_str()) {
            continue;
        }
        // Generators support no list or object as default. An absent field has the same effect.
        fields.remove("default");
        if let Some(Value::String(kind)) = fields.get("type") {
            let kinds = json!([kind, "null"]);
            fields.insert("type".to_owned(), kinds);
        } else if let Some(reference) = fields.remove("$ref") {
            fields.insert("anyOf".to_owned(), json!([{ "$ref": reference }, { "type": "null" }]));
        }
    }
}

/// The types whose request and response forms differ, directly or through the types that they refer to.
fn differing(requests: &Map<String, Value>, answers: &Map<String, Value>) -> BTreeSet<String> {
    let mut renamed = BTreeSet::new();
    loop {
        let differs = |(name, schema): &(&String, &Value)| {
            let mut schema = (*schema).clone();
            lead(&mut schema, &renamed);
            requests.get(*name).is_some_and(|read| *read != schema) && !renamed.contains(*name)
        };
        let more: Vec<String> = answers.iter().filter(differs).map(|(name, _)| name.clone()).collect();
        if more.is_empty() {
            return renamed;
        }
        renamed.extend(more);
    }
}

fn settled(name: &str, renamed: &BTreeSet<String>) -> String {
    if renamed.contains(name) { format!("Stored{name}") } else { name.to_owned() }
}

/// Resolves the references of responses.
fn lead(value: &mut Value, renamed: &BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields.iter_mut() {
                match value.as_str().and_then(|text| text.strip_prefix(ANSWERS)) {
                    Some(name) if key == "$ref" => {
                        *value = format!("{SCHEMAS}{}", settled(name, renamed)).into();
                    }
                    _ => lead(value, renamed),
                }
            }
        }
        Value::Array(entries) => entries.iter_mut().for_each(|entry| lead(entry, renamed)),
        _ => {}
    }
}
