//! The service itself.

use serde_json::{Value, json};

use crate::Operation;

pub(super) fn all() -> Vec<Operation> {
    vec![
        Operation::new("openapi", "Service", "This document", "The API as OpenAPI 3.1. No key is needed.")
            .without_key()
            .answers::<Value>(200, "The document.", json!({ "openapi": "3.1.0" })),
    ]
}
