//! Restricts a document to the part of OpenAPI 3.1 that client generators support: enumerations as `enum`,
//! any value as `{}`, formats of the OpenAPI registry, descriptions without line breaks. The set of valid
//! values does not change.

use serde_json::{Map, Value, json};

/// Fields whose value is a schema.
const SCHEMAS: [&str; 3] = ["items", "schema", "additionalProperties"];

/// Fields whose values are data, not schemas.
const DATA: [&str; 4] = ["examples", "example", "default", "enum"];

/// Rewrites a document in place.
pub(crate) fn portable(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            any_values(fields);
            words(fields);
            format(fields);
            whole_lines(fields);
            for (name, value) in fields.iter_mut() {
                if !DATA.contains(&name.as_str()) {
                    portable(value);
                }
            }
        }
        Value::Array(entries) => entries.iter_mut().for_each(portable),
        _ => {}
    }
}

/// Replaces `true`, which accepts any value, by `{}`, which generators support.
fn any_values(fields: &mut Map<String, Value>) {
    for name in SCHEMAS {
        if let Some(schema @ Value::Bool(true)) = fields.get_mut(name) {
            *schema = json!({});
        }
    }
    if let Some(Value::Object(properties)) = fields.get_mut("properties") {
        for schema in properties.values_mut().filter(|schema| **schema == Value::Bool(true)) {
            *schema = json!({});
        }
    }
}

/// Replaces a choice of constants by an `enum`; its description explains each of them.
fn words(fields: &mut Map<String, Value>) {
    if let Some(constant @ Value::String(_)) = fields.remove("const") {
        fields.insert("enum".to_owned(), json!([constant]));
    }
    let Some(Value::Array(choices)) = fields.get("oneOf") else { return };
    let word = |choice: &Value| Some((choice["const"].as_str()?.to_owned(), choice["description"].clone()));
    let Some(choices) = choices.iter().map(word).collect::<Option<Vec<_>>>() else { return };
    let mut description = fields.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
    for (word, about) in &choices {
        description += &format!("\n\n- `{word}`: {}", line(about.as_str().unwrap_or_default()));
    }
    let words: Vec<String> = choices.into_iter().map(|(word, _)| word).collect();
    fields.remove("oneOf");
    fields.insert("type".to_owned(), "string".into());
    fields.insert("enum".to_owned(), words.into());
    fields.insert("description".to_owned(), description.into());
}

/// The OpenAPI registry has no unsigned formats; the bounds express the rest.
fn format(fields: &mut Map<String, Value>) {
    let known = match fields.get("format").and_then(Value::as_str) {
        Some("uint8" | "uint16") => "int32",
        Some("uint32" | "uint64" | "uint") => "int64",
        _ => return,
    };
    fields.insert("format".to_owned(), known.into());
}

/// Joins the lines of a description, which come from comments in the code.
fn whole_lines(fields: &mut Map<String, Value>) {
    let Some(Value::String(text)) = fields.get_mut("description") else { return };
    let paragraphs = text.split("\n\n").map(|paragraph| match paragraph.starts_with("- ") {
        true => paragraph.to_owned(),
        false => line(paragraph),
    });
    *text = paragraphs.collect::<Vec<_>>().join("\n\n");
}

fn line(text: &str) -> String {
    text.split('\n').map(str::trim).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(mut schema: Value) -> Value {
        portable(&mut schema);
        schema
    }

    #[test]
    fn constants_become_an_enum_with_their_meanings() {
        let schema = json!({
            "description": "A word.",
            "oneOf": [
                { "const": "A", "type": "string", "description": "The\nfirst." },
                { "const": "B", "type": "string", "description": "The second." },
            ],
        });
        let description = "A word.\n\n- `A`: The first.\n\n- `B`: The second.";
        assert_eq!(
            written(schema),
            json!({ "type": "string", "enum": ["A", "B"], "description": description })
        );
        assert_eq!(
            written(json!({ "const": "A", "type": "string" })),
            json!({ "enum": ["A"], "type": "string" })
        );
    }

    #[test]
    fn any_value_is_an_empty_schema_and_data_stay() {
        let schema = json!({
            "items": true, "additionalProperties": false, "properties": { "a": true },
            "default": { "items": true }, "format": "uint16",
        });
        let expected = json!({
            "items": {}, "additionalProperties": false, "properties": { "a": {} },
            "default": { "items": true }, "format": "int32",
        });
        assert_eq!(written(schema), expected);
    }
}
