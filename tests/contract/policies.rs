//! Permissions, decided as IAM does: the function's role, its boundary and the key's own policy.

use satsuma_aws::KeyManagement;
use satsuma_tests::policy::{Decision, Request, decide, plain};
use satsuma_tests::template::{Function, Template, each, text};
use serde_json::{Value, json};

/// The account of the stack, as the template calls it.
const ACCOUNT: &str = "AWS::AccountId";

/// Functions that write a job and what its instance uses in one transaction.
const TRANSACTING: [&str; 6] = ["SubmitJob", "ResubmitJob", "DeleteJobs", "Worker", "Uploads", "Sweeper"];

fn boundary(template: &Template) -> &Vec<Value> {
    template.properties("Boundary")["PolicyDocument"]["Statement"].as_array().unwrap()
}

fn function<'a>(template: &'a Template, name: &str) -> Function<'a> {
    template.functions().find(|function| function.name == name).unwrap()
}

/// Whether role and boundary let a function do this.
fn may(template: &Template, function: &Function, request: &Request) -> bool {
    decide(function.statements(), request) == Decision::Allowed
        && decide(boundary(template), request) == Decision::Allowed
}

#[test]
fn the_boundary_allows_every_grant_of_a_function() {
    let template = Template::read();
    for function in template.functions() {
        for statement in function.statements() {
            for (action, resource) in
                each(&statement["Action"]).flat_map(|it| each(&statement["Resource"]).map(move |on| (it, on)))
            {
                let (action, resource) = (text(action), plain(&text(resource)));
                let request = Request { action: &action, resource: &resource, context: &[] };
                let decided = decide(boundary(&template), &request);
                assert_eq!(decided, Decision::Allowed, "{}: {request:?}", function.name);
            }
        }
    }
}

#[test]
fn only_the_authorizer_reads_access_keys() {
    let template = Template::read();
    let actions = ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"];
    for function in template.functions() {
        for action in actions {
            let action = format!("dynamodb:{action}");
            let context: &[(&str, &[&str])] = &[("dynamodb:LeadingKeys", &["KEY#0123"])];
            let request = Request { action: &action, resource: "Table.Arn", context };
            let reads = function.name == "Authorizer" && action == "dynamodb:GetItem";
            assert_eq!(may(&template, &function, &request), reads, "{}: {action}", function.name);
        }
    }
}

/// Lambda breaks what it takes for an endless loop: a worker that sends to its own queue, seventeen times.
#[test]
fn a_job_may_ask_again_as_often_as_it_has_to() {
    assert_eq!(Template::read().properties("Worker")["RecursiveLoop"], "Allow");
}

/// AWS does not document whether a write of a transaction is decided with its own key or with the keys of
/// all.
#[test]
fn a_transaction_is_granted_whichever_keys_its_writes_are_shown() {
    let template = Template::read();
    for name in TRANSACTING {
        for action in ["dynamodb:PutItem", "dynamodb:UpdateItem"] {
            for keys in [&["JOB#acme#a"][..], &["INSTANCE#acme"], &["JOB#acme#a", "INSTANCE#acme"]] {
                let context: &[(&str, &[&str])] = &[("dynamodb:LeadingKeys", keys)];
                let request = Request { action, resource: "Table.Arn", context };
                assert!(may(&template, &function(&template, name), &request), "{name}: {request:?}");
            }
        }
    }
}

/// The decision of KMS for a caller of this account with these grants.
fn kms(template: &Template, granted: &[Value], action: &str, purpose: Option<&str>) -> bool {
    let purpose: Vec<&str> = purpose.into_iter().collect();
    let name = format!("kms:EncryptionContext:{}", KeyManagement::PURPOSE);
    let mut context: Vec<(&str, &[&str])> = vec![("kms:CallerAccount", &[ACCOUNT])];
    if !purpose.is_empty() {
        context.push((&name, &purpose));
    }
    let request = Request { action, resource: "SealKey.Arn", context: &context };
    let policy = template.properties("SealKey")["KeyPolicy"]["Statement"].as_array().unwrap();
    // Its principals are the account, whose own policies then decide, and everybody.
    decide(granted, &request) == Decision::Allowed && decide(policy, &request) == Decision::Allowed
}

#[test]
fn only_submissions_seal_passwords_and_none_opens_them() {
    let template = Template::read();
    let (passwords, webhooks) = (Some(KeyManagement::JOB_PASSWORDS), Some(KeyManagement::WEBHOOK_SECRETS));
    for function in template.functions() {
        let name = function.name;
        let allows = |action, purpose| {
            let granted: Vec<Value> = function.statements().cloned().collect();
            kms(&template, &granted, action, purpose) && kms(&template, boundary(&template), action, purpose)
        };
        let seals = ["SubmitJob", "ResubmitJob", "Uploads"].contains(&name);
        assert_eq!(allows("kms:GenerateDataKey", passwords), seals, "{name}");
        assert_eq!(allows("kms:Decrypt", webhooks), name == "Notifier", "{name}");
        assert!(!allows("kms:Decrypt", passwords), "{name}");
        for purpose in [None, Some("something-else")] {
            assert!(!allows("kms:GenerateDataKey", purpose) && !allows("kms:Decrypt", purpose), "{name}");
        }
    }
}

/// Even a caller with all permissions of the account opens no password without changing the key's policy
/// first, which CloudTrail records.
#[test]
fn an_administrator_seals_webhook_secrets_only() {
    let template = Template::read();
    let all = [json!({"Effect": "Allow", "Action": "*", "Resource": "*"})];
    let allows = |action, purpose| kms(&template, &all, action, purpose);
    assert!(allows("kms:GenerateDataKey", Some(KeyManagement::WEBHOOK_SECRETS)));
    assert!(allows("kms:PutKeyPolicy", None));
    for purpose in [None, Some(KeyManagement::JOB_PASSWORDS)] {
        assert!(!allows("kms:Decrypt", purpose), "{purpose:?}");
    }
    for action in ["kms:Encrypt", "kms:ReEncryptFrom", "kms:CreateGrant", "kms:GenerateDataKeyPair"] {
        assert!(!allows(action, Some(KeyManagement::WEBHOOK_SECRETS)), "{action}");
    }
}

#[test]
fn the_bucket_is_reached_over_tls_alone() {
    let template = Template::read();
    let policy = template.properties("BucketPolicy")["PolicyDocument"]["Statement"].as_array().unwrap();
    for resource in ["Bucket.Arn", "Bucket.Arn/instances/acme/files/a"] {
        let asked = |secure| {
            let context: &[(&str, &[&str])] = &[("aws:SecureTransport", secure)];
            decide(policy, &Request { action: "s3:GetObject", resource, context })
        };
        assert_eq!(asked(&["false"]), Decision::Denied, "{resource}");
        assert_eq!(asked(&["true"]), Decision::Unmentioned, "{resource}");
    }
}
