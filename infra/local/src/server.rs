//! The HTTP server: connections and their limits. [`crate::api`] makes the responses.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::api::Api;
use crate::error::LocalError;
use crate::peers::Peers;
use crate::stop::Stop;

/// Most connections at a time; further ones wait to be accepted.
const MAX_CONNECTIONS: u32 = 512;

/// Most connections of one address at a time; further ones are closed at once, so that one caller
/// cannot use up all. Trusted proxies are not counted: they carry the requests of many callers.
const MAX_OF_ADDRESS: usize = 128;

/// Largest request line with headers: API Gateway accepts 10,240 bytes.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// Most headers of a request.
const MAX_HEADERS: usize = 64;

/// Longest time for the head of a request, and for an idle connection.
const HEAD_TIME: Duration = Duration::from_secs(10);

/// Time for connections to finish once the service stops.
const DRAIN_TIME: Duration = Duration::from_secs(10);

/// The pause after the system refused a connection: out of file descriptors, most likely.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Listens; the error suggests what to do.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener, LocalError> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => LocalError::PortInUse { address },
        _ => LocalError::Listen { address, detail: error.to_string() },
    })
}

/// Serves until it is time to stop and every request is answered.
pub(crate) async fn serve(listener: TcpListener, api: Arc<Api>, stop: Stop) {
    let connections = Arc::new(Semaphore::new(MAX_CONNECTIONS as usize));
    let peers = Peers::new(MAX_OF_ADDRESS);
    loop {
        let accepted = async {
            let permit = Arc::clone(&connections).acquire_owned().await;
            (listener.accept().await, permit)
        };
        let (accepted, permit) = tokio::select! {
            accepted = accepted => accepted,
            () = stop.stopped() => break,
        };
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let counted = match api.front.trusts(peer) {
            true => None,
            false => match peers.count(peer.ip()) {
                Some(counted) => Some(counted),
                None => continue,
            },
        };
        let (api, stop) = (Arc::clone(&api), stop.clone());
        tokio::spawn(async move {
            connection(stream, peer, api, stop).await;
            drop((permit, counted));
        });
    }
    drop(listener);
    // All permits are back when the last connection is closed.
    let all_closed = connections.acquire_many(MAX_CONNECTIONS);
    if tokio::time::timeout(DRAIN_TIME, all_closed).await.is_err() {
        tracing::warn!("requests were cut off: they were not answered within {} s", DRAIN_TIME.as_secs());
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, api: Arc<Api>, stop: Stop) {
    // Answers are written whole: nothing is won by waiting for more.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let api = Arc::clone(&api);
        async move { Ok::<_, Infallible>(api.answer(request, peer).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(MAX_HEAD_BYTES)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.stopped() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(fault) = ended {
        tracing::debug!(%peer, %fault, "connection broke");
    }
}
