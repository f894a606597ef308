//! The access key: from the command line, or from the data folder.
//!
//! It is printed at every start, so that it must be stored in plain text: in a file that only its owner can
//! read. The jobs' table has only its hash, as the deployed one does.

use std::io::ErrorKind;
use std::path::Path;

use satsuma_aws::Jobs;
use satsuma_domain::ids::BindingId;
use satsuma_domain::instance::Plan;
use satsuma_domain::key::AccessKey;
use satsuma_domain::ports::GetInstance;
use satsuma_domain::tenancy::{self, Provisioned};
use satsuma_domain::{Error, InstanceId, StoreError, SystemClock};

use crate::data::{data_error, write_private};
use crate::error::LocalError;

/// Name of the key among its instance's keys.
const NAME: &str = "access-key";

/// Longest text in the file that is accepted as a key.
const MAX_KEY_BYTES: usize = 128;

/// The key in the file, or a new one that is written there.
pub(crate) fn kept_key(file: &Path) -> Result<AccessKey, LocalError> {
    match std::fs::read_to_string(file) {
        Ok(text) => read_key(file, text.trim()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let system =
                |fault: StoreError| LocalError::System { what: "a random key", detail: fault.detail };
            let key = AccessKey::generate().map_err(system)?;
            write_private(file, format!("{}\n", key.reveal()).as_bytes())?;
            Ok(key)
        }
        Err(error) => Err(data_error(file)(error)),
    }
}

fn read_key(file: &Path, text: &str) -> Result<AccessKey, LocalError> {
    if text.is_empty() || text.len() > MAX_KEY_BYTES || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        let detail = format!("one line of 1 to {MAX_KEY_BYTES} letters, digits and signs is expected");
        return Err(LocalError::KeyFile { path: file.to_owned(), detail });
    }
    Ok(AccessKey::new(text))
}

/// Makes this key the only one of the service's own instance, which is created if it is missing. The key of
/// an earlier start is revoked.
pub(crate) async fn put_in_force(jobs: &Jobs, key: &AccessKey, instance: &InstanceId) -> Result<(), Error> {
    let (clock, name) = (&SystemClock, BindingId::new(NAME)?);
    let held = match jobs.get_instance(instance).await? {
        Some(held) => held,
        None => {
            let plan = Plan::Unlimited;
            match tenancy::provision(jobs, clock, instance.clone(), plan, plan.quotas()).await? {
                Provisioned::Created(made) | Provisioned::Existing(made) => made,
            }
        }
    };
    if held.binding(&name).is_some_and(|binding| binding.key != key.lookup()) {
        tenancy::unbind(jobs, instance, &name).await?;
    }
    tenancy::bind_key(jobs, clock, instance, name, None, key).await
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_first_key_stays_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("access-key");
        let first = kept_key(&file).unwrap();
        assert_eq!(kept_key(&file).unwrap().reveal(), first.reveal());
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_file_without_a_key_is_named_and_its_content_is_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("access-key");
        std::fs::write(&file, "two words").unwrap();
        let error = kept_key(&file).unwrap_err().to_string();
        assert!(error.contains("access-key") && !error.contains("two words"), "{error}");
    }
}
