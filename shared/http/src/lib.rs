//! What the functions behind the HTTP API share, so that a handler is only its own few lines:
//!
//! - [`answer`] and [`run`] around a handler: errors become JSON answers, a panic one of them, and every
//!   request one line of the access log, without its query; [`handler()`]: which function this is;
//! - [`Caller`]: whose request it is; [`path`], [`Paging`], [`json_body`], [`file_part`],
//!   [`idempotency_key`], [`wait()`]: what it asks for;
//! - [`reply`]: answers; [`ApiError`]: answers that say what is wrong;
//! - [`Settings`]: what the deployment says;
//! - [`gateway`]: a plain HTTP request, dressed as API Gateway hands it over.

mod body;
mod caller;
mod error;
pub mod gateway;
mod handler;
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
pub use handler::{MissingHandler, handler};
pub use idempotency::idempotency_key;
pub use multipart::{FilePart, file_part};
pub use paging::{MAX_LIMIT, Paging};
pub use route::NoRoute;
pub use serve::{answer, run};
pub use settings::{Settings, percent_encode, percent_encode_twice};
pub use shown_key::ShownKey;
pub use wait::wait;
pub use whole::whole;

/// What a handler gives back.
pub type Answer = Result<lambda_http::Response<lambda_http::Body>, ApiError>;
