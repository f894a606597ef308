//! Keys of the items in the table.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use satsuma_domain::job::JobKey;
use satsuma_domain::key::KeyLookup;
use satsuma_domain::{InstanceId, JobId};

use crate::encoding::{decode, encode};
use crate::table::{PARTITION_KEY, SORT_KEY};

/// Sort key of a job.
pub(super) const JOB: &str = "JOB";

/// Sort key of an instance's counter.
pub(super) const COUNTER: &str = "COUNTER";

/// Sort key of an instance's record.
pub(super) const INSTANCE: &str = "INSTANCE";

/// Sort key of an instance's usage.
pub(super) const USAGE: &str = "USAGE";

/// Sort key of an access key's record.
pub(super) const KEY: &str = "KEY";

/// Partition key of a job. The instance is encoded, because both ids may hold a `#`.
pub(super) fn job(key: &JobKey) -> String {
    format!("{JOB}#{}#{}", encode(key.instance.as_str()), key.id)
}

/// The job that a partition key names.
pub(super) fn parse_job(pk: &str) -> Option<JobKey> {
    let (instance, id) = pk.strip_prefix(JOB)?.strip_prefix('#')?.split_once('#')?;
    let instance = InstanceId::new(decode(instance)?).ok()?;
    Some(JobKey { instance, id: JobId::new(id).ok()? })
}

/// Partition key of an instance's counter.
pub(super) fn instance(instance: &InstanceId) -> String {
    format!("INSTANCE#{}", encode(instance.as_str()))
}

/// Partition key of an access key's record.
pub(super) fn access_key(lookup: &KeyLookup) -> String {
    format!("{KEY}#{}", lookup.0)
}

/// Both keys, in the SDK's form.
pub(super) fn item_key(pk: String, sk: &str) -> HashMap<String, AttributeValue> {
    HashMap::from([
        (PARTITION_KEY.to_owned(), AttributeValue::S(pk)),
        (SORT_KEY.to_owned(), AttributeValue::S(sk.to_owned())),
    ])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// DynamoDB's limit for a partition key, in bytes.
    const MAX_KEY_BYTES: usize = 2048;

    fn ids() -> impl Strategy<Value = String> {
        "[^\\p{Cc}]{1,40}".prop_filter("not an id", |text| JobId::new(text.as_str()).is_ok())
    }

    fn named(instance: &str, id: &str) -> JobKey {
        JobKey { instance: InstanceId::new(instance).unwrap(), id: JobId::new(id).unwrap() }
    }

    proptest! {
        #[test]
        fn a_jobs_key_is_read_back(instance in ids(), id in ids()) {
            let key = named(&instance, &id);
            prop_assert_eq!(parse_job(&job(&key)), Some(key));
        }
    }

    #[test]
    fn no_id_reaches_into_another_instance() {
        assert_ne!(job(&named("a#b", "c")), job(&named("a", "b#c")));
        assert_eq!(job(&named("acme", "drug cap")), "JOB#acme#drug cap");
    }

    #[test]
    fn the_longest_ids_fit() {
        let key = named(&"香".repeat(85), &"香".repeat(85));
        assert!(job(&key).len() <= MAX_KEY_BYTES);
    }
}
