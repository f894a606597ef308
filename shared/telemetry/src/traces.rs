//! Traces: the steps and calls of an invocation, sent to X-Ray.
//!
//! Lambda reports to X-Ray that a function ran and for how long. This module reports the steps within: our
//! spans (a request, a job, its steps) and those of the AWS SDK (`DynamoDB.GetItem`) become subsegments,
//! each one datagram to the daemon that Lambda runs beside the function. Nothing waits for it, nothing is
//! kept, and nothing is sent if there is no daemon or the trace is not sampled.
//!
//! A document holds names from the code, times, ids and error marks: the fields in [`ANNOTATIONS`]. Other
//! fields of spans and events, keys and URLs above all, are never read.

mod document;
mod header;
mod layer;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::registry::LookupSpan;

use self::document::Subsegment;
pub use self::header::{FIELD, of_sender, trace_id};
pub use self::layer::ANNOTATIONS;

/// The variable in which Lambda passes the daemon's address and port.
const DAEMON: &str = "AWS_XRAY_DAEMON_ADDRESS";

/// The header of a datagram to the daemon.
const PREAMBLE: &str = "{\"format\": \"json\", \"version\": 1}\n";

/// Sends spans to the daemon.
#[derive(Debug)]
pub struct Traces {
    daemon: UdpSocket,
}

impl Traces {
    /// Sends to the daemon of this function, if there is one.
    #[must_use]
    pub fn from_env() -> Option<Self> {
        let daemon = std::env::var(DAEMON).ok()?.parse().ok()?;
        Self::to(daemon).ok()
    }

    /// To a daemon at this address.
    ///
    /// # Errors
    /// If the system provides no socket.
    pub fn to(daemon: SocketAddr) -> io::Result<Self> {
        let any = match daemon {
            SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        };
        let socket = UdpSocket::bind((any, 0))?;
        socket.connect(daemon)?;
        socket.set_nonblocking(true)?;
        Ok(Self { daemon: socket })
    }

    /// The same, for a subscriber. It receives our own spans and events, the invocation, and the calls of
    /// the SDK, whatever `RUST_LOG` filters.
    #[must_use]
    pub fn layer<S>(self) -> impl Layer<S> + Send + Sync
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        self.with_filter(filter_fn(of_interest).with_max_level_hint(LevelFilter::DEBUG))
    }

    /// A trace with a gap is better than a request that waits: a datagram that cannot be sent is dropped.
    fn send(&self, subsegment: &Subsegment<'_>) {
        if let Ok(document) = serde_json::to_string(subsegment) {
            let _lost = self.daemon.send([PREAMBLE, &document].concat().as_bytes());
        }
    }
}

fn of_interest(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    let ours = target.starts_with("satsuma") || target.starts_with(satsuma_domain::metrics::TARGETS);
    if ours {
        return *metadata.level() <= Level::INFO;
    }
    metadata.is_span() && (target.starts_with("lambda_runtime") || target.starts_with("aws_sdk_"))
}

#[cfg(test)]
mod tests;
