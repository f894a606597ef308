//! Resources with data are protected, and deleted only on request.

use std::collections::{BTreeMap, BTreeSet};

use satsuma_tests::template::{Template, text};
use serde_json::{Value, json};

#[test]
fn in_prod_resources_with_data_outlive_the_stack() {
    let template = Template::read();
    for kind in ["AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key", "AWS::Logs::LogGroup"] {
        for (name, body) in template.resources_of(kind) {
            // A resource that failed right after its creation holds no data; the table's protection would be
            // in the way.
            let deleted = if name == "Table" { "Retain" } else { "RetainExceptOnCreate" };
            assert_eq!(body["DeletionPolicy"], json!(["IsProd", deleted, "Delete"]), "{name}");
            assert_eq!(body["UpdateReplacePolicy"], json!(["IsProd", "Retain", "Delete"]), "{name}");
        }
    }
    let table = template.properties("Table");
    assert_eq!(table["DeletionProtectionEnabled"], json!(["IsProd", true, false]));
    assert_eq!(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true);
}

#[test]
fn the_bucket_is_private_and_keeps_versions() {
    let template = Template::read();
    let bucket = template.properties("Bucket");
    assert_eq!(bucket["VersioningConfiguration"]["Status"], "Enabled");
    for block in ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"] {
        assert_eq!(bucket["PublicAccessBlockConfiguration"][block], true, "{block}");
    }
    assert_eq!(bucket["OwnershipControls"]["Rules"][0]["ObjectOwnership"], "BucketOwnerEnforced");
}

/// Rules of S3 that an emulator does not enforce: a rule with tags neither aborts uploads nor removes
/// markers, and one that removes markers has no days.
#[test]
fn lifecycle_rules_remove_only_unused_objects() {
    let template = Template::read();
    let rules = template.properties("Bucket")["LifecycleConfiguration"]["Rules"].as_array().unwrap();
    let mut by_id: BTreeMap<String, &Value> = BTreeMap::new();
    for rule in rules {
        assert_eq!(rule["Status"], "Enabled");
        let marks = rule["ExpiredObjectDeleteMarker"] == true;
        let tagged = !rule["TagFilters"].is_null();
        assert!(!tagged || !marks && rule["AbortIncompleteMultipartUpload"].is_null(), "{rule}");
        assert!(!marks || rule["ExpirationInDays"].is_null(), "{rule}");
        by_id.insert(text(&rule["Id"]), rule);
    }
    // Whole files expire in three folders, and where the worker tagged them; an upload that waits in parts
    // is neither in the way of its plan's day nor kept.
    let expiring = by_id.values().filter(|rule| !rule["ExpirationInDays"].is_null());
    let places: BTreeSet<&str> =
        expiring.map(|rule| rule["Prefix"].as_str().unwrap_or("the tag of results")).collect();
    assert_eq!(places, BTreeSet::from(["rejected/", "staging/", "the tag of results", "uploads/"]));
    let tags = &by_id["results-without-a-job"]["TagFilters"];
    assert_eq!(
        tags,
        &json!([{"Key": "satsuma", "Value": "result"}]),
        "as shared/aws/src/files/keys.rs tags them"
    );
    assert_eq!(by_id["torn-uploads"]["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"], 1);
    assert_eq!(by_id["torn-uploads"]["Prefix"], Value::Null);
    assert_eq!(by_id["replaced-and-deleted-files"]["Prefix"], Value::Null);
}

#[test]
fn logs_expire_and_queues_have_dead_letters() {
    let template = Template::read();
    for (name, body) in template.resources_of("AWS::Logs::LogGroup") {
        assert_eq!(body["Properties"]["RetentionInDays"], "LogDays", "{name}");
    }
    let queues: Vec<(&str, &Value)> = template.resources_of("AWS::SQS::Queue").collect();
    let letters: BTreeSet<String> = queues
        .iter()
        .filter_map(|(_, body)| body["Properties"]["RedrivePolicy"]["deadLetterTargetArn"].as_str())
        .map(|arn| arn.trim_end_matches(".Arn").to_owned())
        .chain(["UnreadDrops".to_owned()]) // of events that come by no queue
        .collect();
    for (name, body) in &queues {
        let properties = &body["Properties"];
        assert_eq!(properties["SqsManagedSseEnabled"], true, "{name}");
        let redriven = !properties["RedrivePolicy"].is_null();
        assert!(redriven != letters.contains(*name), "{name} has dead letters, or is where they lie");
    }
}
