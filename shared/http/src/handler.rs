//! Which function of a program that has several this is.

use thiserror::Error;

/// The environment variable with the `Handler` of a function; Lambda sets it.
const HANDLER: &str = "_HANDLER";

/// A program with several functions was started without the name of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the environment variable {HANDLER} is not set; the template's Handler sets it on Lambda")]
pub struct MissingHandler;

/// The `Handler` of this function: the name that its route has for it.
///
/// # Errors
/// [`MissingHandler`].
pub fn handler() -> Result<String, MissingHandler> {
    std::env::var(HANDLER).ok().filter(|name| !name.is_empty()).ok_or(MissingHandler)
}
