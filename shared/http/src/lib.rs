//! Code that the functions of the HTTP API share, so that a handler has only its own few lines:
//!
//! - [`answer`] and [`run`] call a handler. They convert errors and panics to JSON responses, and write one
//!   line per request to the access log, without the query.
//! - [`Caller`] identifies the caller. [`path`], [`Paging`], [`json_body`], [`file_part`],
//!   [`idempotency_key`] and [`wait()`] parse the request.
//! - [`reply`] builds successful responses, [`ApiError`] error responses.
//! - [`Settings`] has the settings of the deployment.
//! - [`gateway`] converts a plain HTTP request to API Gateway's form.

mod body;
mod caller;
mod error;
pub mod gateway;
mod idempotency;
mod multipart;
mod paging;
pub mod path;
pub mod reply;
mod route;
mod serve;
mod settings;
mod shown_key;
mod wait;
mod whole;

pub use body::{json_body, secret_json_body};
pub use caller::Caller;
pub use error::{ApiError, ErrorBody};
pub use idempotency::idempotency_key;
pub use multipart::{FilePart, file_part};
pub use paging::{MAX_LIMIT, Paging};
pub use route::NoRoute;
pub use serve::{answer, run};
pub use settings::{Settings, percent_encode, percent_encode_twice};
pub use shown_key::ShownKey;
pub use wait::wait;
pub use whole::whole;

/// The result of a handler.
pub type Answer = Result<lambda_http::Response<lambda_http::Body>, ApiError>;
