//! The report of a forest (StatXML): its settings, its accuracy, and the importance of its inputs.

use satsuma_columns::Field;
use satsuma_mining::forest::ForestTarget;
use satsuma_stream::Element;

use super::inputs::{Goal, Used};
use super::pmml::text;
use super::{RandomTrees, SEED, Trained};

/// The namespace of reports.
const NAMESPACE: &str = "http://www.ibm.com/software/analytics/spss/xml/extension";

/// The records that were outside of some sample, by actual and by predicted category; the share that is right.
fn table(trained: &Trained) -> Option<(Vec<Vec<usize>>, f64)> {
    let ForestTarget::Categories { count, values } = &trained.data.target else { return None };
    let mut table = vec![vec![0_usize; *count]; *count];
    let (mut right, mut all) = (0_usize, 0_usize);
    for (actual, predicted) in values.iter().zip(&trained.forest.outside) {
        let Some(predicted) = predicted else { continue };
        let (actual, predicted) = (usize::from(*actual), *predicted as usize);
        let cell = table.get_mut(actual).and_then(|row| row.get_mut(predicted));
        cell.into_iter().for_each(|cell| *cell += 1);
        right += usize::from(actual == predicted);
        all += 1;
    }
    Some((table, right as f64 / all.max(1) as f64))
}

impl RandomTrees {
    /// The document.
    pub(super) fn report(&self, target: &Field, goal: &Goal, fields: &[Used], trained: &Trained) -> Element {
        let records = trained.data.records().to_string();
        let counts = ["totalFreq", "totalCount"].into_iter();
        let counts =
            counts.fold(Element::new("Counts"), |counts, name| counts.with_attr(name, records.as_str()));
        let statistic = |name: &str, value: String| {
            Element::new("Statistic").with_attr("name", name).with_attr("value", value)
        };
        let summary = Element::new("PredictiveSummary")
            .with_attr("algorithmName", "RandomTrees")
            .with_attr("dataUsage", "test")
            .with_child(counts)
            .with_child(statistic("modelSize", trained.forest.trees.len().to_string()));
        let mut diagnostics = Element::new("ModelDiagnostics").with_attr("dataUsage", "test");
        let found = table(trained);
        if let Some((_, accuracy)) = &found {
            diagnostics.push_child(statistic("modelAccuracy", format!("{accuracy:?}")));
        }
        diagnostics.push_child(importance(fields, trained));
        if let Some((table, _)) = &found {
            diagnostics.push_child(matrix(goal, table));
        }
        let model = Element::new("PMMLModel")
            .with_attr("modelID", "scalableRandomTrees_Model")
            .with_attr("modelType", "MiningModel")
            .with_child(summary)
            .with_child(diagnostics);
        Element::new("StatXML")
            .with_attr("version", "1.0")
            .with_attr("xmlns", NAMESPACE)
            .with_child(self.build_settings(target, fields, trained))
            .with_child(model)
    }

    fn build_settings(&self, target: &Field, fields: &[Used], trained: &Trained) -> Element {
        let settings = &self.settings;
        let options = self.options(fields.len());
        let screening = self.screening();
        let parameters = [
            ("missingValueThreshold", format!("{:?}", screening.missing)),
            ("categoryMajorityThreshold", format!("{:?}", screening.single_category)),
            ("categoryCountThreshold", screening.categories.to_string()),
            ("coefficientThreshold", format!("{:?}", screening.variation)),
            ("targetField", target.name.clone()),
            ("randomSeed", SEED.to_string()),
            ("numberOfBaseModels", settings.trees.to_string()),
            ("sizeOfSample", format!("{:?}", settings.sample)),
            ("numberOfBins", settings.bins.to_string()),
            ("useStopRuleForAccuracry", settings.stops.to_string()),
            ("maxTreeDepth", options.depth.to_string()),
            ("minChildNodeSize", options.smallest.to_string()),
            ("maxNodesNumber", options.nodes.to_string()),
            ("numberOfVariables", trained.inputs_of_split.to_string()),
        ];
        let parameter = |(name, value): (&str, String)| {
            Element::new("Parameter").with_attr("name", name).with_attr("value", value)
        };
        let value = |used: &Used| Element::new("Value").with_attr("value", used.field.name.as_str());
        let list = Element::new("ListValue").with_children(fields.iter().map(value));
        Element::new("BuildSettings")
            .with_children(parameters.map(parameter))
            .with_child(Element::new("Parameter").with_attr("name", "inputFieldList").with_child(list))
    }
}

fn importance(fields: &[Used], trained: &Trained) -> Element {
    let coordinates = |statistic: &str, kind: &str, values: Vec<String>| {
        Element::new("Coordinates")
            .with_attr("feature", "statistic")
            .with_attr("statistic", statistic)
            .with_child(array(kind, &values))
    };
    let numbers = fields.iter().map(|used| used.number.to_string()).collect();
    let shares = trained.forest.importance.iter().map(|share| format!("{share:?}")).collect();
    Element::new("MultivariateData")
        .with_attr("description", "Predictor importance")
        .with_child(coordinates("predictorIndex", "int", numbers))
        .with_child(coordinates("GiniImportance", "real", shares))
}

fn matrix(goal: &Goal, table: &[Vec<usize>]) -> Element {
    let size = table.len().to_string();
    let cells = table.iter().flatten().map(|count| format!("{:?}", *count as f64)).collect::<Vec<_>>();
    let labels = goal.values().iter().map(|value| Element::new("Label").with_attr("label", text(value)));
    let labels = Element::new("RowColLabels").with_attr("dimension", "both").with_children(labels);
    Element::new("Matrix")
        .with_attr("description", "classificationTable")
        .with_attr("kind", "any")
        .with_attr("nbRows", size.as_str())
        .with_attr("nbCols", size.as_str())
        .with_child(array("real", &cells))
        .with_child(Element::new("MatrixLabels").with_child(labels))
}

fn array(kind: &str, values: &[String]) -> Element {
    Element::new("Array")
        .with_attr("n", values.len().to_string())
        .with_attr("type", kind)
        .with_text(&values.join(" "))
}
