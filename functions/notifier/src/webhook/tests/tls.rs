//! Receivers that speak TLS, with certificates of an authority of our own.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::*;

/// A certificate authority.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        Self { issuer: Issuer::new(params, key), certificate }
    }

    /// A certificate for a host, good from the beginning of one year to that of another, and its key.
    fn certificate(
        &self,
        host: &str,
        (from, to): (i32, i32),
    ) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let mut params = CertificateParams::new([host.to_owned()]).unwrap();
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(to, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap().der().clone();
        (certificate, PrivateKeyDer::try_from(key.serialize_der()).unwrap())
    }
}

/// Long enough for every machine's clock.
const GOOD: (i32, i32) = (2000, 4000);

/// A receiver with this certificate: its port, and what reached it of a request.
async fn receiver(
    (certificate, key): (CertificateDer<'static>, PrivateKeyDer<'static>),
) -> (u16, JoinHandle<Option<String>>) {
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = TlsAcceptor::from(Arc::new(config)).accept(stream).await.ok()?;
        let mut request = Vec::new();
        while !request.ends_with(b"\"job.ended\"}") {
            if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
                return None;
            }
        }
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        // It hangs up without TLS's farewell, as many do.
        String::from_utf8(request).ok()
    });
    (port, heard)
}

/// The result of a call to that host, by a client that trusts this authority alone, and the request that the
/// receiver got.
async fn call(
    trusted: &Authority,
    host: &str,
    presented: (CertificateDer<'static>, PrivateKeyDer<'static>),
) -> (Result<(), Undelivered>, Option<String>) {
    let (port, heard) = receiver(presented).await;
    let mut roots = RootCertStore::empty();
    roots.add(trusted.certificate.clone()).unwrap();
    let connector = Connector::for_tests(roots).unwrap();
    let target = Target::parse(&format!("https://{host}:{port}/hook")).unwrap();
    let delivered = Webhook::new(target, keys()).deliver(&connector, &notice(), NOW).await;
    (delivered, heard.await.unwrap())
}

#[tokio::test]
async fn a_receiver_with_a_trusted_certificate_is_called() {
    let ours = Authority::new("ours");
    for host in ["localhost", "127.0.0.1"] {
        let (delivered, heard) = call(&ours, host, ours.certificate(host, GOOD)).await;
        delivered.unwrap();
        assert!(heard.unwrap().starts_with("POST /hook HTTP/1.1\r\n"), "{host}");
    }
}

/// Nothing of the request reaches such a receiver, and the log names the problem of its certificate.
#[tokio::test]
async fn a_receiver_with_an_untrusted_certificate_is_not_called() {
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let of_another = "*.hooks.example";
    for (presented, host, why) in [
        (other.certificate("localhost", GOOD), "localhost", "UnknownIssuer"),
        (ours.certificate("localhost", (2000, 2020)), "localhost", "certificate expired"),
        (ours.certificate("localhost", (3000, 4000)), "localhost", "certificate not valid yet"),
        (ours.certificate(of_another, GOOD), "localhost", "certificate not valid for name \"localhost\""),
        (ours.certificate("localhost", GOOD), "127.0.0.1", "certificate not valid for name \"127.0.0.1\""),
    ] {
        let (refused, heard) = call(&ours, host, presented).await;
        let said = refused.unwrap_err().to_string();
        assert!(said.starts_with("TLS failed: invalid peer certificate") && said.contains(why), "{said}");
        assert_eq!(heard, None, "{why}");
    }
}

/// It names many hosts, none of them ours: the log does not grow with it.
#[tokio::test]
async fn the_reason_of_a_refused_certificate_is_short() {
    let ours = Authority::new("ours");
    let mut params =
        CertificateParams::new((0..500).map(|n| format!("{n}.hooks.example")).collect::<Vec<_>>()).unwrap();
    params.not_before = date_time_ymd(GOOD.0, 1, 1);
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &ours.issuer).unwrap().der().clone();
    let presented = (certificate, PrivateKeyDer::try_from(key.serialize_der()).unwrap());
    let (refused, _) = call(&ours, "localhost", presented).await;
    let said = refused.unwrap_err().to_string();
    assert!(said.contains("certificate not valid for name") && said.len() < 400, "{}: {said}", said.len());
}

/// Speaks plain HTTP where TLS is expected.
#[tokio::test]
async fn a_receiver_that_does_not_encrypt_is_not_called() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let mut heard = Vec::new();
        let _ = stream.read_to_end(&mut heard).await;
        heard
    });
    let target = Target::parse(&format!("https://localhost:{port}/hook")).unwrap();
    let connector = Connector::for_tests(RootCertStore::empty()).unwrap();
    let refused = Webhook::new(target, keys()).deliver(&connector, &notice(), NOW).await;
    assert!(refused.unwrap_err().to_string().starts_with("TLS failed: "));
    let heard = heard.await.unwrap();
    assert!(!heard.windows(4).any(|window| window == b"hook"), "nothing of the request");
}
