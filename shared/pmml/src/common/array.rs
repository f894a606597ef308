//! Arrays of numbers inside elements.
//!
//! <https://dmg.org/pmml/v4-4/GeneralStructure.html#xsdElement_Array>

use std::str::FromStr;

use crate::error::PmmlError;
use crate::xml::Node;

/// Appends the numbers of an `Array` or `REAL-SparseArray` with exactly `length` members.
pub(crate) fn read_into(node: &Node<'_>, length: usize, numbers: &mut Vec<f64>) -> Result<(), PmmlError> {
    let start = numbers.len();
    let stated = node.count("n")?;
    match node.name() {
        "Array" => {
            node.expect(&["n", "type"], &[])?;
            node.one_of("type", &[("real", ()), ("int", ())])?;
            for number in values::<f64>(node) {
                numbers.push(number?);
            }
        }
        _ => sparse(node, length, numbers)?,
    }
    let found = numbers.len() - start;
    if found != length || stated.is_some_and(|n| n != length) {
        return Err(node.invalid(format!("{} numbers instead of {length}", stated.unwrap_or(found))));
    }
    match numbers.iter().skip(start).find(|n| !n.is_finite()) {
        Some(number) => Err(node.invalid(format!("{number} is not a finite number"))),
        None => Ok(()),
    }
}

/// The members of an `Array` as text: words, or quoted if a member contains blanks.
///
/// A quote inside a quoted member is written `\"`.
pub(crate) fn texts(node: &Node<'_>) -> Result<Vec<String>, PmmlError> {
    node.expect(&["n", "type"], &[])?;
    let mut members = Vec::new();
    let mut rest = node.element.text.trim_start();
    while !rest.is_empty() {
        let (member, after) = match rest.strip_prefix('"') {
            Some(quoted) => unquote(quoted).ok_or_else(|| node.invalid("a quote without its end"))?,
            None => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                let (member, after) = rest.split_at(end);
                (member.replace("\\\"", "\""), after)
            }
        };
        members.push(member);
        rest = after.trim_start();
    }
    match node.count("n")? {
        Some(n) if n != members.len() => {
            Err(node.invalid(format!("{} members instead of {n}", members.len())))
        }
        _ => Ok(members),
    }
}

/// A member up to its closing quote, and the remaining text.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut member = String::new();
    let mut characters = text.char_indices();
    while let Some((place, character)) = characters.next() {
        match character {
            '"' => return Some((member, text.get(place + 1..)?)),
            '\\' => match characters.clone().next() {
                Some((_, next @ ('"' | '\\'))) => {
                    characters.next();
                    member.push(next);
                }
                _ => member.push('\\'),
            },
            other => member.push(other),
        }
    }
    None
}

/// All numbers of an `Array`.
pub(crate) fn numbers(node: &Node<'_>) -> Result<Vec<f64>, PmmlError> {
    let mut numbers = Vec::new();
    let length = match node.count("n")? {
        Some(n) if node.name() != "Array" => n,
        _ => node.element.text.split_ascii_whitespace().count(),
    };
    if length > crate::limits::MAX_MATRIX_CELLS {
        return Err(node.limit("numbers in an array", crate::limits::MAX_MATRIX_CELLS));
    }
    read_into(node, length, &mut numbers)?;
    Ok(numbers)
}

fn sparse(node: &Node<'_>, length: usize, numbers: &mut Vec<f64>) -> Result<(), PmmlError> {
    node.expect(&["n", "defaultValue"], &["Indices", "REAL-Entries"])?;
    let start = numbers.len();
    numbers.resize(start + length, node.number("defaultValue")?.unwrap_or(0.0));
    let (Some(indices), Some(entries)) = (node.child("Indices"), node.child("REAL-Entries")) else {
        // Both may be omitted if all members have the default value.
        return if node.element.children.is_empty() {
            Ok(())
        } else {
            Err(node.invalid("Indices and REAL-Entries belong together"))
        };
    };
    let mut entries_left = values::<f64>(&entries);
    for index in values::<usize>(&indices) {
        let index = index?;
        let entry = entries_left.next().ok_or_else(|| entries.invalid("fewer entries than indices"))??;
        // Indices count from 1.
        let slot = index.checked_sub(1).and_then(|i| numbers.get_mut(start..)?.get_mut(i));
        *slot.ok_or_else(|| indices.invalid(format!("index {index} of {length}")))? = entry;
    }
    match entries_left.next() {
        Some(_) => Err(entries.invalid("more entries than indices")),
        None => Ok(()),
    }
}

fn values<'a, T: FromStr>(node: &'a Node<'a>) -> impl Iterator<Item = Result<T, PmmlError>> + 'a {
    node.element.text.split_ascii_whitespace().map(|word| {
        word.parse().map_err(|_| node.invalid(format!("{word:?} is not a number of the right kind")))
    })
}
