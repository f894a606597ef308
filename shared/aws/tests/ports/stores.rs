//! Stores to test on: started here, or at an endpoint that the environment names.

use std::net::SocketAddr;

use aws_config::{Region, SdkConfig};
use aws_sdk_dynamodb::config::Credentials;
use aws_sdk_s3::Client as S3;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use satsuma_aws::{Files, Jobs, loader, s3_client, table};
use tokio::net::TcpListener;
use uuid::Uuid;

/// Key id and secret of all test clients.
const ANYBODY: &str = "test";

/// Where the services are, if they are not to be started here.
pub(crate) fn endpoint() -> Option<String> {
    std::env::var("SATSUMA_TEST_ENDPOINT").ok()
}

/// The SDK's configuration for an endpoint: the retries and timeouts are those of production.
pub(crate) async fn config(endpoint: &str) -> SdkConfig {
    let anybody = Credentials::new(ANYBODY, ANYBODY, None, None, "test");
    loader()
        .endpoint_url(endpoint)
        .region(Region::new("us-east-1"))
        .credentials_provider(anybody)
        .load()
        .await
}

/// An unused name.
pub(crate) fn new_name() -> String {
    format!("satsuma-{}", Uuid::new_v4().simple())
}

/// Jobs in an empty table.
pub(crate) async fn jobs() -> Jobs {
    let endpoint = match endpoint() {
        Some(endpoint) => endpoint,
        None => format!("http://{}", start_dynamodb().await),
    };
    jobs_at(&endpoint).await
}

/// Jobs in a new table at an endpoint.
pub(crate) async fn jobs_at(endpoint: &str) -> Jobs {
    let client = aws_sdk_dynamodb::Client::new(&config(endpoint).await);
    let name = new_name();
    table::create_table(&client, &name).await.unwrap();
    Jobs::new(client, name)
}

/// Files in an empty bucket.
pub(crate) async fn files() -> Files {
    let (client, bucket) = bucket().await;
    Files::new(client, bucket)
}

/// An empty bucket, and a client for it.
pub(crate) async fn bucket() -> (S3, String) {
    let endpoint = match endpoint() {
        Some(endpoint) => endpoint,
        None => format!("http://{}", start_s3().await),
    };
    let client = s3_client(&config(&endpoint).await);
    let name = new_name();
    client.create_bucket().bucket(&name).send().await.unwrap();
    (client, name)
}

/// Starts DynamoDB on an empty database in memory; it stops with the test's runtime.
pub(crate) async fn start_dynamodb() -> SocketAddr {
    let (listener, address) = listen().await;
    let database = dynoxide::Database::memory().unwrap();
    tokio::spawn(dynoxide::server::serve_on(listener, database));
    address
}

/// Starts S3 on an empty folder; both go with the test's runtime.
async fn start_s3() -> SocketAddr {
    let (listener, address) = listen().await;
    let folder = tempfile::tempdir().unwrap();
    let store = s3s_fs::FileSystem::new(folder.path()).unwrap();
    let mut service = S3ServiceBuilder::new(store);
    service.set_auth(SimpleAuth::from_single(ANYBODY, ANYBODY));
    let service = service.build();
    tokio::spawn(async move {
        let _kept = folder;
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            let service = service.clone();
            tokio::spawn(async move {
                let http = Builder::new(TokioExecutor::new());
                // A client that goes away is no fault of the server.
                let _ = http.serve_connection(TokioIo::new(socket), service).await;
            });
        }
    });
    address
}

/// A free loopback port.
pub(crate) async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}
