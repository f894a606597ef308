//! Texts of a stream, escaped and shortened.

use crate::node::NodeType;

/// The text without characters that could change the markup or the writing direction.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            // Control characters, which XML forbids; overrides of the direction; noncharacters.
            '\u{0}'..='\u{1F}' | '\u{7F}'..='\u{9F}' => out.push('\u{FFFD}'),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => out.push('\u{FFFD}'),
            '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            other => out.push(other),
        }
    }
    out
}

/// The beginning of a text, because texts of a stream may have any length.
pub(super) fn clipped(text: &str, characters: usize) -> &str {
    let end = text.char_indices().nth(characters).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or_default()
}

/// Breaks a text into lines of at most `width` columns, at spaces if possible. A text of more than `lines`
/// lines ends in `…`.
pub(super) fn wrapped(text: &str, width: usize, lines: usize) -> Vec<String> {
    let mut wrapped = vec![String::new()];
    let text = clipped(text, 2 * width * (lines + 1));
    for word in text.split_whitespace() {
        push_word(&mut wrapped, word, width);
        if wrapped.len() > lines {
            break;
        }
    }
    if wrapped.len() > lines {
        wrapped.truncate(lines);
        if let Some(last) = wrapped.last_mut() {
            while columns(last) >= width {
                last.pop();
            }
            last.push('…');
        }
    }
    wrapped
}

fn push_word(lines: &mut Vec<String>, word: &str, width: usize) {
    let used = lines.last().map_or(0, |line| columns(line));
    let fits = used == 0 || used + 1 + columns(word) <= width;
    if !fits {
        lines.push(String::new());
    }
    if let Some(line) = lines.last_mut().filter(|line| !line.is_empty()) {
        line.push(' ');
    }
    for character in word.chars() {
        let full = lines.last().is_some_and(|line| columns(line) + columns_of(character) > width);
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push(character);
        }
    }
}

/// Width of a text, in Latin letters.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// Chinese, Japanese and Korean characters have twice the width of Latin ones.
fn columns_of(character: char) -> usize {
    match character {
        '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' => 2,
        '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FF60}' | '\u{1F300}'..='\u{1FAFF}' => 2,
        _ => 1,
    }
}

/// Common prefixes of node type names, without information.
const PREFIXES: [&str; 9] =
    ["CFApply", "CFBuild", "CF", "Apply", "Build", "Extension", "Mutable", "apply", "build"];

/// An abbreviation of up to three letters for a node type: `AutoDataPrepNode` is `ADP`, `TypeNode` is `Ty`, a
/// type of the extension `applySVM` is `SVM`.
pub(super) fn code(node_type: &NodeType) -> String {
    let class = node_type.class();
    let name = node_type.extension().or_else(|| class.strip_suffix("Node").filter(|name| !name.is_empty()));
    let name = PREFIXES.iter().fold(name.unwrap_or(class), |name, prefix| {
        name.strip_prefix(prefix).filter(|rest| !rest.is_empty()).unwrap_or(name)
    });
    let telling = |c: &char| c.is_ascii_uppercase() || c.is_ascii_digit();
    let letters: String = name.chars().filter(telling).take(3).collect();
    match letters.len() {
        0 | 1 => name.chars().filter(char::is_ascii_alphanumeric).take(2).collect(),
        _ => letters,
    }
}
