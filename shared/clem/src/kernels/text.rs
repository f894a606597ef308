//! Functions of texts. Positions count characters from 1.

/// The byte at which the n-th character begins, from 0; the length of the text is the end.
fn byte_of(text: &str, characters: usize) -> Option<usize> {
    if text.is_ascii() {
        return (characters <= text.len()).then_some(characters);
    }
    text.char_indices().map(|(at, _)| at).chain([text.len()]).nth(characters)
}

/// The number of characters before a byte.
fn characters_before(text: &str, byte: usize) -> i64 {
    text.get(..byte).map_or(0, |head| head.chars().count() as i64)
}

pub(crate) fn length(text: &str) -> i64 {
    text.chars().count() as i64
}

/// Characters from a position on; null unless all of them exist.
pub(crate) fn substring(start: i64, length: i64, text: &str) -> Option<&str> {
    let start = usize::try_from(start.checked_sub(1)?).ok()?;
    let from = byte_of(text, start)?;
    let tail = text.get(from..)?;
    tail.get(..byte_of(tail, usize::try_from(length).ok()?)?)
}

/// Characters from one position to another; null unless all of them exist.
pub(crate) fn between(first: i64, last: i64, text: &str) -> Option<&str> {
    substring(first, last.checked_sub(first)?.checked_add(1)?, text)
}

/// The first characters, or the whole text if it is shorter.
pub(crate) fn start(length: i64, text: &str) -> Option<&str> {
    let length = usize::try_from(length).ok()?;
    text.get(..byte_of(text, length).unwrap_or(text.len()))
}

/// The text without its first characters; empty if it is shorter.
pub(crate) fn all_but_first(count: i64, text: &str) -> Option<&str> {
    let count = usize::try_from(count).ok()?;
    text.get(byte_of(text, count).unwrap_or(text.len())..)
}

/// The last characters, or the whole text if it is shorter.
pub(crate) fn end(length: i64, text: &str) -> Option<&str> {
    let length = usize::try_from(length).ok()?;
    all_but_first((text.chars().count().saturating_sub(length)) as i64, text)
}

/// The text without its last characters; empty if it is shorter.
pub(crate) fn all_but_last(count: i64, text: &str) -> Option<&str> {
    let count = usize::try_from(count).ok()?;
    start(text.chars().count().saturating_sub(count) as i64, text)
}

/// Occurrences of a text within another; they may overlap.
pub(crate) fn count(text: &str, sought: &str) -> i64 {
    occurrences(text, sought).count() as i64
}

/// Byte offsets of all occurrences of a text, including overlapping ones.
fn occurrences<'a>(text: &'a str, sought: &'a str) -> impl Iterator<Item = usize> + 'a {
    let step = sought.chars().next().map_or(1, char::len_utf8);
    let mut from = 0;
    std::iter::from_fn(move || {
        if sought.is_empty() {
            return None;
        }
        let at = from + text.get(from..)?.find(sought)?;
        from = at + step;
        Some(at)
    })
}

/// The position of the first occurrence at or after a position; 0 if there is none.
pub(crate) fn find(sought: &str, from: i64, text: &str) -> Option<i64> {
    let from = usize::try_from(from.checked_sub(1)?).ok()?;
    let Some(byte) = byte_of(text, from) else {
        return Some(0);
    };
    Some(match text.get(byte..).and_then(|tail| tail.find(sought)) {
        Some(at) => characters_before(text, byte + at) + 1,
        None => 0,
    })
}

/// The position of the n-th occurrence; 0 if there are fewer.
pub(crate) fn find_nth(sought: &str, n: i64, text: &str) -> Option<i64> {
    let n = usize::try_from(n.checked_sub(1)?).ok()?;
    Some(occurrences(text, sought).nth(n).map_or(0, |at| characters_before(text, at) + 1))
}

/// The position of an occurrence that neither begins nor ends the text; 0 if there is none.
pub(crate) fn find_middle(sought: &str, text: &str) -> i64 {
    let inside = |at: &usize| *at > 0 && at + sought.len() < text.len();
    occurrences(text, sought).find(inside).map_or(0, |at| characters_before(text, at) + 1)
}

/// 1 if the text begins with another, otherwise 0.
pub(crate) fn find_start(sought: &str, text: &str) -> i64 {
    text.starts_with(sought).into()
}

/// The position of another text at the end of this one; 0 if it ends differently.
pub(crate) fn find_end(sought: &str, text: &str) -> i64 {
    text.strip_suffix(sought).map_or(0, |head| head.chars().count() as i64 + 1)
}

/// The position of an occurrence from `n` on that begins at or before one limit and ends at or before the other.
pub(crate) fn find_within(
    sought: &str,
    n: i64,
    start_limit: Option<i64>,
    end_limit: Option<i64>,
    text: &str,
) -> Option<i64> {
    let found = find(sought, n, text)?;
    let end = found + length(sought) - 1;
    let fits = start_limit.is_none_or(|limit| found <= limit) && end_limit.is_none_or(|limit| end <= limit);
    Some(if fits { found } else { 0 })
}

/// The position of the first character at or after a position that satisfies `wanted`; 0 if there is none,
/// null if the text has no such position.
pub(crate) fn locate(from: i64, text: &str, wanted: impl Fn(char) -> bool) -> Option<i64> {
    let skip = usize::try_from(from.checked_sub(1)?).ok()?;
    let mut rest = text.chars().skip(skip).peekable();
    rest.peek()?;
    Some(rest.position(wanted).map_or(0, |at| from + at as i64))
}

/// The same backwards from a position.
pub(crate) fn locate_back(from: i64, text: &str, wanted: impl Fn(char) -> bool) -> Option<i64> {
    let length = text.chars().count();
    let from = usize::try_from(from).ok().filter(|from| (1..=length).contains(from))?;
    let found = text.chars().rev().skip(length - from).position(wanted);
    Some(found.map_or(0, |at| (from - at) as i64))
}

/// The part between the occurrences n - 1 and n of a character, or to the end; null beyond the last one.
pub(crate) fn split(text: &str, n: i64, separator: char) -> Option<&str> {
    text.split(separator).nth(usize::try_from(n.checked_sub(1)?).ok()?)
}

/// The first character of a text.
pub(crate) fn first(text: &str) -> Option<char> {
    text.chars().next()
}

/// White space by the definition of `trim`: blanks of any width and tabs.
pub(crate) fn is_blank(character: char) -> bool {
    character.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_not_bytes() {
        assert_eq!(substring(2, 2, "東京都"), Some("京都"));
        assert_eq!(substring(0, 1, "abc"), None);
        assert_eq!(substring(3, 2, "abc"), None);
        assert_eq!(end(2, "東京都"), Some("京都"));
        assert_eq!(all_but_last(1, "東京都"), Some("東京"));
        assert_eq!(find("都", 1, "東京都"), Some(3));
        assert_eq!(locate_back(3, "東京都", |c| c == '京'), Some(2));
        assert_eq!(locate(4, "東京都", |_| true), None);
    }

    #[test]
    fn extreme_numbers_do_not_panic() {
        for n in [i64::MIN, -1, 0, i64::MAX] {
            let _ = (substring(n, n, "aß"), between(n, n, "aß"), start(n, "aß"), end(n, "aß"));
            let _ = (all_but_first(n, "aß"), all_but_last(n, "aß"), find("a", n, "aß"), split("aß", n, 'a'));
            let _ = (find_nth("a", n, "aß"), locate(n, "aß", |_| true), locate_back(n, "aß", |_| true));
            let _ = (between(i64::MIN, i64::MAX, "a"), find_within("a", n, Some(n), Some(n), "a"));
        }
    }
}
