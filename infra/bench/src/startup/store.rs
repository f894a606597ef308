//! An embedded DynamoDB with one job in it.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use dynoxide::{Database, server};
use satsuma_aws::Jobs;
use satsuma_domain::job::JobKey;
use satsuma_domain::ports::{CreateJob, Written};
use satsuma_domain::{Clock, InstanceId, Job, JobDefinition, JobId, JobNumber, SystemClock};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::Result;

/// The owner of the job.
pub(crate) const INSTANCE: &str = "bench";

/// The job's id.
pub(crate) const JOB: &str = "nightly-scoring";

const TABLE: &str = "satsuma";

const DEFINITION: &[u8] = br#"{
    "action": "BATCH_SCORE",
    "model": {"id": "churn.str"},
    "setting": {"inputs": [{"node": "customers", "file": {"id": "customers.csv"}}]}
}"#;

/// The store, served until it is dropped.
pub(crate) struct Store {
    /// Environment variables for functions that use it.
    pub(crate) environment: Vec<(&'static str, String)>,
    _runtime: Runtime,
}

impl Store {
    /// Starts a store and puts the job into it.
    pub(crate) fn start() -> Result<Self> {
        let runtime = Runtime::new()?;
        let url = runtime.block_on(fill())?;
        let environment = vec![
            ("AWS_ENDPOINT_URL", url),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "bench".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "bench".to_owned()),
            ("SATSUMA_TABLE", TABLE.to_owned()),
            // Names alone: the measured functions send these no request.
            ("SATSUMA_BUCKET", "bench".to_owned()),
            ("SATSUMA_QUEUE_URL", "http://127.0.0.1:9/queue".to_owned()),
            ("SATSUMA_NOTICES_URL", "http://127.0.0.1:9/notices".to_owned()),
            ("SATSUMA_SEAL_KEY", "bench".to_owned()),
        ];
        Ok(Self { environment, _runtime: runtime })
    }
}

async fn fill() -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(server::serve_on(listener, Database::memory()?));
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(&url)
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("bench", "bench", None, None, "bench"))
        .build();
    let client = Client::from_conf(config);
    satsuma_aws::table::create_table(&client, TABLE).await?;
    let key = JobKey { instance: InstanceId::new(INSTANCE)?, id: JobId::new(JOB)? };
    let definition = JobDefinition::parse(DEFINITION)?;
    let job = Job::new(key, JobNumber(1), definition, SystemClock.now());
    match Jobs::new(client, TABLE).create_job(&job).await? {
        Written::Done => Ok(url),
        Written::Conflict(_) | Written::OverQuota(_) => Err("the new store is not empty".into()),
    }
}
