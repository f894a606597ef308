//! Files in one S3 bucket.
//!
//! | object | key |
//! |---|---|
//! | an uploaded file | `instances/<instance>/files/<id>` |
//! | a result | `instances/<instance>/results/<job uuid>/<execution>/<name>` |
//! | an execution's log | `instances/<instance>/results/<job uuid>/<execution>/~log.txt` |
//! | an upload that is not a file yet | `staging/<instance>/<id>/<mark>` |
//! | a dropped object | `uploads/<instance>/<name…>` |
//! | the report on one that could not be taken | `rejected/<instance>/<name…>.error.json` |
//!
//! The first three are encoded by `keys`, so that no id leaves its place. Results are tagged, so that the
//! bucket's lifecycle rules find those whose job is gone. The bucket encrypts by default and keeps versions.
//! S3 distinguishes a missing object from a forbidden one only for callers that may list the bucket
//! (`s3:ListBucket`): functions that read files need that right, too.

mod get;
mod inbox;
mod keys;
mod link;
mod list;
mod multipart;
mod put;
mod remove;
mod staging;
mod tenants;
mod uploads;
mod versions;

use aws_sdk_s3::Client;

pub use self::inbox::parse_inbox_key;
use self::multipart::Multipart;
use crate::config;
use crate::requests::Requests;
use crate::settings::{BUCKET, MissingSetting, setting};

/// Files in an S3 bucket.
#[derive(Debug, Clone)]
pub struct Files {
    client: Client,
    /// Signs links for callers: its endpoint is the one that they reach.
    links: Client,
    bucket: String,
    multipart: Multipart,
}

impl Files {
    /// The bucket of this name, through this client (see [`crate::s3_client`]).
    pub fn new(client: Client, bucket: impl Into<String>) -> Self {
        let links = Self::plain(&client);
        Self { client, links, bucket: bucket.into(), multipart: Multipart::default() }
    }

    /// The same bucket, with links to a public endpoint: `http://example.com:9000`.
    #[must_use]
    pub fn linking_to(mut self, endpoint: &str) -> Self {
        let config = self.links.config().to_builder().endpoint_url(endpoint);
        self.links = Client::from_conf(config.build());
        self
    }

    /// The bucket that the environment names ([`BUCKET`]).
    ///
    /// # Errors
    /// [`MissingSetting`].
    pub async fn from_env() -> Result<Self, MissingSetting> {
        let bucket = setting(BUCKET)?;
        Ok(Self::new(config::s3_client(&config::load().await), bucket))
    }

    /// The same bucket, with every request counted.
    #[must_use]
    pub fn counting(mut self, requests: &Requests) -> Self {
        let config = self.client.config().to_builder().interceptor(requests.clone());
        self.client = Client::from_conf(config.build());
        self
    }

    /// Uploads local files of more than `above` bytes in parts of `part` bytes each; S3 requires at least 5
    /// MB (5 × 2²⁰) per part, except the last one.
    #[must_use]
    pub fn with_parts(mut self, above: u64, part: u64) -> Self {
        self.multipart = Multipart { above, part };
        self
    }
}
