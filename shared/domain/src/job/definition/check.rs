//! Rules of a definition beyond its form.

use serde_json::Value;

use super::choices::Action;
use super::data::{Data, FileRef, InsertMode, NodeData, ObjectRef, TableRef};
use super::database::DbDefinition;
use super::password::Password;
use super::{JobDefinition, MAX_DATABASES, MAX_ENCODING, MAX_NAME_BYTES, wrong};
use crate::error::Error;
use crate::ids::InstanceId;

/// Longest key of an S3 object: S3's own limit.
const MAX_KEY_BYTES: usize = 1024;

/// Lengths of an S3 bucket's name: S3's own limits.
const BUCKET_BYTES: std::ops::RangeInclusive<usize> = 3..=63;

/// Endings of the names of options that hold a secret.
const SECRET_OPTIONS: [&str; 5] = ["password", "passwd", "pwd", "secret", "token"];

/// Checks a definition and fills in the defaults.
pub(super) fn check(definition: &mut JobDefinition) -> Result<(), Error> {
    if let Some(name) = &definition.model.name {
        check_name("model.name", name)?;
    }
    check_databases(definition)?;
    check_nodes("inputs", &definition.setting.inputs)?;
    check_nodes("exports", &definition.setting.exports)?;
    check_references(definition)?;
    for export in &mut definition.setting.exports {
        if let Data::Odbc(table) = &mut export.data {
            table.insert_mode.get_or_insert(InsertMode::Create);
        }
    }
    check_parameters(definition)?;
    check_training(definition)?;
    let setting = &definition.setting;
    check_once("reportFormat", setting.report_format, definition.report_format)?;
    check_once("outputType", setting.output_type, definition.output_type)
}

/// Refuses secrets that are not the instance's own.
pub(super) fn check_owner(definition: &JobDefinition, instance: &InstanceId) -> Result<(), Error> {
    for (name, database) in &definition.db_definitions {
        let Some(Password::Secret(secret)) = &database.password else { continue };
        if !secret.belongs_to(instance) {
            let field = format!("dbDefinitions.{name}.password.secret");
            let message = format!("the secrets of this instance are named `satsuma/{instance}/…`");
            return Err(Error::invalid("foreign_secret", Some(&field), message));
        }
    }
    Ok(())
}

fn check_databases(definition: &JobDefinition) -> Result<(), Error> {
    let many = definition.db_definitions.len();
    if many > MAX_DATABASES {
        return Err(wrong(
            "dbDefinitions",
            format!("{many} databases are defined, at most {MAX_DATABASES} can be"),
        ));
    }
    for (name, database) in &definition.db_definitions {
        check_name("dbDefinitions", name)?;
        check_database(&format!("dbDefinitions.{name}"), database)?;
    }
    Ok(())
}

fn check_database(field: &str, database: &DbDefinition) -> Result<(), Error> {
    for needed in database.db_type.needs() {
        let given = database.texts().into_iter().find(|(name, _)| name == needed);
        if given.and_then(|(_, text)| text).is_none_or(str::is_empty) {
            let message = format!("missing field `{needed}`, which {} needs", database.db_type);
            return Err(wrong(field, message));
        }
    }
    for (name, text) in database.texts() {
        let Some(text) = text else { continue };
        let field = format!("{field}.{name}");
        check_length(&field, text)?;
        if text.chars().any(char::is_control) {
            return Err(wrong(&field, "control characters are not allowed"));
        }
    }
    let host = database.host.as_deref().unwrap_or_default();
    if host.chars().any(|letter| letter.is_whitespace() || "@;/{}=?#".contains(letter)) {
        let message = "a host is a name or an address, without a scheme, a login or a path";
        return Err(wrong(&format!("{field}.host"), message));
    }
    let options = database.options.as_deref().unwrap_or_default();
    let holds_secret = |option: &str| {
        let name = option.split('=').next().unwrap_or_default().trim().to_ascii_lowercase();
        SECRET_OPTIONS.iter().any(|secret| name.ends_with(secret))
    };
    if options.split([';', '&', ',']).any(holds_secret) {
        let message = "options are stored and returned unchanged; move the password to `password`";
        return Err(wrong(&format!("{field}.options"), message));
    }
    Ok(())
}

fn check_nodes(list: &str, nodes: &[NodeData]) -> Result<(), Error> {
    for (index, entry) in nodes.iter().enumerate() {
        let place = format!("setting.{list}[{index}]");
        let field = format!("{place}.node");
        check_name(&field, &entry.node)?;
        if nodes.iter().take(index).any(|earlier| earlier.node == entry.node) {
            return Err(wrong(&field, format!("the node `{}` appears twice", entry.node)));
        }
        match &entry.data {
            Data::Odbc(table) => check_table(&format!("{place}.odbc"), list, table)?,
            Data::S3(object) => check_object(&format!("{place}.s3"), object)?,
            Data::File(file) => check_file(&format!("{place}.file"), file)?,
        }
    }
    Ok(())
}

fn check_table(field: &str, list: &str, table: &TableRef) -> Result<(), Error> {
    check_name(&format!("{field}.dbRef"), &table.db_ref)?;
    check_name(&format!("{field}.table"), &table.table)?;
    if list == "inputs" && table.insert_mode.is_some() {
        return Err(wrong(&format!("{field}.insertMode"), "only an export has an insert mode"));
    }
    Ok(())
}

fn check_file(field: &str, file: &FileRef) -> Result<(), Error> {
    let length = file.encoding.as_ref().map(|encoding| encoding.chars().count());
    if length.is_some_and(|length| !(1..=MAX_ENCODING).contains(&length)) {
        let message = format!("the name of an encoding has 1 to {MAX_ENCODING} characters");
        return Err(wrong(&format!("{field}.encoding"), message));
    }
    Ok(())
}

fn check_object(field: &str, object: &ObjectRef) -> Result<(), Error> {
    let bucket = object.bucket.as_bytes();
    let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(byte);
    if !BUCKET_BYTES.contains(&bucket.len()) || !bucket.iter().all(plain) {
        let message = "a bucket's name has 3 to 63 lower-case letters, digits, `.` and `-`";
        return Err(wrong(&format!("{field}.bucket"), message));
    }
    if object.key.is_empty() || object.key.len() > MAX_KEY_BYTES || object.key.chars().any(char::is_control) {
        let message = format!("an object's key has 1 to {MAX_KEY_BYTES} bytes and no control characters");
        return Err(wrong(&format!("{field}.key"), message));
    }
    Ok(())
}

fn check_references(definition: &JobDefinition) -> Result<(), Error> {
    let setting = &definition.setting;
    for (list, nodes) in [("inputs", &setting.inputs), ("exports", &setting.exports)] {
        for (index, entry) in nodes.iter().enumerate() {
            let Data::Odbc(table) = &entry.data else { continue };
            if !definition.db_definitions.contains_key(&table.db_ref) {
                let field = format!("setting.{list}[{index}].odbc.dbRef");
                return Err(wrong(&field, format!("dbDefinitions has no `{}`", shown(&table.db_ref))));
            }
        }
    }
    Ok(())
}

fn check_parameters(definition: &JobDefinition) -> Result<(), Error> {
    for (index, parameter) in definition.setting.parameter_override.iter().enumerate() {
        let field = format!("setting.parameterOverride[{index}]");
        check_name(&format!("{field}.name"), &parameter.name)?;
        let earlier = definition.setting.parameter_override.iter().take(index);
        if earlier.map(|earlier| &earlier.name).any(|name| *name == parameter.name) {
            let message = format!("the parameter `{}` is set twice", shown(&parameter.name));
            return Err(wrong(&format!("{field}.name"), message));
        }
        if matches!(parameter.value, Value::Array(_) | Value::Object(_) | Value::Null) {
            let message = "a parameter's value is text, a number or a boolean";
            return Err(wrong(&format!("{field}.value"), message));
        }
    }
    Ok(())
}

/// Options of training have no meaning for other actions.
fn check_training(definition: &JobDefinition) -> Result<(), Error> {
    let trains = matches!(definition.action, Action::Training | Action::AutoRefresh);
    let given =
        [("continueOnFailure", definition.continue_on_failure), ("promote", definition.promote.is_some())];
    match given.into_iter().find(|(_, is_given)| *is_given && !trains) {
        Some((field, _)) => {
            Err(wrong(field, "only TRAINING and AUTO_REFRESH train models; remove the field"))
        }
        None => Ok(()),
    }
}

/// A field that is allowed in `setting` and beside it must have the same value in both places.
fn check_once<T: PartialEq>(name: &str, inside: Option<T>, beside: Option<T>) -> Result<(), Error> {
    match (inside, beside) {
        (Some(inside), Some(beside)) if inside != beside => {
            Err(wrong(name, format!("it differs from setting.{name}")))
        }
        _ => Ok(()),
    }
}

fn check_name(field: &str, name: &str) -> Result<(), Error> {
    if name.is_empty() {
        return Err(wrong(field, format!("a name has 1 to {MAX_NAME_BYTES} bytes, this one has 0")));
    }
    check_length(field, name)
}

fn check_length(field: &str, text: &str) -> Result<(), Error> {
    if text.len() > MAX_NAME_BYTES {
        let message = format!("a name has 1 to {MAX_NAME_BYTES} bytes, this one has {}", text.len());
        return Err(wrong(field, message));
    }
    Ok(())
}

/// The beginning of a text, enough to recognise it.
fn shown(text: &str) -> String {
    text.chars().take(super::words::SHOWN_CHARS).collect()
}
