//! The service itself.

use serde_json::{Value, json};

use crate::Operation;

pub(super) fn all() -> Vec<Operation> {
    vec![
        Operation::new(
            "list-models",
            "Service",
            "Lists deployed models",
            "Returns an empty array, because this service deploys no models for single records. Clients of \
             the original API request this list first. Upload streams as files and run them as jobs.",
        )
        .answers::<Vec<Value>>(200, "No models.", json!([])),
        Operation::new(
            "openapi",
            "Service",
            "This document",
            "Returns the API as an OpenAPI 3.1 document. \
                                                            It needs no access key.",
        )
        .without_key()
        .answers::<Value>(200, "The document.", json!({ "openapi": "3.1.0" })),
    ]
}
