//! The existing file that a missing id probably means.

use satsuma_domain::ports::ListFiles;
use satsuma_domain::{FileId, InstanceId, StoreError};

/// Most files to compare: one page.
const MAX_COMPARED: usize = 1_000;

/// The upload with the most similar id, if one is similar: other capitals, a missing extension, or a typing
/// error or two.
pub(crate) async fn nearest<F: ListFiles>(
    files: &F,
    instance: &InstanceId,
    id: &FileId,
) -> Result<Option<FileId>, StoreError> {
    let page = files.list_files(instance, None, MAX_COMPARED).await?;
    let wanted = folded(id);
    // At most a third of the letters may differ.
    let most = (wanted.len() / 3).max(1);
    let near = page.items.into_iter().map(|file| (distance(&wanted, &folded(&file)), file));
    Ok(near
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, file)| file))
}

/// The normalized form of an id for the comparison.
fn folded(id: &FileId) -> Vec<char> {
    let lower = id.as_str().to_lowercase();
    lower.strip_suffix(".str").unwrap_or(&lower).chars().collect()
}

/// Number of letters to insert, delete or replace (Levenshtein distance).
fn distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, letter) in (1..).zip(one) {
        let mut diagonal = above - 1;
        let mut left = above;
        for (cell, opposite) in row.iter_mut().zip(std::iter::once(None).chain(other.iter().map(Some))) {
            let Some(opposite) = opposite else {
                *cell = above;
                continue;
            };
            let replaced = diagonal + usize::from(letter != opposite);
            diagonal = *cell;
            *cell = replaced.min(left + 1).min(*cell + 1);
            left = *cell;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use satsuma_domain::file::{FileKey, FileName};
    use satsuma_domain::ports::PutFile;
    use satsuma_domain::testing::Memory;

    use super::*;

    #[test]
    fn the_distance_counts_letters() {
        let letters = |text: &str| text.chars().collect::<Vec<char>>();
        for (one, other, expected) in [
            ("", "", 0),
            ("", "ab", 2),
            ("ab", "", 2),
            ("kitten", "sitting", 3),
            ("drug", "drgu", 2),
            ("a", "a", 0),
        ] {
            assert_eq!(distance(&letters(one), &letters(other)), expected, "{one} {other}");
        }
    }

    #[tokio::test]
    async fn the_file_that_was_meant_is_found_and_no_other_is() {
        let store = Memory::default();
        let instance = InstanceId::new("acme").unwrap();
        for id in ["Drug_cap.str", "customers.csv"] {
            let name = FileName::Upload(FileId::new(id).unwrap());
            let key = FileKey { instance: instance.clone(), name };
            store.put_file(&key, "", Bytes::from_static(b"1")).await.unwrap();
        }
        for (id, expected) in [("drug_cap", "Drug_cap.str"), ("drugcap.STR", "Drug_cap.str"), ("xyz", "")] {
            let found = nearest(&store, &instance, &FileId::new(id).unwrap()).await.unwrap();
            assert_eq!(found.map(String::from).unwrap_or_default(), expected, "{id}");
        }
    }
}
