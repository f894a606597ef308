//! The OpenAPI 3.1 document of the batch job API.
//!
//! Paths and methods come from [`satsuma_batch::ROUTES`], schemas from the types that serde reads and writes,
//! examples from the code of the service. [`operations`] has only the remaining texts. The document is
//! committed as `docs/openapi.json`, which the function `openapi` serves. A test fails if it is outdated:
//!
//! ```sh
//! cargo run -p satsuma-openapi --example write > docs/openapi.json
//! ```
//!
//! # Adding an operation or a type
//!
//! 1. A route in `satsuma_batch::ROUTES` needs an [`Operation`] with the same function name in one of the
//!    lists of [`operations`]; a test reports missing ones. Describe path parameters other than the `id` of a
//!    job or a file with [`Operation::path`]. The schemas of parameters are in `parameters`.
//! 2. A type of a request or response derives its schema beside serde: `#[cfg_attr(feature = "schema",
//!    derive(schemars::JsonSchema))]`, in a crate with the feature `schema`. `satsuma-domain` shows how to
//!    declare it; this crate's manifest enables it. The doc comments of types and fields become descriptions.
//!    `#[cfg_attr(feature = "schema", schemars(rename = "Job"))]` sets a better name.
//! 3. Request types are described as they are deserialized, response types as they are serialized. A type
//!    with two different forms appears twice, the second time as `Stored…`.
//! 4. Regenerate the document with the command above.

mod describe;
mod examples;
mod operation;
pub mod operations;
mod parameters;
mod portable;
mod refusals;
mod schemas;

use serde_json::Value;

pub use describe::describe;
pub use operation::Operation;

/// The OpenAPI document of this code.
#[must_use]
pub fn document() -> Value {
    let mut document = describe(satsuma_batch::ROUTES, operations::all());
    portable::portable(&mut document);
    document
}

/// The committed form of a document: sorted keys, so that it does not depend on map order.
#[must_use]
pub fn text(document: &Value) -> String {
    format!("{:#}\n", in_order(document))
}

fn in_order(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| name.as_str());
            fields.into_iter().map(|(name, value)| (name.clone(), in_order(value))).collect()
        }
        Value::Array(entries) => entries.iter().map(in_order).collect(),
        other => other.clone(),
    }
}
