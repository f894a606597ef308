//! One subsegment, as X-Ray reads it.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde_json::Value;

/// A span that has ended.
#[derive(Debug, Serialize)]
pub(super) struct Subsegment<'a> {
    pub(super) trace_id: &'a str,
    pub(super) parent_id: &'a str,
    pub(super) id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    what: What<'a>,
    start_time: f64,
    end_time: f64,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) annotations: &'a BTreeMap<&'static str, Value>,
    /// The caller's mistake, or the stream's.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) error: bool,
    /// The service's.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) fault: bool,
}

/// Kind of a step: our own, or a call of AWS.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum What<'a> {
    Step { name: &'a str },
    Call { name: &'a str, namespace: &'static str, aws: Aws<'a> },
}

#[derive(Debug, Serialize)]
struct Aws<'a> {
    operation: &'a str,
}

impl<'a> Subsegment<'a> {
    /// Of a span with this name, which lasted from then to then: the SDK's name service and operation.
    pub(super) fn new(
        [trace_id, parent_id, id]: [&'a str; 3],
        name: &'a str,
        [start, end]: [SystemTime; 2],
        annotations: &'a BTreeMap<&'static str, Value>,
    ) -> Self {
        let what = match name.split_once('.') {
            Some((service, operation)) => {
                What::Call { name: service, namespace: "aws", aws: Aws { operation } }
            }
            None => What::Step { name },
        };
        let [start_time, end_time] = [start, end].map(seconds);
        Self {
            trace_id,
            parent_id,
            id,
            kind: "subsegment",
            what,
            start_time,
            end_time,
            annotations,
            error: false,
            fault: false,
        }
    }
}

/// Since 1970.
fn seconds(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}
