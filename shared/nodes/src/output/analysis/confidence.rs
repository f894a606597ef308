//! Confidences of predictions, and the area under the ROC curve.

use satsuma_documents::{Cell, Table};

use super::symbolic::OfGroup;
use super::{Shows, by_partition};

/// A confidence, and a share of the records.
type Figure = (Option<f64>, Option<f64>);

/// A record's confidence or score, and whether what it speaks for holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scored {
    pub(super) score: f64,
    pub(super) holds: bool,
}

/// The area under the ROC curve: the share of pairs of a hit and another record in which the hit has the higher score;
/// equal scores count half (IBM's gains tables: ties are diagonal steps). `None` without hits or without others.
pub(super) fn auc(scores: &[Scored]) -> Option<f64> {
    let mut sorted = scores.to_vec();
    sorted.sort_by(|one, two| one.score.total_cmp(&two.score));
    let (mut others, mut won) = (0.0, 0.0);
    for block in sorted.chunk_by(|one, two| one.score == two.score) {
        let hits = block.iter().filter(|record| record.holds).count() as f64;
        let misses = block.len() as f64 - hits;
        won += hits * (others + misses / 2.0);
        others += misses;
    }
    let hits = scores.len() as f64 - others;
    (hits > 0.0 && others > 0.0).then(|| won / (hits * others))
}

/// The figures of IBM's "Confidence values report". The figure *fold correct above* is left out: "accuracy X times better"
/// means several things.
pub(super) fn figures(name: &str, partitions: &[String], groups: &[&OfGroup], shows: Shows) -> Table {
    let caption = format!("Confidence Values Report for {name}");
    let mut table = by_partition(caption, "", partitions, &["Value", "% of records"]);
    let sorted = groups.iter().map(|group| {
        let mut records = group.confidences.clone();
        records.sort_by(|one, two| one.score.total_cmp(&two.score));
        records
    });
    let sorted = sorted.collect::<Vec<_>>();
    let mut row = |name: String, figure: &dyn Fn(&[Scored]) -> Figure| {
        let cells = sorted.iter().flat_map(|records| {
            let (value, share) = figure(records);
            [Cell::real(value, 3), Cell::real(share, 2)]
        });
        table.push(std::iter::once(Cell::Text(name)).chain(cells));
    };
    row("Lowest".to_owned(), &|records| (records.first().map(|record| record.score), None));
    row("Highest".to_owned(), &|records| (records.last().map(|record| record.score), None));
    row("Mean Correct".to_owned(), &|records| (mean(records, true), None));
    row("Mean Incorrect".to_owned(), &|records| (mean(records, false), None));
    row("Always Correct Above".to_owned(), &|records| {
        let last_wrong = records.iter().rev().find(|record| !record.holds).map(|record| record.score);
        above(records, last_wrong)
    });
    row("Always Incorrect Below".to_owned(), &|records| {
        let first_right = records.iter().find(|record| record.holds).map(|record| record.score);
        let Some(limit) = first_right else { return (None, None) };
        let below = records.iter().filter(|record| record.score < limit).count();
        (Some(limit), share(below, records))
    });
    let wanted = shows.threshold / 100.0;
    row(format!("{}% Accuracy Above", satsuma_documents::shortest(shows.threshold)), &|records| {
        accurate(records, wanted)
    });
    table
}

fn mean(records: &[Scored], holds: bool) -> Option<f64> {
    let of_kind = records.iter().filter(|record| record.holds == holds);
    let (count, sum) = of_kind.fold((0_u64, 0.0), |(count, sum), record| (count + 1, sum + record.score));
    (count > 0).then(|| sum / count as f64)
}

fn share(count: usize, records: &[Scored]) -> Option<f64> {
    (!records.is_empty()).then(|| 100.0 * count as f64 / records.len() as f64)
}

/// The limit and the share of records above it; without one all records are.
fn above(records: &[Scored], limit: Option<f64>) -> (Option<f64>, Option<f64>) {
    match limit {
        Some(limit) => {
            let count = records.iter().filter(|record| record.score > limit).count();
            (Some(limit), share(count, records))
        }
        None => (records.first().map(|record| record.score), share(records.len(), records)),
    }
}

/// The lowest confidence from which on the share of right predictions is as wanted, and the share of such records.
fn accurate(records: &[Scored], wanted: f64) -> (Option<f64>, Option<f64>) {
    let (mut right, mut count) = (0_usize, 0_usize);
    let mut best = None;
    for block in records.chunk_by(|one, two| one.score == two.score).collect::<Vec<_>>().into_iter().rev() {
        right += block.iter().filter(|record| record.holds).count();
        count += block.len();
        if right as f64 / count as f64 >= wanted {
            best = block.first().map(|record| (record.score, count));
        }
    }
    best.map_or((None, None), |(score, count)| (Some(score), share(count, records)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_counts_equal_scores_half() {
        let record = |score, holds| Scored { score, holds };
        assert_eq!(auc(&[record(0.9, true), record(0.1, false)]), Some(1.0));
        assert_eq!(auc(&[record(0.5, true), record(0.5, false)]), Some(0.5));
        let mixed = [record(0.8, true), record(0.6, false), record(0.4, true), record(0.2, false)];
        assert_eq!(auc(&mixed), Some(0.75));
        assert_eq!(auc(&[record(0.5, true)]), None);
    }
}
