//! The template, deployed: built by `sam build`, put into an emulator by `sam deploy`.

use std::collections::HashMap;
use std::process::Command;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::Credentials;
use satsuma_aws::Jobs;
use satsuma_domain::key::{AccessKey, KeyRecord};
use satsuma_domain::ports::PutKey;
use satsuma_domain::{InstanceId, Timestamp};
use serde_json::Value;

use crate::client::Client;
use crate::emulator::{CREDENTIALS, Emulator, REGION};
use crate::workspace;

/// The stack's name in the emulator.
const NAME: &str = "satsuma-test";

/// How much of the logs is shown where a test fails.
const SHOWN_LINES: usize = 60;

/// A deployed stack.
pub struct Stack {
    /// Its jobs and access keys, seen with an administrator's rights.
    pub jobs: Jobs,
    /// A client of S3 with an administrator's rights.
    pub s3: aws_sdk_s3::Client,
    /// A client of SQS with an administrator's rights.
    pub sqs: aws_sdk_sqs::Client,
    outputs: HashMap<String, String>,
    emulator: Emulator,
}

impl Stack {
    /// Deploys what `sam build` has built.
    ///
    /// # Panics
    /// Where nothing is built, or it cannot be deployed.
    pub async fn deploy() -> Self {
        let built = workspace().join(".aws-sam/build/template.yaml");
        assert!(built.exists(), "there is no {}: run `sam build` first", built.display());
        let emulator = Emulator::start();
        sam(&emulator, &["deploy", "--stack-name", NAME, "--no-progressbar"]);
        let outputs = sam(&emulator, &["list", "stack-outputs", "--stack-name", NAME, "--output", "json"]);
        let outputs = parse_outputs(&outputs);
        python(&emulator, include_str!("stack/count_workers.py"));
        let config = sdk_config(&emulator).await;
        let s3 = satsuma_aws::s3_client(&config);
        // The emulator speaks plain HTTP, which the bucket's policy refuses, as it should.
        s3.delete_bucket_policy().bucket(&outputs["BucketName"]).send().await.unwrap();
        Self {
            jobs: Jobs::new(aws_sdk_dynamodb::Client::new(&config), &outputs["TableName"]),
            s3,
            sqs: aws_sdk_sqs::Client::new(&config),
            outputs,
            emulator,
        }
    }

    /// An output of the template.
    #[must_use]
    pub fn output(&self, name: &str) -> &str {
        &self.outputs[name]
    }

    /// Issues an access key, and gives the client of its owner.
    ///
    /// # Panics
    /// Where the key cannot be stored.
    pub async fn client_of(&self, instance: &str) -> Client {
        let key = AccessKey::generate().unwrap();
        let record = KeyRecord::new(&key, InstanceId::new(instance).unwrap(), Timestamp(0));
        self.jobs.put_key(&record).await.unwrap();
        let host = self.output("ApiUrl").trim_start_matches("http://");
        Client::new(self.emulator.address(), host, key.reveal())
    }

    /// The log of the functions, line by line.
    #[must_use]
    pub fn logs(&self) -> String {
        python(&self.emulator, include_str!("stack/logs.py"))
    }

    /// Drops an object into the bucket.
    ///
    /// # Panics
    /// Where it cannot be stored.
    pub async fn put_inbox_object(&self, key: &str, bytes: &[u8]) {
        let body = bytes.to_vec().into();
        self.s3.put_object().bucket(self.output("BucketName")).key(key).body(body).send().await.unwrap();
    }

    /// The content of an object, once it exists.
    ///
    /// # Panics
    /// Where it does not come.
    pub async fn await_object(&self, key: &str) -> Vec<u8> {
        for _ in 0..300 {
            let object = self.s3.get_object().bucket(self.output("BucketName")).key(key).send().await;
            if let Ok(object) = object {
                return object.body.collect().await.unwrap().to_vec();
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
        panic!("there is no object {key}");
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let logs = self.logs();
            let lines: Vec<&str> = logs.lines().filter(|line| line.starts_with('{')).collect();
            let shown = lines.get(lines.len().saturating_sub(SHOWN_LINES)..).unwrap_or_default();
            eprintln!("the end of the functions' logs:\n{}", shown.join("\n"));
        }
    }
}

fn sam(emulator: &Emulator, arguments: &[&str]) -> String {
    tool(emulator, Command::new("sam").args(arguments).args(["--region", REGION]))
}

/// Runs a script with the SAM CLI's Python, which brings AWS's SDK along.
fn python(emulator: &Emulator, script: &str) -> String {
    tool(emulator, Command::new("python3").args(["-c", script]))
}

fn tool(emulator: &Emulator, command: &mut Command) -> String {
    let output = command
        .current_dir(workspace())
        .envs(emulator.environment())
        .output()
        .expect("the tool can be started; `.ci/venv tools` prints the folder that it is in");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    told
}

fn parse_outputs(json: &str) -> HashMap<String, String> {
    let outputs: Vec<Value> = serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"));
    let text = |value: &Value| value.as_str().expect("outputs are text").to_owned();
    outputs.iter().map(|output| (text(&output["OutputKey"]), text(&output["OutputValue"]))).collect()
}

async fn sdk_config(emulator: &Emulator) -> SdkConfig {
    let (id, secret) = CREDENTIALS;
    aws_config::defaults(BehaviorVersion::latest())
        .region(Region::from_static(REGION))
        .credentials_provider(Credentials::new(id, secret, None, None, "emulator"))
        .endpoint_url(format!("http://{}", emulator.address()))
        .load()
        .await
}
