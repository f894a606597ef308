//! Policies of the template, decided as IAM decides: no match is a refusal, and a denial outweighs all.
//!
//! Only what the template uses is understood; anything else stops the test that meets it. Names of
//! resources are the template's own (`Table.Arn`, `Bucket.Arn/staging/x`).

use serde_json::Value;

use crate::template::{each, text};

/// How the template writes the bucket's ARN where it cannot refer to the bucket.
const BUCKET: &str = "arn:${AWS::Partition}:s3:::${AWS::StackName}-${AWS::AccountId}-${AWS::Region}";

/// A request.
#[derive(Debug)]
pub struct Request<'a> {
    /// The action: `kms:Decrypt`.
    pub action: &'a str,
    /// The resource.
    pub resource: &'a str,
    /// Condition keys and their values; a key that is not here is absent from the request.
    pub context: &'a [(&'a str, &'a [&'a str])],
}

/// The decision of policies on a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// A statement allows it, and none denies it.
    Allowed,
    /// A statement denies it.
    Denied,
    /// No statement is about it.
    Unmentioned,
}

/// Decides by these statements.
///
/// # Panics
/// If a condition's operator is not one that the template uses.
pub fn decide<'a>(statements: impl IntoIterator<Item = &'a Value>, request: &Request) -> Decision {
    let mut decision = Decision::Unmentioned;
    for statement in statements.into_iter().filter(|statement| applies(statement, request)) {
        if statement["Effect"] == "Deny" {
            return Decision::Denied;
        }
        decision = Decision::Allowed;
    }
    decision
}

/// The name of a resource, without the template's brackets.
#[must_use]
pub fn plain(resource: &str) -> String {
    resource.replace(BUCKET, "Bucket.Arn").replace("${", "").replace('}', "")
}

fn applies(statement: &Value, request: &Request) -> bool {
    let about = |list: &Value, asked: &str| each(list).any(|listed| matches(&plain(&text(listed)), asked));
    about(&statement["Action"], request.action)
        && about(&statement["Resource"], request.resource)
        && statement["Condition"].as_object().into_iter().flatten().all(|(operator, keys)| {
            let keys = keys.as_object().expect("a condition has keys");
            keys.iter().all(|(key, listed)| holds(operator, values(request, key), listed))
        })
}

fn values<'a>(request: &Request<'a>, key: &str) -> &'a [&'a str] {
    let found = request.context.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
    found.map_or(&[], |(_, values)| values)
}

/// Keys that are absent equal nothing, and differ from everything; all of none are like anything.
fn holds(operator: &str, values: &[&str], listed: &Value) -> bool {
    let equal = |value: &&str| each(listed).any(|listed| text(listed) == **value);
    let like = |value: &&str| each(listed).any(|listed| matches(&text(listed), value));
    match operator {
        "StringEquals" | "Bool" => values.iter().any(equal),
        "StringNotEquals" => !values.iter().any(equal),
        "StringLike" => values.iter().any(like),
        "ForAllValues:StringLike" => values.iter().all(like),
        other => panic!("the operator {other} is not understood here"),
    }
}

/// True if a pattern, in which a star matches any text, matches the whole text.
fn matches(pattern: &str, asked: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == asked,
        Some((start, rest)) => {
            let Some(left) = asked.strip_prefix(start) else { return false };
            let mut ends = left.char_indices().map(|(index, _)| index).chain([left.len()]);
            ends.any(|index| left.get(index..).is_some_and(|left| matches(rest, left)))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_star_matches_any_text() {
        assert!(matches("Bucket.Arn/instances/*/files/*", "Bucket.Arn/instances/acme/files/a/b"));
        assert!(!matches("Bucket.Arn/instances/*/files/*", "Bucket.Arn/instances/acme/results/a"));
        assert!(matches("kms:*", "kms:Decrypt") && !matches("kms:De*", "kms:GenerateDataKey"));
    }

    #[test]
    fn a_denial_outweighs_and_an_absent_key_differs_from_all() {
        let statements = [
            json!({"Effect": "Allow", "Action": "kms:*", "Resource": "*"}),
            json!({"Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*",
                   "Condition": {"StringNotEquals": {"purpose": ["a", "b"]}}}),
        ];
        let decided = |action, context| decide(&statements, &Request { action, resource: "key", context });
        assert_eq!(decided("kms:Decrypt", &[("purpose", &["b"])]), Decision::Allowed);
        assert_eq!(decided("kms:Decrypt", &[("purpose", &["c"])]), Decision::Denied);
        assert_eq!(decided("kms:Decrypt", &[]), Decision::Denied);
        assert_eq!(decided("s3:GetObject", &[]), Decision::Unmentioned);
    }
}
