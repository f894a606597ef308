//! The refusals that operations share, each written once.

use satsuma_http::ErrorBody;
use serde_json::{Value, json};

use crate::schemas::Schemas;

/// All of them, as the document keeps them.
pub(crate) fn refusals(schemas: &mut Schemas) -> Value {
    let error = schemas.written(|generator| generator.subschema_for::<ErrorBody<'static>>());
    let plain = schemas.written(|generator| generator.subschema_for::<GatewayError>());
    let either = schemas.written(|generator| generator.subschema_for::<Refused>());
    let refusals = REFUSALS.iter().map(|refusal| {
        if !refusal.ours && !refusal.gateways {
            return (refusal.name.to_owned(), json!({ "description": refusal.says }));
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
        let body = json!({ "description": refusal.says, "content": { "application/json": content } });
        (refusal.name.to_owned(), body)
    });
    refusals.collect()
}

/// The name under which a refusal is found.
pub(crate) fn refusal_name(status: u16) -> &'static str {
    REFUSALS.iter().find(|refusal| refusal.status == status).map_or("Unnamed", |refusal| refusal.name)
}

/// Responses of API Gateway itself.
#[derive(schemars::JsonSchema)]
#[expect(dead_code, reason = "it is described, not written")]
struct GatewayError {
    /// The error.
    message: String,
}

/// An error of the service, or of the gateway before it.
#[derive(schemars::JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "it is described, not written")]
enum Refused {
    Service(ErrorBody<'static>),
    Gateway(GatewayError),
}

/// A refusal that operations share.
struct Refusal {
    status: u16,
    name: &'static str,
    says: &'static str,
    ours: bool,
    gateways: bool,
    /// Code, field, message.
    example: Option<(&'static str, Option<&'static str>, &'static str)>,
}

const REFUSALS: &[Refusal] = &[
    Refusal {
        status: 400,
        name: "BadRequest",
        says: "The request is wrong; `field` names the place.",
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
        says: "The access key is missing, is in the wrong place, or is not valid; the message says which. Without \
               any key, the gateway itself answers `{\"message\":\"Unauthorized\"}`.",
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
        says: "The caller's instance has no such job or file.",
        ours: true,
        gateways: false,
        example: Some(("job_not_found", None, "there is no job `drug_job6`")),
    },
    Refusal {
        status: 405,
        name: "MethodNotAllowed",
        says: "The path takes other methods, which `Allow` names. API Gateway answers 404 in its place.",
        ours: true,
        gateways: false,
        example: Some(("method_not_allowed", None, "this path takes DELETE, GET, POST, PUT only")),
    },
    Refusal {
        status: 409,
        name: "Conflict",
        says: "The job's state does not allow it, or its id is taken.",
        ours: true,
        gateways: false,
        example: Some(("job_exists", None, "a job `drug_job5` exists already; use PUT to submit it again")),
    },
    Refusal {
        status: 413,
        name: "TooLarge",
        says: "More bytes than one request carries. The gateway itself refuses beyond 10 MB, Lambda beyond 6 MB.",
        ours: true,
        gateways: true,
        example: Some((
            "too_large",
            None,
            "the upload has 5000000 bytes, one request carries at most 4400000; POST /pm/v1/file/<id>/upload \
             tells how to send up to 5 GB",
        )),
    },
    Refusal {
        status: 415,
        name: "UnsupportedMediaType",
        says: "The body is of another kind than the operation takes.",
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
        says: "A quota of the instance is used up, and `quota` names it; or, by the gateway itself, more requests \
               at once than this deployment takes. Try again later.",
        ours: true,
        gateways: true,
        example: Some((
            "quota_exceeded",
            None,
            "1000 jobs of this instance wait already, and 1000 may; submit again when some have run",
        )),
    },
    Refusal {
        status: 431,
        name: "HeadTooLarge",
        says: "The request line and the headers are larger than 10 KB together. The answer has no body, or the \
               gateway's own.",
        ours: false,
        gateways: false,
        example: None,
    },
    Refusal {
        status: 500,
        name: "Internal",
        says: "The service failed; its log has the details, under `requestId`.",
        ours: true,
        gateways: true,
        example: Some(("internal", None, "the service itself failed; the log has the details")),
    },
    Refusal {
        status: 503,
        name: "Unavailable",
        says: "The service could not reach its storage; try again. The gateway answers so, too, where no \
               answer came within 30 seconds.",
        ours: true,
        gateways: true,
        example: Some(("unavailable", None, "the service could not complete the request; try again")),
    },
];
