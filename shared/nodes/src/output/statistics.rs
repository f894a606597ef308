//! Statistics: summaries of numeric fields and their correlations. IBM: "Statistics Node", `statisticsnode`.
//!
//! Each pair of fields is correlated over the records that have both. The tests are Student's t with n − 2 degrees of
//! freedom, two-sided. Proof: two outputs that Modeler saved (`StatisticsVariablesvs….cou`).

use async_trait::async_trait;
use datafusion::arrow::array::Array;
use satsuma_columns::DataModel;
use satsuma_documents::{Block, Cell, Table as Shown};
use satsuma_engine::{
    Compile, Compiled, DataFault, Inputs, NodeError, NodeRun, NodeType, Reported, Table, require,
};
use satsuma_stream::text_enum;

use super::matrix::members;
use crate::report::{self, Comoments, Moments, Report, batches, median, numbers, report_settings};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "StatisticsNode",
    extension: None,
    inputs: Inputs::One,
    settings: StatisticsSettings::LIST,
    compile,
};

text_enum! {
    /// The criterion of a strong correlation.
    Strength {
        /// The probability that there is one.
        Probability = "probability",
        /// Its size.
        Absolute = "absolute",
    }
}

report_settings! {
    /// Settings of a Statistics node.
    pub struct StatisticsSettings {
        /// The fields.
        fields: Vec<String> = fields("examineFields", "examine"),
        /// The fields that each of them is correlated with.
        correlate: Vec<String> = fields("correlationFields", "correlate"),
        /// The computed statistics.
        statistics: Vec<String> = parsed("statistics", "statistics", members),
        /// The criterion of a strong correlation.
        strength: Strength = value("correlationStrengthMode", "correlation_mode", Strength::Probability),
        /// Whether its strength is named.
        labels: bool = value("showCorrelationLabels", "label_correlations", true),
        /// Sizes below it are weak.
        weak_size: f64 = value("weakCorrelationThreshold", "weak_label_absolute", 0.3333),
        /// Sizes below it are medium.
        medium_size: f64 = value("mediumCorrelationThreshold", "medium_label_absolute", 0.6666),
        /// Probabilities below it are weak.
        weak_probability: f64 = value("weakProbabilityThreshold", "weak_below_probability", 0.9),
        /// Probabilities below it are medium.
        medium_probability: f64 = value("mediumProbabilityThreshold", "strong_above_probability", 0.95),
        /// The word for weak.
        weak_label: String = value("weakCorrelationLabel", "weak_label", "Weak".to_owned()),
        /// The word for medium.
        medium_label: String = value("mediumCorrelationLabel", "medium_label", "Medium".to_owned()),
        /// The word for strong.
        strong_label: String = value("strongCorrelationLabel", "strong_label", "Strong".to_owned()),
        /// The word for a correlation of 1 or −1.
        perfect_label: String = value("perfectCorrelationLabel", "perfect_label", "Perfect".to_owned()),
    }
    ignored: []
}

/// Values kept in memory for medians and modes: 8 bytes each.
const MAX_KEPT: usize = 20_000_000;

/// The statistics in the order in which they are shown: the stream's word and ours.
const STATISTICS: [(&str, &str); 11] = [
    ("count", "Count"),
    ("mean", "Mean"),
    ("sum", "Sum"),
    ("min", "Min"),
    ("max", "Max"),
    ("range", "Range"),
    ("variance", "Variance"),
    ("sdev", "Standard Deviation"),
    ("semean", "Standard Error of Mean"),
    ("median", "Median"),
    ("mode", "Mode"),
];

struct Statistics {
    settings: StatisticsSettings,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: StatisticsSettings = compile.settings()?;
    let unknown = settings.statistics.iter().find(|name| !STATISTICS.iter().any(|(known, _)| known == name));
    if let Some(unknown) = unknown {
        return Err(compile.refuse_value("statistics", unknown, "this statistic is not known"));
    }
    if let Strength::Other(other) = &settings.strength {
        return Err(compile.refuse_value(
            "correlationStrengthMode",
            other,
            "probability and absolute are supported",
        ));
    }
    let statistics = Statistics { settings: settings.clone() };
    report::terminal(statistics, settings.naming(), compile)
}

/// Checks that a field holds numbers.
///
/// # Errors
/// If it is missing or holds something else.
pub(super) fn require_number(model: &DataModel, name: &str) -> Result<(), NodeError> {
    let field = require(model, name)?;
    match field.storage.is_numeric() {
        true => Ok(()),
        false => {
            let (field, found) = (field.name.clone(), field.storage.name().to_owned());
            Err(DataFault::Storage { field, found, wanted: "a number".to_owned() }.into())
        }
    }
}

/// The metadata of a field.
struct Summary {
    moments: Moments,
    kept: Vec<f64>,
    /// With each field that it is correlated with.
    pairs: Vec<Comoments>,
}

#[async_trait]
impl Report for Statistics {
    fn kind(&self) -> &'static str {
        "statistics"
    }

    fn check(&self, input: &DataModel) -> Result<(), NodeError> {
        let mut names = self.settings.fields.iter().chain(&self.settings.correlate);
        names.try_for_each(|name| require_number(input, name))
    }

    async fn blocks(&self, input: Table, run: &NodeRun) -> Result<Vec<Block>, NodeError> {
        let settings = &self.settings;
        let keeps = settings.statistics.iter().any(|name| matches!(name.as_str(), "median" | "mode"));
        let new = |_: &String| Summary {
            moments: Moments::default(),
            kept: Vec::new(),
            pairs: vec![Comoments::default(); settings.correlate.len()],
        };
        let mut summaries = settings.fields.iter().map(new).collect::<Vec<_>>();
        let names = settings.fields.iter().chain(&settings.correlate).collect::<Vec<_>>();
        let mut kept = 0;
        batches(input, &names, run, |columns, _| {
            let columns = columns.iter().map(numbers).collect::<Result<Vec<_>, _>>()?;
            let (fields, others) = columns.split_at(settings.fields.len().min(columns.len()));
            for (summary, column) in summaries.iter_mut().zip(fields) {
                column.iter().flatten().for_each(|number| summary.moments.add(number));
                if keeps {
                    summary.kept.extend(column.iter().flatten());
                    kept += column.len();
                }
                for (pair, other) in summary.pairs.iter_mut().zip(others) {
                    for row in 0..column.len() {
                        if column.is_valid(row) && other.is_valid(row) {
                            pair.add(column.value(row), other.value(row));
                        }
                    }
                }
            }
            match kept > MAX_KEPT {
                true => Err(NodeError::unsupported(
                    "too many records for median and mode; sample them, or leave both out",
                )),
                false => Ok(()),
            }
        })
        .await?;
        let mut blocks = Vec::new();
        for (name, summary) in settings.fields.iter().zip(&mut summaries) {
            blocks.push(Block::Heading(name.clone()));
            blocks.push(Block::Table(self.univariate(summary)));
            if !settings.correlate.is_empty() {
                blocks.push(Block::Table(self.correlations(name, summary)));
            }
        }
        Ok(blocks)
    }
}

impl Statistics {
    fn univariate(&self, summary: &mut Summary) -> Shown {
        summary.kept.sort_by(f64::total_cmp);
        let moments = &summary.moments;
        let mut table = Shown::new("Statistics", ["Statistic", "Value"]).with_row_headings(1);
        let wanted = STATISTICS
            .iter()
            .filter(|(name, _)| self.settings.statistics.iter().any(|wanted| wanted == name));
        for (name, label) in wanted {
            let value = match *name {
                "count" => {
                    table.push([Cell::text(*label), Cell::count(moments.count)]);
                    continue;
                }
                "mean" => moments.average(),
                "sum" => moments.total(),
                "min" => moments.min(),
                "max" => moments.max(),
                "range" => moments.max().zip(moments.min()).map(|(high, low)| high - low),
                "variance" => moments.variance(),
                "sdev" => moments.deviation(),
                "semean" => moments.standard_error(),
                "median" => median(&summary.kept),
                _ => mode(&summary.kept),
            };
            table.push([Cell::text(*label), Cell::real(value, 3)]);
        }
        table
    }

    fn correlations(&self, name: &str, summary: &Summary) -> Shown {
        let columns =
            ["Field", "Pearson Correlation", "Strength", "t", "Degrees of freedom", "Probability", "Records"];
        let kept = |(at, _): &(usize, &str)| self.settings.labels || *at != 2;
        let columns = columns.into_iter().enumerate().filter(kept).map(|(_, name)| name);
        let mut table = Shown::new("Pearson Correlations", columns).with_row_headings(1);
        for (other, pair) in self.settings.correlate.iter().zip(&summary.pairs) {
            if other == name {
                continue;
            }
            let correlation = pair.correlation();
            let freedom = pair.x.n() - 2.0;
            let t = correlation.filter(|_| freedom > 0.0).map(|r| r * (freedom / (1.0 - r * r)).sqrt());
            let probability = t.and_then(|t| two_sided(t, freedom));
            let mut cells = vec![Cell::text(other.clone()), Cell::real(correlation, 3)];
            if self.settings.labels {
                cells.push(correlation.map_or(Cell::Empty, |r| Cell::text(self.strength(r, probability))));
            }
            cells.extend([
                Cell::real(t, 3),
                Cell::Integer(freedom.max(0.0) as i64),
                Cell::real(probability, 3),
            ]);
            cells.push(Cell::count(pair.x.count));
            table.push(cells);
        }
        table
    }

    fn strength(&self, correlation: f64, probability: Option<f64>) -> &str {
        let settings = &self.settings;
        let (value, weak, medium) = match settings.strength {
            Strength::Absolute => (correlation.abs(), settings.weak_size, settings.medium_size),
            _ => (1.0 - probability.unwrap_or(0.0), settings.weak_probability, settings.medium_probability),
        };
        match value {
            _ if correlation.abs() >= 1.0 => &settings.perfect_label,
            value if value < weak => &settings.weak_label,
            value if value < medium => &settings.medium_label,
            _ => &settings.strong_label,
        }
    }
}

/// The probability of a t beyond this one on either side.
pub(super) fn two_sided(t: f64, freedom: f64) -> Option<f64> {
    if t.is_infinite() {
        return Some(0.0);
    }
    satsuma_clem::distributions::t(-t.abs(), freedom).map(|tail| 2.0 * tail)
}

/// The most frequent of sorted numbers; of several, the smallest.
fn mode(sorted: &[f64]) -> Option<f64> {
    let mut mode: Option<&[f64]> = None;
    for block in sorted.chunk_by(|one, two| one == two) {
        if mode.is_none_or(|mode| block.len() > mode.len()) {
            mode = Some(block);
        }
    }
    mode.and_then(|block| block.first().copied())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::testing_report::report;

    const NODE: &str = "<examineFields><field>x</field></examineFields><correlationFields><field>y</field>\
        </correlationFields><statistics><setElement>count</setElement><setElement>mean</setElement>\
        <setElement>sdev</setElement><setElement>semean</setElement><setElement>median</setElement>\
        <setElement>mode</setElement></statistics>";

    #[tokio::test]
    async fn pairs_without_both_values_do_not_correlate() {
        let fields = [("x", "real"), ("y", "real")];
        let lines = report("StatisticsNode", NODE, "", &fields, "x,y\n1,2\n2,4\n3,\n3,5\n").await;
        let value = |name: &str| lines.iter().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
        assert_eq!(
            (value("Count\t"), value("Median\t"), value("Mode\t")),
            ("4".into(), "2.5".into(), "3".into())
        );
        let cells = value("y\t").split('\t').map(str::to_owned).collect::<Vec<_>>();
        assert!((cells[0].parse::<f64>().unwrap() - 0.981_980_506_061_965_7).abs() < 1e-12, "{cells:?}");
        assert_eq!((cells[3].as_str(), cells[5].as_str()), ("1", "3"));
    }

    /// Modeler's saved output on the same file: eosinophils has mean 3.1640312499999976, deviation
    /// 2.068868494757721, median 2.678, mode 2.266; with granulocytes r = -0.2489523196368865, t = -7.405400300400394,
    /// p = 3.2146324804718246E-13, over 832 records.
    #[tokio::test]
    async fn statistics_agree_with_a_saved_output() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/streams/aalabort");
        let found = std::fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path());
        let file = found
            .flat_map(|path| [path.clone(), path.join("kidney_fail_dataset_v2.csv")])
            .find(|path| path.ends_with("kidney_fail_dataset_v2.csv") && path.is_file());
        let Some(file) = file else {
            eprintln!("skipped: no kidney_fail_dataset_v2.csv below {}", path.display());
            return;
        };
        let text = std::fs::read_to_string(file).unwrap().replace(';', ",");
        let header = text.lines().next().unwrap().trim_start_matches('\u{feff}').to_owned();
        let names = header.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>();
        let fields = names.iter().map(|name| (name.as_str(), "real")).collect::<Vec<_>>();
        let node = NODE.replace(">x<", ">eosinophils<").replace(">y<", ">granulocytes<");
        let lines = report("StatisticsNode", &node, "", &fields, &text).await;
        let value = |name: &str| lines.iter().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
        let close = |found: &str, wanted: f64| {
            assert!((found.parse::<f64>().unwrap() / wanted - 1.0).abs() < 1e-10, "{found} {wanted}");
        };
        close(&value("Mean\t"), 3.164_031_249_999_997_6);
        close(&value("Standard Deviation\t"), 2.068_868_494_757_721);
        close(&value("Median\t"), 2.678);
        close(&value("Mode\t"), 2.266);
        let cells = value("granulocytes\t").split('\t').map(str::to_owned).collect::<Vec<_>>();
        close(&cells[0], -0.248_952_319_636_886_5);
        close(&cells[2], -7.405_400_300_400_394);
        assert!((cells[4].parse::<f64>().unwrap() - 3.214_632_480_471_824_6e-13).abs() < 1e-15, "{cells:?}");
        assert_eq!(cells[5], "832");
    }
}
