//! Right and wrong predictions of categories.

use std::collections::HashMap;

use datafusion::arrow::array::{Array, ArrayRef};
use satsuma_documents::{Block, Cell, Table};
use satsuma_engine::NodeError;

use super::confidence::{self, Scored};
use super::models::Target;
use super::tally::Section;
use super::{Shows, by_partition, comparing};
use crate::report::{Categories, Shown, in_order, numbers};

/// Predictions of one target.
pub(super) struct Symbolic {
    name: String,
    shows: Shows,
    categories: Categories,
    /// The number of the true value of a flag.
    hit: Option<usize>,
    models: Vec<OfModel>,
    /// Agreement of all models, by group.
    agreement: Vec<Agreement>,
}

/// Predictions of one model.
struct OfModel {
    predicted: usize,
    confidence: Option<usize>,
    score: Option<usize>,
    groups: Vec<OfGroup>,
}

/// Predictions of one model for a group of records.
#[derive(Debug, Clone, Default)]
pub(super) struct OfGroup {
    /// Records by the numbers of actual and predicted category.
    counts: HashMap<(usize, usize), u64>,
    /// Confidence or score of each record, where they are analysed.
    pub(super) confidences: Vec<Scored>,
    pub(super) scores: Vec<Scored>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Agreement {
    agree: u64,
    disagree: u64,
    right: u64,
}

/// Records whose confidences are kept in memory, over all models of a target: 16 bytes each.
const MAX_SCORED: usize = 20_000_000;

impl OfGroup {
    pub(super) fn right(&self) -> u64 {
        self.counts
            .iter()
            .filter(|((actual, predicted), _)| actual == predicted)
            .map(|(_, count)| count)
            .sum()
    }

    pub(super) fn total(&self) -> u64 {
        self.counts.values().sum()
    }
}

impl Symbolic {
    pub(super) fn new(target: &Target, shows: Shows) -> Self {
        let mut categories = Categories::default();
        for member in target.field.values.members() {
            categories.place(&member);
        }
        let mut next = 1;
        let mut place = |is_there: bool| {
            is_there.then(|| {
                next += 1;
                next - 1
            })
        };
        let models = target.models.iter().map(|model| OfModel {
            predicted: place(true).unwrap_or_default(),
            confidence: place(model.confidence.is_some()),
            score: place(model.score.is_some()),
            groups: Vec::new(),
        });
        let models = models.collect();
        let hit = target.field.values.true_value().and_then(|hit| categories.find(hit));
        Self { name: target.field.name.clone(), shows, categories, hit, models, agreement: Vec::new() }
    }

    pub(super) fn add(&mut self, columns: &[ArrayRef], groups: &[usize]) -> Result<(), NodeError> {
        let Some(column) = columns.first() else { return Ok(()) };
        let actual = self.categories.places(column);
        let most = groups.iter().max().map_or(0, |group| group + 1);
        let mut all: Vec<Vec<usize>> = Vec::with_capacity(self.models.len());
        let mut scored = 0;
        for model in &mut self.models {
            let Some(column) = columns.get(model.predicted) else { continue };
            let predicted = self.categories.places(column);
            if model.groups.len() < most {
                model.groups.resize(most, OfGroup::default());
            }
            for ((group, actual), predicted) in groups.iter().zip(&actual).zip(&predicted) {
                if let Some(of_group) = model.groups.get_mut(*group) {
                    *of_group.counts.entry((*actual, *predicted)).or_default() += 1;
                }
            }
            model.add_scores(columns, groups, (&actual, &predicted), self.shows, self.hit)?;
            scored +=
                model.groups.iter().map(|group| group.confidences.len() + group.scores.len()).sum::<usize>();
            all.push(predicted);
        }
        self.categories.bounded(&self.name)?;
        if scored > MAX_SCORED {
            let message = "too many records for confidence figures and AUC; sample them, or switch both off";
            return Err(NodeError::unsupported(message));
        }
        self.add_agreement(groups, &actual, &all);
        Ok(())
    }

    fn add_agreement(&mut self, groups: &[usize], actual: &[usize], all: &[Vec<usize>]) {
        let Some((first, others)) = all.split_first().filter(|(_, others)| !others.is_empty()) else {
            return;
        };
        for ((row, group), (actual, predicted)) in groups.iter().enumerate().zip(actual.iter().zip(first)) {
            if self.agreement.len() <= *group {
                self.agreement.resize(group + 1, Agreement::default());
            }
            let Some(agreement) = self.agreement.get_mut(*group) else { continue };
            if others.iter().all(|other| other.get(row) == Some(predicted)) {
                agreement.agree += 1;
                agreement.right += u64::from(actual == predicted);
            } else {
                agreement.disagree += 1;
            }
        }
    }

    pub(super) fn blocks(&self, target: &Target, section: &Section, shown: &Shown, blocks: &mut Vec<Block>) {
        let none = OfGroup::default();
        for (at, model) in self.models.iter().enumerate() {
            let of = |group: &usize| model.groups.get(*group).unwrap_or(&none);
            let counts =
                section.groups.iter().map(|group| [of(group).right(), of(group).total() - of(group).right()]);
            let counts = counts.collect::<Vec<_>>();
            blocks.push(Block::Table(shares(
                comparing(target, at),
                &section.partitions,
                ["Correct", "Wrong"],
                &counts,
            )));
            for (partition, group) in section.partitions.iter().zip(&section.groups) {
                if self.shows.coincidence {
                    blocks.push(Block::Table(self.coincidence(target, at, partition, of(group), shown)));
                }
            }
            if let (true, Some(_)) = (self.shows.evaluation, self.hit) {
                let mut table =
                    by_partition("Evaluation Metrics".to_owned(), "", &section.partitions, &["Value"]);
                let auc =
                    section.groups.iter().map(|group| confidence::auc(&of(group).scores)).collect::<Vec<_>>();
                let cells = |value: &dyn Fn(f64) -> f64| {
                    auc.iter().map(|auc| Cell::real(auc.map(value), 3)).collect::<Vec<_>>()
                };
                table.push(std::iter::once(Cell::text("AUC")).chain(cells(&|auc| auc)));
                table.push(std::iter::once(Cell::text("Gini")).chain(cells(&|auc| 2.0 * auc - 1.0)));
                blocks.push(Block::Table(table));
            }
            if let (true, Some(name)) =
                (self.shows.confidence, target.models.get(at).and_then(|model| model.confidence.as_ref()))
            {
                let groups = section.groups.iter().map(of).collect::<Vec<_>>();
                blocks.push(Block::Table(confidence::figures(
                    name,
                    &section.partitions,
                    &groups,
                    self.shows,
                )));
            }
        }
        if self.models.len() > 1 {
            let of = |group: &usize| self.agreement.get(*group).copied().unwrap_or_default();
            let names =
                target.models.iter().map(|model| model.predicted.as_str()).collect::<Vec<_>>().join(" ");
            let counts =
                section.groups.iter().map(|group| [of(group).agree, of(group).disagree]).collect::<Vec<_>>();
            let caption = format!("Agreement between {names}");
            blocks.push(Block::Table(shares(caption, &section.partitions, ["Agree", "Disagree"], &counts)));
            let counts =
                section.groups.iter().map(|group| [of(group).right, of(group).agree - of(group).right]);
            let caption = format!("Comparing Agreement with {}", target.field.name);
            blocks.push(Block::Table(shares(
                caption,
                &section.partitions,
                ["Correct", "Wrong"],
                &counts.collect::<Vec<_>>(),
            )));
        }
    }

    /// Rows are actual, columns predicted categories.
    fn coincidence(
        &self,
        target: &Target,
        at: usize,
        partition: &str,
        group: &OfGroup,
        shown: &Shown,
    ) -> Table {
        let occurs = |place: &usize| {
            group.counts.keys().any(|(actual, predicted)| actual == place || predicted == place)
        };
        let order = in_order(&target.field, &self.categories).into_iter().filter(occurs).collect::<Vec<_>>();
        let name = |place: &usize| {
            self.categories.values().get(*place).map(|value| shown.text(value)).unwrap_or_default()
        };
        let prediction = target.models.get(at).map(|model| model.predicted.as_str()).unwrap_or_default();
        let mut caption = format!("Coincidence Matrix for {prediction} (rows show actuals)");
        if !partition.is_empty() {
            caption = format!("{caption}: {partition}");
        }
        let columns = std::iter::once(target.field.name.clone()).chain(order.iter().map(name));
        let mut table = Table::new(caption, columns).with_row_headings(1);
        for actual in &order {
            if !group.counts.keys().any(|(of_actual, _)| of_actual == actual) {
                continue;
            }
            let counts = order.iter().map(|predicted| {
                Cell::count(group.counts.get(&(*actual, *predicted)).copied().unwrap_or_default())
            });
            table.push(std::iter::once(Cell::text(name(actual))).chain(counts));
        }
        table
    }
}

impl OfModel {
    fn add_scores(
        &mut self,
        columns: &[ArrayRef],
        groups: &[usize],
        (actual, predicted): (&[usize], &[usize]),
        shows: Shows,
        hit: Option<usize>,
    ) -> Result<(), NodeError> {
        let confidences = self.confidence.and_then(|at| columns.get(at)).map(numbers).transpose()?;
        if let (true, Some(confidences)) = (shows.confidence, &confidences) {
            for ((row, group), (actual, predicted)) in
                groups.iter().enumerate().zip(actual.iter().zip(predicted))
            {
                if let Some(of_group) = self.groups.get_mut(*group).filter(|_| confidences.is_valid(row)) {
                    of_group
                        .confidences
                        .push(Scored { score: confidences.value(row), holds: actual == predicted });
                }
            }
        }
        let (true, Some(hit)) = (shows.evaluation, hit) else { return Ok(()) };
        let scores = self.score.and_then(|at| columns.get(at)).map(numbers).transpose()?;
        let score = |row: usize, predicted: usize| match (&scores, &confidences) {
            (Some(scores), _) => scores.is_valid(row).then(|| scores.value(row)),
            // Of a model without a propensity, confidence ranks: the true value above, the false value below the middle.
            (None, Some(confidences)) if confidences.is_valid(row) => {
                let half = confidences.value(row) / 2.0;
                Some(if predicted == hit { 0.5 + half } else { 0.5 - half })
            }
            (None, _) => None,
        };
        for ((row, group), (actual, predicted)) in groups.iter().enumerate().zip(actual.iter().zip(predicted))
        {
            if let (Some(of_group), Some(score)) = (self.groups.get_mut(*group), score(row, *predicted)) {
                of_group.scores.push(Scored { score, holds: *actual == hit });
            }
        }
        Ok(())
    }
}

/// A table of two counts and their sum, with percent, for each partition.
fn shares(caption: String, partitions: &[String], names: [&str; 2], counts: &[[u64; 2]]) -> Table {
    let mut table = by_partition(caption, "", partitions, &["Records", "%"]);
    let totals = counts.iter().map(|[one, two]| one + two).collect::<Vec<_>>();
    for (at, name) in names.into_iter().enumerate() {
        let cells = counts.iter().zip(&totals).flat_map(|(counts, total)| {
            let count = counts.get(at).copied().unwrap_or_default();
            [Cell::count(count), Cell::real(percent(count, *total), 2)]
        });
        table.push(std::iter::once(Cell::text(name)).chain(cells));
    }
    let cells = totals.iter().flat_map(|total| [Cell::count(*total), Cell::Empty]);
    table.push(std::iter::once(Cell::text("Total")).chain(cells));
    table
}

fn percent(count: u64, total: u64) -> Option<f64> {
    (total > 0).then(|| 100.0 * count as f64 / total as f64)
}
