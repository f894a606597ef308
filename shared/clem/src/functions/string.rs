//! String and SoundEx functions.

use crate::kernels::map::{MAX_TEXT, map1, map2, map3, part1, part2, part3, write1, write2, write3};
use crate::kernels::{soundex, text};
use crate::value::{Integers, Texts};

use super::{Function, function};

pub(super) const STRING: &[Function] = &[
    function!("allbutfirst(N, STRING)", "allbutfirst", "String", "The string without its first N characters.",
        [Integer, String] String => |a, e| part2::<Integers<'_>>(a, e, text::all_but_first)),
    function!("allbutlast(N, STRING)", "allbutlast", "String", "The string without its last N characters.",
        [Integer, String] String => |a, e| part2::<Integers<'_>>(a, e, text::all_but_last)),
    function!("alphabefore(STRING1, STRING2)", "alphabefore", "Boolean", "Whether STRING1 precedes STRING2, by character code.",
        [String, String] Truth => |a, e| map2::<Texts<'_>, Texts<'_>, bool>(a, e, |x, y| Some(x < y))),
    function!("count_substring(STRING, SUBSTRING)", "count_substring", "Integer", "How often SUBSTRING occurs, overlapping occurrences included.",
        [String, String] Integer => |a, e| map2::<Texts<'_>, Texts<'_>, i64>(a, e, |x, y| Some(text::count(x, y)))),
    function!("endstring(LENGTH, STRING)", "endstring", "String", "The last LENGTH characters; a shorter string is unchanged.",
        [Integer, String] String => |a, e| part2::<Integers<'_>>(a, e, text::end)),
    function!("hasendstring(STRING, SUBSTRING)", "hasendstring", "Integer", "The same as isendstring(SUBSTRING, STRING).",
        [String, String] Integer => |a, e| map2::<Texts<'_>, Texts<'_>, i64>(a, e, |x, y| Some(text::find_end(y, x)))),
    function!("hasmidstring(STRING, SUBSTRING)", "hasmidstring", "Integer", "The same as ismidstring(SUBSTRING, STRING).",
        [String, String] Integer => |a, e| map2::<Texts<'_>, Texts<'_>, i64>(a, e, |x, y| Some(text::find_middle(y, x)))),
    function!("hasstartstring(STRING, SUBSTRING)", "hasstartstring", "Integer", "The same as isstartstring(SUBSTRING, STRING).",
        [String, String] Integer => |a, e| map2::<Texts<'_>, Texts<'_>, i64>(a, e, |x, y| Some(text::find_start(y, x)))),
    function!("hassubstring(STRING, N, SUBSTRING)", "hassubstring", "Integer", "The same as \
        issubstring(SUBSTRING, N, STRING); the default of N is 1.",
        [String, Integer, String] Integer => |a, e| {
            map3::<Texts<'_>, Integers<'_>, Texts<'_>, i64>(a, e, |x, n, y| text::find(y, n, x))
        },
        [String, String] Integer => |a, e| map2::<Texts<'_>, Texts<'_>, i64>(a, e, |x, y| text::find(y, 1, x))),
    function!("isalphacode(CHAR)", "isalphacode", "Boolean", "Whether the character is a letter.",
        [String] Truth => |a, e| map1::<Texts<'_>, bool>(a, e, |x| Some(text::first(x)?.is_alphabetic()))),
    function!("isendstring(SUBSTRING, STRING)", "isendstring", "Integer", "Where SUBSTRING begins if it ends STRING, else 0.",
        [String, String] Integer => |a, e| map2::<Texts<'_>, Texts<'_>, i64>(a, e, |x, y| Some(text::find_end(x, y)))),
    function!("islowercode(CHAR)", "islowercode", "Boolean", "Whether the character is a lower-case letter.",
        [String] Truth => |a, e| map1::<Texts<'_>, bool>(a, e, |x| Some(text::first(x)?.is_lowercase()))),
    function!("ismidstring(SUBSTRING, STRING)", "ismidstring", "Integer", "Where SUBSTRING begins if it neither begins nor ends STRING, else 0.",
        [String, String] Integer => |a, e| map2::<Texts<'_>, Texts<'_>, i64>(a, e, |x, y| Some(text::find_middle(x, y)))),
    function!("isnumbercode(CHAR)", "isnumbercode", "Boolean", "Whether the character is a digit.",
        [String] Truth => |a, e| map1::<Texts<'_>, bool>(a, e, |x| Some(text::first(x)?.is_ascii_digit()))),
    function!("isstartstring(SUBSTRING, STRING)", "isstartstring", "Integer", "1 if SUBSTRING begins STRING, else 0.",
        [String, String] Integer => |a, e| map2::<Texts<'_>, Texts<'_>, i64>(a, e, |x, y| Some(text::find_start(x, y)))),
    function!("issubstring(SUBSTRING, N, STRING)", "issubstring", "Integer", "The first position of \
        SUBSTRING at or after position N, or 0; the default of N is 1.",
        [String, Integer, String] Integer => |a, e| {
            map3::<Texts<'_>, Integers<'_>, Texts<'_>, i64>(a, e, text::find)
        },
        [String, String] Integer => |a, e| map2::<Texts<'_>, Texts<'_>, i64>(a, e, |x, y| text::find(x, 1, y))),
    function!("issubstring_count(SUBSTRING, N, STRING)", "issubstring_count", "Integer", "Where the N-th occurrence of SUBSTRING begins, or 0.",
    [String, Integer, String] Integer => |a, e| {
        map3::<Texts<'_>, Integers<'_>, Texts<'_>, i64>(a, e, text::find_nth)
    }),
    function!(
        "issubstring_lim(SUBSTRING, N, STARTLIM, ENDLIM, STRING)",
        "issubstring_lim",
        "Integer",
        "As issubstring, but SUBSTRING must begin at or before STARTLIM and end at or before ENDLIM; false disables a limit.",
        special
    ),
    function!("isuppercode(CHAR)", "isuppercode", "Boolean", "Whether the character is an upper-case letter.",
        [String] Truth => |a, e| map1::<Texts<'_>, bool>(a, e, |x| Some(text::first(x)?.is_uppercase()))),
    function!("last(STRING)", "last", "String", "The last character; null for the empty string.",
        [String] String => |a, e| part1(a, e, |x| text::end(1, x).filter(|x| !x.is_empty()))),
    function!("length(STRING)", "length", "Integer", "The number of characters.",
        [String] Integer => |a, e| map1::<Texts<'_>, i64>(a, e, |x| Some(text::length(x)))),
    function!("locchar(CHAR, N, STRING)", "locchar", "Integer", "The first position of CHAR at or after \
        position N, or 0; null if there is no position N.",
    [String, Integer, String] Integer => |a, e| {
        map3::<Texts<'_>, Integers<'_>, Texts<'_>, i64>(a, e, |c, n, x| {
            let c = text::first(c)?;
            text::locate(n, x, |found| found == c)
        })
    }),
    function!("locchar_back(CHAR, N, STRING)", "locchar_back", "Integer", "The last position of CHAR at or \
        before position N, or 0; null if there is no position N.",
    [String, Integer, String] Integer => |a, e| {
        map3::<Texts<'_>, Integers<'_>, Texts<'_>, i64>(a, e, |c, n, x| {
            let c = text::first(c)?;
            text::locate_back(n, x, |found| found == c)
        })
    }),
    function!("lowertoupper(STRING)", "lowertoupper", "String", "In upper case.",
    [String] String => |a, e| write1::<Texts<'_>>(a, e, |x, to| {
        to.extend(x.chars().flat_map(char::to_uppercase));
        Some(())
    })),
    function!("replace(SUBSTRING, NEWSUBSTRING, STRING)", "replace", "String", "All occurrences of SUBSTRING replaced.",
    [String, String, String] String => |a, e| write3::<Texts<'_>, Texts<'_>, Texts<'_>>(a, e, |old, new, x, to| {
        if old.is_empty() {
            to.push_str(x);
            return Some(());
        }
        let mut parts = x.split(old);
        to.push_str(parts.next()?);
        for part in parts {
            to.push_str(new);
            to.push_str(part);
            if to.len() > MAX_TEXT {
                return None;
            }
        }
        Some(())
    })),
    function!("replicate(COUNT, STRING)", "replicate", "String", "The string COUNT times.",
    [Integer, String] String => |a, e| write2::<Integers<'_>, Texts<'_>>(a, e, |count, x, to| {
        let count = usize::try_from(count).ok()?;
        if x.len().checked_mul(count)? > MAX_TEXT {
            return None;
        }
        if !x.is_empty() {
                (0..count).for_each(|_| to.push_str(x));
            }
        Some(())
    })),
    function!("stripchar(CHAR, STRING)", "stripchar", "String", "The string without a character.",
    [String, String] String => |a, e| write2::<Texts<'_>, Texts<'_>>(a, e, |c, x, to| {
        let c = text::first(c)?;
        to.extend(x.chars().filter(|found| *found != c));
        Some(())
    })),
    function!("skipchar(CHAR, N, STRING)", "skipchar", "Integer", "The first position of a character other \
        than CHAR at or after position N, or 0; null if there is no position N.",
    [String, Integer, String] Integer => |a, e| {
        map3::<Texts<'_>, Integers<'_>, Texts<'_>, i64>(a, e, |c, n, x| {
            let c = text::first(c)?;
            text::locate(n, x, |found| found != c)
        })
    }),
    function!("skipchar_back(CHAR, N, STRING)", "skipchar_back", "Integer", "The same backwards from position N.",
    [String, Integer, String] Integer => |a, e| {
        map3::<Texts<'_>, Integers<'_>, Texts<'_>, i64>(a, e, |c, n, x| {
            let c = text::first(c)?;
            text::locate_back(n, x, |found| found != c)
        })
    }),
    function!("startstring(LENGTH, STRING)", "startstring", "String", "The first LENGTH characters; a shorter string is unchanged.",
        [Integer, String] String => |a, e| part2::<Integers<'_>>(a, e, text::start)),
    function!("strmember(CHAR, STRING)", "strmember", "Integer", "Where CHAR occurs first, or 0.",
    [String, String] Integer => |a, e| map2::<Texts<'_>, Texts<'_>, i64>(a, e, |c, x| {
        let c = text::first(c)?;
        Some(text::locate(1, x, |found| found == c).unwrap_or(0))
    })),
    function!("subscrs(N, STRING)", "subscrs", "String", "The N-th character; null if there is none. \
                                                          STRING(N) is the same.",
        [Integer, String] String => |a, e| part2::<Integers<'_>>(a, e, |n, x| text::substring(n, 1, x))),
    function!("substring(N, LEN, STRING)", "substring", "String", "LEN characters from position N on; null \
        unless all of them exist.",
        [Integer, Integer, String] String => |a, e| part3::<Integers<'_>, Integers<'_>>(a, e, text::substring)),
    function!("substring_between(N1, N2, STRING)", "substring_between", "String", "The characters from \
        position N1 to N2; null unless all of them exist.",
        [Integer, Integer, String] String => |a, e| part3::<Integers<'_>, Integers<'_>>(a, e, text::between)),
    function!("textsplit(STRING, N, CHAR)", "textsplit", "String", "The part between the occurrences N - 1 and N of CHAR; null beyond the last part.",
    [String, Integer, String] String => |a, e| {
        let [x, n, c] = a else { return Err(crate::value::mismatch("three arguments")) };
        part3::<Integers<'_>, Texts<'_>>(&[n.clone(), c.clone(), x.clone()], e, |n, c, x| {
            text::split(x, n, text::first(c)?)
        })
    }),
    function!("trim(STRING)", "trim", "String", "Without white space at both ends.",
        [String] String => |a, e| part1(a, e, |x| Some(x.trim_matches(text::is_blank)))),
    function!("trim_start(STRING)", "trim_start", "String", "Without white space at the start.",
        [String] String => |a, e| part1(a, e, |x| Some(x.trim_start_matches(text::is_blank)))),
    function!("trimstart(STRING)", "trimstart", "String", "The same as trim_start.",
        [String] String => |a, e| part1(a, e, |x| Some(x.trim_start_matches(text::is_blank)))),
    function!("trimend(STRING)", "trimend", "String", "Without white space at the end.",
        [String] String => |a, e| part1(a, e, |x| Some(x.trim_end_matches(text::is_blank)))),
    function!("unicode_char(NUM)", "unicode_char", "String", "The character of a Unicode value; null if \
        there is none.",
    [Integer] String => |a, e| write1::<Integers<'_>>(a, e, |number, to| {
        to.push(char::from_u32(u32::try_from(number).ok()?)?);
        Some(())
    })),
    function!("unicode_value(CHAR)", "unicode_value", "Integer", "The Unicode value of a character.",
        [String] Integer => |a, e| map1::<Texts<'_>, i64>(a, e, |x| text::first(x).map(|c| i64::from(u32::from(c))))),
    function!("uppertolower(STRING)", "uppertolower", "String", "In lower case.",
    [String] String => |a, e| write1::<Texts<'_>>(a, e, |x, to| {
        to.extend(x.chars().flat_map(char::to_lowercase));
        Some(())
    })),
];

pub(super) const SOUNDEX: &[Function] = &[
    function!("soundex(STRING)", "soundex", "String", "The four-character SoundEx code.",
        [String] String => |a, e| write1::<Texts<'_>>(a, e, soundex::soundex)),
    function!("soundex_difference(STRING1, STRING2)", "soundex_difference", "Integer", "From 0 (no likeness) to 4 (the same code): how many characters of the codes agree.",
        [String, String] Integer => |a, e| map2::<Texts<'_>, Texts<'_>, i64>(a, e, soundex::similarity)),
];
