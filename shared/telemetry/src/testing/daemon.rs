//! A test double of the X-Ray daemon.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use std::net::{Ipv4Addr, UdpSocket};

use lambda_runtime::Context;
use lambda_runtime::layers::trace::request_span;
use serde_json::{Value, json};
use tracing::Span;

use crate::traces::Traces;

/// A header of a sampled trace.
pub const SAMPLED: &str =
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a1b2c3d4:0";

/// Keeps the datagrams that it receives.
#[derive(Debug)]
pub struct Daemon(UdpSocket);

impl Daemon {
    /// One that listens.
    ///
    /// # Panics
    /// If the system provides no socket.
    #[must_use]
    pub fn listening() -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.set_nonblocking(true).unwrap();
        Self(socket)
    }

    /// The sender's configuration.
    ///
    /// # Panics
    /// If the system provides no socket.
    #[must_use]
    pub fn traces(&self) -> Traces {
        Traces::to(self.0.local_addr().unwrap()).unwrap()
    }

    /// The documents that arrived since the last call.
    ///
    /// # Panics
    /// Where the daemon could not read one.
    #[must_use]
    pub fn documents(&self) -> Vec<Value> {
        let mut datagram = vec![0; 65_536];
        let mut documents = Vec::new();
        while let Ok(length) = self.0.recv(&mut datagram) {
            let text = std::str::from_utf8(&datagram[..length]).unwrap();
            let (preamble, document) = text.split_once('\n').unwrap();
            let preamble: Value = serde_json::from_str(preamble).unwrap();
            assert_eq!(preamble, json!({"format": "json", "version": 1}));
            documents.push(serde_json::from_str(document).unwrap());
        }
        documents
    }
}

/// The span that the Lambda runtime puts around an invocation.
#[must_use]
pub fn invocation(header: &str) -> Span {
    let mut context = Context::default();
    context.request_id = "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned();
    context.xray_trace_id = Some(header.to_owned());
    request_span(&context)
}

/// Names of each document and its parent.
///
/// # Panics
/// Where a document has no name.
#[must_use]
pub fn family(documents: &[Value]) -> Vec<String> {
    let name = |document: &Value| document["name"].as_str().unwrap().to_owned();
    let named = |id: &Value| documents.iter().find(|document| document["id"] == *id).map(name);
    let around = |document: &Value| named(&document["parent_id"]).unwrap_or("the function".to_owned());
    documents.iter().map(|document| format!("{} in {}", name(document), around(document))).collect()
}
