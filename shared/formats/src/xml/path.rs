//! Paths of elements and attributes, such as `/list/item/@id`.

use crate::error::FormatError;

/// Levels of nested elements.
const MAX_DEPTH: usize = 256;

/// Checks that a path has element names from the root on, and at most one attribute, at its end.
pub(super) fn check(path: &str) -> Result<(), FormatError> {
    let unsupported = || {
        FormatError::Setting(format!(
            "the XPath {path:?} of an XML source is not supported; only paths such as /list/item/@id are"
        ))
    };
    let steps = path.strip_prefix('/').ok_or_else(unsupported)?;
    let mut steps = steps.split('/').peekable();
    while let Some(step) = steps.next() {
        let name = match step.strip_prefix('@') {
            Some(name) if steps.peek().is_none() => name,
            _ => step,
        };
        let is_name =
            !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
        if !is_name {
            return Err(unsupported());
        }
    }
    Ok(())
}

/// The path of the current element.
#[derive(Default)]
pub(super) struct Path {
    text: String,
    /// Lengths of the paths of the elements around it.
    lengths: Vec<usize>,
}

impl Path {
    /// Enters an element; `Err` names the error.
    pub(super) fn enter(&mut self, name: &str) -> Result<(), String> {
        if self.lengths.len() >= MAX_DEPTH {
            return Err(format!("more than {MAX_DEPTH} elements are nested"));
        }
        self.lengths.push(self.text.len());
        self.text.push('/');
        self.text.push_str(name);
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.text.truncate(self.lengths.pop().unwrap_or_default());
    }

    /// Whether no element is open.
    pub(super) fn is_outside(&self) -> bool {
        self.lengths.is_empty()
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Calls `with` on the path of an attribute.
    pub(super) fn with_attribute<T>(&mut self, name: &str, with: impl FnOnce(&str) -> T) -> T {
        let length = self.text.len();
        self.text.push_str("/@");
        self.text.push_str(name);
        let result = with(&self.text);
        self.text.truncate(length);
        result
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn simple_paths_are_told_from_others() {
        for path in ["/a", "/a/b-c/@id", "/名/x.y"] {
            assert!(check(path).is_ok(), "{path}");
        }
        for path in ["a", "/", "/a//b", "/a/@id/b", "/a/b[1]", "/a/text()", "/a/*", "/x:a"] {
            assert!(check(path).is_err(), "{path}");
        }
    }
}
