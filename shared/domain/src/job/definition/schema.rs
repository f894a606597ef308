//! The JSON schema of a definition, where serde attributes do not express it. No function contains it.

#![allow(dead_code, reason = "these types are described, not used")]

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::MAX_NAME_BYTES;
use super::data::{FileRef, NodeData, ObjectRef, TableRef};
use super::database::DbType;

/// A text without control characters.
pub(super) const PLAIN: &str = r"^[^\u0000-\u001f\u007f-\u009f]*$";

/// The name or address of a machine: no scheme, no login, no path.
pub(super) const HOST: &str = r"^[^\s@;/{}=?#\u0000-\u001f\u007f-\u009f]*$";

/// A parameter's value: text, a number or a boolean.
#[derive(JsonSchema)]
#[schemars(untagged, inline)]
pub(super) enum ParameterValue {
    Text(String),
    Number(f64),
    Boolean(bool),
}

/// An override: a node reads or writes a database table.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct NodeTable {
    /// The node's name, label or uid in the stream.
    #[schemars(length(min = 1, max = MAX_NAME_BYTES))]
    node: String,
    /// The table.
    odbc: TableRef,
    /// Accepted for clients of the original API, which send an empty list.
    #[schemars(default)]
    attributes: Vec<Value>,
}

/// An override: a node reads an uploaded file, or writes a result.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct NodeFile {
    /// The node's name, label or uid in the stream.
    #[schemars(length(min = 1, max = MAX_NAME_BYTES))]
    node: String,
    /// The file; for an export, the result.
    file: FileRef,
    /// Accepted for clients of the original API, which send an empty list.
    #[schemars(default)]
    attributes: Vec<Value>,
}

/// An override: a node reads or writes an object of S3.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct NodeObject {
    /// The node's name, label or uid in the stream.
    #[schemars(length(min = 1, max = MAX_NAME_BYTES))]
    node: String,
    /// The object.
    s3: ObjectRef,
    /// Accepted for clients of the original API, which send an empty list.
    #[schemars(default)]
    attributes: Vec<Value>,
}

impl JsonSchema for NodeData {
    fn schema_name() -> Cow<'static, str> {
        "NodeData".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A source override or an export override. Exactly one of `odbc`, `file` and `s3` \
                            defines the data.",
            "oneOf": [
                generator.subschema_for::<NodeTable>(),
                generator.subschema_for::<NodeFile>(),
                generator.subschema_for::<NodeObject>(),
            ]
        })
    }
}

/// Adds the required fields of each database type to the schema.
pub(super) fn needs(schema: &mut Schema) {
    let mut rest = Value::Bool(true);
    let mut groups: Vec<(&'static [&'static str], Vec<&'static str>)> = Vec::new();
    for kind in DbType::ALL {
        match groups.iter_mut().find(|(needed, _)| *needed == kind.needs()) {
            Some((_, kinds)) => kinds.push(kind.as_str()),
            None => groups.push((kind.needs(), vec![kind.as_str()])),
        }
    }
    for (needed, kinds) in groups {
        let given: Value = needed
            .iter()
            .map(|name| ((*name).to_owned(), json!({ "type": "string", "minLength": 1 })))
            .collect();
        let mut group = json!({
            "if": { "properties": { "type": { "enum": kinds } } },
            "then": { "required": needed, "properties": given },
        });
        if rest.is_object() {
            group["else"] = rest;
        }
        rest = group;
    }
    if let Value::Object(conditions) = rest {
        for (name, condition) in conditions {
            schema.insert(name, condition);
        }
    }
}
