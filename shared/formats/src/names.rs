//! Unique field names.

use std::collections::{HashMap, HashSet};

/// The names in order. A repeated name gets the lowest number from 1 that makes it unique.
pub(crate) fn unique_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let names: Vec<&str> = names.into_iter().collect();
    // Names of the file have priority over numbered ones.
    let given: HashSet<&str> = names.iter().copied().collect();
    let mut used: HashSet<String> = HashSet::with_capacity(names.len());
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut unique = Vec::with_capacity(names.len());
    for name in names {
        let mut candidate = name.to_owned();
        while used.contains(&candidate) || (candidate != name && given.contains(candidate.as_str())) {
            let number = numbers.entry(name).or_default();
            *number += 1;
            candidate = format!("{name}{number}");
        }
        used.insert(candidate.clone());
        unique.push(candidate);
    }
    unique
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_name_gets_the_next_free_number() {
        assert_eq!(unique_names(["a", "b", "a", "a1", "a"]), ["a", "b", "a2", "a1", "a3"]);
    }
}
