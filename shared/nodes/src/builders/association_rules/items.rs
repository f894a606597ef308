//! Items: values and bins of fields, and the records that have them.

use datafusion::arrow::array::RecordBatch;
use satsuma_columns::{DataModel, Field, Measure, Role, Scalar, Values};
use satsuma_engine::{NodeError, require};
use satsuma_mining::association::FieldItem;

use super::options::RuleSettings;
use crate::builders::roles::uninstantiated;
use crate::lookup::Lookup;
use crate::report::numbers;

/// The most values of a nominal and of an ordinal field: the options of stored models.
const MAX_VALUES: (usize, usize) = (250, 50);

/// Bits of all items together: 256 MB.
const MAX_BITS: usize = 2 << 30;

/// The items of a field.
#[derive(Debug, Clone)]
pub(super) enum Kinds {
    /// The true value of a flag.
    True(Lookup),
    /// Each value.
    Values(Vec<Scalar>, Lookup),
    /// Bins up to each of these limits, and one above.
    Bins(Vec<f64>),
}

/// A field with items.
#[derive(Debug, Clone)]
pub(super) struct Used {
    pub(super) field: Field,
    pub(super) kinds: Kinds,
    at: usize,
    /// The number of its first item.
    first: usize,
    leads: bool,
    follows: bool,
}

/// All items, and the number of records.
#[derive(Debug, Clone)]
pub(super) struct Items {
    pub(super) fields: Vec<Used>,
    pub(super) records: usize,
    bits: Vec<Vec<u64>>,
}

impl Items {
    /// # Errors
    /// If values are not known, or a field cannot be used.
    pub(super) fn new(model: &DataModel, rules: &RuleSettings, is_running: bool) -> Result<Self, NodeError> {
        let mut chosen: Vec<(&Field, bool, bool)> = Vec::new();
        if rules.by_role {
            for field in model.fields() {
                let leads = matches!(field.role, Role::Input | Role::Both);
                let follows = matches!(field.role, Role::Target | Role::Both);
                chosen.extend((leads || follows).then_some((field, leads, follows)));
            }
        } else {
            for (names, leads, follows) in [
                (&rules.consequents, false, true),
                (&rules.antecedents, true, false),
                (&rules.both, true, true),
            ] {
                for name in names {
                    chosen.push((require(model, name)?, leads, follows));
                }
            }
        }
        let mut items = Self { fields: Vec::new(), records: 0, bits: Vec::new() };
        for (field, leads, follows) in
            chosen.into_iter().filter(|(field, ..)| field.measure != Measure::Typeless)
        {
            let Some(kinds) = kinds(field, rules.bins, is_running)? else { continue };
            let (at, first) = (model.position(&field.name).unwrap_or_default(), items.bits.len());
            items.bits.resize(first + kinds.count(), Vec::new());
            items.fields.push(Used { field: field.clone(), kinds, at, first, leads, follows });
        }
        let has = |of: fn(&Used) -> bool| items.fields.iter().any(of);
        match has(|used| used.leads) && has(|used| used.follows) {
            true => Ok(items),
            false => {
                let message = "rules need fields for conditions and fields for predictions";
                Err(NodeError::Model(message.to_owned()))
            }
        }
    }

    /// Adds the records of a batch.
    ///
    /// # Errors
    /// If there are too many records.
    pub(super) fn add(&mut self, batch: &RecordBatch) -> Result<(), NodeError> {
        let records = self.records + batch.num_rows();
        if records.saturating_mul(self.bits.len()) > MAX_BITS {
            let most = MAX_BITS / self.bits.len().max(1);
            let message = format!("more than {most} records do not fit into memory; use a sample of them");
            return Err(NodeError::Model(message));
        }
        let words = records.div_ceil(64);
        self.bits.iter_mut().for_each(|bits| bits.resize(words, 0));
        for used in &self.fields {
            let Some(values) = batch.columns().get(used.at) else { continue };
            let (first, start) = (used.first, self.records);
            let bits = &mut self.bits;
            let mut set = |row: usize, item: usize| {
                let record = start + row;
                let word = bits.get_mut(first + item).and_then(|bits| bits.get_mut(record / 64));
                word.into_iter().for_each(|word| *word |= 1 << (record % 64));
            };
            match &used.kinds {
                Kinds::True(lookup) | Kinds::Values(_, lookup) => {
                    for (row, place) in lookup.find(values)?.iter().enumerate() {
                        place.into_iter().for_each(|place| set(row, place as usize));
                    }
                }
                Kinds::Bins(cuts) => {
                    for (row, number) in numbers(values)?.iter().enumerate() {
                        let bin = number.map(|number| cuts.partition_point(|cut| *cut < number));
                        bin.into_iter().for_each(|bin| set(row, bin));
                    }
                }
            }
        }
        self.records = records;
        Ok(())
    }

    /// The items with their records, which are taken out.
    pub(super) fn take(&mut self) -> Vec<FieldItem> {
        let mut bits = std::mem::take(&mut self.bits).into_iter();
        let mut items = Vec::new();
        for (number, used) in self.fields.iter().enumerate() {
            items.extend(bits.by_ref().take(used.kinds.count()).map(|records| FieldItem {
                field: number,
                may_lead: used.leads,
                may_follow: used.follows,
                records,
            }));
        }
        items
    }

    /// The field of an item, and the place of the item in it.
    pub(super) fn find(&self, item: usize) -> Option<(&Used, usize)> {
        let used = self.fields.iter().rfind(|used| used.first <= item)?;
        Some((used, item - used.first))
    }
}

impl Used {
    /// Whether the model is named after the field: it may be predicted.
    pub(super) fn is_target(&self) -> bool {
        self.follows
    }
}

impl Kinds {
    fn count(&self) -> usize {
        match self {
            Self::True(_) => 1,
            Self::Values(values, _) => values.len(),
            Self::Bins(cuts) => cuts.len() + 1,
        }
    }
}

/// The items of a field; `None` if all records have the same.
fn kinds(field: &Field, bins: usize, is_running: bool) -> Result<Option<Kinds>, NodeError> {
    let refused = |message: String| Err(NodeError::unsupported(message));
    match &field.values {
        Values::Unread => Err(uninstantiated(field, is_running)),
        Values::Flag(_, yes) => Ok(Some(Kinds::True(Lookup::new([yes])))),
        Values::Members(members) => {
            let most = if field.measure == Measure::OrderedSet { MAX_VALUES.1 } else { MAX_VALUES.0 };
            if members.len() > most {
                return refused(format!("field {:?} has more than {most} values", field.name));
            }
            Ok(Some(Kinds::Values(members.clone(), Lookup::new(members))))
        }
        Values::Range(low, high) => match (low.as_f64(), high.as_f64()) {
            (Some(low), Some(high)) if low < high && (high - low).is_finite() => {
                let width = (high - low) / bins as f64;
                Ok(Some(Kinds::Bins((1..bins).map(|bin| low + bin as f64 * width).collect())))
            }
            (Some(_), Some(_)) => Ok(None),
            _ => refused(format!("field {:?} holds dates or times; derive a number from it", field.name)),
        },
    }
}
