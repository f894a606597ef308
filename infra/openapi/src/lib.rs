//! The OpenAPI 3.1 document of the batch job API.
//!
//! Paths and methods come from [`satsuma_batch::ROUTES`], schemas from the types that serde reads and
//! writes, examples from the code that answers; only what no code can say is written in
//! [`operations`]. The document is checked in as `docs/openapi.json`, which the function `openapi`
//! serves; a test says when it is old:
//!
//! ```sh
//! cargo run -p satsuma-openapi --example write > docs/openapi.json
//! ```
//!
//! # Adding an operation or a type
//!
//! 1. A route in `satsuma_batch::ROUTES` needs an [`Operation`] of the same function name in one of the
//!    lists of [`operations`]; a test names what is missing on either side. A path parameter other than
//!    the `id` of a job or a file is described with [`Operation::path`]; the schemas of parameters are in
//!    `parameters`.
//! 2. A type that travels derives its schema where it derives serde:
//!    `#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]`, in a crate with the feature
//!    `schema` (`satsuma-domain` shows how to declare one; a new crate is named in this one's manifest).
//!    The doc comments of types and fields are what a reader of the document sees.
//!    `#[cfg_attr(feature = "schema", schemars(rename = "Job"))]` gives it a better name than the code's.
//! 3. Types of requests are described as they are read, types of answers as they are written; one type in
//!    both whose two forms differ appears twice, the second time as `Stored…`.
//! 4. Write the document anew, with the command above.

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

/// The document of the API as it is.
#[must_use]
pub fn document() -> Value {
    let mut document = describe(satsuma_batch::ROUTES, operations::all());
    portable::portable(&mut document);
    document
}

/// A document as it is checked in: keys in order, so that no build's map order shows.
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
