//! The known name nearest to a misspelt one.

/// The nearest name, if it is near enough: the edit distance is at most a third of the length.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let limit = (name.chars().count() / 3).max(1);
    // A comparison with a long list of long names would be too slow.
    let near = known.take(MAX_NAMES).filter(|other| other.len().abs_diff(name.len()) <= 4 * limit);
    let measured = near.map(|other| (distance(&name.to_lowercase(), &other.to_lowercase()), other));
    measured.filter(|(distance, _)| *distance <= limit).min().map(|(_, other)| other.to_owned())
}

/// Names that are compared with a misspelt one; tables have thousands at most.
const MAX_NAMES: usize = 20_000;

/// Characters that are compared; beyond them names count as equal.
const MAX_LENGTH: usize = 64;

/// Levenshtein's distance.
fn distance(one: &str, two: &str) -> usize {
    let two: Vec<char> = two.chars().take(MAX_LENGTH).collect();
    let mut row: Vec<usize> = (0..=two.len()).collect();
    for (i, a) in one.chars().take(MAX_LENGTH).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, b) in row.iter_mut().skip(1).zip(&two) {
            let best = (diagonal + usize::from(a != *b)).min(*cell + 1).min(left + 1);
            diagonal = *cell;
            *cell = best;
            left = best;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_not() {
        let names = ["Age", "Income", "CreditScore"];
        assert_eq!(nearest("age", names.into_iter()).as_deref(), Some("Age"));
        assert_eq!(nearest("Incmoe", names.into_iter()).as_deref(), Some("Income"));
        assert_eq!(nearest("Weight", names.into_iter()), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
