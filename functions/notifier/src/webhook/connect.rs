//! Connections to webhooks: the address is checked, and the connection uses that very address.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use super::address::is_public;
use super::{Target, TargetError, Undelivered, reason};

/// Most addresses of a name that are tried.
const MAX_ADDRESSES: usize = 3;

/// A stream of bytes, encrypted or not.
pub(super) trait Bytestream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Bytestream for S {}

/// Makes connections.
pub struct Connector {
    tls: TlsConnector,
    admits: fn(IpAddr) -> bool,
    reads: fn(&str) -> Result<Target, TargetError>,
}

impl Connector {
    /// One that trusts the system's certificates and reaches the public internet alone.
    ///
    /// # Errors
    /// Where TLS cannot be set up.
    pub fn new() -> Result<Self, Undelivered> {
        let mut roots = RootCertStore::empty();
        // One that cannot be read is one that is not trusted.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Self::admitting(is_public, Target::parse, roots)
    }

    /// One that reaches this machine alone, encrypted or not, and trusts these authorities alone.
    #[cfg(test)]
    pub(crate) fn for_tests(roots: RootCertStore) -> Result<Self, Undelivered> {
        Self::admitting(|address| address.is_loopback(), Target::parse_for_tests, roots)
    }

    /// Reads a URL as one that this may reach.
    ///
    /// # Errors
    /// [`TargetError`].
    pub fn target(&self, url: &str) -> Result<Target, TargetError> {
        (self.reads)(url)
    }

    fn admitting(
        admits: fn(IpAddr) -> bool,
        reads: fn(&str) -> Result<Target, TargetError>,
        roots: RootCertStore,
    ) -> Result<Self, Undelivered> {
        let config = ClientConfig::builder_with_provider(Arc::new(crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| broken("setting TLS up", &error))?;
        let config = config.with_root_certificates(roots).with_no_client_auth();
        Ok(Self { tls: TlsConnector::from(Arc::new(config)), admits, reads })
    }

    pub(super) async fn connect(&self, target: &Target) -> Result<Box<dyn Bytestream>, Undelivered> {
        let stream = self.reach(target).await?;
        if !target.is_encrypted() {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(target.host().to_owned()).map_err(|error| broken("TLS", &error))?;
        let stream = self.tls.connect(name, stream).await.map_err(|error| broken("TLS", &error))?;
        Ok(Box::new(stream))
    }

    async fn reach(&self, target: &Target) -> Result<TcpStream, Undelivered> {
        let found = lookup_host((target.host(), target.port())).await;
        let found = found.map_err(|error| broken("looking the name up", &error))?;
        let admitted: Vec<SocketAddr> =
            found.filter(|address| (self.admits)(address.ip())).take(MAX_ADDRESSES).collect();
        let mut last = Undelivered::NotPublic(target.host().to_owned());
        for address in admitted {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => last = broken("the connection", &error),
            }
        }
        Err(last)
    }
}

fn broken(step: &'static str, error: &dyn std::error::Error) -> Undelivered {
    Undelivered::Connection { step, detail: reason(error) }
}
