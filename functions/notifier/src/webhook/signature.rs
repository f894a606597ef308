//! Signatures of webhooks, as the "Standard Webhooks" specification has them (symmetric, `v1`):
//! HMAC-SHA256 over `id.timestamp.body`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The value of `webhook-signature`: one signature for each key, so that a receiver may use either during a
/// rotation. `None` if a key is invalid, which does not happen.
pub(super) fn signatures<K: AsRef<[u8]>>(keys: &[K], id: &str, timestamp: i64, body: &str) -> Option<String> {
    let signed: Option<Vec<String>> =
        keys.iter().map(|key| signature(key.as_ref(), id, timestamp, body)).collect();
    Some(signed?.join(" "))
}

fn signature(key: &[u8], id: &str, timestamp: i64, body: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own reference libraries.
    #[test]
    fn the_signature_is_the_specifications() {
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = r#"{"test": 2432232314}"#;
        let signed = signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    /// As it has them for keys that are being exchanged: a list, divided by spaces.
    #[test]
    fn each_key_signs() {
        let signed = |keys: &[&[u8]]| signatures(keys, "msg", 1, "{}").unwrap();
        assert_eq!(signed(&[b"new", b"old"]), format!("{} {}", signed(&[b"new"]), signed(&[b"old"])));
    }
}
