//! Results of Auto Classifier, Auto Numeric and Auto Cluster nodes, stored in their nuggets.

use std::sync::Arc;

use crate::element::Element;
use crate::error::Result;
use crate::modeler_file::data_files;
use crate::node::{Node, NodeType};

/// The models that an auto node compared, and their statistics.
#[derive(Debug, Clone, PartialEq)]
pub struct AutoResults {
    /// The stored models, in document order.
    pub results: Vec<AutoResult>,
    /// The gains of a perfect model on the training records.
    pub best_training: Option<PartitionStatistics>,
    /// The gains of a perfect model on the testing records.
    pub best_test: Option<PartitionStatistics>,
    /// Entries with the counts of the nugget's charts; see [`RecordTable`](crate::RecordTable).
    pub charts: Vec<String>,
    /// Importance of the predictors, PMML text.
    pub importance_pmml: Option<String>,
}

/// One of the models.
#[derive(Debug, Clone, PartialEq)]
pub struct AutoResult {
    /// Its name: `C5 1`.
    pub model_name: String,
    /// The build time, unchanged from the file.
    pub build_time: String,
    /// Number of its input fields.
    pub input_count: u32,
    /// Whether the nugget scores with it.
    pub used: bool,
    /// Type of its body: `ChaidRuleOutput`, `CFModelOutput[neuralnetmodel]` …
    pub output_type: Option<NodeType>,
    /// Its body, with all properties of a nugget of its own.
    pub output: Option<Arc<Element>>,
    /// Its builder with the options.
    pub builder: Option<Arc<Element>>,
    /// Statistics on the training records.
    pub training: Option<PartitionStatistics>,
    /// Statistics on the testing records.
    pub test: Option<PartitionStatistics>,
}

/// Statistics of a model on some records.
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionStatistics {
    /// Fraction of correctly predicted records.
    pub accuracy: Option<f64>,
    /// Area under the ROC curve.
    pub auc: Option<f64>,
    /// True positives.
    pub true_positives: Option<u64>,
    /// True negatives.
    pub true_negatives: Option<u64>,
    /// False positives.
    pub false_positives: Option<u64>,
    /// False negatives.
    pub false_negatives: Option<u64>,
    /// Positive records, including those without a prediction.
    pub positives: Option<u64>,
    /// Negative records, including those without a prediction.
    pub negatives: Option<u64>,
    /// The gains chart: records by decreasing confidence, in percentiles.
    pub tiles: Vec<Tile>,
    /// The whole element, including statistics of clusters.
    pub element: Arc<Element>,
}

/// A percentile of a gains chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tile {
    /// Its number, from 1.
    pub number: u32,
    /// Number of its records.
    pub count: u64,
    /// Number of its positive records.
    pub hits: f64,
    /// Cost of its records.
    pub cost: f64,
    /// Revenue of its records.
    pub benefit: f64,
}

impl AutoResults {
    /// Reads the results of a nugget; `None` if it has none.
    ///
    /// # Errors
    /// A part of another type.
    pub fn from_node(node: &Node) -> Result<Option<Self>> {
        let element = node.element();
        if element.child("resultItem").is_none() {
            return Ok(None);
        }
        let within = |error: crate::StreamError| error.within(&node.describe());
        let results: Result<_> =
            element.children("resultItem").map(|item| AutoResult::from_element(item)).collect();
        let best = |name: &str| element.child(name).map(PartitionStatistics::from_element).transpose();
        let mut charts = Vec::new();
        element.children("GraphOutput").for_each(|chart| data_files(chart, &mut charts));
        Ok(Some(AutoResults {
            results: results.map_err(within)?,
            best_training: best("bestTrainingResultItem").map_err(within)?,
            best_test: best("bestTestResultItem").map_err(within)?,
            charts,
            importance_pmml: descendant(element, "viPmml").map(|pmml| pmml.text().into_owned()),
        }))
    }
}

impl AutoResult {
    fn from_element(item: &Element) -> Result<Self> {
        let statistics = |name: &str| item.child(name).map(PartitionStatistics::from_element).transpose();
        let output = item.child("modelOutput");
        Ok(AutoResult {
            model_name: item.attr("modelName").unwrap_or_default().to_owned(),
            build_time: item.attr("buildTime").unwrap_or_default().to_owned(),
            input_count: item.get_attr("nrModelInputs")?.unwrap_or(0),
            used: item.get_attr("useModel")?.unwrap_or(false),
            output_type: output.map(|output| NodeType::from_element(output)).transpose()?,
            output: output.cloned(),
            builder: item.child("buildModelNode").cloned(),
            training: statistics("trainPartitionStats")?,
            test: statistics("testPartitionStats")?,
        })
    }
}

impl PartitionStatistics {
    fn from_element(element: &Arc<Element>) -> Result<Self> {
        let tiles: Result<_> = element.children("Tile").map(|tile| Tile::from_element(tile)).collect();
        Ok(PartitionStatistics {
            accuracy: element.get_attr("accuracy")?,
            auc: element.get_attr("auc")?,
            true_positives: element.get_attr("tp")?,
            true_negatives: element.get_attr("tn")?,
            false_positives: element.get_attr("fp")?,
            false_negatives: element.get_attr("fn")?,
            positives: element.get_attr("p")?,
            negatives: element.get_attr("n")?,
            tiles: tiles?,
            element: Arc::clone(element),
        })
    }
}

impl Tile {
    fn from_element(tile: &Element) -> Result<Self> {
        Ok(Tile {
            number: tile.get_attr("nr")?.unwrap_or(0),
            count: tile.get_attr("count")?.unwrap_or(0),
            hits: tile.get_attr("hit")?.unwrap_or(0.0),
            cost: tile.get_attr("cost")?.unwrap_or(0.0),
            benefit: tile.get_attr("benefit")?.unwrap_or(0.0),
        })
    }
}

fn descendant<'a>(element: &'a Element, name: &str) -> Option<&'a Element> {
    element.elements().find_map(|child| match child.name() == name {
        true => Some(&**child),
        false => descendant(child, name),
    })
}
