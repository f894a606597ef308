//! A text that must not be seen.

use std::fmt;

use zeroize::Zeroizing;

/// The text that replaces a secret in all output.
pub const MASK: &str = "********";

/// A secret text. It cannot be displayed, serialised or copied, `Debug` prints stars, and it is wiped from
/// memory when it is dropped.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps a text. Other copies of it are not wiped.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The secret itself, for its recipient.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({MASK})")
    }
}
