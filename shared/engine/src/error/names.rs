//! Shortens external texts for messages.

use super::NodeRef;
use crate::limits::NAME;

/// The beginning of a text from a stream or a file, which may have any length.
pub fn clipped(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A list of names for people: the first few, and the number of the others.
pub fn list(names: &[String]) -> String {
    const SHOWN: usize = 20;
    let shown = names.iter().take(SHOWN).map(|name| format!("{:?}", clipped(name, NAME)));
    let shown = shown.collect::<Vec<_>>().join(", ");
    match names.len() {
        0 => "none".to_owned(),
        n if n > SHOWN => format!("{shown} and {} more", n - SHOWN),
        _ => shown,
    }
}

/// The reason of an error without its node, for a text that names the node already.
pub(crate) fn without_node<'a>(reason: &'a str, node: &NodeRef) -> &'a str {
    let rest = reason.strip_prefix(node.to_string().as_str());
    rest.and_then(|rest| rest.strip_prefix(": ").or_else(|| rest.strip_prefix(", "))).unwrap_or(reason)
}
