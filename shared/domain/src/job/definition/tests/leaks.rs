//! No error repeats a possible password, wherever the definition is wrong.

use serde_json::{Value, json};

use crate::job::definition::JobDefinition;

const PASSWORD: &str = "hunter2-4f1d";

/// A definition that has all fields, with this password.
fn whole(password: Value) -> Value {
    json!({
        "action": "BATCH_SCORE",
        "model": {"id": "m", "name": "m.str"},
        "dbDefinitions": {"db1": {
            "type": "DashDB", "host": "dash.example", "port": 50000, "db": "BLUDB",
            "username": "bluadmin", "password": password, "options": "Security=SSL"
        }},
        "setting": {
            "inputs": [{"odbc": {"dbRef": "db1", "table": "T"}, "node": "in", "attributes": []}],
            "exports": [
                {"odbc": {"dbRef": "db1", "table": "T", "insertMode": "Drop"}, "node": "out"},
                {"file": {"id": "x.csv", "format": "CSV"}, "node": "file"},
                {"s3": {"bucket": "data", "key": "x.csv"}, "node": "s3"}
            ],
            "parameterOverride": [{"name": "p", "value": 1}],
            "reportFormat": "TAB", "outputType": "DATA_URL"
        },
        "reportFormat": "TAB", "outputType": "DATA_URL"
    })
}

/// The full text of an error for these bytes; empty if they are accepted.
fn error_text(json: &[u8]) -> String {
    match JobDefinition::read(json) {
        Ok((definition, passwords)) => {
            let shown = serde_json::to_string(&definition).unwrap();
            // The response can be submitted again, and contains no password.
            assert!(JobDefinition::read(shown.as_bytes()).unwrap().1.is_empty());
            format!("{shown} {definition:?} {passwords:?}")
        }
        Err(error) => format!("{error} {error:?}"),
    }
}

#[test]
fn a_password_of_the_wrong_kind_is_not_repeated() {
    let number = json!(44_118_822);
    for given in [
        number.clone(),
        json!(-44_118_822),
        json!(44_118_822.5),
        json!([PASSWORD]),
        json!({ PASSWORD: 1 }),
        json!({"secret": PASSWORD}),
        json!({"secret": number}),
        json!({"secret": [PASSWORD]}),
        json!({"secret": {"secret": PASSWORD}}),
        json!({"secret": "satsuma/acme/x", PASSWORD: PASSWORD}),
        json!({"password": PASSWORD}),
        json!(true),
        json!(PASSWORD.repeat(1000)),
    ] {
        let error = error_text(whole(given.clone()).to_string().as_bytes());
        assert!(error.contains("password"), "{given}: {error}");
        assert!(!error.contains(PASSWORD) && !error.contains("44118822"), "{given}: {error}");
    }
}

/// Replaces every value of `document` in turn by `value`, including whole objects and lists.
fn everywhere(document: &Value, value: &Value, visit: &mut impl FnMut(&str, &Value)) {
    let mut paths = Vec::new();
    paths_of(document, String::new(), &mut paths);
    for path in paths {
        let mut changed = document.clone();
        *changed.pointer_mut(&path).unwrap() = value.clone();
        visit(&path, &changed);
    }
}

fn paths_of(value: &Value, path: String, paths: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| paths_of(value, format!("{path}/{name}"), paths));
        }
        Value::Array(values) => {
            values.iter().enumerate().for_each(|(at, value)| paths_of(value, format!("{path}/{at}"), paths));
        }
        _ => {}
    }
    paths.push(path);
}

#[test]
fn an_error_in_another_field_does_not_repeat_the_password() {
    let definition = whole(json!(PASSWORD));
    for wrong in [json!(null), json!(true), json!(1e300), json!("x"), json!([]), json!({}), json!([[1]])] {
        everywhere(&definition, &wrong, &mut |path, changed| {
            let error = error_text(changed.to_string().as_bytes());
            assert!(!error.contains(PASSWORD), "{wrong} at {path}: {error}");
        });
    }
}

/// A password in the place of an object, a list, a number or a choice. Names and words are texts of their
/// own, which errors and responses do repeat.
#[test]
fn a_password_in_the_wrong_place_is_not_repeated() {
    everywhere(&whole(json!("p")), &json!(PASSWORD), &mut |path, changed| {
        let last = path.rsplit('/').next().unwrap();
        let is_text = [
            "action",
            "type",
            "id",
            "name",
            "host",
            "db",
            "username",
            "options",
            "dbRef",
            "table",
            "node",
            "format",
            "insertMode",
            "bucket",
            "key",
            "value",
            "reportFormat",
            "outputType",
        ];
        let error = error_text(changed.to_string().as_bytes());
        assert!(is_text.contains(&last) || !error.contains(PASSWORD), "{path}: {error}");
    });
}

#[test]
fn a_truncated_or_broken_definition_does_not_repeat_it() {
    let text = serde_json::to_string_pretty(&whole(json!(PASSWORD))).unwrap();
    for at in 0..text.len() {
        let error = error_text(&text.as_bytes()[..at]);
        assert!(!error.contains(PASSWORD), "cut at {at}: {error}");
        for byte in [b'"', b';', b'}', b'\n', b'\\', 0xff] {
            let mut broken = text.clone().into_bytes();
            broken[at] = byte;
            let error = error_text(&broken);
            assert!(!error.contains(PASSWORD), "{byte} at {at}: {error}");
        }
    }
}
