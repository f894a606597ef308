//! Parses a request into a definition and its passwords, which are separate.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::choices::{Action, OutputType, ReportFormat};
use super::database::DbDefinition;
use super::password::{GivenPassword, Password};
use super::promote::Promote;
use super::setting::Setting;
use super::{JobDefinition, MAX_DEFINITION_BYTES, MAX_PASSWORD_BYTES, ModelRef, wrong};
use crate::error::Error;
use crate::json::{self, Expected, Object};
use crate::secrets::passwords::Passwords;

const DEFINITION: Expected = Expected { code: "invalid_definition", what: "a job definition" };

/// A definition in the form that callers send, which differs only in its passwords.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Given {
    action: Action,
    #[serde(deserialize_with = "json::object")]
    model: ModelRef,
    #[serde(default, deserialize_with = "databases")]
    db_definitions: BTreeMap<String, DbDefinition<GivenPassword>>,
    #[serde(default, deserialize_with = "json::optional_object")]
    setting: Option<Setting>,
    report_format: Option<ReportFormat>,
    output_type: Option<OutputType>,
    continue_on_failure: Option<bool>,
    #[serde(default, deserialize_with = "json::optional_object")]
    promote: Option<Promote>,
}

/// Parses a definition; rules beyond its form are checked elsewhere.
pub(super) fn read(json: &[u8]) -> Result<(JobDefinition, Passwords), Error> {
    if json.len() > MAX_DEFINITION_BYTES {
        return Err(Error::TooLarge {
            what: "the job definition",
            bytes: json.len() as u64,
            limit: MAX_DEFINITION_BYTES as u64,
        });
    }
    split(json::read(json, &DEFINITION)?)
}

fn split(given: Given) -> Result<(JobDefinition, Passwords), Error> {
    let mut db_definitions = BTreeMap::new();
    let mut passwords = Passwords::default();
    for (name, database) in given.db_definitions {
        let (mut database, password) = database.split(None);
        database.password = match password {
            None => None,
            Some(GivenPassword::Masked) => Some(Password::Sealed),
            Some(GivenPassword::Secret(secret)) => Some(Password::Secret(secret)),
            Some(GivenPassword::Text(secret)) => {
                let bytes = secret.reveal().len();
                if bytes > MAX_PASSWORD_BYTES {
                    let message =
                        format!("a password has at most {MAX_PASSWORD_BYTES} bytes, this one has {bytes}");
                    return Err(wrong(&format!("dbDefinitions.{name}.password"), message));
                }
                passwords.insert(name.clone(), secret);
                Some(Password::Sealed)
            }
        };
        db_definitions.insert(name, database);
    }
    let definition = JobDefinition {
        action: given.action,
        model: given.model,
        db_definitions,
        setting: given.setting.unwrap_or_default(),
        report_format: given.report_format,
        output_type: given.output_type,
        continue_on_failure: given.continue_on_failure.unwrap_or_default(),
        promote: given.promote,
    };
    Ok((definition, passwords))
}

/// A list; `null` means an empty one.
pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<Vec<T>>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A list of objects; `null` means an empty one.
pub(super) fn objects<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let objects = Option::<Vec<Object<T>>>::deserialize(deserializer)?.unwrap_or_default();
    Ok(objects.into_iter().map(|Object(value)| value).collect())
}

/// Database definitions by unique names; `null` means none.
pub(super) fn databases<'de, D, P>(deserializer: D) -> Result<BTreeMap<String, DbDefinition<P>>, D::Error>
where
    D: Deserializer<'de>,
    P: Deserialize<'de>,
{
    deserializer.deserialize_any(Databases(std::marker::PhantomData))
}

struct Databases<P>(std::marker::PhantomData<P>);

impl<'de, P: Deserialize<'de>> Visitor<'de> for Databases<P> {
    type Value = BTreeMap<String, DbDefinition<P>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of database definitions by their names")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(BTreeMap::new())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut databases = BTreeMap::new();
        while let Some((name, database)) = map.next_entry::<String, Object<_>>()? {
            if databases.contains_key(&name) {
                return Err(de::Error::custom("two database definitions have the same name"));
            }
            databases.insert(name, database.0);
        }
        Ok(databases)
    }
}
