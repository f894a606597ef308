//! Extension records that name variables by their long names: roles, and labels and missing values of long strings.

use std::collections::HashMap;

use encoding_rs::Encoding;
use satsuma_columns::Role;

use super::charset::{text, trimmed};
use super::raw::RawDictionary;
use super::source::ByteOrder;
use super::variable::Variable;

/// Adds the content of extension records. Damaged records add their content up to the damage.
pub(super) fn extend(raw: &RawDictionary, encoding: &'static Encoding, variables: &mut [Variable]) {
    let names = variables.iter().enumerate().map(|(at, variable)| (variable.name.clone(), at));
    let names: HashMap<String, usize> = names.collect();
    for (name, role) in roles(&text(encoding, &raw.extensions.attributes)) {
        if let Some(variable) = names.get(&name).and_then(|at| variables.get_mut(*at)) {
            variable.role = role;
        }
    }
    let find = |name: &[u8]| names.get(&text(encoding, name)).copied();
    let _ = long_labels(raw, encoding, &find, variables);
    let _ = long_missing(raw, &find, variables);
}

/// Record 7/18: `name:attribute('value'\n)…/name:…`. A value may hold quotes, twice each.
fn roles(record: &str) -> Vec<(String, Role)> {
    let mut roles = Vec::new();
    let mut rest = record;
    while let Some((name, attributes)) = rest.split_once(':') {
        let (mut at_end, mut attributes) = (false, attributes);
        while !at_end {
            let Some((attribute, values)) = attributes.split_once('(') else { return roles };
            let Some((value, after)) = quoted_values(values) else { return roles };
            // An array is `$@Role[1]('…`.
            if attribute.trim_end_matches("[1]") == "$@Role"
                && let Some(role) = role(&value)
            {
                roles.push((name.to_owned(), role));
            }
            at_end = after.starts_with('/') || after.is_empty();
            attributes = after;
        }
        rest = attributes.strip_prefix('/').unwrap_or_default();
    }
    roles
}

/// The first of the quoted lines before `)`, and the text behind it.
fn quoted_values(text: &str) -> Option<(String, &str)> {
    let mut first = None;
    let mut rest = text;
    while let Some(line) = rest.strip_prefix('\'') {
        // A value ends in a quote and a line feed.
        let (value, after) = line.split_once("'\n")?;
        first.get_or_insert_with(|| value.replace("''", "'"));
        rest = after;
    }
    Some((first?, rest.strip_prefix(')')?))
}

/// Roles as Statistics numbers them.
fn role(code: &str) -> Option<Role> {
    Some(match code {
        "0" => Role::Input,
        "1" => Role::Target,
        "2" => Role::Both,
        "3" => Role::None,
        "4" => Role::Partition,
        "5" => Role::Split,
        _ => return None,
    })
}

/// Record 7/21: for each variable its name, its width, a number of labels, and for each the value and the label.
fn long_labels(
    raw: &RawDictionary,
    encoding: &'static Encoding,
    find: &dyn Fn(&[u8]) -> Option<usize>,
    variables: &mut [Variable],
) -> Option<()> {
    let mut items = Items { rest: &raw.extensions.long_labels, order: raw.order };
    while !items.rest.is_empty() {
        let at = find(items.bytes()?);
        items.number()?; // Width.
        for _ in 0..items.number()? {
            let (value, label) = (items.bytes()?, items.bytes()?);
            if let Some(variable) = at.and_then(|at| variables.get_mut(at)) {
                variable.labels.push((trimmed(value).to_vec(), text(encoding, label)));
            }
        }
    }
    Some(())
}

/// Record 7/22: for each variable its name, a number of values, their length once, and the values.
fn long_missing(
    raw: &RawDictionary,
    find: &dyn Fn(&[u8]) -> Option<usize>,
    variables: &mut [Variable],
) -> Option<()> {
    let mut items = Items { rest: &raw.extensions.long_missing, order: raw.order };
    while !items.rest.is_empty() {
        let at = find(items.bytes()?);
        let count = items.byte()?;
        let length = items.number()?;
        for _ in 0..count {
            let value = items.take(length)?;
            if let Some(variable) = at.and_then(|at| variables.get_mut(at)) {
                variable.missing.values.push(trimmed(value).to_vec());
            }
        }
    }
    Some(())
}

/// Items of an extension record.
struct Items<'a> {
    rest: &'a [u8],
    order: ByteOrder,
}

impl<'a> Items<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn number(&mut self) -> Option<usize> {
        let bytes = self.take(4)?;
        usize::try_from(self.order.i32(*bytes.first_chunk()?)).ok()
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.take(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_found_among_other_attributes() {
        let record = "a:note('it''s'\n)$@Role('1'\n)/b:list('x'\n'y'\n)/c:$@Role[1]('4'\n)";
        let expected = [("a".to_owned(), Role::Target), ("c".to_owned(), Role::Partition)];
        assert_eq!(roles(record), expected);
        assert_eq!(roles("a:$@Role('1'"), []);
    }
}
