//! Ranked and screened fields as the nugget stores them.

use satsuma_columns::Field;
use satsuma_engine::{NodeError, NodeRun};
use satsuma_mining::selection::{Ranked, Reason, Selection};
use satsuma_stream::nodes::OutputRole;
use satsuma_stream::{Element, Measure, ModelContent, NewNugget, Storage, Value};

use super::{FeatureSelection, Kept};
use crate::builders::header::{self, field_type, output};

/// The class of ranked and of screened fields.
const RANKED_FIELD: &str = "com.spss.clementine.component.RankedField";

impl FeatureSelection {
    /// The nugget of a selection.
    ///
    /// # Errors
    /// None so far; nuggets of other models have some.
    pub(super) fn nugget(
        &self,
        target: &Field,
        inputs: &[&Field],
        selection: &Selection,
        run: &NodeRun,
    ) -> Result<NewNugget, NodeError> {
        let name = self.builder.name(|| target.name.clone());
        let mut predicted =
            output(format!("$R-{name}"), Storage::String, Measure::Set, OutputRole::PredictedValue);
        predicted.field_type = field_type(target);
        let mut confidence =
            output(format!("$RC-{name}"), Storage::Real, Measure::Range, OutputRole::Probability);
        confidence.field_type.values = vec![Value::Real(0.0), Value::Real(1.0)];
        let outputs = [predicted, confidence].map(|mut output| {
            output.target_field = Some(target.name.clone());
            output
        });
        let header = header::header(name, "FeatureSelection", inputs, outputs.to_vec(), run);
        let ranked = (1..).zip(&selection.ranked).filter_map(|(rank, ranked)| {
            let field = inputs.get(ranked.input)?;
            Some(element(field, "", rank, self.level(ranked), ranked.p_value, ranked.importance()))
        });
        let screened = selection.screened.iter().filter_map(|(input, reason)| {
            // Fields that were not tested have no rank; no real stream shows what Modeler writes instead.
            Some(element(inputs.get(*input)?, text(*reason), 0, 2, 1.0, 0.0))
        });
        let inline = vec![
            Element::new("ranked").with_children(ranked),
            Element::new("screened").with_children(screened),
        ];
        let settings = &self.settings;
        let attributes = [
            ("unimportant", format!("{:?}", settings.low)),
            ("marginal", format!("{:?}", settings.high)),
            ("importantLabel", settings.high_label.clone()),
            ("marginalLabel", settings.medium_label.clone()),
            ("unimportantLabel", settings.low_label.clone()),
        ];
        let attributes =
            attributes.map(|(name, text)| (name.to_owned(), ModelContent::Attribute(text))).to_vec();
        let mut nugget = self.builder.nugget(header, attributes, inline, run);
        let kept = selection.ranked.iter().enumerate().filter(|(at, ranked)| self.keeps(*at, ranked));
        let kept = kept
            .filter_map(|(_, ranked)| Some(Element::new("value").with_text(&inputs.get(ranked.input)?.name)));
        nugget.options = vec![
            Element::new("rankedFieldSelection").with_children(kept),
            Element::new("screenedFieldSelection"),
        ];
        Ok(nugget)
    }

    /// 0 important, 1 marginal, 2 unimportant.
    fn level(&self, ranked: &Ranked) -> usize {
        let importance = ranked.importance();
        let below = |limit: f64| importance < limit;
        usize::from(below(self.settings.high)) + usize::from(below(self.settings.low))
    }

    fn keeps(&self, place: usize, ranked: &Ranked) -> bool {
        match self.kept {
            Kept::Levels(levels) => levels.get(self.level(ranked)).copied().unwrap_or_default(),
            Kept::Top(count) => place < count,
            Kept::Above(least) => ranked.importance() > least,
        }
    }
}

fn element(field: &Field, reason: &str, rank: usize, level: usize, p: f64, importance: f64) -> Element {
    let described =
        Element::new("field").with_leaf("name", &field.name).with_child(field_type(field).to_element());
    Element::new("rankedField")
        .with_attr("class", RANKED_FIELD)
        .with_attr("reason", reason)
        .with_child(described)
        .with_leaf("rank", &rank.to_string())
        .with_leaf("level", &level.to_string())
        .with_leaf("pvalue", &number(p))
        .with_leaf("ivalue", &number(importance))
}

/// The reason as the nugget shows it.
fn text(reason: Reason) -> &'static str {
    match reason {
        Reason::TooManyMissing => "Too many missing values",
        Reason::SingleCategoryTooLarge => "Single category too large",
        Reason::TooManyCategories => "Too many categories",
        Reason::VariationTooSmall => "Coefficient of variation below threshold",
        Reason::DeviationTooSmall => "Standard deviation below threshold",
        Reason::NotTestable => "The field or the target has a single value",
    }
}

/// A number as Java prints it.
fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-3 {
        let text = format!("{value:e}");
        return match text.split_once('e') {
            Some((digits, exponent)) if digits.contains('.') => format!("{digits}E{exponent}"),
            Some((digits, exponent)) => format!("{digits}.0E{exponent}"),
            None => text,
        };
    }
    format!("{value:?}")
}
