//! A server for the stores.

use std::net::{IpAddr, SocketAddr};

use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

/// Serves an address on a free port until the process ends; returns the port.
pub(crate) async fn serve<S, B>(address: IpAddr, service: S) -> std::io::Result<SocketAddr>
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let listener = TcpListener::bind(SocketAddr::new(address, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                // Probably out of file descriptors: wait for some to be released.
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                continue;
            };
            // The clients wait for each answer before they ask on: without this every small write
            // would wait for an acknowledgement.
            let _ = stream.set_nodelay(true);
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service.clone());
            tokio::spawn(async move {
                if let Err(fault) = connection.await {
                    tracing::debug!(%fault, "a store's connection broke");
                }
            });
        }
    });
    Ok(address)
}
