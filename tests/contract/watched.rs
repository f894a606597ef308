//! Alarms and dashboard watch what there is: metrics of AWS by the names and dimensions that AWS documents,
//! of resources of this template, and our own by names and values that the code writes.

use std::collections::BTreeSet;
use std::path::Path;

use satsuma_domain::execution::FailureCategory;
use satsuma_domain::job::JobState;
use satsuma_domain::metrics::KINDS;
use satsuma_tests::template::{Template, text};
use satsuma_tests::workspace;
use serde_json::Value;

/// The metrics of AWS's services that are watched: namespace, dimension, types of resources, metrics.
const AWS: &[(&str, &str, &[&str], &[&str])] = &[
    ("AWS/ApiGateway", "ApiId", &["AWS::ApiGatewayV2::Api"], &["4xx", "5xx", "Count", "Latency"]),
    ("AWS/DynamoDB", "TableName", &["AWS::DynamoDB::Table"], &["ReadThrottleEvents", "WriteThrottleEvents"]),
    (
        "AWS/Lambda",
        "FunctionName",
        &["AWS::Serverless::Function"],
        &["ConcurrentExecutions", "Errors", "Invocations", "Throttles"],
    ),
    (
        "AWS/SQS",
        "QueueName",
        &["AWS::SQS::Queue"],
        &[
            "ApproximateAgeOfOldestMessage",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesVisible",
        ],
    ),
];

/// Namespace, name, and dimensions with their values.
type Metric = (String, String, Vec<(String, String)>);

#[test]
fn watched_metrics_of_aws_exist_for_the_stacks_resources() {
    let template = Template::read();
    for (namespace, name, dimensions) in watched(&template).into_iter().filter(|it| it.0.starts_with("AWS/"))
    {
        let known = AWS.iter().find(|known| known.0 == namespace && known.3.contains(&name.as_str()));
        let (_, dimension, types, _) = known.unwrap_or_else(|| panic!("{namespace} {name}"));
        let [(key, value)] = &dimensions[..] else { panic!("{namespace} {name}: {dimensions:?}") };
        assert_eq!(key, dimension, "{namespace} {name}");
        // `!Ref Worker`, `!GetAtt Queue.QueueName` and, in the dashboard, `${Queue.QueueName}`.
        let resource = value.trim_start_matches("${").trim_end_matches('}').trim_end_matches(".QueueName");
        let of_type = |kind: &&str| template.resources_of(kind).any(|(name, _)| name == resource);
        assert!(types.iter().any(of_type), "{namespace} {name}: {value}");
    }
}

#[test]
fn metrics_of_ours_are_watched_by_values_that_they_have() {
    let states = [JobState::Success, JobState::Failed, JobState::Canceled].map(|state| state.to_string());
    let categories = [
        FailureCategory::System,
        FailureCategory::Data,
        FailureCategory::Algorithm,
        FailureCategory::Unsupported,
    ];
    let categories = categories.map(|category| category.name().to_owned());
    let taken = variants("functions/uploads/src/process.rs", "pub enum Taken {");
    let (mut seen, template) = (BTreeSet::new(), Template::read());
    for (_, name, dimensions) in watched(&template).into_iter().filter(|it| it.0.starts_with("Satsuma/")) {
        for (key, value) in dimensions {
            let has = match key.as_str() {
                "state" => states.contains(&value),
                "category" => categories.contains(&value),
                "taken" => taken.contains(&value),
                _ => false,
            };
            assert!(has, "{name}: {key} {value}");
            seen.insert(value);
        }
    }
    let gone = "Gone".to_owned(); // nothing was there to be taken
    let all: BTreeSet<String> = states.into_iter().chain(categories).chain(taken).collect();
    assert_eq!(seen, all.into_iter().filter(|value| *value != gone).collect(), "each is shown");
}

/// CloudWatch silently skips a metric that the log line does not have.
#[test]
fn the_events_of_a_kind_have_the_fields_that_are_counted() {
    let mut sources = String::new();
    for folder in ["functions", "shared"] {
        read_sources(&workspace().join(folder), &mut sources);
    }
    for kind in KINDS {
        let constant = kind.target.rsplit("::").next().unwrap().to_uppercase();
        let events: Vec<&str> = sources
            .split("target: ")
            .filter_map(|event| event.strip_prefix("metrics::").unwrap_or(event).strip_prefix(&constant))
            .filter_map(|event| event.strip_prefix(','))
            .filter(|event| !event.trim_start().starts_with("dimensions")) // that is the list of kinds
            .map(|event| event.split_once(");").unwrap().0)
            .collect();
        assert!(!events.is_empty(), "nobody writes {}", kind.target);
        let fields = kind.metrics.iter().map(|(name, _)| *name);
        for field in fields.chain(kind.dimensions.iter().flat_map(|names| names.iter().copied())) {
            let has = |event: &&str| {
                event
                    .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
                    .any(|word| word == field)
            };
            assert!(events.iter().any(has), "{}: nobody writes {field}", kind.target);
        }
    }
}

/// All that alarms and dashboard watch.
fn watched(template: &Template) -> Vec<Metric> {
    let mut watched = Vec::new();
    for (_, alarm) in template.resources_of("AWS::CloudWatch::Alarm") {
        let properties = &alarm["Properties"];
        let dimensions = properties["Dimensions"].as_array().into_iter().flatten();
        let dimensions = dimensions.map(|dimension| (text(&dimension["Name"]), text(&dimension["Value"])));
        watched.push((text(&properties["Namespace"]), text(&properties["MetricName"]), dimensions.collect()));
    }
    let body = text(&template.properties("Dashboard")["DashboardBody"]);
    let body: Value = serde_json::from_str(&body).unwrap();
    for widget in body["widgets"].as_array().unwrap() {
        for metric in widget["properties"]["metrics"].as_array().into_iter().flatten() {
            let parts: Vec<String> =
                metric.as_array().unwrap().iter().filter_map(Value::as_str).map(str::to_owned).collect();
            let [namespace, name, dimensions @ ..] = &parts[..] else { panic!("{metric}") };
            let pairs = dimensions.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect();
            watched.push((namespace.clone(), name.clone(), pairs));
        }
    }
    watched
}

/// The variants of an enum, as `?` writes them into a log.
fn variants(file: &str, start: &str) -> Vec<String> {
    let source = std::fs::read_to_string(workspace().join(file)).unwrap();
    let (_, body) = source.split_once(start).unwrap();
    let (body, _) = body.split_once("\n}").unwrap();
    let lines = body.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.map(|line| line.trim_end_matches(',').to_owned()).collect()
}

fn read_sources(folder: &Path, into: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_none_or(|name| name != "target") {
            read_sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}
