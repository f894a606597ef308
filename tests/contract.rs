//! The template agrees with the code: routes, table, binaries, and the permissions of each function.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

#[path = "contract/kept.rs"]
mod kept;
#[path = "contract/policies.rs"]
mod policies;
#[path = "contract/watched.rs"]
mod watched;

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::KeySchemaElement;
use satsuma_aws::table;
use satsuma_batch::routes::ROUTES;
use satsuma_domain::metrics::KINDS;
use satsuma_domain::tenancy::SETTLE;
use satsuma_tests::template::{Template, text};
use satsuma_tests::workspace;
use serde_json::Value;

#[test]
fn the_api_has_the_routes_of_the_batch_functions_and_no_others() {
    let template: BTreeSet<(String, String)> = Template::read().routes().into_iter().collect();
    let code: BTreeSet<(String, String)> = ROUTES
        .iter()
        .map(|route| (format!("{} {}", route.method, route.path), route.function.to_owned()))
        .collect();
    assert_eq!(template, code);
}

/// Routes without authorization: the description of the API is public.
const OPEN: [&str; 2] = ["OpenApiRoute", "OpenApiRouteV1"];

#[test]
fn every_route_but_the_listed_ones_is_authorized() {
    let template = Template::read();
    for (name, route) in template.resources_of("AWS::ApiGatewayV2::Route") {
        if OPEN.contains(&name) {
            assert_eq!(route["Properties"]["AuthorizationType"], "NONE", "{name}");
            continue;
        }
        assert_eq!(route["Properties"]["AuthorizationType"], "CUSTOM", "{name}");
        assert_eq!(route["Properties"]["AuthorizerId"], "ApiAuthorizer", "{name}");
    }
}

/// The document is what people and generated clients go by: each of its operations must be there, under
/// each of its servers, and each route in it. A greedy path and one with a slash at its end are written
/// as OpenAPI can.
#[test]
fn the_document_has_the_routes_of_the_template_and_no_others() {
    let document = std::fs::read_to_string(workspace().join("docs/openapi.json")).unwrap();
    let document: Value = serde_json::from_str(&document).unwrap();
    let mut described = BTreeSet::new();
    for server in document["servers"].as_array().unwrap() {
        for (path, operations) in document["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap() {
                let place = format!("{} {}{path}", method.to_uppercase(), text(&server["url"]));
                described.insert((place, text(&operation["operationId"]).to_lowercase()));
            }
        }
    }
    let as_written = |(route, function): (String, String)| {
        let route = route.replace("{ids}", "{id}").replace("+}", "}").trim_end_matches('/').to_owned();
        (route, function.replace('-', ""))
    };
    let template: BTreeSet<(String, String)> =
        Template::read().routes().into_iter().map(as_written).collect();
    assert_eq!(template, described);
}

#[test]
fn the_table_has_the_keys_and_indexes_that_the_adapter_uses() {
    let template = Template::read();
    let declared = template.properties("Table");
    let used = table::definition().unwrap();
    let attributes: BTreeSet<(String, String)> = used
        .attributes
        .iter()
        .map(|attribute| (attribute.attribute_name.clone(), attribute.attribute_type.as_str().to_owned()))
        .collect();
    assert_eq!(pairs(&declared["AttributeDefinitions"], "AttributeName", "AttributeType"), attributes);
    assert_eq!(pairs(&declared["KeySchema"], "AttributeName", "KeyType"), keys(&used.keys));
    let indexes = declared["GlobalSecondaryIndexes"].as_array().unwrap();
    assert_eq!(indexes.len(), used.indexes.len());
    for index in &used.indexes {
        let declared = indexes.iter().find(|declared| declared["IndexName"] == index.index_name.as_str());
        let declared = declared.unwrap_or_else(|| panic!("the template has no index {}", index.index_name));
        assert_eq!(pairs(&declared["KeySchema"], "AttributeName", "KeyType"), keys(&index.key_schema));
        let projection = index.projection.as_ref().and_then(|projection| projection.projection_type.as_ref());
        assert_eq!(declared["Projection"]["ProjectionType"], projection.unwrap().as_str());
    }
    // The sweeper removes what expires: an attribute that dropped items by itself would leave their results.
    assert!(declared["TimeToLiveSpecification"].is_null());
}

#[test]
fn every_function_runs_a_binary_of_its_own_that_its_crate_has() {
    let template = Template::read();
    let mut binaries = BTreeSet::new();
    for function in template.functions() {
        let (folder, binary) = (function.folder(), function.binary());
        let manifest = std::fs::read_to_string(workspace().join(&folder).join("Cargo.toml")).unwrap();
        let declared = manifest.contains(&format!("[[bin]]\nname = \"{binary}\"\n"));
        assert!(declared, "{}: {folder} has no binary {binary}", function.name);
        assert!(binaries.insert(binary), "{}: another function runs the same binary", function.name);
    }
    let routed: BTreeSet<String> = ROUTES.iter().map(|route| route.function.to_owned()).collect();
    assert!(routed.is_subset(&binaries));
}

/// The complete permissions: a wider grant has to be accepted here, by a person.
#[test]
fn no_function_may_do_more_than_is_written_here() {
    let template = Template::read();
    let mut granted: Vec<String> = template
        .functions()
        .map(|function| {
            let grants: Vec<String> = function.grants().into_iter().collect();
            let grants = if grants.is_empty() { "nothing".to_owned() } else { grants.join("\n    ") };
            format!("{}\n    {grants}", function.binary())
        })
        .collect();
    granted.sort();
    insta::assert_snapshot!("grants", granted.join("\n"));
}

#[test]
fn the_boundary_allows_only_what_functions_are_granted() {
    let template = Template::read();
    let granted = template.functions().flat_map(|function| function.grants());
    let granted: BTreeSet<String> =
        granted.map(|grant| grant.split(' ').next().unwrap().to_owned()).collect();
    // Permissions that Lambda itself uses in a function's name.
    let lambdas = ["logs:CreateLogStream", "logs:PutLogEvents", "sqs:DeleteMessage"];
    let lambdas = lambdas.into_iter().chain(["sqs:GetQueueAttributes", "sqs:ReceiveMessage"]);
    let lambdas = lambdas.chain(["xray:PutTelemetryRecords", "xray:PutTraceSegments"]);
    let needed: BTreeSet<String> = granted.into_iter().chain(lambdas.map(str::to_owned)).collect();
    let statements = template.properties("Boundary")["PolicyDocument"]["Statement"].as_array().unwrap();
    let allowed: BTreeSet<String> =
        statements.iter().flat_map(|statement| texts(&statement["Action"])).collect();
    assert_eq!(allowed, needed);
}

#[test]
fn the_key_of_passwords_turns_every_year() {
    assert_eq!(Template::read().properties("SealKey")["EnableKeyRotation"], true);
}

#[test]
fn neither_log_nor_trace_can_hold_an_access_key() {
    let template = Template::read();
    let format = text(&template.properties("ApiStage")["AccessLogSettings"]["Format"]);
    for variable in ["$context.path", "querystring", "$context.identity.apiKey", "$request"] {
        assert!(!format.contains(variable), "the access log has {variable}");
    }
    // X-Ray keeps the URLs of REST APIs, but not those of HTTP APIs, and functions send it none.
    for traced in ["AWS::ApiGateway::RestApi", "AWS::Serverless::Api", "AWS::Serverless::HttpApi"] {
        assert_eq!(template.resources_of(traced).count(), 0, "{traced}");
    }
    assert_eq!(template.properties("Api")["ProtocolType"], "HTTP");
}

/// Traces cost money: they are off by default, and the setting turns them on for all functions.
#[test]
fn all_functions_are_traced_or_none_is() {
    let template = Template::read();
    assert_eq!(template.parameter("Tracing")["Default"], "Disabled");
    assert_eq!(template.globals()["Tracing"], "Tracing");
    for (name, body) in template.resources_of("AWS::Serverless::Function") {
        assert_eq!(body["Properties"]["Tracing"], Value::Null, "{name} is no exception");
    }
}

fn pairs(list: &Value, name: &str, value: &str) -> BTreeSet<(String, String)> {
    list.as_array().unwrap().iter().map(|entry| (text(&entry[name]), text(&entry[value]))).collect()
}

fn keys(keys: &[KeySchemaElement]) -> BTreeSet<(String, String)> {
    keys.iter().map(|key| (key.attribute_name.clone(), key.key_type.as_str().to_owned())).collect()
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().map(text).collect(),
        one => vec![text(one)],
    }
}

/// Every alarm has instructions, and the instructions name only what exists.
#[test]
fn every_alarm_has_its_paragraph_in_the_runbook() {
    let template = Template::read();
    let alarms = template.resources_of("AWS::CloudWatch::Alarm").map(|(name, _)| name.to_owned());
    let runbook = std::fs::read_to_string(workspace().join("docs/runbook.md")).unwrap();
    let paragraphs = runbook.lines().filter_map(|line| line.strip_prefix("### ")).map(str::to_owned);
    let paragraphs: BTreeSet<String> = paragraphs.filter(|name| name.ends_with("Alarm")).collect();
    assert_eq!(alarms.collect::<BTreeSet<_>>(), paragraphs);
}

/// An alarm on a metric that is not counted never rings.
#[test]
fn alarms_and_dashboard_show_the_counted_metrics() {
    let template = Template::read();
    let own = "Satsuma/${AWS::StackName}";
    for (name, alarm) in template.resources_of("AWS::CloudWatch::Alarm") {
        let properties = &alarm["Properties"];
        if properties["Namespace"] != own {
            continue;
        }
        let dimensions = properties["Dimensions"].as_array().map_or(&[][..], Vec::as_slice);
        let dimensions = dimensions.iter().map(|dimension| text(&dimension["Name"])).collect();
        assert!(is_counted(&text(&properties["MetricName"]), dimensions), "{name}");
    }
    let body = text(&template.properties("Dashboard")["DashboardBody"]);
    let body: Value = serde_json::from_str(&body).unwrap();
    let mut shown = BTreeSet::new();
    for metric in body["widgets"].as_array().unwrap().iter().flat_map(texts_of_metrics) {
        let [namespace, name, dimensions @ ..] = &metric[..] else { panic!("{metric:?}") };
        if namespace == own {
            let dimensions = dimensions.chunks(2).map(|pair| pair[0].clone()).collect();
            assert!(is_counted(name, dimensions), "{metric:?}");
            shown.insert(name.clone());
        }
    }
    let counted = KINDS.iter().flat_map(|kind| kind.metrics).map(|(name, _)| (*name).to_owned());
    assert_eq!(shown, counted.collect::<BTreeSet<_>>(), "what is counted, and paid for, is shown");
}

fn texts_of_metrics(widget: &Value) -> Vec<Vec<String>> {
    let metrics = widget["properties"]["metrics"].as_array().map_or(&[][..], Vec::as_slice);
    let texts = |metric: &Value| {
        let parts = metric.as_array().unwrap().iter();
        parts.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    metrics.iter().map(texts).collect()
}

fn is_counted(metric: &str, dimensions: Vec<String>) -> bool {
    KINDS.iter().any(|kind| {
        kind.metrics.iter().any(|(name, _)| *name == metric)
            && kind.dimensions.iter().any(|names| names.iter().eq(dimensions.iter()))
    })
}

/// A message must stay hidden while its job runs: Lambda asks for six times the function's timeout.
#[test]
fn the_visibility_timeout_is_six_worker_timeouts() {
    let template = Template::read();
    let timeout = template.properties("Worker")["Timeout"].as_u64().unwrap();
    let hidden = template.properties("Queue")["VisibilityTimeout"].as_u64().unwrap();
    assert!(hidden >= 6 * timeout, "{hidden} s, {timeout} s");
}

/// A recount waits until no file is in transfer any more. The results of a running execution are left out
/// until it ends.
#[test]
fn files_are_on_their_way_for_less_time_than_a_recount_waits() {
    let template = Template::read();
    let mut waited_for = BTreeSet::new();
    for function in template.functions().filter(|function| function.name != "Worker") {
        let writes = |grant: &String| {
            let (action, resource) = grant.split_once(" on ").unwrap();
            ["s3:PutObject", "s3:DeleteObject"].contains(&action) && resource.contains("/instances/")
        };
        if function.grants().iter().any(writes) {
            let own = template.properties(function.name)["Timeout"].as_u64();
            let timeout = own.or(template.globals()["Timeout"].as_u64()).unwrap();
            assert!(timeout < SETTLE.as_secs(), "{}: {timeout} s", function.name);
            waited_for.insert(function.name.to_owned());
        }
    }
    let some = ["PutFile", "CompleteUpload", "DeleteFile", "Uploads", "Sweeper"];
    assert!(some.iter().all(|name| waited_for.contains(*name)), "{waited_for:?}");
}
