//! Text in files of markup and in pictures.

use unicode_width::UnicodeWidthChar;

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

/// The width of a text in the picture, in pixels at a size of 1.
pub(crate) fn width(text: &str) -> f64 {
    text.chars().map(advance).sum()
}

/// The width of a character: that of Noto Sans, rounded up by classes. Chinese and Japanese are wide.
fn advance(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '!' | '|' | ' ' => 0.29,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '/' | '\\' | '-' | '"' => 0.41,
        's' | 'c' | 'z' | 'x' | 'v' | 'k' | 'y' | 'J' | '*' | '_' => 0.53,
        'm' | 'M' | 'W' | '@' | '%' => 0.94,
        'w' | 'O' | 'Q' | 'G' | 'D' | 'H' | 'N' | 'U' => 0.79,
        'A'..='Z' => 0.66,
        ' '..='~' => 0.62,
        character => match character.width() {
            Some(2) => 1.0,
            Some(0) | None => 0.0,
            _ => 0.68,
        },
    }
}

/// The text, cut to a width in pixels at a size of 1.
pub(crate) fn cut(text: &str, most: f64) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let mut out = String::new();
    // The width of the sign for what is missing.
    let mut used = advance('…') + 0.2;
    for character in text.chars() {
        used += advance(character);
        if used > most {
            break;
        }
        out.push(character);
    }
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// The text in lines of a width in pixels at a size of 1. Lines end at spaces, or in Chinese and Japanese anywhere.
pub(crate) fn lines(text: &str, most: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0.0;
    for word in text.split_inclusive(|character: char| character == ' ' || character.width() == Some(2)) {
        if used + width(word.trim_end()) > most && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            used = 0.0;
        }
        line.push_str(word);
        used += width(word);
    }
    lines.push(line);
    lines.iter().map(|line| cut(line.trim_end(), most)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_spaces_or_between_wide_characters() {
        assert_eq!(lines("aaa bbb ccc", 5.0), ["aaa bbb", "ccc"]);
        assert_eq!(lines("薬薬薬薬薬", 2.0), ["薬薬", "薬薬", "薬"]);
        assert_eq!(lines("", 2.0), [""]);
    }

    #[test]
    fn a_text_that_is_too_wide_ends_with_a_sign() {
        assert_eq!(cut("abcdefgh", 3.0), "abc…");
        assert_eq!(cut("薬", 1.0), "薬");
    }
}
