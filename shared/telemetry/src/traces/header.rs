//! The header that names a trace: `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`,
//! and what else AWS may add.

use std::collections::HashMap;

/// The field of the span around an invocation that holds the header: the Lambda runtime's own.
pub const FIELD: &str = "xrayTraceId";

/// The id of the trace, of its header.
#[must_use]
pub fn trace_id(header: &str) -> Option<&str> {
    part(header, "Root")
}

/// The trace that a message was sent in, of its system attributes: of the request that submitted a job, mostly.
#[must_use]
pub fn of_sender(attributes: &HashMap<String, String>) -> Option<&str> {
    trace_id(attributes.get("AWSTraceHeader")?)
}

/// The trace and the segment that a function's subsegments belong to; `None` if the trace is not sampled.
pub(super) fn sampled(header: &str) -> Option<(&str, &str)> {
    let wanted = part(header, "Sampled") == Some("1");
    Some((trace_id(header)?, part(header, "Parent")?)).filter(|_| wanted)
}

fn part<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let parts = header.split(';').filter_map(|part| part.trim().split_once('='));
    parts.into_iter().find(|(found, value)| *found == name && !value.is_empty()).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "1-5759e988-bd862e3fe1be46a994272793";

    #[test]
    fn a_header_names_a_trace_whatever_else_is_in_it() {
        let header = format!("Root={TRACE};Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a1b2c3d4:0");
        assert_eq!(trace_id(&header), Some(TRACE));
        assert_eq!(sampled(&header), Some((TRACE, "53995c3f42cd8ad8")));
        assert_eq!(trace_id(&format!("Self=1-0-1; Root={TRACE}")), Some(TRACE));
    }

    #[test]
    fn an_unsampled_trace_is_not_sent_but_has_an_id() {
        for rest in
            ["", ";Sampled=0", ";Parent=53995c3f42cd8ad8", ";Parent=53995c3f42cd8ad8;Sampled=?", ";Sampled=1"]
        {
            let header = format!("Root={TRACE}{rest}");
            assert_eq!((trace_id(&header), sampled(&header)), (Some(TRACE), None), "{header}");
        }
        for nothing in ["", ";;", "=", "Root", "Root=", "root=1", "Parent=5;Sampled=1"] {
            assert_eq!((trace_id(nothing), sampled(nothing)), (None, None), "{nothing}");
        }
    }
}
