//! Addresses that the service listens at.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// How a program on this machine reaches the address.
pub(crate) fn base_url(address: SocketAddr) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, address.port()))
}

/// Warns of an address that other machines can reach.
pub(crate) fn warn_of_network(address: IpAddr) {
    if !address.is_loopback() {
        tracing::warn!(
            "{address} is reached from other machines, and nothing is encrypted: put TLS before it"
        );
    }
}
