//! The AWS JSON 1.0 protocol, which DynamoDB and SQS speak: a POST to `/`, the operation in
//! `X-Amz-Target`, JSON in and out.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::service::Service;
use hyper::{Request, Response, StatusCode};
use subtle::ConstantTimeEq;

use super::credentials::Credentials;

/// Largest body: DynamoDB's own limit.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;

/// The protocol's media type.
const AMZ_JSON: &str = "application/x-amz-json-1.0";

/// A store that speaks this protocol.
#[async_trait]
pub(crate) trait JsonStore: Send + Sync + 'static {
    /// Carries out one operation, such as `PutItem`.
    async fn call(&self, operation: &str, body: &[u8]) -> Result<Vec<u8>, Fault>;
}

/// An error answer of the protocol.
#[derive(Debug)]
pub(crate) struct Fault {
    /// The HTTP status.
    pub(crate) status: u16,
    /// JSON with `__type` and `message`.
    pub(crate) body: String,
}

impl Fault {
    /// A request that is wrong, by the protocol's name for what is wrong.
    pub(crate) fn bad_request(kind: &str, message: &str) -> Self {
        let body = serde_json::json!({ "__type": kind, "message": message }).to_string();
        Self { status: 400, body }
    }
}

/// Serves a store to clients that show its credentials.
pub(crate) struct JsonEndpoint<S> {
    store: Arc<S>,
    credentials: Arc<Credentials>,
}

impl<S> Clone for JsonEndpoint<S> {
    fn clone(&self) -> Self {
        Self { store: Arc::clone(&self.store), credentials: Arc::clone(&self.credentials) }
    }
}

impl<S: JsonStore> JsonEndpoint<S> {
    /// An endpoint for `store`.
    pub(crate) fn new(store: Arc<S>, credentials: Credentials) -> Self {
        Self { store, credentials: Arc::new(credentials) }
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Vec<u8>, Fault> {
        if !self.admits(&request) {
            return Err(Fault::bad_request(
                "UnrecognizedClientException",
                "these are not this store's credentials",
            ));
        }
        let target = request.headers().get("x-amz-target").and_then(|value| value.to_str().ok());
        let operation =
            target.and_then(|target| target.rsplit_once('.')).map(|(_, operation)| operation.to_owned());
        let Some(operation) = operation else {
            return Err(Fault::bad_request("UnknownOperationException", "the request names no operation"));
        };
        let body = Limited::new(request.into_body(), MAX_BODY_BYTES).collect().await;
        let Ok(body) = body else {
            return Err(Fault::bad_request("SerializationException", "the body is too large or was cut off"));
        };
        self.store.call(&operation, &body.to_bytes()).await
    }

    /// The key id is as secret as the key here: no link shows it, because links belong to the bucket, which
    /// has credentials of its own. Other users cannot see this machine's loopback traffic, so that a
    /// signature is not needed.
    fn admits(&self, request: &Request<Incoming>) -> bool {
        let shown = request
            .headers()
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once("Credential="))
            .and_then(|(_, rest)| rest.split('/').next())
            .unwrap_or_default();
        shown.as_bytes().ct_eq(self.credentials.key_id.as_bytes()).into()
    }
}

impl<S: JsonStore> Service<Request<Incoming>> for JsonEndpoint<S> {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let endpoint = self.clone();
        Box::pin(async move {
            let (status, body) = match endpoint.answer(request).await {
                Ok(body) => (StatusCode::OK, body),
                Err(fault) => {
                    let status = StatusCode::from_u16(fault.status).unwrap_or(StatusCode::BAD_REQUEST);
                    (status, fault.body.into_bytes())
                }
            };
            let mut response = Response::new(Full::new(Bytes::from(body)));
            *response.status_mut() = status;
            response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(AMZ_JSON));
            Ok(response)
        })
    }
}
