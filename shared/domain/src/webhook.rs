//! Where an instance wants to hear of its ended jobs, and the secret that the calls are signed with.
//!
//! The secret is told once, when the webhook is set, and stored sealed. It is bound to the instance and
//! the URL: put beside another URL it does not open, so that nobody else is called with it.

use std::fmt;
use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::{Error, StoreError};
use crate::ids::InstanceId;
use crate::ports::{Seal, Unseal};
use crate::secret::{Sealed, Secret};
use crate::time::Timestamp;

/// Longest URL, in bytes: it is stored with the instance.
pub const MAX_URL_BYTES: usize = 2048;

/// Random bytes in a secret: as many as the digest that they key.
const SECRET_BYTES: usize = 32;

/// What a secret begins with, as the "Standard Webhooks" specification has it.
const PREFIX: &str = "whsec_";

/// What every place of a sealed secret begins with.
const PURPOSE: &str = "satsuma webhook secret";

/// The URL of a webhook. Its path may be a secret of the receiver's: it is not shown where it is debugged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebhookUrl(String);

impl WebhookUrl {
    /// Takes a URL that calls may be sent to: encrypted, without user information and fragment.
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
            return refuse("a webhook's URL holds no space, no fragment, no backslash and ASCII alone");
        }
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        if authority.contains('@') {
            return refuse("a webhook's URL holds no user name and no password");
        }
        if authority.is_empty() || authority.starts_with(':') {
            return refuse("a webhook's URL names a host");
        }
        let (host, port) = host_and_port(authority);
        if port.is_some_and(|port| !matches!(port.parse::<u16>(), Ok(1..))) {
            return refuse("a webhook's URL has a port from 1 to 65535, or none");
        }
        if is_this_machine(host) {
            return refuse(
                "a webhook's URL leads to this machine, which is never called; name a public host",
            );
        }
        Ok(Self(text.to_owned()))
    }

    /// The URL, for whom it is meant.
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

/// The two parts of an authority; the brackets of an IPv6 address stay.
fn host_and_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

/// Whether a host is the caller's own machine, or no host at all, whoever calls it. What else is not public
/// is refused when a call is made, by the address that the name has then.
fn is_this_machine(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(&name);
    let local = |address: IpAddr| address.is_loopback() || address.is_unspecified();
    name == "localhost"
        || name.ends_with(".localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| local(address.to_canonical()))
}

/// A webhook as it is stored with its instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// Where it leads.
    pub url: WebhookUrl,
    /// What calls are signed with.
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
    /// From when on it signs no more.
    pub until: Timestamp,
}

impl FormerSecret {
    /// Whether it still signs.
    #[must_use]
    pub fn signs(&self, now: Timestamp) -> bool {
        now < self.until
    }
}

/// What calls are signed with, as its owner holds it: `whsec_` and base64.
#[derive(Debug)]
pub struct SigningSecret(Secret);

impl SigningSecret {
    fn draw() -> Result<Self, StoreError> {
        let mut bytes = Zeroizing::new([0_u8; SECRET_BYTES]);
        getrandom::fill(&mut *bytes)
            .map_err(|fault| StoreError::transient("draw a webhook's secret", fault.to_string()))?;
        Ok(Self(Secret::new(format!("{PREFIX}{}", *Zeroizing::new(STANDARD.encode(*bytes))))))
    }

    /// Hands the secret out, to be shown once to its owner.
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
    /// A webhook with a new secret, which is told here once.
    ///
    /// # Errors
    /// A fault of the keeper of keys.
    pub async fn new(
        keeper: &dyn Seal,
        instance: &InstanceId,
        url: WebhookUrl,
        now: Timestamp,
    ) -> Result<(Self, SigningSecret), StoreError> {
        let told = SigningSecret::draw()?;
        let drawn = keeper.new_data_key(instance).await?;
        let secret = Sealed::seal(&drawn.key, &drawn.wrapped, &place(instance, &url), &told.0)?;
        Ok((Self { url, secret, created_at: now, former: None }, told))
    }

    /// The same, whose secret takes the place of `before`'s. That one signs as well until then, where it
    /// is of the same URL: nobody at another one knows it.
    #[must_use]
    pub fn after(self, before: Self, until: Timestamp) -> Self {
        let former = (before.url == self.url).then_some(FormerSecret { secret: before.secret, until });
        Self { former, ..self }
    }

    /// Opens what a call is signed with now, the newest secret first.
    ///
    /// # Errors
    /// A fault of the keeper of keys; a permanent one where a secret is another webhook's.
    pub async fn open(
        &self,
        keeper: &dyn Unseal,
        instance: &InstanceId,
        now: Timestamp,
    ) -> Result<Vec<SigningSecret>, StoreError> {
        let former = self.former.as_ref().filter(|former| former.signs(now)).map(|former| &former.secret);
        let mut opened = Vec::new();
        for secret in [Some(&self.secret), former].into_iter().flatten() {
            opened.push(self.open_one(keeper, instance, secret).await?);
        }
        Ok(opened)
    }

    async fn open_one(
        &self,
        keeper: &dyn Unseal,
        instance: &InstanceId,
        secret: &Sealed,
    ) -> Result<SigningSecret, StoreError> {
        let unopened = |error: crate::secret::SealError| {
            StoreError::permanent("open a webhook's secret", error.to_string())
        };
        let wrapped = secret.wrapped_key().map_err(unopened)?;
        let key = keeper.open_data_key(instance, &wrapped).await?;
        secret.open(&key, &place(instance, &self.url)).map(SigningSecret).map_err(unopened)
    }
}

/// What a sealed secret is bound to. Every part is preceded by its length, so that no two places read
/// the same.
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
