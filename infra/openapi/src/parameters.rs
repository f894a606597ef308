//! Schemas of parameters, with the limits of the code that parses them.

use satsuma_domain::watch::MAX_WAIT;
use satsuma_http::MAX_LIMIT;
use schemars::{Schema, SchemaGenerator, json_schema};

/// Largest list of ids, in characters: a URL of this length is safe, percent-encoded.
const MAX_LIST_LENGTH: usize = 2_500;

/// One job id, or several separated by commas.
const LIST_OF_IDS: &str =
    r"^[^,/?%\u0000-\u001f\u007f-\u009f]{1,255}(,[^,/?%\u0000-\u001f\u007f-\u009f]{1,255})*$";

/// Description of the parameter `limit`.
pub(crate) const LIMIT: &str = "Maximum number of entries in the page. The default is the largest number.";

/// Description of the parameter `after`.
pub(crate) const AFTER: &str = "End of the previous page, from its `Link` header.";

pub(crate) fn text(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string" })
}

pub(crate) fn version(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": "^[!-~]{0,1024}$" })
}

pub(crate) fn flag(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "boolean", "default": false })
}

pub(crate) fn limit(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "integer", "format": "int32", "minimum": 1, "maximum": MAX_LIMIT, "default": MAX_LIMIT,
    })
}

pub(crate) fn after_job(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": "^[0-9]{0,19}$" })
}

pub(crate) fn after_file(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string" })
}

pub(crate) fn wait(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "integer", "format": "int32", "minimum": 0, "maximum": MAX_WAIT.as_secs(), "default": 0,
    })
}

pub(crate) fn execution(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "integer", "format": "int64", "minimum": 1, "maximum": u32::MAX })
}

pub(crate) fn idempotency_key(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "minLength": 1, "maxLength": 250, "pattern": "^[!-~]([ -~]*[!-~])?$" })
}

/// One id, or several separated by commas. The schema is a string, because clients encode arrays differently.
pub(crate) fn ids_of_jobs(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string", "minLength": 1, "maxLength": MAX_LIST_LENGTH,
        "pattern": LIST_OF_IDS,
    })
}

pub(crate) fn token(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "minLength": 1 })
}
