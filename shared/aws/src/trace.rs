//! The trace that the messages of an invocation belong to.
//!
//! A message carries it as a system attribute, so that X-Ray links sender and receiver: the request that
//! submitted a job, and its run.

use std::collections::HashMap;

use aws_sdk_sqs::types::{MessageSystemAttributeNameForSends, MessageSystemAttributeValue};

/// The variable in which the Lambda runtime passes the trace of an invocation.
const TRACE_VARIABLE: &str = "_X_AMZN_TRACE_ID";

/// The system attributes of a message that is sent now.
pub(crate) fn attributes() -> Option<HashMap<MessageSystemAttributeNameForSends, MessageSystemAttributeValue>>
{
    let header = header(&std::env::var(TRACE_VARIABLE).ok()?)?;
    let value =
        MessageSystemAttributeValue::builder().data_type("String").string_value(header).build().ok()?;
    Some(HashMap::from([(MessageSystemAttributeNameForSends::AwsTraceHeader, value)]))
}

/// The header in SQS's form, from Lambda's, which may have more parts. SQS refuses a message with an invalid
/// header; a message without one is only not traced.
fn header(given: &str) -> Option<String> {
    let part = |name: &str| {
        let parts = given.split(';').filter_map(|part| part.trim().split_once('='));
        parts.into_iter().find(|(found, _)| *found == name).map(|(_, value)| value)
    };
    let (root, parent, sampled) = (part("Root")?, part("Parent")?, part("Sampled")?);
    let [version, time, rest] = *root.split('-').collect::<Vec<_>>() else { return None };
    let readable = version == "1" && is_hex(time, 8) && is_hex(rest, 24) && is_hex(parent, 16);
    let readable = readable && matches!(sampled, "0" | "1");
    readable.then(|| format!("Root={root};Parent={parent};Sampled={sampled}"))
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    #[test]
    fn a_message_gets_the_attributes_of_sqs() {
        let given = format!("{PLAIN};Lineage=1:a1b2c3d4:0");
        assert_eq!(header(&given).as_deref(), Some(PLAIN));
        assert_eq!(header(&PLAIN.replace("d=1", "d=0")), Some(PLAIN.replace("d=1", "d=0")));
    }

    #[test]
    fn a_trace_header_that_sqs_would_reject_is_not_sent() {
        for (from, to) in [
            ("1-", "2-"),
            ("1-", ""),
            ("bd862", "bd86"),
            ("bd862", "bd86é"),
            ("5399", "xyzw"),
            ("d=1", "d=?"),
            ("Parent", "P"),
        ] {
            assert_eq!(header(&PLAIN.replacen(from, to, 1)), None, "{from} {to}");
        }
        assert_eq!(header(""), None);
    }
}
