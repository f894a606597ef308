//! Fingerprints of requests. They distinguish a retry, sent because the response was lost, from a new
//! request without an idempotency key.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::job::JobState;
use crate::job::definition::JobDefinition;

/// Time after a submission in which an equal request counts as a retry: clients and proxies give up after 30
/// to 60 s, and retry once or twice.
pub const RETRY_WINDOW: Duration = Duration::from_secs(120);

/// Kind of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Verb {
    /// The id must be free (`POST`).
    Create,
    /// An existing job is resubmitted (`PUT`).
    CreateOrResubmit,
}

/// A hash of a request: enough to recognise it, not enough to reconstruct it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fingerprint {
    verb: Verb,
    definition: String,
}

impl Fingerprint {
    /// The fingerprint of a request. The order of fields and the blanks of its JSON do not matter.
    #[must_use]
    pub fn of(verb: Verb, definition: &JobDefinition) -> Self {
        // A definition was read from JSON, so that it can be written as JSON.
        let document = serde_json::to_value(definition).unwrap_or_default();
        let mut hash = Sha256::new();
        digest(&document, &mut hash);
        let definition = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Self { verb, definition }
    }

    /// True if both requests have the same definition, whatever their verbs.
    #[must_use]
    pub fn is_of_same_definition(&self, other: &Self) -> bool {
        self.definition == other.definition
    }

    /// Whether a repetition of the request may find the job that it submitted in this state.
    ///
    /// A `POST` never runs a job that is there, so its repetition may find the job in any state but
    /// those of a deletion. A `PUT` of a job that ended is how one runs it again, and stays that.
    pub(super) fn may_find(&self, state: JobState) -> bool {
        match (self.verb, state) {
            (_, JobState::Pending | JobState::Running) => true,
            (Verb::Create, JobState::Failed | JobState::Success) => true,
            (Verb::CreateOrResubmit, JobState::Failed | JobState::Success) => false,
            (_, JobState::Canceling | JobState::Canceled) => false,
        }
    }
}

/// Hashes a document with the fields of objects in order of name, each value after its kind and length, so
/// that different documents give different bytes.
fn digest(value: &Value, hash: &mut Sha256) {
    match value {
        Value::Array(values) => {
            part(hash, b'[', &values.len().to_le_bytes());
            values.iter().for_each(|value| digest(value, hash));
        }
        Value::Object(fields) => {
            part(hash, b'{', &fields.len().to_le_bytes());
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            for (name, value) in fields {
                part(hash, b':', name.as_bytes());
                digest(value, hash);
            }
        }
        Value::String(text) => part(hash, b'"', text.as_bytes()),
        Value::Null | Value::Bool(_) | Value::Number(_) => part(hash, b'=', value.to_string().as_bytes()),
    }
}

fn part(hash: &mut Sha256, kind: u8, bytes: &[u8]) {
    hash.update([kind]);
    hash.update(bytes.len().to_le_bytes());
    hash.update(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Fingerprint {
        Fingerprint::of(Verb::Create, &JobDefinition::parse(json.as_bytes()).unwrap())
    }

    #[test]
    fn the_same_request_written_otherwise_is_the_same() {
        let plain = of(r#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#);
        assert_eq!(
            plain,
            of("{ \"model\": {\"id\": \"m\"},\n \"action\": \"BATCH_SCORE\", \"setting\": {}}")
        );
    }

    #[test]
    fn every_difference_changes_the_fingerprint() {
        let with = |setting: &str| {
            of(&format!(r#"{{"action":"BATCH_SCORE","model":{{"id":"m"}},"setting":{setting}}}"#))
        };
        let parameter =
            |value: &str| with(&format!(r#"{{"parameterOverride":[{{"name":"p","value":{value}}}]}}"#));
        let input = |node: &str, file: &str| {
            with(&format!(r#"{{"inputs":[{{"node":"{node}","file":{{"id":"{file}"}}}}]}}"#))
        };
        let all = [
            with("{}"),
            parameter("1"),
            parameter("\"1\""),
            parameter("true"),
            input("ab", "c"),
            input("a", "bc"),
            // A text that contains a separator.
            input("y", "x:node\\\"z"),
            input("z:node\\\"y", "x"),
        ];
        for (at, one) in all.iter().enumerate() {
            assert!(all[at + 1..].iter().all(|other| !one.is_of_same_definition(other)), "{at}");
        }
    }
}
