use serde_json::{Value, json};

use super::*;
use crate::ids::{InstanceId, JobId};
use crate::testing::{KeyManagement, ManualClock, Memory};
use crate::use_cases::submit::{Submission, Submitted, create, create_or_resubmit};

const PASSWORD: &str = "NmI4MDViMzBkNDUz";

fn key(id: &str) -> JobKey {
    JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new(id).unwrap() }
}

fn database(password: &str) -> Value {
    json!({
        "type": "DashDB", "host": "dash.example", "port": 50_001, "db": "BLUDB",
        "username": "bluadmin", "password": password, "options": "Security=SSL"
    })
}

fn definition(databases: Value) -> Value {
    json!({"action": "BATCH_SCORE", "model": {"id": "m"}, "dbDefinitions": databases})
}

/// A service with empty stores and key management.
#[derive(Default)]
struct Service {
    store: Memory,
    keys: KeyManagement,
    clock: ManualClock,
}

impl Service {
    async fn post(&self, id: &str, definition: &Value) -> Result<Job, Error> {
        let submission = self.read(id, definition).await?;
        create(&self.store, &self.store, &self.clock, key(id), submission).await
    }

    async fn put(&self, id: &str, definition: &Value) -> Result<Job, Error> {
        let submission = self.read(id, definition).await?;
        let put = create_or_resubmit(&self.store, &self.store, &self.clock, key(id), submission).await?;
        let (Submitted::Created(job) | Submitted::Resubmitted(job) | Submitted::Repeated(job)) = put;
        Ok(job)
    }

    async fn read(&self, id: &str, definition: &Value) -> Result<Submission, Error> {
        Submission::read(definition.to_string().as_bytes(), &key(id), &self.keys).await
    }

    async fn password(&self, job: &Job) -> String {
        open(&self.keys, job).await.unwrap().get("db1").unwrap().reveal().to_owned()
    }

    async fn refusal(&self, definition: &Value) -> String {
        let error = self.put("churn", definition).await.unwrap_err();
        format!("{} at {}: {error}", error.code(), error.field().unwrap())
    }
}

#[tokio::test]
async fn a_password_sealed_at_submission_opens_for_the_run() {
    let service = Service::default();
    let mut job = service.post("churn", &definition(json!({"db1": database(PASSWORD)}))).await.unwrap();
    let stored = serde_json::to_string(&job).unwrap();
    assert!(!stored.contains(PASSWORD) && !format!("{job:?}").contains(PASSWORD), "{stored}");
    job = serde_json::from_str(&stored).unwrap();
    assert_eq!(service.password(&job).await, PASSWORD);
}

#[tokio::test]
async fn one_data_key_is_drawn_for_each_definition_with_passwords() {
    let service = Service::default();
    let two = json!({"db1": database("first"), "db2": database("second")});
    let job = service.post("two", &definition(two)).await.unwrap();
    assert_eq!(service.keys.drawn(), 1);
    let wrapped = |name| job.sealed_passwords.get(name).unwrap().wrapped_key();
    assert_eq!(wrapped("db1"), wrapped("db2"));
    service.post("none", &definition(json!({}))).await.unwrap();
    assert_eq!(service.keys.drawn(), 1);
}

#[tokio::test]
async fn stars_that_are_sent_back_keep_the_password() {
    let service = Service::default();
    let first = service.post("churn", &definition(json!({"db1": database(PASSWORD)}))).await.unwrap();
    let mut shown = serde_json::to_value(&first.definition).unwrap();
    assert_eq!(shown["dbDefinitions"]["db1"]["password"], MASK);
    shown["model"]["id"] = json!("other");
    let job = service.put("churn", &shown).await.unwrap();
    assert_eq!((job.revision.0, service.password(&job).await.as_str()), (2, PASSWORD));

    // A new password beside kept ones: each opens by its own data key.
    shown["dbDefinitions"]["db2"] = database("new");
    let job = service.put("churn", &shown).await.unwrap();
    let passwords = open(&service.keys, &job).await.unwrap();
    let texts = ["db1", "db2"].map(|name| passwords.get(name).unwrap().reveal());
    assert_eq!(texts, [PASSWORD, "new"]);
}

#[tokio::test]
async fn stars_keep_no_password_that_would_go_to_another_server() {
    let service = Service::default();
    service.post("churn", &definition(json!({"db1": database(PASSWORD)}))).await.unwrap();
    for (field, value) in [
        ("host", json!("evil.example")),
        ("port", json!(50_000)),
        ("port", Value::Null),
        ("db", json!("OTHER")),
        ("username", json!("sa")),
        ("type", json!("DB2")),
        ("options", json!("Security=SSL;HostName=evil.example")),
        ("options", Value::Null),
    ] {
        let mut moved = database(MASK);
        moved[field] = value;
        let said = service.refusal(&definition(json!({"db1": moved}))).await;
        assert!(said.starts_with("masked_password at dbDefinitions.db1.password: "), "{field}: {said}");
    }
    let mut moved = database(MASK);
    moved["host"] = json!("evil.example");
    insta::assert_snapshot!(service.refusal(&definition(json!({"db1": moved}))).await, @"masked_password at \
        dbDefinitions.db1.password: a stored password is valid only for its connection; to change the type, \
        host, port, db, username or options, send the password again");
    let renamed = definition(json!({"db2": database(MASK)}));
    insta::assert_snapshot!(service.refusal(&renamed).await, @"masked_password at dbDefinitions.db2.password: `********` means the stored password, and the job has none with this name; send the password itself");
    let job = service.store_job().await;
    assert_eq!((job.revision.0, service.password(&job).await.as_str()), (1, PASSWORD), "nothing was changed");
}

impl Service {
    async fn store_job(&self) -> Job {
        use crate::ports::GetJob;
        self.store.get_job(&key("churn")).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn stars_in_a_new_job_are_refused() {
    let service = Service::default();
    let masked = definition(json!({"db1": database(MASK)}));
    let error = service.post("churn", &masked).await.unwrap_err();
    assert_eq!((error.code(), error.field()), ("masked_password", Some("dbDefinitions.db1.password")));
    assert_eq!(service.put("churn", &masked).await.unwrap_err().code(), "masked_password");
    assert!(service.store.take_message().is_none());
}

#[tokio::test]
async fn a_request_with_another_password_is_new() {
    let service = Service::default();
    service.put("churn", &definition(json!({"db1": database("misspelt")}))).await.unwrap();
    let job = service.put("churn", &definition(json!({"db1": database(PASSWORD)}))).await.unwrap();
    assert_eq!((job.revision.0, service.password(&job).await.as_str()), (2, PASSWORD));
}

#[test]
fn no_two_places_read_the_same() {
    let database = definition(json!({"db1": database("x")}));
    let database = &JobDefinition::parse(database.to_string().as_bytes()).unwrap().db_definitions["db1"];
    assert_ne!(place(&key("a"), "bc", database), place(&key("ab"), "c", database));
}

#[tokio::test]
async fn a_sealed_password_opens_in_its_own_place_only() {
    let service = Service::default();
    let job = service.post("churn", &definition(json!({"db1": database(PASSWORD)}))).await.unwrap();
    let mut elsewhere = [job.clone(), job.clone(), job.clone(), job.clone()];
    elsewhere[0].key.id = JobId::new("other").unwrap();
    elsewhere[1].key.instance = InstanceId::new("other").unwrap();
    let databases = &mut elsewhere[2].definition.db_definitions;
    databases.get_mut("db1").unwrap().host = Some("evil.example".to_owned());
    let moved = elsewhere[3].definition.db_definitions.remove("db1").unwrap();
    elsewhere[3].definition.db_definitions.insert("db2".to_owned(), moved);
    let sealed = elsewhere[3].sealed_passwords.get("db1").unwrap().clone();
    elsewhere[3].sealed_passwords = SealedPasswords::default();
    elsewhere[3].sealed_passwords.insert("db2", sealed);
    for job in elsewhere {
        let failure = open(&service.keys, &job).await.unwrap_err();
        assert_eq!(
            (failure.code.as_str(), failure.category),
            ("passwords_not_opened", FailureCategory::System)
        );
    }
}

#[tokio::test]
async fn without_key_management_nothing_is_stored_or_opened() {
    let service = Service::default();
    let with_password = definition(json!({"db1": database(PASSWORD)}));
    let job = service.post("churn", &with_password).await.unwrap();
    service.keys.be_away(true);
    let error = service.post("second", &with_password).await.unwrap_err();
    assert_eq!(error.code(), "unavailable");
    assert!(!error.to_string().contains("keys"), "the detail is for the log");
    let failure = open(&service.keys, &job).await.unwrap_err();
    insta::assert_snapshot!(failure.message, @"the passwords of the job's databases could not be decrypted; \
                                               submit the job again with them");
    assert!(service.post("third", &definition(json!({}))).await.is_ok(), "it is not asked for nothing");
}

#[tokio::test]
async fn a_secret_of_another_instance_is_refused_at_submission() {
    let mut database = database("");
    database["password"] = json!({"secret": "satsuma/other/dash"});
    let refused = Service::default().refusal(&definition(json!({"db1": database}))).await;
    assert!(refused.starts_with("foreign_secret at dbDefinitions.db1.password.secret: "), "{refused}");
}
