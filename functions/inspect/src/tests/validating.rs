//! Dry runs of jobs.

use satsuma_domain::job::{Job, JobKey};
use satsuma_domain::ports::{CreateJob, GetJob};
use satsuma_domain::{JobDefinition, JobId, JobNumber, Timestamp};
use satsuma_stream::StreamBuilder;
use serde_json::{Value, json};

use super::world::{World, body, shown, stream};

async fn validated(world: &World, definition: &Value) -> Value {
    let answer = world.validate("churn", &definition.to_string()).await;
    assert_eq!(answer.status(), 200, "{}", shown(&answer));
    serde_json::from_str(&body(&answer)).unwrap()
}

/// Codes and nodes of the obstacles.
fn obstacles(validation: &Value) -> Vec<(&str, &str)> {
    let obstacles = validation["obstacles"].as_array().unwrap().iter();
    obstacles
        .map(|obstacle| (obstacle["code"].as_str().unwrap(), obstacle["node"].as_str().unwrap_or("-")))
        .collect()
}

#[tokio::test]
async fn a_runnable_job_is_described_from_sources_to_results() {
    let world = World::new();
    world.put("churn.str", stream().write().unwrap()).await;
    world.put("in.csv", "tenure,sex\n1,F\n").await;
    let definition = json!({"action": "BATCH_SCORE", "model": {"id": "churn.str"}});
    insta::assert_json_snapshot!(validated(&world, &definition).await);
}

#[tokio::test]
async fn all_obstacles_are_reported_together() {
    let world = World::new();
    world.put("churn.str", stream().write().unwrap()).await;
    let definition = json!({
        "action": "BATCH_SCORE",
        "model": {"id": "churn.str"},
        "dbDefinitions": {"db1": {"type": "DB2", "host": "h", "port": 1, "db": "d", "username": "u", "password": "secret-word"}},
        "setting": {
            "inputs": [{"node": "Customers", "odbc": {"dbRef": "db1", "table": "CHURN"}}],
            "exports": [{"node": "Table", "file": {"id": "scores.parquet"}}],
            "parameterOverride": [{"name": "cutoff", "value": 1}],
            "reportFormat": "HTML",
        },
    });
    let validation = validated(&world, &definition).await;
    assert!(!validation.to_string().contains("secret-word"));
    insta::assert_json_snapshot!(validation);
}

#[tokio::test]
async fn files_are_looked_for_as_a_run_would_look_for_them() {
    let world = World::new();
    world.put("churn.str", stream().write().unwrap()).await;
    let plain = json!({"action": "BATCH_SCORE", "model": {"id": "churn.str"}});
    let validation = validated(&world, &plain).await;
    assert_eq!(obstacles(&validation), [("source_missing", "Var. File \"Customers\"")]);
    assert_eq!(
        (&validation["sources"][0]["file"], &validation["sources"][0]["found"]),
        (&json!("in.csv"), &json!(false))
    );

    let mut given = plain.clone();
    given["setting"] = json!({"inputs": [{"node": "customers", "file": {"id": "march.csv"}}]});
    let validation = validated(&world, &given).await;
    assert_eq!(validation["sources"][0]["file"], "march.csv");
    insta::assert_snapshot!(validation["obstacles"][0]["reason"].as_str().unwrap(), @"there is no file \
        `march.csv`, the job's file for this node; upload it and submit the job again");
    world.put("march.csv", "tenure,sex\n").await;
    let validation = validated(&world, &given).await;
    assert_eq!((&validation["canRun"], &validation["sources"][0]["bytes"]), (&json!(true), &json!(11)));
}

#[tokio::test]
async fn a_missing_or_unreadable_stream_is_an_obstacle() {
    let world = World::new();
    let definition = json!({"action": "BATCH_SCORE", "model": {"id": "churn.str"}});
    assert_eq!(obstacles(&validated(&world, &definition).await), [("stream_missing", "-")]);
    world.put("churn.str", "no zip").await;
    assert_eq!(obstacles(&validated(&world, &definition).await), [("stream_unreadable", "-")]);
    world.put("churn.str", vec![0; crate::stored::LARGEST_STREAM as usize + 1]).await;
    assert_eq!(obstacles(&validated(&world, &definition).await), [("unexamined", "-")]);
}

#[tokio::test]
async fn without_a_body_the_stored_job_is_checked_and_unchanged() {
    let world = World::new();
    world.put("churn.str", stream().write().unwrap()).await;
    assert_eq!(world.validate("churn", "").await.status(), 404);
    let definition =
        JobDefinition::parse(br#"{"action":"AUTO_REFRESH","model":{"id":"churn.str"}}"#).unwrap();
    let key = JobKey { instance: world.instance.clone().unwrap(), id: JobId::new("churn").unwrap() };
    let job = Job::new(key.clone(), JobNumber(1), definition, Timestamp(0));
    let _ = world.store.create_job(&job).await.unwrap();
    let answer = world.validate("churn", "").await;
    let validation: Value = serde_json::from_str(&body(&answer)).unwrap();
    assert_eq!(obstacles(&validation), [("definition", "-")]);
    assert_eq!(world.store.get_job(&key).await.unwrap(), Some(job));
    assert!(world.store.take_message().is_none());

    let refused =
        world.validate("churn", r#"{"action":"TRAINING","model":{"id":"churn.str"},"speed":1}"#).await;
    assert_eq!(refused.status(), 400);
    let refused: Value = serde_json::from_str(&body(&refused)).unwrap();
    assert_eq!(refused["code"], "invalid_definition");
}

#[tokio::test]
async fn asterisks_for_a_missing_password_are_refused() {
    let world = World::new();
    let mut definition = json!({"action": "BATCH_SCORE", "model": {"id": "m"}, "dbDefinitions": {
        "db1": {"type": "DB2", "host": "h", "db": "d", "username": "u", "password": "********"}
    }});
    let refused = world.validate("churn", &definition.to_string()).await;
    assert_eq!(refused.status(), 400);
    let refused: Value = serde_json::from_str(&body(&refused)).unwrap();
    assert_eq!(
        (&refused["code"], &refused["field"]),
        (&json!("masked_password"), &json!("dbDefinitions.db1.password"))
    );
    definition["dbDefinitions"]["db1"]["password"] = json!("secret-word");
    assert_eq!(world.validate("churn", &definition.to_string()).await.status(), 200);
}

/// A stream may name a thousand files; each check costs a request to the store.
#[tokio::test]
async fn a_hostile_stream_is_not_looked_up_without_end() {
    let world = World::new();
    let mut many = StreamBuilder::new("many");
    let table = many.table();
    for number in 0..300 {
        let source = many.delimited_file(&format!("{number}.csv"), &[]);
        many.link(source, table);
    }
    many.score_with(table);
    world.put("many.str", many.write().unwrap()).await;
    let definition = json!({"action": "BATCH_SCORE", "model": {"id": "many.str"}});
    let validation = validated(&world, &definition).await;
    let count = |code: &str| obstacles(&validation).iter().filter(|(found, _)| *found == code).count();
    assert_eq!((count("source_missing"), count("unexamined"), count("unsupported")), (100, 200, 1));
}
