//! Delivers notices to webhooks: signed HTTPS POST requests to the public internet only.
//!
//! The address is checked when the connection is made, and that very address is connected to: a name that
//! resolves to another address shortly afterwards (DNS rebinding) gains nothing. Redirects are not followed,
//! responses are not read beyond the needs of the connection, and every step has a time limit.

mod address;
mod call;
mod connect;
mod signature;
mod target;

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderValue, Request};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use satsuma_domain::Timestamp;
use satsuma_domain::notices::EndNotice;
use serde_json::json;
use thiserror::Error;
use zeroize::Zeroizing;

pub use self::connect::Connector;
pub use self::target::{Target, TargetError};

/// Longest time of one delivery: name resolution, connection, TLS, request, response.
const DELIVERY: Duration = Duration::from_secs(10);

/// Largest response that is read, in bytes; it is discarded.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// Longest reason that is logged, in characters: it may include anything from a receiver's certificate.
const MAX_REASON: usize = 300;

/// The user agent of requests.
const AGENT: &str = concat!("satsuma/", env!("CARGO_PKG_VERSION"));

/// Reasons why a delivery failed. They have nothing of the response, which belongs to the receiver.
#[derive(Debug, Error)]
pub enum Undelivered {
    /// The URL cannot be a webhook's.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The name does not resolve, or to no address of the public internet.
    #[error("`{0}` has no public internet address")]
    NotPublic(String),
    /// The connection failed.
    #[error("{step} failed: {detail}")]
    Connection {
        /// The step that failed.
        step: &'static str,
        /// The error that was received.
        detail: String,
    },
    /// The receiver refused it.
    #[error("the receiver answered {0}")]
    Refused(u16),
    /// It timed out.
    #[error("the delivery took longer than {} s", DELIVERY.as_secs())]
    TimedOut,
}

/// The webhook of an instance. Its keys print as stars.
pub struct Webhook {
    target: Target,
    keys: Vec<Zeroizing<Vec<u8>>>,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook").field("target", &self.target).field("keys", &"********").finish()
    }
}

impl Webhook {
    /// A webhook that is signed with each of these keys.
    #[must_use]
    pub fn new(target: Target, keys: Vec<Zeroizing<Vec<u8>>>) -> Self {
        Self { target, keys }
    }

    /// Delivers a notice; success means that the receiver accepted it.
    ///
    /// # Errors
    /// [`Undelivered`].
    pub async fn deliver(
        &self,
        connector: &Connector,
        notice: &EndNotice,
        now: Timestamp,
    ) -> Result<(), Undelivered> {
        let delivered = tokio::time::timeout(DELIVERY, self.post(connector, notice, now));
        delivered.await.unwrap_or(Err(Undelivered::TimedOut))
    }

    async fn post(
        &self,
        connector: &Connector,
        notice: &EndNotice,
        now: Timestamp,
    ) -> Result<(), Undelivered> {
        let request = self.request(notice, now)?;
        let stream = connector.connect(&self.target).await?;
        let broken =
            |step| move |error: hyper::Error| Undelivered::Connection { step, detail: reason(&error) };
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(broken("the handshake"))?;
        let exchange = async {
            let answer = sender.send_request(request).await.map_err(broken("the request"))?;
            let status = answer.status();
            // Read to its end, so that the connection is not cut off; its content is ignored.
            let _ = Limited::new(answer.into_body(), MAX_ANSWER_BYTES).collect().await;
            if status.is_success() { Ok(()) } else { Err(Undelivered::Refused(status.as_u16())) }
        };
        tokio::pin!(exchange);
        tokio::select! {
            biased;
            exchanged = &mut exchange => exchanged,
            // The receiver closed the connection, possibly without a TLS close; it may have answered before.
            _ = connection => exchange.await,
        }
    }

    fn request(&self, notice: &EndNotice, now: Timestamp) -> Result<Request<Full<Bytes>>, Undelivered> {
        let unfit = |detail: String| Undelivered::Connection { step: "making the request", detail };
        let (id, timestamp) = (notice.id(), now.epoch_seconds());
        let body = body(notice);
        let signed = signature::signatures(&self.keys, &id, timestamp, &body);
        let signed = signed.ok_or_else(|| unfit("a key cannot be used".to_owned()))?;
        Request::builder()
            .method("POST")
            .uri(self.target.path())
            .header(HOST, self.target.authority())
            .header(USER_AGENT, HeaderValue::from_static(AGENT))
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signed)
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| unfit(error.to_string()))
    }
}

/// An error with its causes.
fn reason(error: &dyn std::error::Error) -> String {
    let said: Vec<String> =
        std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect();
    said.join(": ").chars().take(MAX_REASON).collect()
}

/// The body: ids, and no content of the job.
fn body(notice: &EndNotice) -> String {
    json!({ "type": "job.ended", "data": notice }).to_string()
}

#[cfg(test)]
mod tests;
