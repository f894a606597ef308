//! A database password: its stored form, and the form that a caller sends.

use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::secret_ref::SecretRef;
use crate::secrets::{MASK, Secret};

/// The password of a stored definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Password {
    /// A password that is encrypted outside of the definition. Responses have asterisks for it.
    Sealed,
    /// The name of a secret in AWS Secrets Manager.
    Secret(SecretRef),
}

/// A password from a caller. It is never stored, displayed or copied.
#[derive(Debug)]
pub(crate) enum GivenPassword {
    /// The password itself.
    Text(Secret),
    /// The asterisks of a response: the stored password remains.
    Masked,
    /// A reference to a secret.
    Secret(SecretRef),
}

impl Serialize for Password {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Sealed => serializer.serialize_str(MASK),
            Self::Secret(name) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("secret", name)?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match GivenPassword::deserialize(deserializer)? {
            GivenPassword::Text(_) => Err(de::Error::custom("a stored definition contains no password")),
            GivenPassword::Masked => Ok(Self::Sealed),
            GivenPassword::Secret(name) => Ok(Self::Secret(name)),
        }
    }
}

impl<'de> Deserialize<'de> for GivenPassword {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PasswordVisitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Password {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Password".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let secret = generator.subschema_for::<SecretRef>();
        schemars::json_schema!({
            "description": "The password, or a reference to a secret. Responses have asterisks instead; a \
                            definition with the asterisks keeps the stored password.",
            "oneOf": [
                { "type": "string", "format": "password", "maxLength": super::MAX_PASSWORD_BYTES },
                {
                    "type": "object",
                    "properties": { "secret": secret },
                    "required": ["secret"],
                    "additionalProperties": false
                }
            ]
        })
    }
}

/// The text of every error, because serde's own messages repeat the value.
const EXPECTED: &str = "a password is text, or {\"secret\": …} with the name of a secret";

struct PasswordVisitor;

impl<'de> Visitor<'de> for PasswordVisitor {
    type Value = GivenPassword;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<GivenPassword, E> {
        if text == MASK {
            return Ok(GivenPassword::Masked);
        }
        Ok(GivenPassword::Text(Secret::new(text.to_owned())))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<GivenPassword, E> {
        if text == MASK {
            return Ok(GivenPassword::Masked);
        }
        Ok(GivenPassword::Text(Secret::new(text)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<GivenPassword, A::Error> {
        let mut name = None;
        while let Some(field) = map.next_key::<Secret>()? {
            if field.reveal() != "secret" || name.is_some() {
                return Err(de::Error::custom(EXPECTED));
            }
            name = Some(map.next_value()?);
        }
        name.map(GivenPassword::Secret).ok_or_else(|| de::Error::custom(EXPECTED))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<GivenPassword, E> {
        Err(E::custom(EXPECTED))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<GivenPassword, E> {
        Err(E::custom(EXPECTED))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<GivenPassword, E> {
        Err(E::custom(EXPECTED))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<GivenPassword, E> {
        Err(E::custom(EXPECTED))
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}
