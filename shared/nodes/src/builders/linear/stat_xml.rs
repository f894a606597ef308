//! The tables of Modeler's model viewer, StatXML: steps, tests of effects and coefficients.

use satsuma_columns::Storage;
use satsuma_mining::regression::{Criterion, EffectsModel, Selection};
use satsuma_stream::Element;

use super::options::LinearOptions;
use super::pmml::{Parameter, effect_name};
use super::prepared::{Effect, EffectValues};
use crate::builders::columns::Column;
use crate::builders::header::number;

/// The content of the tables.
pub(super) struct Tables<'a> {
    pub(super) columns: &'a [Column],
    pub(super) effects: &'a [Effect],
    pub(super) parameters: &'a [Parameter],
    pub(super) model: &'a EffectsModel,
    pub(super) options: &'a LinearOptions,
    /// All records, also those with missing values.
    pub(super) records: usize,
}

impl Tables<'_> {
    /// The document.
    pub(super) fn document(&self) -> Element {
        let model = Element::new("PMMLModel")
            .with_attr("modelID", "1")
            .with_attr("modelType", "GeneralRegressionModel")
            .with_child(self.summary())
            .with_child(self.diagnostics())
            .with_child(self.training());
        Element::new("StatXML")
            .with_attr("xmlns", "http://www.ibm.com/software/analytics/spss/xml/extension")
            .with_attr("version", "1.0")
            .with_child(self.settings())
            .with_child(self.data_model())
            .with_child(model)
    }

    fn target(&self) -> &str {
        self.columns.last().map(|column| column.field.name.as_str()).unwrap_or_default()
    }

    fn criterion(&self) -> Option<(&'static str, Criterion)> {
        let criterion = match self.options.selection {
            Selection::All => return None,
            Selection::Forward(criterion) | Selection::Subsets(criterion) => criterion,
        };
        let name = match criterion {
            Criterion::Information => "AICC",
            Criterion::AdjustedRSquared => "AdjustedRSquare",
            Criterion::F(..) => "FStatistics",
        };
        Some((name, criterion))
    }

    fn settings(&self) -> Element {
        let method = match self.options.selection {
            Selection::All => "none",
            Selection::Forward(_) => "forwardStepwise",
            Selection::Subsets(_) => "bestSubsets",
        };
        let settings = [
            ("TargetField", self.target().to_owned()),
            ("VarSelectionMethod", method.to_owned()),
            (
                "CriteriaForEntryOrRemove",
                self.criterion().map(|found| found.0).unwrap_or_default().to_owned(),
            ),
            ("AutoDataPreparation", self.options.prepares.to_string()),
            ("ConfidenceLevel", number(self.options.confidence)),
            ("CommonAnalyticComponentType", "ALM".to_owned()),
        ];
        let settings = settings
            .map(|(name, value)| Element::new("Parameter").with_attr("name", name).with_attr("value", value));
        Element::new("BuildSettings").with_children(settings)
    }

    fn data_model(&self) -> Element {
        let field = |name: &str, label: &str, measure: &str, storage: &str, role: &str| {
            Element::new("Field")
                .with_attr("name", name)
                .with_attr("displayLabel", label)
                .with_attr("measure", measure)
                .with_attr("storage", storage)
                .with_attr("role", role)
        };
        let storage = |column: &Column| match column.field.storage {
            Storage::Integer => "integer",
            storage if storage.is_numeric() => "real",
            _ => "string",
        };
        let target = self.columns.last().map(|column| {
            let name = column.field.name.as_str();
            field(name, name, "continuous", storage(column), "target")
        });
        let inputs = self.effects.iter().filter_map(|effect| {
            let column = self.columns.get(effect.column)?;
            let name = effect_name(effect, self.columns, self.options.prepares);
            let (measure, storage) = match &effect.values {
                EffectValues::Number(None) => ("continuous", storage(column)),
                EffectValues::Number(Some(_)) => ("continuous", "real"),
                EffectValues::Factor { .. } if self.options.prepares => ("nominal", "string"),
                EffectValues::Factor { .. } => ("nominal", storage(column)),
            };
            Some(field(&name, &column.field.name, measure, storage, "input"))
        });
        let fields = Element::new("Fields").with_attr("count", (self.effects.len() + 1).to_string());
        Element::new("DataModel").with_child(fields.with_children(target).with_children(inputs))
    }

    fn summary(&self) -> Element {
        let fit = &self.model.fit;
        let dropped = self.records.saturating_sub(fit.records).to_string();
        let used = fit.records.to_string();
        let counts = Element::new("Counts")
            .with_attr("totalFreq", used.as_str())
            .with_attr("totalCount", used.as_str())
            .with_attr("droppedCount", dropped.as_str())
            .with_attr("badWeightCount", "0")
            .with_attr("droppedFreq", dropped.as_str());
        Element::new("PredictiveSummary")
            .with_attr("targetField", self.target())
            .with_attr("dataUsage", "training")
            .with_attr("algorithmName", "ALM")
            .with_child(counts)
            .with_child(statistic("predictors", &self.model.effects.len().to_string()))
            .with_child(statistic("modelSize", &(self.parameters.len()).to_string()))
            .with_child(statistic("accuracy", &number(fit.adjusted_r_squared())))
    }

    fn diagnostics(&self) -> Element {
        let fit = &self.model.fit;
        let variance = fit.residual / fit.residual_df();
        let tests = self.model.effects.iter().zip(&self.model.tests).filter_map(|(at, (squares, df))| {
            let name = effect_name(self.effects.get(*at)?, self.columns, self.options.prepares);
            let f = squares / df / variance;
            let test = Element::new("FTest")
                .with_attr("fStatistic", number(f))
                .with_attr("sig", number(satsuma_mining::tails::f_tail(f, *df, fit.residual_df())))
                .with_attr("df1", df.to_string());
            let stats = Element::new("ModelTestStats")
                .with_attr("description", "modelEffect")
                .with_attr("testID", name)
                .with_attr("testType", "III")
                .with_child(statistic("sumOfSquares", &number(*squares)))
                .with_child(statistic("meanSquare", &number(squares / df)))
                .with_child(test);
            Some(stats)
        });
        Element::new("ModelDiagnostics")
            .with_attr("targetField", self.target())
            .with_attr("dataUsage", "training")
            .with_child(statistic("adjustedRSquare", &number(fit.adjusted_r_squared())))
            .with_child(statistic("AICC", &number(fit.aicc())))
            .with_children(tests)
    }

    fn training(&self) -> Element {
        let mut training = Element::new("TrainingSummary");
        if let Some((name, _)) = self.criterion() {
            let steps = self.model.steps.iter().zip(1..).map(|(step, at)| {
                let names = step.effects.iter().filter_map(|effect| self.effects.get(*effect));
                let names: Vec<String> =
                    names.map(|effect| effect_name(effect, self.columns, self.options.prepares)).collect();
                let array = Element::new("Array")
                    .with_attr("type", "string")
                    .with_attr("n", names.len().to_string())
                    .with_text(&names.join(" "));
                Element::new("Iteration")
                    .with_attr("iterationNumber", at.to_string())
                    .with_child(statistic(name, &number(step.criterion)))
                    .with_child(array)
            });
            training = training.with_child(Element::new("IterationHistory").with_children(steps));
        }
        let estimates = self.parameters.iter().map(|parameter| self.estimate(parameter));
        training.with_child(Element::new("ParameterEstimates").with_children(estimates))
    }

    fn estimate(&self, parameter: &Parameter) -> Element {
        let fit = &self.model.fit;
        let element = Element::new("ParameterStats")
            .with_attr("paramName", parameter.name.as_str())
            .with_attr("paramLabel", parameter.label.as_str());
        let coefficient = match (parameter.coefficient, parameter.is_redundant) {
            (_, true) => None,
            (None, false) => fit.constant,
            (Some(at), false) => fit.coefficients.get(at).copied(),
        };
        let Some(coefficient) = coefficient else {
            return element.with_attr("estimate", "0").with_attr("df", "0");
        };
        let (low, high) = fit.limits(&coefficient, self.options.confidence);
        element
            .with_attr("estimate", number(coefficient.estimate))
            .with_attr("stdError", number(coefficient.error))
            .with_attr("sig", number(coefficient.significance))
            .with_attr("tTest", number(coefficient.t))
            .with_attr("df", "1")
            .with_attr("confIntervalLower", number(low))
            .with_attr("confIntervalUpper", number(high))
    }
}

fn statistic(name: &str, value: &str) -> Element {
    Element::new("Statistic").with_attr("name", name).with_attr("value", value)
}
