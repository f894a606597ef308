//! The counts of each target, for each group of records.

use std::collections::HashMap;

use datafusion::arrow::array::ArrayRef;
use satsuma_columns::{DataModel, Field};
use satsuma_documents::Block;
use satsuma_engine::{NodeError, require};

use super::Shows;
use super::continuous::Continuous;
use super::models::Target;
use super::symbolic::Symbolic;
use crate::report::{Categories, Shown, in_order};

/// Groups of records: one for each combination of the values of some fields that occurs.
pub(super) struct Groups {
    fields: Vec<Field>,
    categories: Vec<Categories>,
    /// (group of the fields before, number of the value) to group.
    steps: Vec<HashMap<(usize, usize), usize>>,
    /// The numbers of the values of each group.
    keys: Vec<Vec<usize>>,
    /// The first fields make sections, the others columns.
    sections: usize,
}

/// Groups that are shown together.
pub(super) struct Section {
    pub(super) title: String,
    /// The names of its columns, empty where there is only one, and the groups.
    pub(super) partitions: Vec<String>,
    pub(super) groups: Vec<usize>,
}

/// More groups than this no report shows in a useful way.
const MAX_GROUPS: usize = 1_000;

impl Groups {
    pub(super) fn new(
        model: &DataModel,
        names: &[&str],
        keys: usize,
        sections: usize,
    ) -> Result<Self, NodeError> {
        let fields = names.iter().take(keys).map(|name| require(model, name).cloned());
        let fields = fields.collect::<Result<Vec<_>, _>>()?;
        let (categories, steps) = (vec![Categories::default(); keys], vec![HashMap::new(); keys]);
        Ok(Self { fields, categories, steps, keys: Vec::new(), sections })
    }

    /// The group of each record.
    pub(super) fn of(&mut self, columns: &[ArrayRef], rows: usize) -> Result<Vec<usize>, NodeError> {
        let mut groups = vec![0; rows];
        let mut values: Vec<Vec<usize>> = Vec::with_capacity(self.categories.len());
        for ((categories, column), steps) in self.categories.iter_mut().zip(columns).zip(&mut self.steps) {
            let places = categories.places(column);
            for (group, place) in groups.iter_mut().zip(&places) {
                let next = steps.len();
                *group = *steps.entry((*group, *place)).or_insert(next);
            }
            values.push(places);
        }
        for (row, group) in groups.iter().enumerate() {
            if *group >= self.keys.len() {
                let key = values.iter().filter_map(|places| places.get(row)).copied();
                self.keys.push(key.collect());
            }
        }
        match self.keys.len() > MAX_GROUPS {
            true => {
                Err(NodeError::unsupported(format!("there are more than {MAX_GROUPS} groups of records")))
            }
            false => Ok(groups),
        }
    }

    /// The groups in the order of their values.
    pub(super) fn sections(&self, shown: &Shown) -> Vec<Section> {
        let ranks = self.fields.iter().zip(&self.categories).map(|(field, categories)| {
            let mut ranks = vec![0; categories.values().len()];
            for (rank, place) in in_order(field, categories).into_iter().enumerate() {
                if let Some(of_place) = ranks.get_mut(place) {
                    *of_place = rank;
                }
            }
            ranks
        });
        let ranks = ranks.collect::<Vec<_>>();
        let rank = |group: &usize| -> Vec<usize> {
            let key = self.keys.get(*group).into_iter().flatten().zip(&ranks);
            key.map(|(place, ranks)| ranks.get(*place).copied().unwrap_or_default()).collect()
        };
        let mut order: Vec<usize> = (0..self.keys.len()).collect();
        order.sort_by_key(rank);
        let mut sections: Vec<Section> = Vec::new();
        let mut last: Option<&[usize]> = None;
        for group in order {
            let key = self.keys.get(group).map(Vec::as_slice).unwrap_or_default();
            let own = key.get(..self.sections).unwrap_or_default();
            if last != Some(own) || sections.is_empty() {
                sections.push(Section {
                    title: self.name(own, 0, true, shown),
                    partitions: Vec::new(),
                    groups: Vec::new(),
                });
                last = Some(own);
            }
            if let Some(section) = sections.last_mut() {
                let rest = key.get(self.sections..).unwrap_or_default();
                section.partitions.push(self.name(rest, self.sections, false, shown));
                section.groups.push(group);
            }
        }
        sections
    }

    fn name(&self, key: &[usize], from: usize, with_field: bool, shown: &Shown) -> String {
        let fields = self.fields.iter().zip(&self.categories).skip(from);
        let parts = key.iter().zip(fields).filter_map(|(place, (field, categories))| {
            let value = shown.text(categories.values().get(*place)?);
            Some(if with_field { format!("{} = {value}", field.name) } else { value })
        });
        parts.collect::<Vec<_>>().join(", ")
    }
}

/// The counts of a target.
#[expect(clippy::large_enum_variant, reason = "an analysis has a few")]
pub(super) enum Tally {
    Symbolic(Symbolic),
    Continuous(Continuous),
}

impl Tally {
    pub(super) fn new(target: &Target, shows: Shows) -> Self {
        match target.is_symbolic() {
            true => Self::Symbolic(Symbolic::new(target, shows)),
            false => Self::Continuous(Continuous::new(target)),
        }
    }

    /// Counts a batch: the target's column, then those of each model.
    pub(super) fn add(&mut self, columns: &[ArrayRef], groups: &[usize]) -> Result<(), NodeError> {
        match self {
            Self::Symbolic(tally) => tally.add(columns, groups),
            Self::Continuous(tally) => tally.add(columns, groups),
        }
    }

    pub(super) fn blocks(&self, target: &Target, section: &Section, shown: &Shown, blocks: &mut Vec<Block>) {
        match self {
            Self::Symbolic(tally) => tally.blocks(target, section, shown, blocks),
            Self::Continuous(tally) => tally.blocks(target, section, blocks),
        }
    }
}
