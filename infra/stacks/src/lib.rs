//! The generated part of `template.yaml`: integrations, permissions and routes of the API's functions.
//!
//! It follows from [`satsuma_batch::ROUTES`]: each function has one integration and one permission for each of its
//! methods, and each route of the table is one route of the API. The functions themselves, with their roles and memory,
//! are written by hand. The part is between two marked lines; a test compares it with the route table:
//!
//! ```sh
//! cargo run -p satsuma-stacks --example write
//! ```

mod functions;
mod resources;
mod section;

use satsuma_batch::ROUTES;
use thiserror::Error;

pub use section::{BEGIN, END};

/// A template that the routes do not fit into.
#[derive(Debug, Error)]
pub enum TemplateError {
    /// The text is not YAML.
    #[error("the template is not YAML: {0}")]
    Yaml(String),
    /// A marked line is missing or not alone.
    #[error("the template must have the line `{0}` once, and its begin before its end")]
    Marker(&'static str),
    /// A route has no function.
    #[error("no function of the template has the Handler `{0}`, which a route leads to")]
    NoFunction(&'static str),
    /// Two functions have the same `Handler`.
    #[error("the functions {0} and {1} of the template have the same Handler")]
    SameHandler(String, String),
}

/// The template with the generated part renewed.
///
/// # Errors
/// [`TemplateError`].
pub fn renewed(template: &str) -> Result<String, TemplateError> {
    let functions = functions::by_handler(template)?;
    section::replaced(template, &resources::of(ROUTES, &functions)?)
}
