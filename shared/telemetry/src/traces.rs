//! Traces: what an invocation did, step by step and call by call, told to X-Ray.
//!
//! Lambda tells X-Ray that a function ran and for how long. What happens within is told here: our spans
//! (a request, a job, its steps) and those of the AWS SDK (`DynamoDB.GetItem`) become subsegments, each
//! one datagram to the daemon that Lambda runs beside the function. Nothing waits for it, nothing is kept,
//! and nothing is sent where there is no daemon or the trace is not sampled.
//!
//! A document holds names that stand in the code, times, ids and marks of failure: the fields that
//! [`ANNOTATIONS`] lists. What else spans and events say, keys and URLs first of all, is never looked at.

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

/// Where the daemon listens, as Lambda says it: an address and a port.
const DAEMON: &str = "AWS_XRAY_DAEMON_ADDRESS";

/// What a datagram to the daemon begins with.
const PREAMBLE: &str = "{\"format\": \"json\", \"version\": 1}\n";

/// Tells of spans to the daemon.
#[derive(Debug)]
pub struct Traces {
    daemon: UdpSocket,
}

impl Traces {
    /// To the daemon of this function, where there is one.
    #[must_use]
    pub fn from_env() -> Option<Self> {
        let daemon = std::env::var(DAEMON).ok()?.parse().ok()?;
        Self::to(daemon).ok()
    }

    /// To a daemon at this address.
    ///
    /// # Errors
    /// Where the system gives no socket.
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

    /// The same, for a subscriber. It looks at our own spans and events, at the invocation, and at the calls
    /// of the SDK, whatever `RUST_LOG` asks for.
    #[must_use]
    pub fn layer<S>(self) -> impl Layer<S> + Send + Sync
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        self.with_filter(filter_fn(of_interest).with_max_level_hint(LevelFilter::DEBUG))
    }

    /// A trace with a hole is better than a request that waits: what cannot be sent is lost.
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
