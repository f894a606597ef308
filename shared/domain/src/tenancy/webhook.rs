//! The webhook of an instance, and the secret that signs its calls.
//!
//! The secret is returned once, when the webhook is set, and stored sealed. It is bound to the instance and
//! the URL: it does not open beside another URL, so that no other server is called with it.

use std::fmt;
use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::{Error, StoreError};
use crate::ids::InstanceId;
use crate::ports::{Seal, Unseal};
use crate::secrets::{Sealed, Secret};
use crate::time::Timestamp;

/// Longest URL, in bytes: it is stored with the instance.
pub const MAX_URL_BYTES: usize = 2048;

/// Random bytes in a secret: as many as the digest that they key.
const SECRET_BYTES: usize = 32;

/// Prefix of a secret, by the "Standard Webhooks" specification.
const PREFIX: &str = "whsec_";

/// Purpose in the context of every sealed secret.
const PURPOSE: &str = "satsuma webhook secret";

/// The URL of a webhook. Its path may be a secret of the receiver: `Debug` does not print it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebhookUrl(String);

impl WebhookUrl {
    /// Parses a URL that may be called: https, without user information and fragment.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the code `webhook_url`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let refuse = |message: &str| Err(Error::invalid("webhook_url", Some("url"), message));
        if text.len() > MAX_URL_BYTES {
            return refuse(&format!("a webhook's URL has at most {MAX_URL_BYTES} bytes"));
        }
        let Some(rest) = text.strip_prefix("https://") else {
            return refuse("a webhook's URL begins with https://");
        };
        if !rest.bytes().all(|byte| byte.is_ascii_graphic()) || rest.contains(['#', '\\']) {
            return refuse(
                "a webhook's URL contains only ASCII characters, and no space, fragment or backslash",
            );
        }
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        if authority.contains('@') {
            return refuse("a webhook's URL must not contain a user name or a password");
        }
        if authority.is_empty() || authority.starts_with(':') {
            return refuse("a webhook's URL names a host");
        }
        let (host, port) = host_and_port(authority);
        if port.is_some_and(|port| !matches!(port.parse::<u16>(), Ok(1..))) {
            return refuse("a webhook's URL has a port from 1 to 65535, or none");
        }
        if is_this_machine(host) {
            return refuse("a webhook's URL must not lead to this machine; use a public host");
        }
        Ok(Self(text.to_owned()))
    }

    /// The URL itself, for the caller of the webhook.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.0.match_indices('/').nth(2).map_or(self.0.len(), |(end, _)| end);
        f.write_str(self.0.get(..end).and_then(|start| start.split('?').next()).unwrap_or_default())
    }
}

/// Host and port of an authority; the brackets of an IPv6 address stay.
fn host_and_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

/// True if a host is the caller's own machine, or no host at all, for every caller. Other addresses that are not
/// public are refused when a call is made, after the name is resolved.
fn is_this_machine(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(&name);
    let local = |address: IpAddr| address.is_loopback() || address.is_unspecified();
    name == "localhost"
        || name.ends_with(".localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| local(address.to_canonical()))
}

/// A webhook, as stored with its instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// Its URL.
    pub url: WebhookUrl,
    /// The secret that signs calls.
    secret: Sealed,
    /// When it was set.
    pub created_at: Timestamp,
    /// The secret before this one, while it still signs as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<FormerSecret>,
}

/// A secret that was exchanged: it is of the same instance and URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FormerSecret {
    secret: Sealed,
    /// Time at which it expires.
    pub until: Timestamp,
}

impl FormerSecret {
    /// Whether it still signs.
    #[must_use]
    pub fn signs(&self, now: Timestamp) -> bool {
        now < self.until
    }
}

/// The secret that signs calls, as its owner receives it: `whsec_` and base64.
#[derive(Debug)]
pub struct SigningSecret(Secret);

impl SigningSecret {
    fn draw() -> Result<Self, StoreError> {
        let mut bytes = Zeroizing::new([0_u8; SECRET_BYTES]);
        getrandom::fill(&mut *bytes)
            .map_err(|fault| StoreError::transient("generate a webhook's secret", fault.to_string()))?;
        Ok(Self(Secret::new(format!("{PREFIX}{}", *Zeroizing::new(STANDARD.encode(*bytes))))))
    }

    /// The secret itself, to be shown once to its owner.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// The key itself; nothing where the text is no secret of a webhook.
    #[must_use]
    pub fn key(&self) -> Option<Zeroizing<Vec<u8>>> {
        STANDARD.decode(self.reveal().strip_prefix(PREFIX)?).ok().map(Zeroizing::new)
    }
}

impl Webhook {
    /// A webhook with a new secret, which is returned once, here.
    ///
    /// # Errors
    /// A fault of key management.
    pub async fn new(
        keys: &dyn Seal,
        instance: &InstanceId,
        url: WebhookUrl,
        now: Timestamp,
    ) -> Result<(Self, SigningSecret), StoreError> {
        let told = SigningSecret::draw()?;
        let drawn = keys.new_data_key(instance).await?;
        let secret = Sealed::seal(&drawn.key, &drawn.wrapped, &place(instance, &url), &told.0)?;
        Ok((Self { url, secret, created_at: now, former: None }, told))
    }

    /// This webhook, with the secret of `before` as its previous one. The previous secret signs as well
    /// until then if it is of the same URL: another server does not know it.
    #[must_use]
    pub fn after(self, before: Self, until: Timestamp) -> Self {
        let former = (before.url == self.url).then_some(FormerSecret { secret: before.secret, until });
        Self { former, ..self }
    }

    /// Opens what a call is signed with now, the newest secret first.
    ///
    /// # Errors
    /// A fault of key management; a permanent one if a secret belongs to another webhook.
    pub async fn open(
        &self,
        keys: &dyn Unseal,
        instance: &InstanceId,
        now: Timestamp,
    ) -> Result<Vec<SigningSecret>, StoreError> {
        let former = self.former.as_ref().filter(|former| former.signs(now)).map(|former| &former.secret);
        let mut opened = Vec::new();
        for secret in [Some(&self.secret), former].into_iter().flatten() {
            opened.push(self.open_one(keys, instance, secret).await?);
        }
        Ok(opened)
    }

    async fn open_one(
        &self,
        keys: &dyn Unseal,
        instance: &InstanceId,
        secret: &Sealed,
    ) -> Result<SigningSecret, StoreError> {
        let unopened = |error: crate::secrets::SealError| {
            StoreError::permanent("open a webhook's secret", error.to_string())
        };
        let wrapped = secret.wrapped_key().map_err(unopened)?;
        let key = keys.open_data_key(instance, &wrapped).await?;
        secret.open(&key, &place(instance, &self.url)).map(SigningSecret).map_err(unopened)
    }
}

/// The context that a sealed secret is bound to. Every part is preceded by its length, so that no two
/// contexts are equal.
fn place(instance: &InstanceId, url: &WebhookUrl) -> Vec<u8> {
    let mut place = Vec::new();
    for part in [PURPOSE, instance.as_str(), url.reveal()] {
        place.extend_from_slice(&(part.len() as u64).to_be_bytes());
        place.extend_from_slice(part.as_bytes());
    }
    place
}

#[cfg(test)]
mod tests;
