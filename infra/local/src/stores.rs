//! The embedded stores, and the deployed adapters on them.
//!
//! Each store uses its AWS protocol on a free port, so that the adapters work as on AWS, over the wire. The
//! objects' port is on the API's own address: callers are redirected there for data that exceed a request or
//! response. The others are on the loopback interface.

mod aws_json;
mod credentials;
mod dressed;
mod dynamodb;
mod loopback;
mod queue;
pub(crate) mod running;
mod s3;
mod sqs;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use aws_sdk_s3::config::{BehaviorVersion, Region};
use dynoxide::Database;
use satsuma_aws::{Files, Jobs, Queue};
use satsuma_domain::secret::WrappingKey;

use self::aws_json::JsonEndpoint;
use self::credentials::Credentials;
use self::dressed::Dressed;
use self::dynamodb::DynamoDb;
use self::running::{Reached, Running};
use self::sqs::Sqs;
use crate::address::base_url;
use crate::data::DataFolder;
use crate::disk::Disk;
use crate::error::LocalError;
use crate::front::Front;
use crate::seal_key::{SEAL_KEY_FILE, kept_seal_key};

/// The one table.
const TABLE: &str = "satsuma";

/// The one bucket.
pub(crate) const BUCKET: &str = "satsuma";

/// Where all but the objects are served: this machine alone reaches it.
const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// The region in signatures; it does not exist.
const REGION: &str = "local";

/// The adapters, and what only the local service needs beside them.
pub(crate) struct Stores {
    pub(crate) jobs: Jobs,
    pub(crate) files: Files,
    pub(crate) queue: Queue,
    /// The receiving side of the notices queue.
    pub(crate) notices: Queue,
    /// Where KMS is on AWS.
    pub(crate) keys: Arc<WrappingKey>,
    /// For tests that put objects into the inbox from outside.
    pub(crate) bucket: aws_sdk_s3::Client,
    /// Where the objects are served.
    pub(crate) objects: SocketAddr,
    /// How the command line reaches them.
    reached: Running,
}

impl Stores {
    /// Starts the stores on what the data folder holds, the objects at `address`.
    pub(crate) async fn start(
        data: &DataFolder,
        disk: &Disk,
        address: IpAddr,
        front: &Front,
    ) -> Result<Self, LocalError> {
        // A link shows its signer's key id: the credentials of the bucket open nothing else.
        let (credentials, shown) = (Credentials::draw()?, Credentials::draw()?);
        let (jobs, table) = start_jobs(&data.folder("jobs")?.join("table.sqlite"), &credentials).await?;
        let notices = start_queue(&credentials).await?;
        let queue = start_queue(&credentials).await?.with_notices(&notices);
        let folder = data.folder("objects")?;
        let (bucket, objects) = start_bucket(&folder, disk, address, &shown, front).await?;
        let files = Files::new(bucket.clone(), BUCKET);
        let keys = Arc::new(kept_seal_key(&data.file(SEAL_KEY_FILE))?);
        let reached = Running {
            table: Reached { url: table, credentials },
            objects: Reached { url: base_url(objects), credentials: shown },
        };
        Ok(Self { jobs, files, queue, notices, keys, bucket, objects, reached })
    }

    /// How processes of jobs reach the stores.
    pub(crate) fn reached(&self) -> Running {
        self.reached.clone()
    }

    /// Publishes the stores' addresses to the command line while this process holds the data folder.
    pub(crate) fn announce(&self, data: &DataFolder) -> Result<(), LocalError> {
        self.reached.write(data)
    }
}

async fn start_jobs(file: &Path, credentials: &Credentials) -> Result<(Jobs, String), LocalError> {
    let fault = |detail: String| LocalError::Store { what: "job store", detail };
    let path = file.to_str().ok_or_else(|| fault("the path of the data folder is not UTF-8".to_owned()))?;
    let database = Database::new(path).map_err(|error| fault(error.to_string()))?;
    let endpoint = JsonEndpoint::new(Arc::new(DynamoDb(database)), credentials.clone());
    let address = loopback::serve(LOOPBACK, endpoint).await.map_err(|error| fault(error.to_string()))?;
    let url = base_url(address);
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(sdk_credentials(credentials))
        .endpoint_url(&url)
        .build();
    let client = aws_sdk_dynamodb::Client::from_conf(config);
    satsuma_aws::table::create_table(&client, TABLE).await.map_err(|error| fault(error.to_string()))?;
    Ok((Jobs::new(client, TABLE).keeping(satsuma_aws::retention()), url))
}

async fn start_queue(credentials: &Credentials) -> Result<Queue, LocalError> {
    let fault = |error: std::io::Error| LocalError::Store { what: "queue", detail: error.to_string() };
    let endpoint = JsonEndpoint::new(Arc::new(Sqs::default()), credentials.clone());
    let url = base_url(loopback::serve(LOOPBACK, endpoint).await.map_err(fault)?);
    let config = aws_sdk_sqs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(sdk_credentials(credentials))
        .endpoint_url(&url)
        .build();
    Ok(Queue::new(aws_sdk_sqs::Client::from_conf(config), format!("{url}/jobs")))
}

async fn start_bucket(
    folder: &Path,
    disk: &Disk,
    address: IpAddr,
    credentials: &Credentials,
    front: &Front,
) -> Result<(aws_sdk_s3::Client, SocketAddr), LocalError> {
    let fault = |error: std::io::Error| LocalError::Store { what: "object store", detail: error.to_string() };
    let service = Dressed::new(s3::service(folder, disk, BUCKET, credentials)?, front.clone());
    let objects = loopback::serve(address, service).await.map_err(fault)?;
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(sdk_credentials(credentials))
        .endpoint_url(base_url(objects))
        .force_path_style(true)
        .build();
    Ok((aws_sdk_s3::Client::from_conf(config), objects))
}

fn sdk_credentials(own: &Credentials) -> aws_sdk_s3::config::Credentials {
    aws_sdk_s3::config::Credentials::new(own.key_id.clone(), own.secret.clone(), None, None, "local")
}

#[cfg(test)]
mod tests;
