//! The service itself.

use serde_json::{Value, json};

use crate::Operation;

pub(super) fn all() -> Vec<Operation> {
    vec![
        Operation::new(
            "list-models",
            "Service",
            "Lists deployed models",
            "This service deploys no models for single records, and answers an empty array: the original's \
             clients ask for them first. Streams are uploaded as files and run as jobs.",
        )
        .answers::<Vec<Value>>(200, "No models.", json!([])),
        Operation::new("openapi", "Service", "This document", "The API as OpenAPI 3.1. No key is needed.")
            .without_key()
            .answers::<Value>(200, "The document.", json!({ "openapi": "3.1.0" })),
    ]
}
