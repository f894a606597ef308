//! Lets the command line reach the stores of a running service: the folder's lock keeps it from opening them
//! itself. A file that only the folder's owner can read has their addresses and the credentials of this run.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use aws_sdk_s3::config::{BehaviorVersion, Region};
use satsuma_aws::{Files, Jobs};
use serde::{Deserialize, Serialize};

use super::credentials::Credentials;
use super::{BUCKET, REGION, TABLE, sdk_credentials};
use crate::data::{DataFolder, RUNNING_FILE, data_error, write_private};
use crate::error::LocalError;

/// How long a command waits for a service that is starting.
const PATIENCE: Duration = Duration::from_secs(10);

/// The pause before it looks again.
const PAUSE: Duration = Duration::from_millis(50);

/// The content of the file.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Running {
    pub(super) table: Reached,
    pub(super) objects: Reached,
}

/// Where a store is, and what opens it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Reached {
    pub(super) url: String,
    pub(super) credentials: Credentials,
}

impl Running {
    /// The adapter on the job store.
    pub(crate) fn jobs(&self) -> Jobs {
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .credentials_provider(sdk_credentials(&self.table.credentials))
            .endpoint_url(&self.table.url)
            .build();
        Jobs::new(aws_sdk_dynamodb::Client::from_conf(config), TABLE)
    }

    /// The adapter on the object store.
    pub(crate) fn files(&self) -> Files {
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .credentials_provider(sdk_credentials(&self.objects.credentials))
            .endpoint_url(&self.objects.url)
            .force_path_style(true)
            .build();
        Files::new(aws_sdk_s3::Client::from_conf(config), BUCKET)
    }

    /// Writes the file.
    pub(super) fn write(&self, data: &DataFolder) -> Result<(), LocalError> {
        let path = data.file(RUNNING_FILE);
        let json = serde_json::to_vec(self)
            .map_err(|error| LocalError::Data { path: path.clone(), detail: error.to_string() })?;
        write_private(&path, &json)
    }
}

/// The adapters on the stores of the service that uses a data folder now.
pub(crate) async fn connect(root: &std::path::Path) -> Result<(Jobs, Files), LocalError> {
    let path = root.join(RUNNING_FILE);
    let until = Instant::now() + PATIENCE;
    let json = loop {
        match std::fs::read(&path) {
            // It holds the folder, and has not opened its stores yet.
            Err(error) if error.kind() == ErrorKind::NotFound && Instant::now() < until => {
                tokio::time::sleep(PAUSE).await;
            }
            read => break read.map_err(data_error(&path))?,
        }
    };
    let running: Running = serde_json::from_slice(&json)
        .map_err(|error| LocalError::Data { path: path.clone(), detail: error.to_string() })?;
    Ok((running.jobs(), running.files()))
}
