//! The error responses that operations share.

use satsuma_http::ErrorBody;
use serde_json::{Value, json};

use crate::schemas::Schemas;

/// All shared error responses, for the document's components.
pub(crate) fn refusals(schemas: &mut Schemas) -> Value {
    let error = schemas.written(|generator| generator.subschema_for::<ErrorBody<'static>>());
    let plain = schemas.written(|generator| generator.subschema_for::<GatewayError>());
    let either = schemas.written(|generator| generator.subschema_for::<Refused>());
    let refusals = REFUSALS.iter().map(|refusal| {
        if !refusal.ours && !refusal.gateways {
            return (refusal.name.to_owned(), json!({ "description": refusal.description }));
        }
        let schema = match (refusal.ours, refusal.gateways) {
            (true, false) => error.clone(),
            (false, _) => plain.clone(),
            (true, true) => either.clone(),
        };
        let mut content = json!({ "schema": schema });
        if let Some((code, field, message)) = refusal.example {
            let mut example = json!({ "code": code, "message": message, "requestId": "JKJaXmPLvHcESHA=" });
            if let Some(field) = field {
                example["field"] = field.into();
            }
            content["examples"] = json!({ code: { "value": example } });
        }
        let body = json!({ "description": refusal.description, "content": { "application/json": content } });
        (refusal.name.to_owned(), body)
    });
    refusals.collect()
}

/// The component name of an error status.
pub(crate) fn refusal_name(status: u16) -> &'static str {
    REFUSALS.iter().find(|refusal| refusal.status == status).map_or("Unnamed", |refusal| refusal.name)
}

/// An error response of API Gateway itself.
#[derive(schemars::JsonSchema)]
#[expect(dead_code, reason = "it is described, not written")]
struct GatewayError {
    /// The error.
    message: String,
}

/// An error of the service, or of API Gateway.
#[derive(schemars::JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "it is described, not written")]
enum Refused {
    Service(ErrorBody<'static>),
    Gateway(GatewayError),
}

/// An error response that operations share.
struct Refusal {
    status: u16,
    name: &'static str,
    description: &'static str,
    ours: bool,
    gateways: bool,
    /// Code, field, message.
    example: Option<(&'static str, Option<&'static str>, &'static str)>,
}

const REFUSALS: &[Refusal] = &[
    Refusal {
        status: 400,
        name: "BadRequest",
        description: "The request is invalid; `field` names the place.",
        ours: true,
        gateways: false,
        example: Some((
            "invalid_definition",
            Some("setting.reportFormt"),
            "unknown field `reportFormt`, expected one of `inputs`, `exports`, `parameterOverride`, \
             `reportFormat`, `outputType`",
        )),
    },
    Refusal {
        status: 401,
        name: "Unauthorized",
        description: "The access key is missing, in the wrong place, or invalid; `message` has the reason. \
            Without any key, API Gateway itself responds with `{\"message\":\"Unauthorized\"}`.",
        ours: true,
        gateways: true,
        example: Some((
            "unauthorized",
            None,
            "the request has no access key; add ?accesskey=… with your key to the URL",
        )),
    },
    Refusal {
        status: 404,
        name: "NotFound",
        description: "The caller's instance has no such job or file.",
        ours: true,
        gateways: false,
        example: Some(("job_not_found", None, "there is no job `drug_job6`")),
    },
    Refusal {
        status: 405,
        name: "MethodNotAllowed",
        description: "The path supports other methods, listed in `Allow`. API Gateway responds with 404 \
            instead.",
        ours: true,
        gateways: false,
        example: Some(("method_not_allowed", None, "this path takes DELETE, GET, POST, PUT only")),
    },
    Refusal {
        status: 409,
        name: "Conflict",
        description: "The state of the job does not allow the operation, or the id is in use.",
        ours: true,
        gateways: false,
        example: Some(("job_exists", None, "a job `drug_job5` exists already; use PUT to submit it again")),
    },
    Refusal {
        status: 413,
        name: "TooLarge",
        description: "The body exceeds the limit of a request. API Gateway itself refuses more than 10 MB, \
            Lambda more than 6 MB.",
        ours: true,
        gateways: true,
        example: Some((
            "too_large",
            None,
            "the upload has 5000000 bytes, the limit of one request is 4400000; POST \
             /pm/v1/file/<id>/upload accepts up to 5 GB in parts",
        )),
    },
    Refusal {
        status: 415,
        name: "UnsupportedMediaType",
        description: "The operation does not support the content type of the body.",
        ours: true,
        gateways: false,
        example: Some((
            "unsupported_media_type",
            None,
            "the content type must be application/json, not `text/xml`",
        )),
    },
    Refusal {
        status: 429,
        name: "TooManyRequests",
        description: "The instance has reached a quota, named in `quota`, or the deployment gets more \
            requests at once than API Gateway allows. Try again later.",
        ours: true,
        gateways: true,
        example: Some((
            "quota_exceeded",
            None,
            "1000 jobs of this instance are pending, the limit is 1000; submit again when some have run",
        )),
    },
    Refusal {
        status: 431,
        name: "HeadTooLarge",
        description: "The request line and the headers exceed 10 KB together. The response has no body, or \
            that of API Gateway.",
        ours: false,
        gateways: false,
        example: None,
    },
    Refusal {
        status: 500,
        name: "Internal",
        description: "The service failed; its log has the details under `requestId`.",
        ours: true,
        gateways: true,
        example: Some(("internal", None, "the service itself failed; the log has the details")),
    },
    Refusal {
        status: 503,
        name: "Unavailable",
        description: "The service could not reach its storage, or there was no response within 30 seconds. \
            Try again.",
        ours: true,
        gateways: true,
        example: Some(("unavailable", None, "the service could not complete the request; try again")),
    },
];
