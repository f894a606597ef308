//! Variable names of files that are written.

use std::collections::HashSet;

use satsuma_columns::Field;

use super::options::WriteNames;
use crate::error::FormatError;
use crate::names::unique_names;

/// The longest variable name, in bytes.
const NAME_BYTES: usize = 64;
/// Words of the command language that are not valid variable names.
const RESERVED: [&str; 13] =
    ["ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"];

/// Variable names of fields.
///
/// # Errors
/// With [`WriteNames::NamesAndLabels`]: a field name is not a valid variable name.
pub(super) fn variable_names(fields: &[Field], option: WriteNames) -> Result<Vec<String>, FormatError> {
    match option {
        WriteNames::NamesAsLabels => Ok(made_names(fields)),
        WriteNames::NamesAndLabels => {
            let mut upper = HashSet::new();
            for field in fields {
                if !is_variable_name(&field.name) || !upper.insert(field.name.to_uppercase()) {
                    return Err(FormatError::Unwritable(format!(
                        "the field name {:?} is not a variable name of IBM SPSS Statistics, or differs from another one \
                         in case alone; choose \"Names as variable labels\", or rename the field in a Filter node",
                        field.name
                    )));
                }
            }
            Ok(fields.iter().map(|field| field.name.clone()).collect())
        }
    }
}

/// A letter first; letters, digits and `. _ $ # @` after it; no point at the end; no reserved word. IBM,
/// "Variable names".
fn is_variable_name(name: &str) -> bool {
    name.len() <= NAME_BYTES
        && name.starts_with(|c: char| c.is_alphabetic() || c == '@')
        && name.chars().all(is_name_character)
        && !name.ends_with('.')
        && !RESERVED.contains(&name.to_uppercase().as_str())
}

fn is_name_character(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '$' | '#' | '@')
}

/// Unique names with `_` for invalid characters.
fn made_names(fields: &[Field]) -> Vec<String> {
    let made = fields.iter().map(|field| {
        let name = field.name.chars().map(|c| if is_name_character(c) && c != '.' { c } else { '_' });
        let mut name: String = name.collect();
        if !name.starts_with(|c: char| c.is_alphabetic() || c == '@') {
            name.insert(0, '@');
        }
        // Leaves space for a number that makes the name unique. Names are not case-sensitive.
        let name = cut(&name, NAME_BYTES - 10).to_lowercase();
        if RESERVED.contains(&name.to_uppercase().as_str()) { format!("{name}_") } else { name }
    });
    let made: Vec<String> = made.collect();
    unique_names(made.iter().map(String::as_str))
}

/// The text up to a number of bytes, whole characters alone.
pub(super) fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use satsuma_columns::Storage;

    use super::*;

    #[test]
    fn names_of_fields_are_checked_or_made() {
        let fields = ["$R-Class", "Age", "by"].map(|name| Field::new(name, Storage::Real));
        let names = variable_names(&fields, WriteNames::NamesAsLabels).unwrap();
        assert_eq!(names, ["@$r_class", "age", "by_"]);
        let error = variable_names(&fields, WriteNames::NamesAndLabels).unwrap_err();
        assert!(error.to_string().contains("$R-Class"), "{error}");
        assert!(variable_names(&fields[1..2], WriteNames::NamesAndLabels).is_ok());
    }
}
