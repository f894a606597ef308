use serde_json::json;

use super::*;

fn parse(value: Value) -> Result<JobDefinition, Error> {
    JobDefinition::parse(value.to_string().as_bytes())
}

fn refusal(value: Value) -> String {
    let error = parse(value).unwrap_err();
    format!("{} at {}: {error}", error.code(), error.field().unwrap_or("-"))
}

#[test]
fn a_scoring_job_on_uploaded_files_is_read_and_echoed_with_defaults() {
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
fn what_is_wrong_is_named_with_its_place() {
    let model = json!({"id": "m"});
    insta::assert_snapshot!(refusal(json!({"action": "SCORE", "model": model})), @"invalid_definition at action: unknown variant `SCORE`, expected one of `TRAINING`, `EVALUATION`, `AUTO_REFRESH`, `BATCH_SCORE`, `RUN_STREAM`");
    insta::assert_snapshot!(refusal(json!({"action": "TRAINING", "model": {"id": ".."}})), @"invalid_definition at model.id: `.` and `..` are not ids");
    insta::assert_snapshot!(refusal(json!({"action": "TRAINING", "model": model, "settings": {}})), @"invalid_definition at settings: unknown field `settings`, expected one of `action`, `model`, `setting`, `reportFormat`, `outputType`");
    insta::assert_snapshot!(refusal(json!({"action": "TRAINING", "model": model, "setting": {"inputs": [{"node": "a", "file": {"id": "x", "path": "/"}}]}})), @"invalid_definition at setting.inputs[0].file.path: unknown field `path`, expected `id` or `format`");
    insta::assert_snapshot!(refusal(json!({"action": "TRAINING", "model": model, "setting": {"parameterOverride": [{"name": "p", "value": []}]}})), @"invalid_definition at setting.parameterOverride[0].value: a parameter's value is text, a number or a boolean");
    insta::assert_snapshot!(refusal(json!([])), @"invalid_definition at -: a job definition is a JSON object");
}

#[test]
fn a_database_connection_is_refused_before_its_password_is_kept() {
    let model = json!({"id": "m"});
    insta::assert_snapshot!(
        refusal(json!({"action": "BATCH_SCORE", "model": model, "dbDefinitions": {"db1": {"password": "hunter2"}}})),
        @r#"unsupported at dbDefinitions: database connections are not supported yet; name an uploaded file: {"node":…,"file":{"id":…}}"#
    );
    let with_table = json!({"inputs": [{"node": "scoreInput", "odbc": {"dbRef": "db1", "table": "T"}}]});
    assert!(
        refusal(json!({"action": "BATCH_SCORE", "model": model, "setting": with_table}))
            .contains("setting.inputs[0].odbc")
    );
}

#[test]
fn the_curly_quotes_of_the_printed_documentation_are_not_json() {
    let error = JobDefinition::parse("{ \"dbRef”; “db2”, }".as_bytes()).unwrap_err();
    assert_eq!(error.code(), "malformed_json");
}

#[test]
fn a_definition_beyond_the_limit_is_refused_unread() {
    let error = JobDefinition::parse(&vec![b' '; MAX_DEFINITION_BYTES + 1]).unwrap_err();
    assert_eq!(error.code(), "too_large");
}
