//! Patterns of `matches`: `?` is any character, `*` any number of them.

/// A pattern of `matches`. IBM, "String functions": a backslash before `?` or `*` makes it an ordinary character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    One(char),
    AnyOne,
    AnyMany,
}

impl Pattern {
    /// Parses a pattern with escapes.
    pub(crate) fn read(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            parts.push(match character {
                '?' => Part::AnyOne,
                '*' if parts.last() == Some(&Part::AnyMany) => continue,
                '*' => Part::AnyMany,
                '\\' => match characters.next() {
                    Some('n') => Part::One('\n'),
                    Some('t') => Part::One('\t'),
                    Some('r') => Part::One('\r'),
                    Some(other) => Part::One(other),
                    None => Part::One('\\'),
                },
                other => Part::One(other),
            });
        }
        Self { parts }
    }

    /// Whether the pattern matches the whole text. Linear in the text, except for backtracking to the last
    /// `*`.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let mut at = 0;
        let mut rest = text.chars();
        let mut resume: Option<(usize, std::str::Chars<'_>)> = None;
        loop {
            let before = rest.clone();
            match (self.parts.get(at), rest.next()) {
                (Some(Part::AnyMany), _) => {
                    at += 1;
                    rest = before;
                    resume = Some((at, rest.clone()));
                    continue;
                }
                (Some(Part::One(wanted)), Some(found)) if *wanted == found => {
                    at += 1;
                    continue;
                }
                (Some(Part::AnyOne), Some(_)) => {
                    at += 1;
                    continue;
                }
                (None, None) => return true,
                _ => {}
            }
            // Let the last `*` cover one more character.
            let Some((star, mut from)) = resume.take() else {
                return false;
            };
            if from.next().is_none() {
                return false;
            }
            at = star;
            rest = from.clone();
            resume = Some((star, from));
        }
    }

    /// The pattern in its quoted form.
    pub(crate) fn source(&self) -> String {
        let mut source = String::new();
        for part in &self.parts {
            match part {
                Part::AnyOne => source.push('?'),
                Part::AnyMany => source.push('*'),
                Part::One('\n') => source.push_str("\\n"),
                Part::One('\t') => source.push_str("\\t"),
                Part::One('\r') => source.push_str("\\r"),
                Part::One(special @ ('?' | '*' | '\\' | '"')) => source.extend(['\\', *special]),
                Part::One(other) => source.push(*other),
            }
        }
        source
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn question_marks_and_stars_match_as_documented() {
        for (pattern, text, expected) in [
            ("true", "true", true),
            ("true", "truer", false),
            ("t?ue", "tüue", true),
            ("t?ue", "tüe", false),
            ("t?ue", "trüe", false),
            ("t?ue", "true", true),
            ("*", "", true),
            ("a*b*c", "a__b_b__c", true),
            ("a*b*c", "a__b_b__", false),
            ("*-09-*", "2001-09-30", true),
            ("\\?x", "?x", true),
            ("\\?x", "ax", false),
            ("", "", true),
            ("", "x", false),
        ] {
            assert_eq!(Pattern::read(pattern).matches(text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn many_stars_do_not_take_exponential_time() {
        let pattern = Pattern::read(&"*a".repeat(40));
        assert!(!pattern.matches(&"b".repeat(10_000)));
        assert!(!pattern.matches(&format!("{}b", "a".repeat(5_000))));
    }
}
