//! Proxies in front of the service, and web pages of other origins.

use std::net::{IpAddr, SocketAddr};

use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HOST, HeaderMap,
    HeaderName, HeaderValue, ORIGIN, VARY,
};
use hyper::{Method, Response, StatusCode};

/// The scheme that a proxy was called with.
const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// The host that a proxy was called by.
const FORWARDED_HOST: &str = "x-forwarded-host";

/// The headers of answers that pages may read.
const EXPOSED: &str = "Content-Disposition, ETag, Link, Location, Retry-After";

/// The headers of requests that pages may send.
const TAKEN: &str = "Content-Type, Idempotency-Key, If-None-Match, Range";

/// The methods of the API.
const METHODS: &str = "GET, PUT, POST, DELETE";

/// Time for which a browser may cache a preflight response, in seconds.
const REMEMBERED: &str = "600";

/// Where callers reach the service, and which pages may call it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Front {
    /// The URL that the operator named, without `/pm/v1` and without a slash at its end.
    pub(crate) public_url: Option<String>,
    /// Proxies whose scheme and host are trusted.
    pub(crate) trusted: Vec<IpAddr>,
    /// Origins whose pages may call; `*` for all.
    pub(crate) origins: Vec<String>,
    /// Where the service listens, as a URL.
    pub(crate) base_url: String,
}

impl Front {
    /// The URL of the service for this caller: the operator's; else the one of a trusted proxy; else the address
    /// that the caller used, which may be a forwarded port. A `Host` header with a name may be forged and is
    /// not repeated.
    pub(crate) fn public_url(&self, peer: SocketAddr, headers: &HeaderMap) -> String {
        if let Some(url) = &self.public_url {
            return url.clone();
        }
        let host = text(headers, HOST.as_str()).filter(|host| is_plain(host));
        if self.trusts(peer) {
            let scheme = text(headers, FORWARDED_PROTO).filter(|scheme| ["http", "https"].contains(scheme));
            let forwarded = text(headers, FORWARDED_HOST).filter(|host| is_plain(host));
            if let Some(host) = forwarded.or(host) {
                return format!("{}://{host}", scheme.unwrap_or("http"));
            }
        }
        match host.filter(|host| is_address(host)) {
            Some(host) => format!("http://{host}"),
            None => self.base_url.clone(),
        }
    }

    /// Whether a peer is a proxy of the operator's.
    pub(crate) fn trusts(&self, peer: SocketAddr) -> bool {
        self.trusted.contains(&peer.ip().to_canonical())
    }

    /// The answer to a browser that asks whether a page may send a request; nothing for other requests.
    pub(crate) fn preflight<B: Default>(&self, method: &Method, headers: &HeaderMap) -> Option<Response<B>> {
        if method != Method::OPTIONS || !headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
            return None;
        }
        self.allowed(headers)?;
        let mut response = Response::new(B::default());
        *response.status_mut() = StatusCode::NO_CONTENT;
        let answers = response.headers_mut();
        answers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
        answers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(TAKEN));
        answers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(REMEMBERED));
        Some(response)
    }

    /// Lets pages of the allowed origins read an answer.
    pub(crate) fn open<B>(&self, origin: Option<&HeaderValue>, response: &mut Response<B>) {
        if self.origins.is_empty() {
            return;
        }
        let answers = response.headers_mut();
        answers.append(VARY, HeaderValue::from_static("Origin"));
        let Some(allowed) = origin.and_then(|origin| self.allows(origin)) else { return };
        answers.entry(ACCESS_CONTROL_ALLOW_ORIGIN).or_insert(allowed);
        answers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    }

    fn allowed(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        self.allows(headers.get(ORIGIN)?)
    }

    fn allows(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        if self.origins.iter().any(|allowed| allowed == "*") {
            return Some(HeaderValue::from_static("*"));
        }
        let named = |allowed: &String| allowed.as_bytes() == origin.as_bytes();
        self.origins.iter().any(named).then(|| origin.clone())
    }
}

/// A header's last value: the one that the nearest proxy added.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
    let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    value.rsplit(',').next().map(str::trim).filter(|text| !text.is_empty())
}

/// Whether a text can be a host and its port.
fn is_plain(host: &str) -> bool {
    host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
}

/// Whether a host is an address or `localhost`, with a port or without.
fn is_address(host: &str) -> bool {
    if host.parse::<SocketAddr>().is_ok() {
        return true;
    }
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.parse::<u16>().is_ok() => name,
        _ => host,
    };
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "http://127.0.0.1:8080";

    fn front() -> Front {
        Front { base_url: BASE.to_owned(), trusted: vec![IpAddr::from([10, 0, 0, 1])], ..Front::default() }
    }

    fn url(front: &Front, peer: [u8; 4], sent: &[(&'static str, &'static str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.append(*name, HeaderValue::from_static(value));
        }
        front.public_url(SocketAddr::from((peer, 50_000)), &headers)
    }

    #[test]
    fn a_host_header_is_repeated_where_it_is_an_address() {
        for host in ["127.0.0.1:9", "localhost:8080", "LOCALHOST", "192.168.1.7", "[::1]:8080", "[::1]"] {
            assert_eq!(url(&front(), [127, 0, 0, 1], &[("host", host)]), format!("http://{host}"));
        }
        for host in ["evil.example", "evil.example:80", "a/b", "127.0.0.1.evil.example", "localhost:x", ""] {
            assert_eq!(url(&front(), [127, 0, 0, 1], &[("host", host)]), BASE, "{host}");
        }
    }

    #[test]
    fn only_a_trusted_proxy_sets_scheme_and_host() {
        let sent =
            [("host", "10.0.0.2:8080"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "a.example")];
        assert_eq!(url(&front(), [10, 0, 0, 1], &sent), "https://a.example");
        assert_eq!(url(&front(), [10, 0, 0, 9], &sent), "http://10.0.0.2:8080");
        let forged = [("host", "a.example"), ("x-forwarded-proto", "javascript, HTTP")];
        assert_eq!(url(&front(), [10, 0, 0, 1], &forged), "http://a.example");
    }

    #[test]
    fn the_url_that_the_operator_names_is_the_one() {
        let named = Front { public_url: Some("https://spss.example/x".to_owned()), ..front() };
        assert_eq!(url(&named, [10, 0, 0, 1], &[("host", "a.example")]), "https://spss.example/x");
    }

    #[test]
    fn pages_of_named_origins_may_call_and_others_may_not() {
        let front = Front { origins: vec!["https://a.example".to_owned()], ..front() };
        let mut headers = HeaderMap::new();
        headers.insert(ACCESS_CONTROL_REQUEST_METHOD, HeaderValue::from_static("PUT"));
        headers.insert(ORIGIN, HeaderValue::from_static("https://b.example"));
        assert!(front.preflight::<()>(&Method::OPTIONS, &headers).is_none());
        headers.insert(ORIGIN, HeaderValue::from_static("https://a.example"));
        assert!(front.preflight::<()>(&Method::OPTIONS, &headers).is_some());
        assert!(front.preflight::<()>(&Method::GET, &headers).is_none());
        let mut response = Response::new(());
        front.open(headers.get(ORIGIN), &mut response);
        assert_eq!(response.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], "https://a.example");
        let mut other = Response::new(());
        front.open(Some(&HeaderValue::from_static("https://b.example")), &mut other);
        assert!(!other.headers().contains_key(ACCESS_CONTROL_ALLOW_ORIGIN));
    }
}
