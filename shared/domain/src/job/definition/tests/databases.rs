use serde_json::{Value, json};

use super::{parse, refusal};
use crate::job::definition::{DbType, JobDefinition, MAX_DATABASES, MAX_PASSWORD_BYTES};

/// The recorded definition of a client, with a port as text and no options.
fn recorded() -> Value {
    json!({
        "action": "BATCH_SCORE",
        "model": {"id": "drug_cap_stream", "name": "Drug1n_capitalized.str"},
        "dbDefinitions": {"db1": {
            "type": "DashDB", "host": "dash.example", "port": "50000", "db": "BLUDB",
            "username": "bluadmin", "password": "NmI4MDViMzBkNDUz"
        }},
        "setting": {
            "inputs": [{"odbc": {"dbRef": "db1", "table": "DRUG_BATCH_DATA"}, "node": "scoreInput", "attributes": []}],
            "exports": [{"odbc": {"dbRef": "db1", "table": "RESULTS_DRUG", "insertMode": "create"}, "node": "Table", "attributes": []}]
        }
    })
}

/// The recorded definition with another database definition.
fn with(database: Value) -> Value {
    let mut definition = recorded();
    definition["dbDefinitions"]["db1"] = database;
    definition
}

/// The recorded definition with one field of its database changed.
fn changed(field: &str, value: Value) -> Value {
    let mut definition = recorded();
    definition["dbDefinitions"]["db1"][field] = value;
    definition
}

fn read(definition: &Value) -> (JobDefinition, crate::secrets::passwords::Passwords) {
    JobDefinition::read(definition.to_string().as_bytes()).unwrap()
}

#[test]
fn a_recorded_definition_is_returned_with_a_masked_password() {
    let (definition, passwords) = read(&recorded());
    let mut expected = recorded();
    expected["dbDefinitions"]["db1"]["port"] = json!(50_000);
    expected["dbDefinitions"]["db1"]["password"] = json!("********");
    expected["setting"]["exports"][0]["odbc"]["insertMode"] = json!("Create");
    expected["setting"]["parameterOverride"] = json!([]);
    assert_eq!(serde_json::to_value(&definition).unwrap(), expected);
    assert_eq!(passwords.get("db1").unwrap().reveal(), "NmI4MDViMzBkNDUz");
    // The response equals the stored definition, and parses to the same.
    assert_eq!(serde_json::from_value::<JobDefinition>(expected).unwrap(), definition);
}

#[test]
fn all_fifteen_types_are_parsed_in_any_case() {
    let types = "ApacheHive DashDB DB2 Greenplum Impala Informix MySQL Oracle PostgreSQL ProgressOpenEdge \
                 Salesforce SQLServer Sybase SybaseIQ Teradata";
    let types: Vec<&str> = types.split(' ').collect();
    assert_eq!(types.len(), 15);
    for name in types {
        for written in [name.to_owned(), name.to_lowercase(), name.to_uppercase()] {
            let (definition, _) = read(&changed("type", json!(written)));
            assert_eq!(definition.db_definitions["db1"].db_type.as_str(), name);
        }
    }
}

#[test]
fn each_type_requires_its_connection_fields() {
    assert!(parse(with(json!({"type": "Salesforce", "username": "u", "password": "p"}))).is_ok());
    assert!(parse(with(json!({"type": "Impala", "host": "h"}))).is_ok());
    assert!(parse(with(json!({"type": "Teradata", "host": "h", "username": "u"}))).is_ok());
    assert_eq!(DbType::Db2.needs(), ["host", "db", "username"]);
    for field in DbType::Db2.needs() {
        let mut definition = recorded();
        definition["dbDefinitions"]["db1"].as_object_mut().unwrap().remove(*field);
        assert_eq!(
            refusal(definition),
            format!("invalid_definition at dbDefinitions.db1: missing field `{field}`, which DashDB needs")
        );
    }
}

#[test]
fn database_errors_name_the_problem_and_its_field() {
    insta::assert_snapshot!(refusal(changed("type", json!("Postgres"))), @"invalid_definition at dbDefinitions.db1.type: unknown database type `Postgres`, expected one of `ApacheHive`, `DashDB`, `DB2`, `Greenplum`, `Impala`, `Informix`, `MySQL`, `Oracle`, `PostgreSQL`, `ProgressOpenEdge`, `Salesforce`, `SQLServer`, `Sybase`, `SybaseIQ`, `Teradata`");
    insta::assert_snapshot!(refusal(changed("user", json!("u"))), @"invalid_definition at dbDefinitions.db1.user: unknown field `user`, expected one of `type`, `host`, `port`, `db`, `username`, `password`, `options`");
    insta::assert_snapshot!(refusal(changed("host", json!("https://dash.example/x"))), @"invalid_definition at dbDefinitions.db1.host: a host is a name or an address, without a scheme, a login or a path");
    insta::assert_snapshot!(refusal(changed("db", json!("a\nb"))), @"invalid_definition at \
        dbDefinitions.db1.db: control characters are not allowed");
    insta::assert_snapshot!(refusal(changed("options", json!("Security=SSL;PWD=hunter2"))), @"invalid_definition \
        at dbDefinitions.db1.options: options are stored and returned unchanged; move the password to \
        `password`");
    for port in
        [json!(0), json!(65_536), json!(-1), json!("x"), json!(""), json!(1.5), json!([]), json!(true)]
    {
        let said = refusal(changed("port", port));
        assert!(
            said.starts_with("invalid_definition at dbDefinitions.db1.port: ") && said.contains("1 to 65535"),
            "{said}"
        );
    }
    for port in [json!(1), json!(65_535), json!(" 50001 "), Value::Null] {
        assert!(parse(changed("port", port)).is_ok());
    }
    insta::assert_snapshot!(refusal(changed("password", json!("x".repeat(MAX_PASSWORD_BYTES + 1)))), @"invalid_definition at dbDefinitions.db1.password: a password has at most 4096 bytes, this one has 4097");
}

#[test]
fn a_reference_names_a_definition_that_is_there() {
    let mut definition = recorded();
    definition["setting"]["inputs"][0]["odbc"]["dbRef"] = json!("db2");
    insta::assert_snapshot!(refusal(definition), @"invalid_definition at setting.inputs[0].odbc.dbRef: dbDefinitions has no `db2`");
    let mut definition = recorded();
    definition["setting"]["inputs"][0]["odbc"]["insertMode"] = json!("Append");
    insta::assert_snapshot!(refusal(definition), @"invalid_definition at setting.inputs[0].odbc.insertMode: \
                                                   only an export has an insert mode");
    let mut definition = recorded();
    definition["setting"]["exports"][0]["odbc"]["insertMode"] = json!("Merge");
    insta::assert_snapshot!(refusal(definition), @"invalid_definition at setting.exports[0].odbc.insertMode: unknown insert mode `Merge`, expected one of `Append`, `Create`, `Drop`, `Refresh`");
}

#[test]
fn an_export_without_a_mode_creates_its_table() {
    let mut definition = recorded();
    definition["setting"]["exports"][0]["odbc"].as_object_mut().unwrap().remove("insertMode");
    let shown = serde_json::to_value(parse(definition).unwrap()).unwrap();
    assert_eq!(shown["setting"]["exports"][0]["odbc"]["insertMode"], "Create");
    for (written, shown) in [("APPEND", "Append"), ("drop", "Drop"), ("Refresh", "Refresh")] {
        let mut definition = recorded();
        definition["setting"]["exports"][0]["odbc"]["insertMode"] = json!(written);
        let answered = serde_json::to_value(parse(definition).unwrap()).unwrap();
        assert_eq!(answered["setting"]["exports"][0]["odbc"]["insertMode"], shown);
    }
}

#[test]
fn more_databases_than_an_item_can_hold_are_refused() {
    let mut definition = recorded();
    for number in 0..MAX_DATABASES {
        definition["dbDefinitions"][format!("more-{number}")] = definition["dbDefinitions"]["db1"].clone();
    }
    insta::assert_snapshot!(refusal(definition), @"invalid_definition at dbDefinitions: 33 databases are defined, at most 32 can be");
}

#[test]
fn a_duplicate_database_definition_is_refused() {
    let database = r#""db1":{"type":"Impala","host":"h"}"#;
    let json =
        format!(r#"{{"action":"TRAINING","model":{{"id":"m"}},"dbDefinitions":{{{database},{database}}}}}"#);
    let error = JobDefinition::parse(json.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "two database definitions have the same name");
}

#[test]
fn a_secret_is_named_and_belongs_to_the_instance() {
    let definition = parse(changed("password", json!({"secret": "satsuma/acme/dash"}))).unwrap();
    let shown = serde_json::to_value(&definition).unwrap();
    assert_eq!(shown["dbDefinitions"]["db1"]["password"], json!({"secret": "satsuma/acme/dash"}));
    let instance = |id: &str| crate::ids::InstanceId::new(id).unwrap();
    assert!(definition.check_owner(&instance("acme")).is_ok());
    let error = definition.check_owner(&instance("other")).unwrap_err();
    insta::assert_snapshot!(format!("{} at {}: {error}", error.code(), error.field().unwrap()), @"foreign_secret at dbDefinitions.db1.password.secret: the secrets of this instance are named `satsuma/other/…`");
    insta::assert_snapshot!(refusal(changed("password", json!({"secret": "prod/root"}))), @"invalid_definition \
        at dbDefinitions.db1.password.secret: a secret is named `satsuma/<instance>/…`, or by the ARN of \
        such a secret, with letters, digits and `/_+=.@-`");
    insta::assert_snapshot!(refusal(changed("password", json!({"secret": "satsuma/acme/x", "version": "1"}))), @r#"invalid_definition at dbDefinitions.db1.password: a password is text, or {"secret": …} with the name of a secret"#);
}
