//! `TreeModel`.
//!
//! <https://dmg.org/pmml/v4-4/TreeModel.html>

use crate::common::{ModelHeader, Predicate};
use crate::error::{Location, PmmlError};
use crate::limits::MAX_NODES;
use crate::xml::Node as XmlNode;

/// A decision or regression tree.
#[derive(Debug, Clone)]
pub struct TreeModel {
    /// The properties of all models.
    pub header: ModelHeader,
    /// Treatment of predicates that a missing value makes unknown.
    pub missing_value_strategy: MissingValueStrategy,
    /// The factor of a confidence for each use of `defaultChild`.
    pub missing_value_penalty: f64,
    /// Whether a node predicts if no child matches (`returnLastPrediction`).
    pub last_prediction: bool,
    /// The root.
    pub root: TreeNode,
}

/// Treatment of predicates that a missing value makes unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingValueStrategy {
    /// The node reached so far predicts.
    LastPrediction,
    /// There is no prediction.
    NullPrediction,
    /// The node's default child is next.
    DefaultChild,
    /// All children that are not excluded predict, weighted by their records.
    WeightedConfidence,
    /// The records of all leaves that are not excluded are summed.
    AggregateNodes,
    /// Unknown counts as false.
    None,
}

/// A node of a tree.
#[derive(Debug, Clone)]
pub struct TreeNode {
    /// Its id, if it has one.
    pub id: Option<String>,
    /// Its prediction.
    pub score: Option<String>,
    /// The number of training records in it.
    pub record_count: Option<f64>,
    /// The id of the child for missing values.
    pub default_child: Option<String>,
    /// The condition on a record to enter it.
    pub predicate: Predicate,
    /// Statistics of each category in it.
    pub distribution: Vec<ScoreDistribution>,
    /// Its children, in order.
    pub children: Vec<TreeNode>,
    /// Where it starts.
    pub location: Location,
}

/// Statistics of a category in a node or rule.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreDistribution {
    /// The category.
    pub value: String,
    /// The number of training records; C5.0 distributes a record with missing values.
    pub record_count: f64,
    /// Its confidence: IBM writes the Laplace-adjusted one, (nⱼ + 1) / (n + k).
    pub confidence: Option<f64>,
    /// Its probability.
    pub probability: Option<f64>,
}

impl TreeModel {
    pub(crate) fn read(node: &XmlNode<'_>) -> Result<Self, PmmlError> {
        let attributes =
            ["missingValueStrategy", "missingValuePenalty", "noTrueChildStrategy", "splitCharacteristic"];
        let header = ModelHeader::read(node, &attributes, &["Node"])?;
        let strategies = [
            ("lastPrediction", MissingValueStrategy::LastPrediction),
            ("nullPrediction", MissingValueStrategy::NullPrediction),
            ("defaultChild", MissingValueStrategy::DefaultChild),
            ("weightedConfidence", MissingValueStrategy::WeightedConfidence),
            ("aggregateNodes", MissingValueStrategy::AggregateNodes),
            ("none", MissingValueStrategy::None),
        ];
        let no_true_child = [("returnNullPrediction", false), ("returnLastPrediction", true)];
        let mut count = 0;
        Ok(Self {
            header,
            missing_value_strategy: node
                .one_of("missingValueStrategy", &strategies)?
                .unwrap_or(MissingValueStrategy::None),
            missing_value_penalty: node.number("missingValuePenalty")?.unwrap_or(1.0),
            last_prediction: node.one_of("noTrueChildStrategy", &no_true_child)?.unwrap_or(false),
            root: TreeNode::read(&node.required_child("Node")?, &mut count)?,
        })
    }
}

impl TreeNode {
    /// Reads a node and its descendants; the depth limit of XML bounds the recursion.
    fn read(node: &XmlNode<'_>, count: &mut usize) -> Result<Self, PmmlError> {
        *count += 1;
        if *count > MAX_NODES {
            return Err(node.limit("nodes", MAX_NODES));
        }
        let children = [&["Partition", "ScoreDistribution", "Node"][..], &Predicate::ELEMENTS].concat();
        node.expect(&["id", "score", "recordCount", "defaultChild"], &children)?;
        let children = node.all("Node").map(|child| Self::read(&child, count)).collect::<Result<_, _>>()?;
        Ok(Self {
            id: node.owned("id"),
            score: node.owned("score"),
            record_count: node.number("recordCount")?,
            default_child: node.owned("defaultChild"),
            predicate: Predicate::read_only_child(node)?,
            distribution: ScoreDistribution::read_all(node)?,
            children,
            location: node.location(),
        })
    }
}

impl ScoreDistribution {
    pub(crate) fn read_all(parent: &XmlNode<'_>) -> Result<Vec<Self>, PmmlError> {
        let mut all = Vec::new();
        for node in parent.all("ScoreDistribution") {
            node.expect(&["value", "recordCount", "confidence", "probability"], &[])?;
            all.push(Self {
                value: node.required("value")?.to_owned(),
                record_count: node.number("recordCount")?.unwrap_or(0.0),
                confidence: node.number("confidence")?,
                probability: node.number("probability")?,
            });
        }
        Ok(all)
    }
}
