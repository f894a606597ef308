//! Text in files of markup.

/// Text without what markup or XML 1.0 does not hold.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(character),
            character if character.is_control() || matches!(character, '\u{FFFE}' | '\u{FFFF}') => {
                out.push('\u{FFFD}');
            }
            character => out.push(character),
        }
    }
    out
}

/// The width of a text in the picture, in pixels at a size of 1: Chinese and Japanese are wide.
pub(crate) fn width(text: &str) -> f64 {
    text.chars().map(|character| if character < '\u{1100}' { 0.56 } else { 1.0 }).sum()
}

/// The text, cut to a width in pixels at a size of 1.
pub(crate) fn cut(text: &str, most: f64) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1.0;
    for character in text.chars() {
        used += if character < '\u{1100}' { 0.56 } else { 1.0 };
        if used > most {
            break;
        }
        out.push(character);
    }
    out.push('…');
    out
}
