//! What an event of S3 says of an object.

use aws_lambda_events::s3::S3EventRecord;
use percent_encoding::percent_decode_str;
use satsuma_domain::ids::IdempotencyKey;
use satsuma_domain::ports::DroppedKey;

/// An object that was dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dropped {
    /// Whose, and under which name.
    pub(crate) drop: DroppedKey,
    /// Tells this content of the object from earlier and later ones.
    pub(crate) mark: Option<IdempotencyKey>,
}

/// The object, if it lies where files are dropped.
pub(crate) fn object(record: &S3EventRecord) -> Option<Dropped> {
    // Events write keys as forms do: a plus is a space, the rest percent-encoded.
    let encoded = record.s3.object.key.as_deref()?.replace('+', " ");
    let key = percent_decode_str(&encoded).decode_utf8().ok()?;
    let Some(drop) = satsuma_aws::parse_dropped(&key) else {
        tracing::warn!(%key, "an object that nobody can have meant as an upload");
        return None;
    };
    let sequencer = record.s3.object.sequencer.as_deref();
    let mark = sequencer.and_then(|text| IdempotencyKey::new(format!("s3 {text}")).ok());
    Some(Dropped { drop, mark })
}
