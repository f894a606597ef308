//! `AssociationModel`.
//!
//! <https://dmg.org/pmml/v4-4/AssociationRules.html>

use std::collections::HashMap;

use crate::common::ModelHeader;
use crate::error::{Location, PmmlError};
use crate::limits::{MAX_MATRIX_CELLS, MAX_NODES};
use crate::xml::Node;

/// Association rules.
#[derive(Debug, Clone)]
pub struct AssociationModel {
    /// The properties of all models.
    pub header: ModelHeader,
    /// The items.
    pub items: Vec<Item>,
    /// Sets of items, by place.
    pub itemsets: Vec<Itemset>,
    /// The rules, in order.
    pub rules: Vec<AssociationRule>,
}

/// A property that a record may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its name: IBM writes `field=value`, or the name of a flag.
    pub value: String,
    /// The field, if stated.
    pub field: Option<String>,
    /// The field's value, if stated.
    pub category: Option<String>,
    /// Where it is defined.
    pub location: Location,
}

/// A set of items.
#[derive(Debug, Clone, PartialEq)]
pub struct Itemset {
    /// Places of its items.
    pub items: Vec<usize>,
    /// Fraction of training records that have all of them.
    pub support: Option<f64>,
}

/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub struct AssociationRule {
    /// Its id, or its number from 1.
    pub id: String,
    /// Index of its antecedent.
    pub antecedent: usize,
    /// Index of its consequent.
    pub consequent: usize,
    /// Fraction of training records that have all items of both.
    pub support: f64,
    /// Confidence: the fraction with the consequent among the training records with the antecedent.
    pub confidence: f64,
    /// Confidence divided by the fraction of training records with the consequent.
    pub lift: Option<f64>,
}

impl AssociationModel {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let attributes = [
            "numberOfTransactions",
            "maxNumberOfItemsPerTA",
            "avgNumberOfItemsPerTA",
            "minimumSupport",
            "minimumConfidence",
            "lengthLimit",
            "numberOfItems",
            "numberOfItemsets",
            "numberOfRules",
        ];
        let header = ModelHeader::read(node, &attributes, &["Item", "Itemset", "AssociationRule"])?;
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut items = Vec::new();
        for item in node.all("Item") {
            item.expect(&["id", "value", "mappedValue", "weight", "field", "category"], &[])?;
            if places.insert(item.required("id")?, items.len()).is_some() {
                return Err(item.invalid("a second item of this id"));
            }
            items.push(Item {
                value: item.required("value")?.to_owned(),
                field: item.owned("field"),
                category: item.owned("category"),
                location: item.location(),
            });
        }
        let mut sets: HashMap<&str, usize> = HashMap::new();
        let mut itemsets = Vec::new();
        let mut cells = 0;
        for set in node.all("Itemset") {
            set.expect(&["id", "support", "numberOfItems"], &["ItemRef"])?;
            let mut refs = Vec::new();
            for item in set.all("ItemRef") {
                item.expect(&["itemRef"], &[])?;
                let id = item.required("itemRef")?;
                refs.push(*places.get(id).ok_or_else(|| item.invalid(format!("no item {id:?}")))?);
            }
            cells += refs.len();
            if cells > MAX_MATRIX_CELLS {
                return Err(node.limit("items of sets", MAX_MATRIX_CELLS));
            }
            if sets.insert(set.required("id")?, itemsets.len()).is_some() {
                return Err(set.invalid("a second set of this id"));
            }
            itemsets.push(Itemset { items: refs, support: set.number("support")? });
        }
        let mut rules = Vec::new();
        for rule in node.all("AssociationRule") {
            if rules.len() >= MAX_NODES {
                return Err(node.limit("rules", MAX_NODES));
            }
            let attributes =
                ["id", "antecedent", "consequent", "support", "confidence", "lift", "leverage", "affinity"];
            rule.expect(&attributes, &[])?;
            let set = |name: &str| -> Result<usize, PmmlError> {
                let id = rule.required(name)?;
                sets.get(id).copied().ok_or_else(|| rule.invalid(format!("no itemset {id:?}")))
            };
            rules.push(AssociationRule {
                id: rule.owned("id").unwrap_or_else(|| (rules.len() + 1).to_string()),
                antecedent: set("antecedent")?,
                consequent: set("consequent")?,
                support: rule.required_number("support")?,
                confidence: rule.required_number("confidence")?,
                lift: rule.number("lift")?,
            });
        }
        if rules.is_empty() {
            return Err(node.invalid("no AssociationRule element"));
        }
        Ok(Self { header, items, itemsets, rules })
    }

    /// The names of a set's items.
    pub fn names(&self, set: usize) -> Vec<&str> {
        let items = self.itemsets.get(set).map(|set| set.items.as_slice()).unwrap_or_default();
        items.iter().filter_map(|place| self.items.get(*place)).map(|item| item.value.as_str()).collect()
    }
}
