//! Credentials of the service for its own stores.

use serde::{Deserialize, Serialize};

use crate::error::LocalError;

/// Random bytes of a secret.
const SECRET_BYTES: usize = 32;

/// A pair of AWS keys that only this process knows. The stores listen on the loopback interface, which every
/// user of the machine can reach: without these credentials they refuse every request.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Credentials {
    /// The key id in every request.
    pub(crate) key_id: String,
    /// The secret that signs every request.
    pub(crate) secret: String,
}

impl Credentials {
    /// Draws new ones.
    pub(crate) fn draw() -> Result<Self, LocalError> {
        Ok(Self { key_id: random_hex()?, secret: random_hex()? })
    }
}

fn random_hex() -> Result<String, LocalError> {
    let mut bytes = [0_u8; SECRET_BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|fault| LocalError::Store { what: "random generator", detail: fault.to_string() })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
