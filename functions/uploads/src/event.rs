//! The object in an S3 event.

use aws_lambda_events::s3::S3EventRecord;
use percent_encoding::percent_decode_str;
use satsuma_domain::ids::IdempotencyKey;
use satsuma_domain::ports::InboxKey;

/// Prefix of the idempotency keys of inbox objects; those of HTTP requests have another one.
const ORIGIN: &str = "s3 ";

/// An object in the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InboxObject {
    /// The key of the object.
    pub(crate) key: InboxKey,
    /// Distinguishes this content of the object from earlier and later ones.
    pub(crate) idempotency_key: Option<IdempotencyKey>,
    /// Which version of the object it is, in a bucket that keeps several.
    pub(crate) version: Option<String>,
}

/// The inbox object of an event; `None` for a key outside the inbox.
pub(crate) fn object(record: &S3EventRecord) -> Option<InboxObject> {
    // Events write keys as forms do: a plus is a space, the rest percent-encoded.
    let encoded = record.s3.object.key.as_deref()?.replace('+', " ");
    let key = percent_decode_str(&encoded).decode_utf8().ok()?;
    let Some(inbox_key) = satsuma_aws::parse_inbox_key(&key) else {
        tracing::warn!(%key, "ignored an object whose key is not an inbox key");
        return None;
    };
    let sequencer = record.s3.object.sequencer.as_deref();
    let idempotency_key = sequencer.and_then(|text| IdempotencyKey::new(format!("{ORIGIN}{text}")).ok());
    let version = record.s3.object.version_id.clone().filter(|version| !version.is_empty());
    Some(InboxObject { key: inbox_key, idempotency_key, version })
}

/// True if an idempotency key belongs to a later content of an object than another one. S3's sequencers are
/// hexadecimal numbers, compared as text after padding the shorter one with zeros on the right ("Event
/// message structure", `sequencer`). Keys of another origin are never later.
pub(crate) fn is_later(key: &IdempotencyKey, than: &IdempotencyKey) -> bool {
    let sequencer = |it: &IdempotencyKey| it.as_str().strip_prefix(ORIGIN).map(str::to_ascii_uppercase);
    let (Some(key), Some(than)) = (sequencer(key), sequencer(than)) else { return false };
    let width = key.len().max(than.len());
    format!("{key:0<width$}") > format!("{than:0<width$}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Pieces of keys with a meaning, here or in a file system, and some without.
    const PIECES: [&str; 20] = [
        "uploads", "/", "acme", "..", ".", "%2F", "%2f", "%", "%4", "%FF", "%C3%A9", "%00", "+", "%2B", "~",
        "result~", "a.json", "\\", "é", "\u{202E}",
    ];

    proptest! {
        /// For any key, the result belongs to its instance and has a plain name.
        #[test]
        fn no_key_leads_elsewhere(
            pieces in proptest::collection::vec(prop::sample::select(&PIECES[..]), 0..12),
            at_home in any::<bool>(),
            sequencer in proptest::option::of(".{0,300}"),
        ) {
            let home = if at_home { "uploads/acme/" } else { "" };
            let key = format!("{home}{}", pieces.concat());
            let record = serde_json::json!({"s3": {"bucket": {}, "object": {"key": key, "sequencer": sequencer}}});
            let Ok(record) = serde_json::from_value::<S3EventRecord>(with_the_rest(record)) else {
                panic!("no record");
            };
            if let Some(found) = object(&record) {
                prop_assert!(!found.key.instance.as_str().is_empty());
                let name = found.key.name.to_string();
                prop_assert!(name.split('/').all(|part| !matches!(part, "" | "." | "..")), "{name}");
                prop_assert!(!name.contains(char::is_control), "{name:?}");
            }
        }
    }

    fn with_the_rest(mut record: serde_json::Value) -> serde_json::Value {
        for name in ["userIdentity", "requestParameters", "responseElements"] {
            record[name] = serde_json::json!({});
        }
        record["eventTime"] = "2026-11-22T10:00:00.000Z".into();
        record
    }

    #[test]
    fn later_contents_are_recognised_by_their_sequencer() {
        let key = |text: &str| IdempotencyKey::new(text).unwrap();
        assert!(is_later(&key("s3 0055AED6DCD90281E6"), &key("s3 0055AED6DCD90281E5")));
        assert!(is_later(&key("s3 0055aed6dcd90281e6"), &key("s3 0055AED6DCD90281E5")));
        assert!(is_later(&key("s3 0055AED6DCD90281E5F1"), &key("s3 0055AED6DCD90281E5")));
        assert!(!is_later(&key("s3 0055AED6DCD90281E5"), &key("s3 0055AED6DCD90281E5")));
        assert!(!is_later(&key("http 9"), &key("s3 0055AED6DCD90281E5")));
    }
}
