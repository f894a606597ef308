//! Metrics in log lines: CloudWatch extracts them ("embedded metric format"), so that a metric costs a
//! function no request and no library. [`satsuma_domain::metrics`] defines them.

use std::time::{SystemTime, UNIX_EPOCH};

use satsuma_domain::metrics::KINDS;
use serde_json::{Map, Value, json};

/// The environment variable with the namespace that this deployment's metrics are counted in.
pub const NAMESPACE: &str = "SATSUMA_METRICS";

/// Adds the metric declarations to a log line whose target has metrics.
pub(crate) fn embed(line: &mut Map<String, Value>, target: &str, namespace: &str, now: SystemTime) {
    let Some(kind) = KINDS.iter().find(|kind| kind.target == target) else { return };
    // CloudWatch drops a line that names a field which it has not.
    let metrics = kind.metrics.iter().filter(|(name, _)| line.get(*name).is_some_and(Value::is_number));
    let metrics: Vec<Value> = metrics.map(|(name, unit)| json!({ "Name": name, "Unit": unit })).collect();
    let dimensions = kind.dimensions.iter().filter(|names| names.iter().all(|name| line.contains_key(*name)));
    let dimensions: Vec<&&[&str]> = dimensions.collect();
    if metrics.is_empty() || dimensions.is_empty() {
        return;
    }
    let milliseconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let about = json!({
        "Timestamp": u64::try_from(milliseconds).unwrap_or(u64::MAX),
        "CloudWatchMetrics": [{ "Namespace": namespace, "Dimensions": dimensions, "Metrics": metrics }],
    });
    line.insert("_aws".to_owned(), about);
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use satsuma_domain::metrics::JOB_ENDED;

    use super::*;

    #[test]
    fn a_line_declares_only_the_metrics_that_it_has() {
        let Value::Object(mut line) = json!({ "state": "SUCCESS", "jobs_ended": 1, "run_ms": 24_387 }) else {
            panic!()
        };
        embed(&mut line, JOB_ENDED, "Satsuma/test", UNIX_EPOCH + Duration::from_millis(1_496_225_918_066));
        insta::assert_json_snapshot!(line);
    }

    #[test]
    fn lines_without_metrics_are_unchanged() {
        let mut line = Map::new();
        embed(&mut line, "satsuma_worker::batch", "Satsuma/test", UNIX_EPOCH);
        embed(&mut line, JOB_ENDED, "Satsuma/test", UNIX_EPOCH);
        assert!(line.is_empty());
    }
}
