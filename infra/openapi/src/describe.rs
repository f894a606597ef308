//! The OpenAPI document of routes and operations.

use satsuma_batch::Route;
use satsuma_domain::ids::MAX_ID_BYTES;
use schemars::{SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::operation::{Answer, Content, Operation, Parameter, SchemaOf};
use crate::refusals::{refusal_name, refusals};
use crate::schemas::Schemas;

/// The original's prefix, and the prefix of its first clients.
const PREFIXES: [&str; 2] = ["/pm/v1", "/v1"];

/// The security scheme's name in the document.
const ACCESS_KEY: &str = "accessKey";

/// Characters that cannot be part of a file id in a path.
const FILE_SIGNS: &str = "?%";

/// Characters that cannot be part of a job id in a path.
const JOB_SIGNS: &str = "/,?%";

/// Error statuses of every operation.
const EVERYWHERE: [u16; 5] = [405, 429, 431, 500, 503];

const ABOUT: &str = include_str!("about.md");

/// Describes operations under their routes. It omits a route without an operation, and an operation without a
/// route; a test of this crate compares the two.
#[must_use]
pub fn describe(routes: &[Route], operations: Vec<Operation>) -> Value {
    let mut schemas = Schemas::new();
    let mut paths = Map::new();
    for operation in operations {
        for (path, method) in places(routes, operation.function) {
            let described = operation_object(&operation, &path, &mut schemas);
            let item = paths.entry(path).or_insert_with(|| json!({}));
            item[method] = described;
        }
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Satsuma: the SPSS batch job API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": PREFIXES.map(|prefix| json!({ "url": prefix })),
        "tags": [
            { "name": "Files", "description": "Streams, data and results." },
            { "name": "Jobs", "description": "Submission, status, executions and deletion of jobs." },
            { "name": "Service", "description": "The service itself." },
        ],
        "security": [{ ACCESS_KEY: [] }],
        "paths": paths,
        "components": {
            "responses": refusals(&mut schemas),
            "securitySchemes": {
                ACCESS_KEY: {
                    "type": "apiKey", "in": "query", "name": "accesskey",
                    "description": "Access key of a service instance. Logs and responses never contain it.",
                },
            },
        },
    });
    schemas.settle(&mut document);
    document
}

/// The distinct paths and methods of an operation, below the prefixes.
fn places(routes: &[Route], function: &str) -> Vec<(String, String)> {
    let mut places = Vec::new();
    for route in routes.iter().filter(|route| route.function == function) {
        let Some(rest) = route.path.strip_prefix(PREFIXES[0]) else { continue };
        let place = (path_template(rest), route.method.to_ascii_lowercase());
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

/// A route's path in OpenAPI's notation, which has no greedy parameters. Paths that differ in a final slash
/// are one path.
#[must_use]
fn path_template(route: &str) -> String {
    route.replace("{ids}", "{id}").replace("+}", "}").trim_end_matches('/').to_owned()
}

fn operation_object(operation: &Operation, path: &str, schemas: &mut Schemas) -> Value {
    let mut parameters = path_parameters(operation, path, schemas);
    let others = operation.parameters.iter().filter(|parameter| parameter.place != "path");
    parameters.extend(others.map(|parameter| parameter_object(parameter, schemas)));
    let mut object = json!({
        "operationId": operation_id(operation.function),
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": operation.description,
        "parameters": parameters,
        "responses": responses(operation, schemas),
    });
    if let Some(body) = &operation.body {
        let schema = body.schema.map(|schema| schemas.read(schema));
        object["requestBody"] =
            json!({ "required": operation.needs_body, "content": content_object(body, schema) });
    }
    if !operation.needs_key {
        object["security"] = json!([]);
    }
    object
}

/// `submit-job` as an operation id: `submitJob`.
fn operation_id(function: &str) -> String {
    let mut words = function.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (head, tail) = word.split_at_checked(1).unwrap_or((word, ""));
        name + &head.to_ascii_uppercase() + tail
    })
}

fn path_parameters(operation: &Operation, path: &str, schemas: &mut Schemas) -> Vec<Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let described = names.map(|name| {
        let own = operation.parameters.iter().find(|one| one.place == "path" && one.name == name);
        match own {
            Some(parameter) => parameter_object(parameter, schemas),
            None => parameter_object(&well_known(path), schemas),
        }
    });
    described.collect()
}

/// The `{id}` of a job or a file.
fn well_known(path: &str) -> Parameter {
    let of_file = path.starts_with("/file");
    let description = if of_file {
        "Id of the file, percent-encoded. A slash in it may be plain if the id ends the path; otherwise \
         encode it as `%2F`."
    } else {
        "Id of the job, chosen by its caller, percent-encoded. It contains neither `/` nor `,`."
    };
    let schema: SchemaOf = if of_file { id_of_file } else { id_of_job };
    Parameter { place: "path", name: "id", description, schema }
}

fn id_of_file(_: &mut SchemaGenerator) -> schemars::Schema {
    json_schema!({
        "type": "string", "minLength": 1, "maxLength": MAX_ID_BYTES, "pattern": id_without(FILE_SIGNS),
    })
}

fn id_of_job(_: &mut SchemaGenerator) -> schemars::Schema {
    json_schema!({
        "type": "string", "minLength": 1, "maxLength": MAX_ID_BYTES, "pattern": id_without(JOB_SIGNS),
    })
}

/// A pattern (ECMA-262, without look-ahead) of ids without these signs, control characters, `.` and `..`.
fn id_without(signs: &str) -> String {
    let no = format!(r"{signs}\u0000-\u001f\u007f-\u009f");
    format!(r"^(?:[^.{no}]|\.[^.{no}]|\.\.[^{no}])[^{no}]*$")
}

fn parameter_object(parameter: &Parameter, schemas: &mut Schemas) -> Value {
    let schema = schemas.read(parameter.schema);
    json!({
        "name": parameter.name, "in": parameter.place, "description": parameter.description,
        "required": parameter.place == "path", "schema": schema,
    })
}

fn responses(operation: &Operation, schemas: &mut Schemas) -> Value {
    let mut responses = Map::new();
    for answer in &operation.answers {
        responses.insert(answer.status.to_string(), answer_object(answer, schemas));
    }
    let unauthorized = operation.needs_key.then_some(401);
    for status in operation.refusals.iter().copied().chain(unauthorized).chain(EVERYWHERE) {
        responses.insert(
            status.to_string(),
            json!({ "$ref": format!("#/components/responses/{}", refusal_name(status)) }),
        );
    }
    responses.into()
}

fn answer_object(answer: &Answer, schemas: &mut Schemas) -> Value {
    let mut object = json!({ "description": answer.description });
    if let Some(content) = &answer.content {
        let schema = content.schema.map(|schema| schemas.written(schema));
        object["content"] = content_object(content, schema);
        for (form, schema) in &answer.forms {
            object["content"][form] = json!({ "schema": schema });
        }
    }
    if !answer.headers.is_empty() {
        let headers = answer.headers.iter().map(|(name, description)| {
            let header = json!({ "description": description, "schema": { "type": "string" } });
            ((*name).to_owned(), header)
        });
        object["headers"] = headers.collect();
    }
    object
}

/// The schema of arbitrary bytes.
fn binary() -> Value {
    json!({ "type": "string", "format": "binary" })
}

fn content_object(content: &Content, schema: Option<Value>) -> Value {
    let mut body = json!({ "schema": schema.unwrap_or_else(binary) });
    if !content.examples.is_empty() {
        let examples = content.examples.iter();
        let examples = examples.map(|(name, value)| ((*name).to_owned(), json!({ "value": value })));
        body["examples"] = examples.collect();
    }
    json!({ content.media_type: body })
}
