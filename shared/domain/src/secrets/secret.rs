//! A text that must not be seen.

use std::fmt;

use zeroize::Zeroizing;

/// The text that replaces a secret in all output.
pub const MASK: &str = "********";

/// A text that must not be seen: it cannot be displayed, serialised or copied, shows stars where it
/// is debugged, and is wiped from memory when it is dropped.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a text. Copies of it that others hold are theirs to wipe.
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
