//! Names of secrets in AWS Secrets Manager.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::ids::InstanceId;

/// Longest name or ARN of a secret: Secrets Manager's own limit.
const MAX_SECRET_BYTES: usize = 2048;

/// Prefix of the names of this service's secrets, before the instance that owns them.
const OWNER: &str = "satsuma/";

/// The message for every invalid secret name. It does not repeat the text, which may be a password.
const EXPECTED: &str = "a secret is named `satsuma/<instance>/…`, or by the ARN of such a secret, with \
                        letters, digits and `/_+=.@-`";

/// The name of a secret of the caller's instance, `satsuma/<instance>/<name>`, or the ARN of a secret with
/// such a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct SecretRef(
    #[cfg_attr(
        feature = "schema",
        schemars(
            length(max = MAX_SECRET_BYTES),
            regex(pattern = r"^(arn:aws[A-Za-z0-9-]*:secretsmanager:[A-Za-z0-9-]+:[0-9]{12}:secret:)?satsuma/[A-Za-z0-9_+=.@-]+/[A-Za-z0-9/_+=.@-]+$")
        )
    )]
    String,
);

impl SecretRef {
    /// Parses a name or an ARN; `None` if the text is neither.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let name = name_of(text)?;
        let named = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_+=.@-".contains(&byte));
        let owned = name.strip_prefix(OWNER).and_then(|rest| rest.split_once('/'));
        let whole = owned.is_some_and(|(owner, rest)| !owner.is_empty() && !rest.is_empty());
        (named && whole && text.len() <= MAX_SECRET_BYTES).then(|| Self(text.to_owned()))
    }

    /// The name or the ARN.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the secret belongs to this instance. An instance id with characters that are invalid in secret
    /// names, such as a slash, owns none.
    #[must_use]
    pub fn belongs_to(&self, instance: &InstanceId) -> bool {
        let owner =
            name_of(&self.0).and_then(|name| name.strip_prefix(OWNER)).and_then(|rest| rest.split_once('/'));
        owner.is_some_and(|(owner, _)| owner == instance.as_str())
    }
}

/// The name, bare or from an ARN: `arn:aws:secretsmanager:<region>:<account>:secret:<name>`.
fn name_of(text: &str) -> Option<&str> {
    if !text.starts_with("arn:") {
        return Some(text);
    }
    let mut parts = text.splitn(7, ':');
    let ("arn", partition, "secretsmanager") = (parts.next()?, parts.next()?, parts.next()?) else {
        return None;
    };
    let (region, account, "secret") = (parts.next()?, parts.next()?, parts.next()?) else { return None };
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let account_number = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    if !partition.starts_with("aws")
        || !plain(partition)
        || region.is_empty()
        || !plain(region)
        || !account_number
    {
        return None;
    }
    parts.next()
}

impl<'de> Deserialize<'de> for SecretRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SecretVisitor)
    }
}

struct SecretVisitor;

impl<'de> Visitor<'de> for SecretVisitor {
    type Value = SecretRef;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<SecretRef, E> {
        SecretRef::new(text).ok_or_else(|| E::custom(EXPECTED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:satsuma/acme/dash-AbCdEf";

    fn owned(text: &str, instance: &str) -> bool {
        SecretRef::new(text).unwrap().belongs_to(&InstanceId::new(instance).unwrap())
    }

    #[test]
    fn an_instance_names_its_own_secrets_by_name_or_arn() {
        for text in ["satsuma/acme/dash", "satsuma/acme/a/b+c=d@e.f_g-h", ARN] {
            assert!(owned(text, "acme"), "{text}");
            assert!(!owned(text, "other"), "{text}");
            assert!(!owned(text, "acm"), "{text}");
        }
    }

    #[test]
    fn an_id_with_a_slash_does_not_share_secrets_with_its_prefix() {
        assert!(!owned("satsuma/acme/eu/dash", "acme/eu"));
        assert!(owned("satsuma/acme/eu/dash", "acme"));
    }

    #[test]
    fn a_name_outside_this_services_secrets_is_refused() {
        for text in [
            "",
            "hunter2",
            "prod/root",
            "satsuma/",
            "satsuma/acme",
            "satsuma/acme/",
            "satsuma//x",
            "satsuma/acme/ä",
            "satsuma/acme/a b",
            "satsuma/acme/a:b",
            "arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/root",
            "arn:aws:ssm:eu-central-1:123456789012:secret:satsuma/acme/dash",
            "arn:aws:secretsmanager:eu-central-1:12345:secret:satsuma/acme/dash",
            "arn:aws:secretsmanager:satsuma/acme/dash",
        ] {
            assert_eq!(SecretRef::new(text), None, "{text}");
        }
    }
}
