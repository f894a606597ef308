//! Where the instances are: in a table on AWS, or in a data folder.

use std::path::{Path, PathBuf};

use clap::Args;
use satsuma_aws::{Files, Jobs, KeyManagement};
use satsuma_domain::instance::Instance;
use satsuma_domain::ports::{GetInstance, Seal};
use satsuma_domain::{Error, InstanceId};

use crate::cli::DEFAULT_DATA;
use crate::data::DataFolder;
use crate::error::LocalError;
use crate::front::Front;
use crate::seal_key::{SEAL_KEY_FILE, kept_seal_key};
use crate::stores::{Stores, running};

/// Which service is meant.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// Table of a deployed service (TableName of its stack). Credentials and region come from the
    /// environment, as for the AWS command line.
    #[arg(long, global = true, conflicts_with = "data")]
    table: Option<String>,

    /// Bucket of a deployed service (BucketName of its stack); needed where files are counted or removed.
    #[arg(long, global = true, requires = "table")]
    bucket: Option<String>,

    /// Data folder of a local service, whether it runs or not. [default: satsuma-data]
    #[arg(long, global = true)]
    data: Option<PathBuf>,
}

/// The stores of that service.
pub(crate) struct Opened {
    pub(crate) jobs: Jobs,
    files: Option<Files>,
    /// Locked until the command is done, where no service runs on it.
    _folder: Option<DataFolder>,
}

impl Place {
    /// Opens its stores.
    pub(crate) async fn open(&self) -> Result<Opened, LocalError> {
        let Some(table) = &self.table else {
            return local(self.data.as_deref().unwrap_or(Path::new(DEFAULT_DATA))).await;
        };
        let config = satsuma_aws::load().await;
        let jobs = Jobs::new(aws_sdk_dynamodb::Client::new(&config), table);
        let files = self.bucket.as_ref().map(|bucket| Files::new(satsuma_aws::s3_client(&config), bucket));
        Ok(Opened { jobs, files, _folder: None })
    }

    /// Key management for the secrets of webhooks: this KMS key where the service is deployed.
    pub(crate) async fn webhook_keys(&self, key: Option<&str>) -> Result<Box<dyn Seal>, LocalError> {
        if self.table.is_none() {
            if key.is_some() {
                let message = "--seal-key is of a deployed service; name its table with --table";
                return Err(LocalError::Tenants(message.to_owned()));
            }
            let root = self.data.as_deref().unwrap_or(Path::new(DEFAULT_DATA));
            return Ok(Box::new(kept_seal_key(&root.join(SEAL_KEY_FILE))?));
        }
        let keys = match key {
            Some(key) => KeyManagement::new(aws_sdk_kms::Client::new(&satsuma_aws::load().await), key),
            None => KeyManagement::from_env().await.map_err(|_| {
                let message = "name the service's KMS key (SealKeyArn of its stack) with --seal-key or in SATSUMA_SEAL_KEY";
                LocalError::Tenants(message.to_owned())
            })?,
        };
        Ok(Box::new(keys.for_webhooks()))
    }
}

async fn local(root: &Path) -> Result<Opened, LocalError> {
    match DataFolder::open(root, 0) {
        Ok((folder, disk)) => {
            let address = std::net::Ipv4Addr::LOCALHOST.into();
            let stores = Stores::start(&folder, &disk, address, &Front::default()).await?;
            Ok(Opened { jobs: stores.jobs, files: Some(stores.files), _folder: Some(folder) })
        }
        Err(LocalError::Locked { path }) => {
            let (jobs, files) = running::connect(&path).await?;
            Ok(Opened { jobs, files: Some(files), _folder: None })
        }
        Err(error) => Err(error),
    }
}

impl Opened {
    /// An instance that has a record.
    pub(crate) async fn instance(&self, id: &InstanceId) -> Result<Instance, LocalError> {
        let held = self.jobs.get_instance(id).await.map_err(Error::from)?;
        Ok(held.ok_or_else(|| Error::InstanceNotFound(id.to_string()))?)
    }

    /// The files, if they were named.
    pub(crate) fn files(&self) -> Result<&Files, LocalError> {
        let missing = || {
            LocalError::Tenants("name the service's bucket with --bucket: its files are measured".to_owned())
        };
        self.files.as_ref().ok_or_else(missing)
    }
}
