//! Means: compares the means of groups of records. IBM: "Means Node", `meansnode`.
//!
//! Between groups, each field is tested by a one-way analysis of variance (F); importance is 1 − p.

use async_trait::async_trait;
use datafusion::arrow::array::Array;
use satsuma_columns::DataModel;
use satsuma_documents::{Block, Cell, Table as Shown};
use satsuma_engine::{Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Reported, Table, require};
use satsuma_stream::text_enum;

use super::statistics::require_number;
use crate::report::{self, Categories, Moments, Report, batches, in_order, numbers, report_settings};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "MeansNode",
    extension: None,
    inputs: Inputs::One,
    settings: MeansSettings::LIST,
    compile,
};

text_enum! {
    /// The type of comparison.
    Method {
        /// Groups of records.
        Groups = "betweenGroups",
        /// Pairs of fields.
        Fields = "betweenFields",
    }
}

report_settings! {
    /// Settings of a Means node.
    pub struct MeansSettings {
        /// The type of comparison.
        method: Method = value("method", "means_mode", Method::Groups),
        /// The field of the groups.
        group: String = text("groupingField", "grouping_field"),
        /// The fields whose means are compared.
        fields: Vec<String> = fields("meansGroupedFields", "test_fields"),
        /// Whether importance is named.
        labels: bool = value("importanceShowLabels", "label_importance", true),
        /// Importance below it is low.
        low: f64 = value("importanceLowThreshold", "low_importance", 0.9),
        /// Importance below it is medium.
        medium: f64 = value("importanceMediumThreshold", "high_importance", 0.95),
        /// The word for low importance.
        low_label: String = value("importanceLowLabel", "unimportant_label", "Unimportant".to_owned()),
        /// The word for medium importance.
        medium_label: String = value("importanceMediumLabel", "marginal_label", "Marginal".to_owned()),
        /// The word for high importance.
        high_label: String = value("importanceHighLabel", "important_label", "Important".to_owned()),
    }
    // What belongs to pairs of fields, which are refused; how much of the table a screen shows at first.
    ignored: [
        "meansPairedFields", "meansFirstField", "meansSecondField", "viewMode", "correlationStrengthMode",
        "showCorrelationLabels", "weakCorrelationThreshold", "mediumCorrelationThreshold", "weakProbabilityThreshold",
        "mediumProbabilityThreshold", "weakCorrelationLabel", "mediumCorrelationLabel", "strongCorrelationLabel",
        "perfectCorrelationLabel",
    ]
}

struct Means {
    settings: MeansSettings,
    shown: report::Shown,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: MeansSettings = compile.settings()?;
    if settings.method != Method::Groups {
        return Err(compile.refuse_value(
            "method",
            &settings.method,
            "only means between groups are supported",
        ));
    }
    let means = Means { settings: settings.clone(), shown: report::Shown::new(compile)? };
    report::terminal(means, settings.naming(), compile)
}

#[async_trait]
impl Report for Means {
    fn kind(&self) -> &'static str {
        "means"
    }

    fn check(&self, input: &DataModel) -> Result<(), NodeError> {
        require(input, &self.settings.group)?;
        self.settings.fields.iter().try_for_each(|name| require_number(input, name))
    }

    async fn blocks(&self, input: Table, run: &NodeRun) -> Result<Vec<Block>, NodeError> {
        let model = input.model().clone();
        let group = require(&model, &self.settings.group)?;
        let mut groups = Categories::default();
        let mut moments: Vec<Vec<Moments>> = vec![Vec::new(); self.settings.fields.len()];
        let names = std::iter::once(&self.settings.group).chain(&self.settings.fields).collect::<Vec<_>>();
        batches(input, &names, run, |columns, _| {
            let Some((of_group, columns)) = columns.split_first() else { return Ok(()) };
            let places = groups.places(of_group);
            groups.bounded(&self.settings.group)?;
            for (moments, column) in moments.iter_mut().zip(columns) {
                let column = numbers(column)?;
                moments.resize(groups.values().len(), Moments::default());
                for (row, place) in places.iter().enumerate().filter(|(row, _)| column.is_valid(*row)) {
                    if let Some(moments) = moments.get_mut(*place) {
                        moments.add(column.value(row));
                    }
                }
            }
            Ok(())
        })
        .await?;
        // Records without a group are in none.
        let mut order = in_order(group, &groups);
        order.retain(|place| groups.values().get(*place).is_some_and(|value| !value.is_null()));
        let name = |place: &usize| {
            groups.values().get(*place).map(|value| self.shown.text(value)).unwrap_or_default()
        };
        let columns =
            ["Field", self.settings.group.as_str(), "Mean", "Standard Deviation", "Standard Error", "Count"];
        let mut means = Shown::new("Means", columns).with_row_headings(2);
        let columns = ["Field", "F-Test", "df", "df error", "Probability", "Importance", "Label"];
        let columns = columns.into_iter().take(if self.settings.labels { 7 } else { 6 });
        let mut tests = Shown::new("Comparison of groups", columns).with_row_headings(1);
        for (field, moments) in self.settings.fields.iter().zip(&moments) {
            let of = |place: &usize| moments.get(*place).copied().unwrap_or_default();
            for place in &order {
                let moments = of(place);
                let values = [moments.average(), moments.deviation(), moments.standard_error()];
                let cells = [Cell::text(field.clone()), Cell::Text(name(place))].into_iter();
                means.push(
                    cells.chain(values.map(|value| Cell::real(value, 3))).chain([Cell::count(moments.count)]),
                );
            }
            tests.push(self.test(field, &order.iter().map(of).collect::<Vec<_>>()));
        }
        Ok(vec![Block::Table(tests), Block::Table(means)])
    }
}

impl Means {
    /// One-way analysis of variance.
    fn test(&self, field: &str, groups: &[Moments]) -> Vec<Cell> {
        let filled = groups.iter().filter(|group| group.count > 0).collect::<Vec<_>>();
        let count = filled.iter().map(|group| group.n()).sum::<f64>();
        let mean = filled.iter().map(|group| group.n() * group.mean).sum::<f64>() / count;
        let between =
            filled.iter().map(|group| group.n() * (group.mean - mean) * (group.mean - mean)).sum::<f64>();
        let within =
            filled.iter().filter_map(|group| group.variance().map(|variance| variance * (group.n() - 1.0)));
        let within = within.sum::<f64>();
        let (df, error) = (filled.len() as f64 - 1.0, count - filled.len() as f64);
        let f = (df > 0.0 && error > 0.0 && within > 0.0).then(|| (between / df) / (within / error));
        // The upper tail: the lower one of the quotient turned around.
        let probability = f.and_then(|f| match f > 0.0 {
            true => satsuma_clem::distributions::f(1.0 / f, error, df),
            false => Some(1.0),
        });
        let importance = probability.map(|probability| 1.0 - probability);
        let mut cells =
            vec![Cell::text(field), Cell::real(f, 3), Cell::Integer(df as i64), Cell::Integer(error as i64)];
        cells.extend([Cell::real(probability, 3), Cell::real(importance, 3)]);
        if self.settings.labels {
            let label = importance.map(|importance| match importance {
                importance if importance < self.settings.low => &self.settings.low_label,
                importance if importance < self.settings.medium => &self.settings.medium_label,
                _ => &self.settings.high_label,
            });
            cells.push(label.map_or(Cell::Empty, |label| Cell::text(label.clone())));
        }
        cells
    }
}

#[cfg(test)]
mod tests {
    use crate::testing_report::report;

    /// By hand: means 2 and 5, between 13.5, within 4, F = 13.5 / (4 / 4); p is that of t = √13.5 with 4 degrees.
    #[tokio::test]
    async fn groups_are_compared_by_analysis_of_variance() {
        let fields = [("g", "string"), ("x", "real")];
        let properties =
            "<groupingField>g</groupingField><meansGroupedFields><field>x</field></meansGroupedFields>";
        let data = "g,x\na,1\na,2\na,3\nb,4\nb,5\nb,6\n";
        let lines = report("MeansNode", properties, "", &fields, data).await;
        let test =
            lines.iter().find(|line| line.starts_with("x\t13.5")).unwrap().split('\t').collect::<Vec<_>>();
        assert_eq!((test[2], test[3], test[6]), ("1", "4", "Important"), "{lines:?}");
        assert!((test[4].parse::<f64>().unwrap() - 0.021_311_641_128_756_6).abs() < 1e-9, "{test:?}");
        assert!(lines.contains(&"x\ta\t2\t1\t0.5773502691896258\t3".to_owned()), "{lines:?}");
    }
}
