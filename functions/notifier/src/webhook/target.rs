//! The URL of a webhook.

use http::Uri;
use satsuma_domain::webhook::MAX_URL_BYTES;
use thiserror::Error;

/// Why a URL cannot be a webhook's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TargetError {
    /// It is too long, or no URL.
    #[error("a webhook's URL is absolute and has at most {MAX_URL_BYTES} bytes")]
    NoUrl,
    /// It is not encrypted.
    #[error("a webhook's URL begins with https://")]
    NotHttps,
    /// It holds a name or password.
    #[error("a webhook's URL must not contain a user name or a password")]
    Credentials,
    /// It names a place in a page.
    #[error("a webhook's URL must not contain a fragment")]
    Fragment,
}

/// The URL of a webhook, parsed. Its path and query may be secrets: they are not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    host: String,
    port: u16,
    authority: String,
    path: String,
    encrypted: bool,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.authority)
    }
}

impl Target {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`TargetError`].
    pub fn parse(url: &str) -> Result<Self, TargetError> {
        Self::read(url, false)
    }

    /// Parses a URL without TLS, for tests that listen on the same machine.
    #[cfg(test)]
    pub(crate) fn parse_for_tests(url: &str) -> Result<Self, TargetError> {
        Self::read(url, true)
    }

    fn read(url: &str, plain_too: bool) -> Result<Self, TargetError> {
        if url.len() > MAX_URL_BYTES {
            return Err(TargetError::NoUrl);
        }
        // The parser would silently drop it.
        if url.contains('#') {
            return Err(TargetError::Fragment);
        }
        let uri: Uri = url.parse().map_err(|_| TargetError::NoUrl)?;
        let authority = uri.authority().ok_or(TargetError::NoUrl)?;
        if authority.as_str().contains('@') {
            return Err(TargetError::Credentials);
        }
        let encrypted = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if plain_too => false,
            _ => return Err(TargetError::NotHttps),
        };
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return Err(TargetError::NoUrl);
        }
        Ok(Self {
            host: host.to_owned(),
            port: authority.port_u16().unwrap_or(if encrypted { 443 } else { 80 }),
            authority: authority.to_string(),
            path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            encrypted,
        })
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn authority(&self) -> &str {
        &self.authority
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.encrypted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_an_https_url_without_credentials() {
        let target = Target::parse("https://hooks.example:8443/a/b?c=d").unwrap();
        assert_eq!((target.host(), target.port(), target.path()), ("hooks.example", 8443, "/a/b?c=d"));
        assert_eq!(Target::parse("https://[2606:4700::1]").unwrap().host(), "2606:4700::1");
        assert_eq!(Target::parse("http://hooks.example/"), Err(TargetError::NotHttps));
        assert_eq!(Target::parse("https://me:secret@hooks.example/"), Err(TargetError::Credentials));
        assert_eq!(Target::parse("https://hooks.example/#a"), Err(TargetError::Fragment));
        for url in ["", "hooks.example", "/path", "https://", "https:///x", "file:///etc/passwd"] {
            assert!(Target::parse(url).is_err(), "{url}");
        }
        let shown = format!("{:?}", Target::parse("https://hooks.example/secret-path").unwrap());
        assert_eq!(shown, "hooks.example", "the path may be a secret");
    }
}
