//! Keys of files in the bucket, and the encoding of ids in them.
//!
//! An id is percent-encoded and cut into segments of at most [`MAX_SEGMENT`] characters; every
//! segment but the last ends in `+`. So no segment is longer than the names that a file system
//! takes, and no id's key looks like a folder of another's. The percent-encoding of a long id in
//! another script than Latin would leave no room in a key of 1,024 bytes: such an id is written
//! as `!` and its base64.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use satsuma_domain::file::{FileKey, FileName, ResultId};
use satsuma_domain::ids::JobUuid;
use satsuma_domain::{ExecutionNumber, FileId, InstanceId};

use crate::encoding::{decode, encode};

/// Longest segment of an encoded id, without its `+`.
const MAX_SEGMENT: usize = 200;

/// Longest percent-encoding in use. Two of them with the rest of the key fit into 1,024 bytes.
const MAX_PERCENT: usize = 450;

/// Ends a segment that is not the last one.
const MORE: char = '+';

/// End of the key of a log: beside the results and distinct from them, because no encoded name has a `~`.
const LOG: &str = "/~log.txt";

/// Begins an id in base64.
const BASE64: char = '!';

/// The key of a file.
pub(super) fn file(key: &FileKey) -> String {
    match &key.name {
        FileName::Upload(id) => upload(&key.instance, id),
        FileName::Result(result) => format!(
            "instances/{}/results/{}/{}/{}",
            encode_id(key.instance.as_str()),
            result.job,
            result.execution,
            encode_id(&result.name)
        ),
        FileName::Log { job, execution } => {
            format!("instances/{}/results/{job}/{execution}{LOG}", encode_id(key.instance.as_str()))
        }
    }
}

/// Whether a key is a log's.
pub(super) fn is_log(key: &str) -> bool {
    key.ends_with(LOG)
}

/// The execution of a result or log with this key; `None` for other keys.
pub(super) fn execution_of(instance: &InstanceId, key: &str) -> Option<(JobUuid, ExecutionNumber)> {
    let place = key.strip_prefix(&of_instance(instance))?.strip_prefix("results/")?;
    let mut parts = place.splitn(3, '/');
    Some((JobUuid(parts.next()?.parse().ok()?), ExecutionNumber(parts.next()?.parse().ok()?)))
}

/// The tags of a file's object, in S3's form: the bucket's lifecycle rules find results and logs by them.
pub(super) fn tags(key: &FileKey) -> Option<&'static str> {
    matches!(key.name, FileName::Result(_) | FileName::Log { .. }).then_some("satsuma=result")
}

/// The key of an upload.
pub(super) fn upload(instance: &InstanceId, id: &FileId) -> String {
    format!("{}{}", uploads(instance), encode_id(id.as_str()))
}

/// The key of an upload that is not a file yet: apart from all files, for the bucket's lifecycle, and
/// another one for every upload of a file.
pub(super) fn staged(key: &FileKey, mark: &str) -> String {
    format!("staging/{}/{}/{mark}", encode_id(key.instance.as_str()), encode_id(&key.name.id()))
}

/// Prefix of the keys of an instance's uploads.
pub(super) fn uploads(instance: &InstanceId) -> String {
    format!("instances/{}/files/", encode_id(instance.as_str()))
}

/// Prefix of the keys of an instance's results.
pub(super) fn results(instance: &InstanceId) -> String {
    format!("{}results/", of_instance(instance))
}

/// The result with this key, or `None` if the key is not of a result.
pub(super) fn result_of(instance: &InstanceId, key: &str) -> Option<ResultId> {
    let (job, execution) = execution_of(instance, key).filter(|_| !is_log(key))?;
    let name = key.strip_prefix(&results(instance))?.splitn(3, '/').nth(2)?;
    Some(ResultId { job, execution, name: decode_id(name)? })
}

/// Prefix of the keys of an instance's files and results.
pub(super) fn of_instance(instance: &InstanceId) -> String {
    format!("instances/{}/", encode_id(instance.as_str()))
}

/// Prefix of the keys of an instance's staged uploads.
pub(super) fn staged_of_instance(instance: &InstanceId) -> String {
    format!("staging/{}/", encode_id(instance.as_str()))
}

/// An id as one or more segments of a key.
pub(super) fn encode_id(id: &str) -> String {
    let percent = encode(id);
    let text = if percent.len() <= MAX_PERCENT {
        percent
    } else {
        format!("{BASE64}{}", URL_SAFE_NO_PAD.encode(id))
    };
    let mut key = String::with_capacity(text.len() + 4);
    let mut rest = text.as_str();
    // The text is ASCII, so that it can be cut anywhere.
    while let Some((segment, more)) = rest.split_at_checked(MAX_SEGMENT).filter(|(_, more)| !more.is_empty())
    {
        key.push_str(segment);
        key.push(MORE);
        key.push('/');
        rest = more;
    }
    // `.` and `..` mean something else in a path.
    match rest {
        "." => key.push_str("%2E"),
        ".." => key.push_str("%2E%2E"),
        _ => key.push_str(rest),
    }
    key
}

/// Decodes an id of [`encode_id`]; `None` for any other text.
pub(super) fn decode_id(key: &str) -> Option<String> {
    let text: String = key.split('/').map(|segment| segment.strip_suffix(MORE).unwrap_or(segment)).collect();
    let id = match text.strip_prefix(BASE64) {
        Some(base64) => String::from_utf8(URL_SAFE_NO_PAD.decode(base64).ok()?).ok()?,
        None => decode(&text).or_else(|| decode(&undotted(&text)?))?,
    };
    (encode_id(&id) == key).then_some(id)
}

/// Restores dots at the end that [`encode_id`] encoded.
fn undotted(text: &str) -> Option<String> {
    let start = text.trim_end_matches("%2E");
    let dots = text.strip_prefix(start)?.len() / "%2E".len();
    Some(format!("{start}{}", ".".repeat(dots)))
}

#[cfg(test)]
mod tests;
