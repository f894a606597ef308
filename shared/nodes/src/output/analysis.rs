//! Analysis: compares the predictions of models with their targets. IBM: "Analysis Node", `analysisnode`.
//!
//! Predictions are found by what the stream knows about its fields (*Model output field metadata*). A prediction is
//! right where it equals the target; a record without a prediction is wrong. Errors of continuous predictions are
//! target − prediction, over the records that have both. Proof: the accuracies and correlations that Modeler stored in
//! nuggets of real streams.

mod confidence;
mod continuous;
pub(crate) mod models;
mod symbolic;
mod tally;

use async_trait::async_trait;
use satsuma_columns::{DataModel, Role};
use satsuma_documents::{Block, Table as Shown};
use satsuma_engine::{Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Reported, Table, require};

use self::models::Target;
use self::tally::{Groups, Tally};
use crate::report::{self, Report, batches, report_settings};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "AnalysisNode",
    extension: None,
    inputs: Inputs::One,
    settings: AnalysisSettings::LIST,
    compile,
};

report_settings! {
    /// Settings of an Analysis node.
    pub struct AnalysisSettings {
        /// Whether coincidence matrices are shown.
        coincidence: bool = value("analysisCoincidenceMatrix", "coincidence", false),
        /// Whether the information that predictions carry is shown.
        performance: bool = value("analysisPerformanceEvaluation", "performance", false),
        /// Whether AUC and Gini of flags are shown.
        evaluation: bool = value("analysisBinaryEvaluation", "evaluation_binary", false),
        /// Whether confidences are analysed.
        confidence: bool = value("analysisConfidenceFigures", "confidence", false),
        /// Percent of right predictions that a threshold of confidence is sought for.
        threshold: f64 = value("analysisThreshold", "threshold", 90.0),
        /// How predictions are found.
        detection: String = value("fieldDetectionMethod", "field_detection_method", "metadata".to_owned()),
        /// Whether a measure of the user's is computed.
        has_user_measure: bool = value("analysisUserDefined", "inc_user_measure", false),
        /// Fields by whose values the analysis is split.
        by_fields: Vec<String> = fields("analysisBreakdownBy", "by_fields"),
        /// Whether each partition is analysed by itself.
        by_partition: bool = value("splitByPartition", "split_by_partition", true),
    }
    // What belongs to the measure of the user's; whether tags are appended to field names in the browser; the figure that
    // is left out of confidence figures.
    ignored: ["analysisImproveAccuracy", "analysisUserIf", "analysisUserThen", "analysisUserElse", "analysisUserCompute", "appendTagField"]
}

struct Analysis {
    shows: Shows,
    by_fields: Vec<String>,
    by_partition: bool,
    text: report::Shown,
}

/// The displayed parts.
#[derive(Debug, Clone, Copy)]
struct Shows {
    coincidence: bool,
    evaluation: bool,
    confidence: bool,
    threshold: f64,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: AnalysisSettings = compile.settings()?;
    if settings.detection != "metadata" {
        let message = "predictions are found by model output field metadata only";
        return Err(compile.refuse_value("fieldDetectionMethod", &settings.detection, message));
    }
    if settings.performance {
        let message = "IBM does not document how it is computed";
        return Err(compile.refuse_value("analysisPerformanceEvaluation", true, message));
    }
    if settings.has_user_measure {
        let message = "measures of the user's are not supported; use Derive and Aggregate nodes";
        return Err(compile.refuse_value("analysisUserDefined", true, message));
    }
    let analysis = Analysis {
        shows: Shows {
            coincidence: settings.coincidence,
            evaluation: settings.evaluation,
            confidence: settings.confidence,
            threshold: settings.threshold,
        },
        by_fields: settings.by_fields.clone(),
        by_partition: settings.by_partition,
        text: report::Shown::new(compile)?,
    };
    report::terminal(analysis, settings.naming(), compile)
}

impl Analysis {
    fn partition<'a>(&self, model: &'a DataModel) -> Option<&'a str> {
        let field = model.with_role(Role::Partition).next().filter(|_| self.by_partition);
        field.map(|field| field.name.as_str())
    }

    fn targets(&self, model: &DataModel) -> Result<Vec<Target>, NodeError> {
        for field in &self.by_fields {
            require(model, field)?;
        }
        let targets = models::of(model);
        match targets.is_empty() {
            false => Ok(targets),
            true => Err(NodeError::unsupported(
                "no field that arrives is the prediction of a field that arrives too; put the node behind a model \
                 and keep its target",
            )),
        }
    }
}

#[async_trait]
impl Report for Analysis {
    fn kind(&self) -> &'static str {
        "analysis"
    }

    fn check(&self, input: &DataModel) -> Result<(), NodeError> {
        self.targets(input).map(drop)
    }

    async fn blocks(&self, input: Table, run: &NodeRun) -> Result<Vec<Block>, NodeError> {
        let model = input.model().clone();
        let targets = self.targets(&model)?;
        let mut names: Vec<&str> = self.by_fields.iter().map(String::as_str).collect();
        names.extend(self.partition(&model));
        let keys = names.len();
        names.extend(targets.iter().flat_map(Target::columns));
        let mut groups = Groups::new(&model, &names, keys, self.by_fields.len())?;
        let mut tallies = targets.iter().map(|target| Tally::new(target, self.shows)).collect::<Vec<_>>();
        batches(input, &names, run, |columns, rows| {
            let of_rows = groups.of(columns, rows)?;
            let mut rest = columns.get(keys..).unwrap_or_default();
            for (target, tally) in targets.iter().zip(&mut tallies) {
                let (own, others) = rest.split_at(target.columns().count().min(rest.len()));
                rest = others;
                tally.add(own, &of_rows)?;
            }
            Ok(())
        })
        .await?;
        let mut blocks = Vec::new();
        for section in groups.sections(&self.text) {
            if !section.title.is_empty() {
                blocks.push(Block::Heading(section.title.clone()));
            }
            for (target, tally) in targets.iter().zip(&tallies) {
                blocks.push(Block::Heading(format!("Results for output field {}", target.field.name)));
                tally.blocks(target, &section, &self.text, &mut blocks);
            }
        }
        Ok(blocks)
    }
}

/// The heading of a comparison.
fn comparing(target: &Target, at: usize) -> String {
    let prediction = target.models.get(at).map(|model| model.predicted.as_str()).unwrap_or_default();
    format!("Comparing {prediction} with {}", target.field.name)
}

/// A table with a column for each partition.
fn by_partition(caption: String, heading: &str, partitions: &[String], per: &[&str]) -> Shown {
    let mut columns = vec![heading.to_owned()];
    for partition in partitions {
        columns.extend(per.iter().map(|name| match (partition.as_str(), *name) {
            ("", name) => name.to_owned(),
            (partition, "") => partition.to_owned(),
            (partition, name) => format!("{partition}: {name}"),
        }));
    }
    Shown::new(caption, columns).with_row_headings(1)
}

#[cfg(test)]
mod tests;
