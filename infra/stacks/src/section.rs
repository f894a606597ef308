//! The part of a template between two marked lines.

use crate::TemplateError;

/// The line before the generated part.
pub const BEGIN: &str = "  # Generated from the route table: cargo run -p satsuma-stacks --example write";

/// The line after the generated part.
pub const END: &str = "  # End of the generated part";

/// The text with another part between the marked lines.
pub(crate) fn replaced(text: &str, part: &str) -> Result<String, TemplateError> {
    let (before, rest) = split(text, BEGIN)?;
    let (_, after) = split(rest, END)?;
    Ok(format!("{before}{BEGIN}\n\n{part}\n{END}\n{after}"))
}

/// The text before and after a line that is there once.
fn split<'a>(text: &'a str, line: &'static str) -> Result<(&'a str, &'a str), TemplateError> {
    let line_end = format!("{line}\n");
    let (before, after) = text.split_once(&line_end).ok_or(TemplateError::Marker(line))?;
    if after.contains(&line_end) {
        return Err(TemplateError::Marker(line));
    }
    Ok((before, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_part_between_the_lines_changes() {
        let text = format!("a: 1\n{BEGIN}\nold\n{END}\nb: 2\n");
        let renewed = replaced(&text, "  new: 3\n").unwrap();
        assert_eq!(renewed, format!("a: 1\n{BEGIN}\n\n  new: 3\n\n{END}\nb: 2\n"));
        assert_eq!(replaced(&renewed, "  new: 3\n").unwrap(), renewed);
    }

    #[test]
    fn a_missing_or_repeated_line_is_an_error() {
        for text in ["a: 1\n".to_owned(), format!("{END}\n{BEGIN}\n"), format!("{BEGIN}\n{BEGIN}\n{END}\n")] {
            assert!(matches!(replaced(&text, ""), Err(TemplateError::Marker(_))), "{text}");
        }
    }
}
