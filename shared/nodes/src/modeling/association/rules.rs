//! Association rules, and the rules that match a record.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array, Int64Array, StringArray};
use satsuma_columns::{Scalar, Storage};
use satsuma_engine::{Encoded, Kernel, Kind, NodeError};
use satsuma_stream::{Element, Value};
use serde::{Deserialize, Serialize};

use super::PREDICTIONS;

/// The criterion for ranking rules, in descending order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Ranking {
    Confidence,
    Support,
    RuleSupport,
    Lift,
    Deployability,
}

/// The rules that count, by whether the record has their prediction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Presence {
    NotInBasket,
    InBasket,
    Any,
}

/// Scoring options of rules.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Options {
    pub(super) predictions: usize,
    pub(super) ranking: Ranking,
    pub(super) repeat: bool,
    pub(super) presence: Presence,
}

/// A field has a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Item {
    field: String,
    value: Scalar,
}

/// A rule of a model.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Rule {
    antecedent: Vec<Item>,
    consequent: Item,
    /// The name of the prediction.
    name: String,
    id: i64,
    /// From 0 to 100.
    confidence: f64,
    support: f64,
    rule_support: f64,
    lift: f64,
    deployability: f64,
}

/// The rules of a model, best first.
#[derive(Debug)]
pub(super) struct Rules {
    options: Options,
    fields: Vec<String>,
    /// All items, with the index of their field.
    items: Vec<(usize, Scalar)>,
    rules: Vec<Ranked>,
    encoded: Encoded,
}

#[derive(Debug)]
struct Ranked {
    antecedent: Vec<usize>,
    consequent: usize,
    name: String,
    id: i64,
    confidence: f64,
}

impl Ranking {
    pub(super) fn of(text: &str) -> Option<Self> {
        Some(match text {
            "confidence" => Self::Confidence,
            "support" => Self::Support,
            "ruleSupport" => Self::RuleSupport,
            "lift" => Self::Lift,
            "deployability" => Self::Deployability,
            _ => return None,
        })
    }

    fn figure(self, rule: &Rule) -> f64 {
        match self {
            Self::Confidence => rule.confidence,
            Self::Support => rule.support,
            Self::RuleSupport => rule.rule_support,
            Self::Lift => rule.lift,
            Self::Deployability => rule.deployability,
        }
    }
}

impl Presence {
    pub(super) fn of(text: &str) -> Option<Self> {
        Some(match text {
            "notInBasket" => Self::NotInBasket,
            "inBasket" => Self::InBasket,
            "noCheck" => Self::Any,
            _ => return None,
        })
    }
}

impl Rule {
    /// Reads a `rule` element.
    ///
    /// # Errors
    /// An unsupported or damaged part.
    pub(super) fn from_element(element: &Element) -> Result<Self, String> {
        let number = |name: &str| {
            let text = element.text_of(name).ok_or_else(|| format!("a rule has no {name}"))?;
            let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
            number.ok_or_else(|| format!("{name} {text:?} of a rule is not a number"))
        };
        let id = element.text_of("ruleId").ok_or("a rule has no ruleId")?;
        let consequent = element.child("consequent").ok_or("a rule has no consequent")?;
        let item = Item::from_element(consequent)?;
        let name = consequent.attr("name").map_or_else(|| item.name(), str::to_owned);
        Ok(Self {
            antecedent: element.child("antecedent").map_or(Ok(Vec::new()), |list| items(list))?,
            consequent: item,
            name,
            id: id.trim().parse().map_err(|_| format!("ruleId {id:?} is not a whole number"))?,
            confidence: number("confidence")?,
            support: number("support")?,
            rule_support: number("ruleSupport")?,
            lift: number("lift")?,
            deployability: number("deployability")?,
        })
    }
}

fn class(element: &Element) -> &str {
    element.attr("class").and_then(|class| class.rsplit('.').next()).unwrap_or_default()
}

fn items(element: &Element) -> Result<Vec<Item>, String> {
    match class(element) {
        "SimpleCondition" => Ok(vec![Item::from_element(element)?]),
        "TrueCondition" => Ok(Vec::new()),
        "LogicalCondition" => {
            if element.text_of("op").as_deref() != Some("and") {
                return Err("only antecedents joined by \"and\" are supported".to_owned());
            }
            let children = element.child("children").into_iter();
            children.flat_map(|list| list.elements()).map(|child| Item::from_element(child)).collect()
        }
        other => Err(format!("antecedents of the kind {other:?} are not supported")),
    }
}

impl Item {
    fn from_element(element: &Element) -> Result<Self, String> {
        if class(element) != "SimpleCondition" {
            return Err(format!("items of the kind {:?} are not supported", class(element)));
        }
        let op = element.text_of("op").unwrap_or_default();
        if op != "equal" {
            return Err(format!("items with the comparison {op:?} are not supported"));
        }
        let field = element.text_of("field").ok_or("an item has no field")?.into_owned();
        let value = element.child("value").and_then(|value| Value::from_element(value).ok());
        let value = value.and_then(|value| Scalar::of_stream(&value));
        Ok(Self { value: value.ok_or_else(|| format!("the item {field:?} has no value"))?, field })
    }

    fn name(&self) -> String {
        let value = match &self.value {
            Scalar::String(text) => text.to_string(),
            Scalar::Integer(number) => number.to_string(),
            Scalar::Real(number) => number.to_string(),
            other => format!("{other:?}"),
        };
        format!("{} = {value}", self.field)
    }
}

/// The kind of these kernels.
pub(crate) static RULES: Kind = Kind::kernel("rules", 1, |found| {
    let (all, options): (_, Options) = found.settings()?;
    match options.predictions <= PREDICTIONS {
        true => Ok(Arc::new(Rules::new(all, options)?)),
        false => Err(found.damaged("it has too many predictions")),
    }
});

impl Rules {
    pub(super) fn new(mut all: Vec<Rule>, options: Options) -> Result<Self, NodeError> {
        // A stable sort: rules with equal criteria keep the order of the model.
        all.sort_by(|one, two| options.ranking.figure(two).total_cmp(&options.ranking.figure(one)));
        let (mut fields, mut items): (Vec<String>, Vec<(usize, Scalar)>) = (Vec::new(), Vec::new());
        let mut place = |item: &Item| {
            let field = fields.iter().position(|field| *field == item.field).unwrap_or_else(|| {
                fields.push(item.field.clone());
                fields.len() - 1
            });
            let same = |(of, value): &(usize, Scalar)| *of == field && *value == item.value;
            items.iter().position(same).unwrap_or_else(|| {
                items.push((field, item.value.clone()));
                items.len() - 1
            })
        };
        let rules = all.iter().map(|rule| Ranked {
            antecedent: rule.antecedent.iter().map(&mut place).collect(),
            consequent: place(&rule.consequent),
            name: rule.name.clone(),
            id: rule.id,
            confidence: rule.confidence / 100.0,
        });
        let rules = rules.collect::<Vec<_>>();
        let encoded = RULES.encode(&(&all, options))?;
        Ok(Self { options, fields, items, rules, encoded })
    }

    /// The fields that the rules read, in the order of the kernel's inputs.
    pub(super) fn fields(&self) -> &[String] {
        &self.fields
    }

    /// The rules listed for a record, from the items that it has.
    fn listed(&self, has: &[bool], list: &mut Vec<usize>) {
        list.clear();
        for (place, rule) in self.rules.iter().enumerate() {
            if list.len() >= self.options.predictions {
                break;
            }
            let holds = |item: &usize| has.get(*item).copied().unwrap_or(false);
            let wanted = match self.options.presence {
                Presence::NotInBasket => !holds(&rule.consequent),
                Presence::InBasket => holds(&rule.consequent),
                Presence::Any => true,
            };
            let same = |listed: &usize| {
                self.rules.get(*listed).is_some_and(|listed| listed.consequent == rule.consequent)
            };
            if wanted && rule.antecedent.iter().all(holds) && (self.options.repeat || !list.iter().any(same))
            {
                list.push(place);
            }
        }
    }
}

/// Marks the cells of a column that equal a value.
fn cells(column: &ArrayRef, value: &Scalar, rows: usize) -> Vec<bool> {
    let storage = Storage::of_arrow(column.data_type());
    match storage.and_then(|storage| value.to_storage(storage)) {
        // A field of another storage never has the value.
        None => vec![false; rows],
        Some(value) => (0..rows).map(|row| Scalar::at(column, row) == value).collect(),
    }
}

impl Kernel for Rules {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn compute(&self, inputs: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, NodeError> {
        let missing = || NodeError::Model("a field of a rule is missing".to_owned());
        let mut columns = Vec::with_capacity(self.items.len());
        for (field, value) in &self.items {
            columns.push(cells(inputs.get(*field).ok_or_else(missing)?, value, rows));
        }
        let mut chosen: Vec<Vec<Option<usize>>> = vec![Vec::with_capacity(rows); self.options.predictions];
        let (mut has, mut list) = (vec![false; self.items.len()], Vec::new());
        for row in 0..rows {
            for (has, column) in has.iter_mut().zip(&columns) {
                *has = column.get(row).copied().unwrap_or(false);
            }
            self.listed(&has, &mut list);
            for (place, column) in chosen.iter_mut().enumerate() {
                column.push(list.get(place).copied());
            }
        }
        let mut outputs: Vec<ArrayRef> = Vec::with_capacity(3 * chosen.len());
        for column in chosen {
            let rules = || column.iter().map(|place| self.rules.get((*place)?));
            outputs.push(Arc::new(rules().map(|rule| Some(rule?.name.as_str())).collect::<StringArray>()));
            outputs.push(Arc::new(rules().map(|rule| Some(rule?.confidence)).collect::<Float64Array>()));
            outputs.push(Arc::new(rules().map(|rule| Some(rule?.id)).collect::<Int64Array>()));
        }
        Ok(outputs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(field: &str) -> Item {
        Item { field: field.to_owned(), value: Scalar::text("T") }
    }

    fn rule(antecedent: &[&str], consequent: &str, id: i64, confidence: f64) -> Rule {
        Rule {
            antecedent: antecedent.iter().map(|field| item(field)).collect(),
            consequent: item(consequent),
            name: consequent.to_owned(),
            id,
            confidence,
            support: 100.0 - confidence,
            rule_support: 1.0,
            lift: 1.0,
            deployability: 1.0,
        }
    }

    fn scored(options: Options) -> Vec<Option<i64>> {
        let all = vec![
            rule(&["bread", "cheese"], "wine", 1, 60.0),
            rule(&["cheese"], "wine", 2, 80.0),
            rule(&["cheese"], "fruit", 3, 50.0),
            rule(&["cheese"], "bread", 4, 90.0),
        ];
        let rules = Rules::new(all, options).unwrap();
        let texts = |texts: &[&str]| -> ArrayRef { Arc::new(StringArray::from(texts.to_vec())) };
        let columns = rules.fields().iter().map(|field| match field.as_str() {
            "bread" | "cheese" => texts(&["T"]),
            _ => texts(&["F"]),
        });
        let outputs = rules.compute(&columns.collect::<Vec<_>>(), 1).unwrap();
        outputs
            .iter()
            .skip(2)
            .step_by(3)
            .map(|ids| match Scalar::at(ids, 0) {
                Scalar::Integer(id) => Some(id),
                _ => None,
            })
            .collect()
    }

    /// IBM: "Association Rule Model Nugget Settings".
    #[test]
    fn options_choose_the_rules_that_are_listed() {
        let options = Options {
            predictions: 3,
            ranking: Ranking::Confidence,
            repeat: false,
            presence: Presence::NotInBasket,
        };
        assert_eq!(scored(options), [Some(2), Some(3), None]);
        assert_eq!(scored(Options { repeat: true, ..options }), [Some(2), Some(1), Some(3)]);
        assert_eq!(scored(Options { presence: Presence::InBasket, ..options }), [Some(4), None, None]);
        assert_eq!(
            scored(Options { presence: Presence::Any, predictions: 2, ..options }),
            [Some(4), Some(2)]
        );
        assert_eq!(scored(Options { ranking: Ranking::Support, ..options }), [Some(3), Some(1), None]);
    }
}
