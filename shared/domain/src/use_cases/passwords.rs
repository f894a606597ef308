//! Passwords of a job's databases: sealed at submission, kept if a definition has stars in their place,
//! opened for the run.

use std::collections::btree_map::Entry;

use crate::error::Error;
use crate::job::definition::{DbDefinition, JobDefinition, Password};
use crate::job::execution::{Failure, FailureCategory};
use crate::job::{Job, JobKey};
use crate::ports::{Seal, Unseal};
use crate::secrets::passwords::{Passwords, SealedPasswords};
use crate::secrets::{MASK, Sealed, Secret};

/// Purpose in the context of every sealed password.
const PURPOSE: &str = "satsuma database password";

/// Seals the passwords of a definition, all under one new data key; without passwords, no key is generated.
///
/// # Errors
/// A fault of key management.
pub async fn seal(
    keys: &dyn Seal,
    key: &JobKey,
    definition: &JobDefinition,
    passwords: &Passwords,
) -> Result<SealedPasswords, Error> {
    let mut sealed = SealedPasswords::default();
    if passwords.is_empty() {
        return Ok(sealed);
    }
    let drawn = keys.new_data_key(&key.instance).await?;
    for (name, database) in &definition.db_definitions {
        if let Some(password) = passwords.get(name) {
            let place = place(key, name, database);
            sealed.insert(name, Sealed::seal(&drawn.key, &drawn.wrapped, &place, password)?);
        }
    }
    Ok(sealed)
}

/// Adds the sealed passwords that `stored` has for the stars of `definition`.
///
/// # Errors
/// [`Error::Invalid`] with the code `masked_password` if there is no such password, or if it was given for
/// another connection: it would be sent to a server that its owner did not choose.
pub fn keep(
    definition: &JobDefinition,
    mut sealed: SealedPasswords,
    stored: Option<&Job>,
) -> Result<SealedPasswords, Error> {
    for (name, database) in &definition.db_definitions {
        if database.password != Some(Password::Sealed) {
            continue;
        }
        let Entry::Vacant(missing) = sealed.entry(name) else { continue };
        missing.insert(kept(name, database, stored)?.clone());
    }
    Ok(sealed)
}

/// The check of [`keep`] without sealing, for a dry run.
///
/// # Errors
/// As [`keep`].
pub fn check(definition: &JobDefinition, given: &Passwords, stored: Option<&Job>) -> Result<(), Error> {
    for (name, database) in &definition.db_definitions {
        if database.password == Some(Password::Sealed) && given.get(name).is_none() {
            kept(name, database, stored)?;
        }
    }
    Ok(())
}

/// The sealed password in whose place the definition has stars.
fn kept<'a>(name: &str, database: &DbDefinition, stored: Option<&'a Job>) -> Result<&'a Sealed, Error> {
    let refuse = |message: &str| {
        let field = format!("dbDefinitions.{name}.password");
        Err(Error::invalid("masked_password", Some(&field), message))
    };
    let before = stored
        .and_then(|job| Some((job.definition.db_definitions.get(name)?, job.sealed_passwords.get(name)?)));
    let Some((before, kept)) = before else {
        return refuse(&format!(
            "`{MASK}` means the stored password, and the job has none with this name; send the password \
             itself"
        ));
    };
    if before.connection() != database.connection() {
        return refuse(
            "a stored password is valid only for its connection; to change the type, host, port, db, \
             username or options, send the password again",
        );
    }
    Ok(kept)
}

/// Opens the passwords of a job for its run.
///
/// # Errors
/// A failure of the system without details; the log has the reason.
pub async fn open(keys: &dyn Unseal, job: &Job) -> Result<Passwords, Failure> {
    let mut passwords = Passwords::default();
    for (name, database) in &job.definition.db_definitions {
        if database.password == Some(Password::Sealed) {
            let opened = open_one(keys, job, name, database).await;
            passwords.insert(name.clone(), opened.map_err(|why| unopened(job, &why))?);
        }
    }
    Ok(passwords)
}

async fn open_one(
    keys: &dyn Unseal,
    job: &Job,
    name: &str,
    database: &DbDefinition,
) -> Result<Secret, String> {
    let sealed = job.sealed_passwords.get(name).ok_or("the job has no sealed password of this name")?;
    let wrapped = sealed.wrapped_key().map_err(|error| error.to_string())?;
    let key = keys.open_data_key(&job.key.instance, &wrapped).await.map_err(|fault| fault.to_string())?;
    sealed.open(&key, &place(&job.key, name, database)).map_err(|error| error.to_string())
}

fn unopened(job: &Job, why: &str) -> Failure {
    tracing::error!(job = %job.key.id, why, "the passwords of a job cannot be decrypted");
    let message =
        "the passwords of the job's databases could not be decrypted; submit the job again with them";
    Failure::new("passwords_not_opened", FailureCategory::System, message)
}

/// The context that a sealed password is bound to: it opens only for this job, this definition and this
/// connection. Every part is preceded by its length, so that no two contexts are equal.
fn place(key: &JobKey, name: &str, database: &DbDefinition) -> Vec<u8> {
    let connection = database.connection();
    let parts = [PURPOSE, key.instance.as_str(), key.id.as_str(), name];
    let parts = parts.into_iter().chain(connection.iter().map(AsRef::as_ref));
    let mut place = Vec::new();
    for part in parts {
        place.extend_from_slice(&(part.len() as u64).to_be_bytes());
        place.extend_from_slice(part.as_bytes());
    }
    place
}

#[cfg(test)]
mod tests;
