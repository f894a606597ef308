mod databases;
mod leaks;

use serde_json::{Value, json};

use super::*;

fn parse(value: Value) -> Result<JobDefinition, Error> {
    JobDefinition::parse(value.to_string().as_bytes())
}

fn refusal(value: Value) -> String {
    let error = parse(value).unwrap_err();
    format!("{} at {}: {error}", error.code(), error.field().unwrap_or("-"))
}

#[test]
fn a_scoring_job_is_parsed_and_returned_with_defaults() {
    let definition = parse(json!({
        "action": "BATCH_SCORE",
        "model": {"id": "drug cap", "name": "Drug1n.str"},
        "dbDefinitions": {},
        "setting": {"inputs": [{"node": "scoreInput", "file": {"id": "batch.csv"}}], "reportFormat": "TAB"}
    }))
    .unwrap();
    insta::assert_json_snapshot!(definition, @r#"
    {
      "action": "BATCH_SCORE",
      "model": {
        "id": "drug cap",
        "name": "Drug1n.str"
      },
      "setting": {
        "inputs": [
          {
            "node": "scoreInput",
            "file": {
              "id": "batch.csv"
            },
            "attributes": []
          }
        ],
        "exports": [],
        "parameterOverride": [],
        "reportFormat": "TAB"
      }
    }
    "#);
}

#[test]
fn whole_numbers_are_read_in_every_spelling() {
    for port in ["50000", "50000.0", "5e4", "\"50000\""] {
        let json = format!(
            r#"{{"action":"BATCH_SCORE","model":{{"id":"m"}},"dbDefinitions":{{"db":{{"type":"DB2","host":"h",
            "db":"d","username":"u","port":{port}}}}}}}"#
        );
        let definition = JobDefinition::parse(json.as_bytes()).unwrap();
        assert_eq!(definition.db_definitions["db"].port, Some(50_000), "{port}");
    }
}

#[test]
fn a_list_is_refused_at_every_place_of_an_object() {
    let model = json!({"id": "m"});
    for (place, definition) in [
        ("model", json!({"action": "TRAINING", "model": ["m"]})),
        ("setting", json!({"action": "TRAINING", "model": model, "setting": [[]]})),
        ("setting.inputs[0]", json!({"action": "TRAINING", "model": model, "setting": {"inputs": [["n"]]}})),
        (
            "setting.inputs[0].file",
            json!({"action": "TRAINING", "model": model,
            "setting": {"inputs": [{"node": "n", "file": ["x"]}]}}),
        ),
        (
            "setting.parameterOverride[0]",
            json!({"action": "TRAINING", "model": model,
            "setting": {"parameterOverride": [["p", 1]]}}),
        ),
        ("dbDefinitions.db", json!({"action": "TRAINING", "model": model, "dbDefinitions": {"db": ["DB2"]}})),
    ] {
        let refused = refusal(definition);
        assert_eq!(refused, format!("invalid_definition at {place}: invalid type: list, expected object"));
    }
}

#[test]
fn the_error_of_a_body_in_another_encoding_names_it() {
    let json = r#"{"action":"TRAINING","model":{"id":"größe"}}"#;
    assert!(JobDefinition::parse(format!("\u{feff}{json}").as_bytes()).is_ok());
    let utf16 = |big: bool| -> Vec<u8> {
        let units = json.encode_utf16();
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let marked = [b"\xFF\xFE".to_vec(), utf16(false)].concat();
    let latin1: Vec<u8> = json.chars().map(|char| char as u32 as u8).collect();
    for (body, what) in
        [(utf16(false), "UTF-16"), (utf16(true), "UTF-16"), (marked, "UTF-16"), (latin1, "Latin-1")]
    {
        let error = JobDefinition::parse(&body).unwrap_err();
        assert_eq!(error.code(), "malformed_json");
        assert!(
            error.to_string().contains(what) && error.to_string().contains("send it as UTF-8"),
            "{error}"
        );
    }
}

#[test]
fn errors_name_the_problem_and_its_field() {
    let model = json!({"id": "m"});
    insta::assert_snapshot!(refusal(json!({"action": "SCORE", "model": model})), @"invalid_definition at action: unknown action `SCORE`, expected one of `TRAINING`, `EVALUATION`, `AUTO_REFRESH`, `BATCH_SCORE`, `RUN_STREAM`");
    insta::assert_snapshot!(refusal(json!({"action": "TRAINING", "model": {"id": ".."}})), @"invalid_definition at model.id: `.` and `..` are not ids");
    insta::assert_snapshot!(refusal(json!({"action": "TRAINING", "model": model, "settings": {}})), @"invalid_definition at settings: unknown field `settings`, expected one of `action`, `model`, `dbDefinitions`, `setting`, `reportFormat`, `outputType`, `continueOnFailure`, `promote`");
    insta::assert_snapshot!(refusal(json!({"action": "TRAINING", "model": model, "setting": {"inputs": [{"node": "a", "file": {"id": "x", "path": "/"}}]}})), @"invalid_definition at setting.inputs[0].file.path: unknown field `path`, expected one of `id`, `format`, `encoding`");
    insta::assert_snapshot!(refusal(json!({"action": "TRAINING", "model": model, "setting": {"inputs": [{"node": "a", "file": {"id": "x", "encoding": ""}}]}})), @"invalid_definition at setting.inputs[0].file.encoding: the name of an encoding has 1 to 40 characters");
    insta::assert_snapshot!(refusal(json!({"action": "TRAINING", "model": model, "setting": {"parameterOverride": [{"name": "p", "value": []}]}})), @"invalid_definition at setting.parameterOverride[0].value: a parameter's value is text, a number or a boolean");
    insta::assert_snapshot!(refusal(json!([])), @"invalid_definition at -: a job definition is a JSON object");
    insta::assert_snapshot!(refusal(json!(["TRAINING", model, {}, null, null, null])), @"invalid_definition at -: a job definition is a JSON object");
    insta::assert_snapshot!(refusal(json!({"action": null, "model": model})), @"invalid_definition at action: invalid type: null, expected a string");
    insta::assert_snapshot!(refusal(json!({"action": "TRAINING", "model": "m"})), @"invalid_definition at model: invalid type: string, expected an object with the `id` of an uploaded stream");
    insta::assert_snapshot!(refusal(json!({"action": "TRAINING", "model": model, "setting": {"inputs": {"node": "a"}}})), @"invalid_definition at setting.inputs: invalid type: object, expected a list");
    insta::assert_snapshot!(refusal(json!({"action": "TRAINING", "model": model, "setting": {"inputs": [null]}})), @"invalid_definition at setting.inputs[0]: invalid type: null, expected an object with `node` and its data");
    insta::assert_snapshot!(refusal(json!({"action": "TRAINING", "model": model, "setting": {"parameterOverride": [{"name": "p", "value": 1}, {"name": "p", "value": 2}]}})), @"invalid_definition at setting.parameterOverride[1].name: the parameter `p` is set twice");
}

#[test]
fn a_definition_beyond_the_limit_is_refused_unread() {
    let error = JobDefinition::parse(&vec![b' '; MAX_DEFINITION_BYTES + 1]).unwrap_err();
    assert_eq!(error.code(), "too_large");
}

#[test]
fn an_entry_has_exactly_one_data_source() {
    let entry = |entry: Value| {
        refusal(json!({"action": "BATCH_SCORE", "model": {"id": "m"}, "setting": {"exports": [entry]}}))
    };
    let one = "invalid_definition at setting.exports[0]: exactly one of `odbc`, `file` and `s3` defines the \
               data";
    assert_eq!(entry(json!({"node": "a"})), one);
    let object = json!({"bucket": "data", "key": "a.csv"});
    assert_eq!(entry(json!({"node": "a", "file": {"id": "x"}, "s3": object})), one);
    insta::assert_snapshot!(entry(json!({"node": "a", "s3": {"bucket": "Data", "key": "a"}})), @"invalid_definition at setting.exports[0].s3.bucket: a bucket's name has 3 to 63 lower-case letters, digits, `.` and `-`");
    insta::assert_snapshot!(entry(json!({"node": "a", "s3": {"bucket": "data", "key": ""}})), @"invalid_definition at setting.exports[0].s3.key: an object's key has 1 to 1024 bytes and no control characters");
    insta::assert_snapshot!(entry(json!({"node": "a", "file": {"id": "x", "format": "DOCX"}})), @"invalid_definition at setting.exports[0].file.format: unknown format `DOCX`, expected one of `CSV`, `TAB`, `PARQUET`, `EXCEL`, `SAV`");
    insta::assert_snapshot!(entry(json!({"node": "a", "files": {"id": "x"}})), @"invalid_definition at setting.exports[0].files: unknown field `files`, expected one of `node`, `odbc`, `file`, `s3`, `attributes`");
}

#[test]
fn words_are_parsed_in_any_case_and_shown_in_one() {
    let definition = parse(json!({
        "action": "EVALUATION", "model": {"id": "m"}, "reportFormat": "html", "outputType": "data_url",
        "setting": {"parameterOverride": null, "inputs": [
            {"node": "a", "file": {"id": "x", "format": "tsv"}, "attributes": null},
            {"node": "b", "file": {"id": "x", "format": "Parquet"}},
            {"node": "c", "s3": {"bucket": "my-data", "key": "in/x.sav", "format": "xlsx"}}
        ]}
    }))
    .unwrap();
    assert_eq!(definition.report_format(), Some(ReportFormat::Html));
    let shown = serde_json::to_value(&definition).unwrap();
    assert_eq!((&shown["reportFormat"], &shown["outputType"]), (&json!("HTML"), &json!("DATA_URL")));
    let inputs = &shown["setting"]["inputs"];
    assert_eq!(inputs[0]["file"]["format"], "TAB");
    assert_eq!(inputs[1]["file"]["format"], "PARQUET");
    assert_eq!(
        inputs[2],
        json!({"node": "c", "s3": {"bucket": "my-data", "key": "in/x.sav", "format": "EXCEL"}, "attributes": []})
    );
}

#[test]
fn a_field_in_two_places_must_have_one_value() {
    let twice = |inside: &str| {
        json!({
            "action": "EVALUATION", "model": {"id": "m"}, "reportFormat": "HTML", "setting": {"reportFormat": inside}
        })
    };
    assert!(parse(twice("HTML")).is_ok());
    assert_eq!(
        refusal(twice("PNG")),
        "invalid_definition at reportFormat: it differs from setting.reportFormat"
    );
}

#[test]
fn every_report_format_and_action_of_the_contract_is_read() {
    for format in ["HTML", "JPG", "PNG", "RTF", "SAV", "TAB", "XML"] {
        for action in ["TRAINING", "EVALUATION", "AUTO_REFRESH", "BATCH_SCORE", "RUN_STREAM"] {
            parse(json!({"action": action, "model": {"id": "m"}, "reportFormat": format})).unwrap();
        }
    }
}

#[test]
fn the_options_of_training_are_read_and_stored() {
    let given = json!({
        "action": "AUTO_REFRESH", "model": {"id": "m"}, "continueOnFailure": true,
        "promote": {"if": "not worse", "measure": "Accuracy", "on": "testing"},
    });
    let definition = parse(given).unwrap();
    let promote = definition.promote.clone().unwrap();
    assert_eq!((promote.measure, promote.on), (Some(Measure::Accuracy), Part::Testing));
    let stored = serde_json::to_value(&definition).unwrap();
    assert_eq!(stored["promote"], json!({"if": "not worse", "measure": "accuracy", "on": "testing"}));
    assert_eq!(stored["continueOnFailure"], true);
    assert_eq!(parse(stored).unwrap(), definition);
    let short = parse(json!({"action": "TRAINING", "model": {"id": "m"}, "promote": {"if": "not worse"}}));
    assert_eq!(short.unwrap().promote.unwrap().on, Part::Testing, "the default");
}

#[test]
fn wrong_options_of_training_are_refused() {
    let of = |action: &str, option: &str, value: serde_json::Value| {
        let mut definition = json!({"action": action, "model": {"id": "m"}});
        definition[option] = value;
        refusal(definition)
    };
    insta::assert_snapshot!(of("TRAINING", "promote", json!({"if": "better"})), @"invalid_definition at promote.if: unknown condition `better`, expected one of `not worse`");
    insta::assert_snapshot!(of("TRAINING", "promote", json!({"on": "testing"})), @"invalid_definition at promote: missing field `if`");
    insta::assert_snapshot!(of("TRAINING", "promote", json!("not worse")), @r#"invalid_definition at promote: invalid type: string, expected an object such as {"if": "not worse", "on": "testing"}"#);
    insta::assert_snapshot!(of("BATCH_SCORE", "promote", json!({"if": "not worse"})), @"invalid_definition at promote: only TRAINING and AUTO_REFRESH train models; remove the field");
    insta::assert_snapshot!(of("RUN_STREAM", "continueOnFailure", json!(true)), @"invalid_definition at continueOnFailure: only TRAINING and AUTO_REFRESH train models; remove the field");
}

#[test]
fn a_number_is_read_and_stored_to_its_last_digit() {
    for value in ["0.9851417316252845", "0.0526309571556145", "5e-324", "123456789.12345679"] {
        let json = format!(
            r#"{{"action": "BATCH_SCORE", "model": {{"id": "m"}}, "setting": {{"parameterOverride": [{{"name": "p", "value": {value}}}]}}}}"#
        );
        let definition = JobDefinition::parse(json.as_bytes()).unwrap();
        assert_eq!(definition.setting.parameter_override[0].value.to_string(), value);
    }
}
