//! Transform: the distributions of fields and of their transformations. IBM: "Transform Node", `transformnode`.
//!
//! A value without a transformation (the logarithm of zero) counts as missing in it.

use async_trait::async_trait;
use satsuma_columns::DataModel;
use satsuma_documents::{Axis, Block, Cell, Chart, Mark, Paint, Panel, Table as Shown};
use satsuma_engine::{Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Reported, Table};

use super::statistics::require_number;
use crate::report::{self, Moments, Report, batches, normal_curve, numbers, report_settings};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "TransformNode",
    extension: None,
    inputs: Inputs::One,
    settings: TransformSettings::LIST,
    compile,
};

report_settings! {
    /// Settings of a Transform node.
    pub struct TransformSettings {
        /// The fields.
        fields: Vec<String> = fields("transformFields", "fields"),
        /// Whether all transformations are shown, or chosen ones.
        formulas: String = value("allTransformations", "formula", "all".to_owned()),
        /// Whether 1 / x is shown.
        inverse: bool = value("includeInverse", "formula_inverse", false),
        /// What is added before 1 / x.
        inverse_offset: f64 = value("inverseOffset", "formula_inverse_offset", 0.0),
        /// Whether the natural logarithm is shown.
        log_n: bool = value("includeLogN", "formula_log_n", false),
        /// What is added before the natural logarithm.
        log_n_offset: f64 = value("logNOffset", "formula_log_n_offset", 0.0),
        /// Whether the logarithm to base 10 is shown.
        log_10: bool = value("includeLog10", "formula_log_10", false),
        /// What is added before the logarithm to base 10.
        log_10_offset: f64 = value("log10Offset", "formula_log_10_offset", 0.0),
        /// Whether the exponential is shown.
        exponential: bool = value("includeExponential", "formula_exponential", false),
        /// Whether the square root is shown.
        square_root: bool = value("includeSquareRoot", "formula_square_root", false),
    }
    // Modeler draws its small charts from a sample, ours show all records.
    ignored: ["dataAuditAutoSampleMode", "dataAuditSampleThreshold", "sampleUseRandomSeed", "sampleRandomSeed"]
}

/// Bars of a small chart.
const BARS: usize = 20;

/// A transformation.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Formula {
    Current,
    Inverse(f64),
    LogN(f64),
    Log10(f64),
    Exponential,
    SquareRoot,
}

impl Formula {
    fn of(self, x: f64) -> Option<f64> {
        let y = match self {
            Self::Current => x,
            Self::Inverse(offset) => 1.0 / (x + offset),
            Self::LogN(offset) => (x + offset).ln(),
            Self::Log10(offset) => (x + offset).log10(),
            Self::Exponential => x.exp(),
            Self::SquareRoot => x.sqrt(),
        };
        y.is_finite().then_some(y)
    }

    fn name(self) -> String {
        let added = |offset: f64| match offset {
            0.0 => "x".to_owned(),
            offset => format!("x + {}", satsuma_documents::shortest(offset)),
        };
        match self {
            Self::Current => "Current distribution".to_owned(),
            Self::Inverse(offset) => format!("Inverse: 1 / ({})", added(offset)),
            Self::LogN(offset) => format!("Log N: ln({})", added(offset)),
            Self::Log10(offset) => format!("Log 10: log10({})", added(offset)),
            Self::Exponential => "Exponential: exp(x)".to_owned(),
            Self::SquareRoot => "Square root: sqrt(x)".to_owned(),
        }
    }
}

struct Transform {
    fields: Vec<String>,
    formulas: Vec<Formula>,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: TransformSettings = compile.settings()?;
    let all = match settings.formulas.to_ascii_lowercase().as_str() {
        "all" => true,
        "select" | "selected" => false,
        other => {
            return Err(compile.refuse_value("allTransformations", other, "all and select are supported"));
        }
    };
    let formulas = [
        (true, Formula::Current),
        (settings.inverse, Formula::Inverse(settings.inverse_offset)),
        (settings.log_n, Formula::LogN(settings.log_n_offset)),
        (settings.log_10, Formula::Log10(settings.log_10_offset)),
        (settings.exponential, Formula::Exponential),
        (settings.square_root, Formula::SquareRoot),
    ];
    let formulas =
        formulas.into_iter().filter(|(is_chosen, _)| all || *is_chosen).map(|(_, formula)| formula);
    let transform = Transform { fields: settings.fields.clone(), formulas: formulas.collect() };
    report::terminal(transform, settings.naming(), compile)
}

/// A field in a transformation.
#[derive(Debug, Clone, Default)]
struct Transformed {
    moments: Moments,
    bars: [u64; BARS],
}

impl Transformed {
    fn count(&mut self, y: f64) {
        let (low, high) = (self.moments.low, self.moments.high);
        let width = (high - low) / BARS as f64;
        let bar = if width > 0.0 { ((y - low) / width) as usize } else { 0 };
        if let Some(count) = self.bars.get_mut(bar.min(BARS - 1)) {
            *count += 1;
        }
    }

    fn chart(&self, title: String) -> Option<Chart> {
        let (low, high) = (self.moments.min()?, self.moments.max()?);
        let width = (high - low) / BARS as f64;
        let edge = |at: usize| low + width * at as f64;
        let mut marks = self
            .bars
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
            .map(|(at, count)| {
                let x = if width > 0.0 { (edge(at), edge(at + 1)) } else { (low - 0.5, low + 0.5) };
                Mark::rectangle(x, (0.0, *count as f64), Paint::Series(0), count.to_string())
            })
            .collect::<Vec<_>>();
        let curve = normal_curve(&self.moments, width);
        let tallest = self.bars.iter().max().copied().unwrap_or(1) as f64;
        let top = curve.iter().map(|(_, y)| *y).fold(tallest, f64::max);
        if !curve.is_empty() {
            marks.push(Mark::line(curve, Paint::Ink, ""));
        }
        Some(Chart {
            title,
            x: Axis::linear("", low, high),
            y: Axis::linear("", 0.0, top),
            panels: vec![Panel { title: String::new(), marks }],
            ..Chart::default()
        })
    }
}

#[async_trait]
impl Report for Transform {
    fn kind(&self) -> &'static str {
        "transform"
    }

    fn check(&self, input: &DataModel) -> Result<(), NodeError> {
        if self.fields.is_empty() {
            return Err(NodeError::unsupported("no field is chosen; choose one in the Transform node"));
        }
        self.fields.iter().try_for_each(|name| require_number(input, name))
    }

    async fn blocks(&self, input: Table, run: &NodeRun) -> Result<Vec<Block>, NodeError> {
        let mut found = vec![vec![Transformed::default(); self.formulas.len()]; self.fields.len()];
        let mut each = |is_first: bool, columns: &[datafusion::arrow::array::ArrayRef]| {
            for (of_field, column) in found.iter_mut().zip(columns) {
                let column = numbers(column)?;
                for x in column.iter().flatten() {
                    for (transformed, formula) in of_field.iter_mut().zip(&self.formulas) {
                        match formula.of(x) {
                            Some(y) if is_first => transformed.moments.add(y),
                            Some(y) => transformed.count(y),
                            None => {}
                        }
                    }
                }
            }
            Ok(())
        };
        batches(input.clone(), &self.fields, run, |columns, _| each(true, columns)).await?;
        batches(input, &self.fields, run, |columns, _| each(false, columns)).await?;
        let columns = [
            "Field",
            "Transformation",
            "Graph",
            "Min",
            "Max",
            "Mean",
            "Standard Deviation",
            "Skewness",
            "Kurtosis",
            "Valid",
        ];
        let mut table = Shown::new("", columns).with_row_headings(2);
        for (field, of_field) in self.fields.iter().zip(&found) {
            for (transformed, formula) in of_field.iter().zip(&self.formulas) {
                let moments = &transformed.moments;
                let chart = transformed.chart(format!("{} of {field}", formula.name()));
                let numbers = [
                    moments.min(),
                    moments.max(),
                    moments.average(),
                    moments.deviation(),
                    moments.skewness(),
                    moments.kurtosis(),
                ];
                let cells = [
                    Cell::text(field.clone()),
                    Cell::Text(formula.name()),
                    chart.map_or(Cell::Empty, |chart| Cell::Chart(Box::new(chart))),
                ];
                let cells = cells.into_iter().chain(numbers.map(|number| Cell::real(number, 3)));
                table.push(cells.chain([Cell::count(moments.count)]));
            }
        }
        Ok(vec![
            Block::Text("Lines show normal distributions with the same mean and deviation.".to_owned()),
            Block::Table(table),
        ])
    }
}

#[cfg(test)]
mod tests {
    use crate::testing_report::report;

    /// By hand: the roots of 1, 4 and 9 are 1, 2 and 3; zero has neither inverse nor logarithm.
    #[tokio::test]
    async fn values_without_a_transformation_are_missing_in_it() {
        let properties = "<transformFields><field>x</field></transformFields><allTransformations>all\
            </allTransformations><logNOffset>1</logNOffset>";
        let lines = report("TransformNode", properties, "", &[("x", "real")], "x\n0\n1\n4\n9\n").await;
        let cell = |row: usize, at: usize| lines[row].split('\t').nth(at).unwrap().to_owned();
        assert_eq!(
            (cell(1, 1), cell(1, 5), cell(1, 9)),
            ("Current distribution".into(), "3.5".into(), "4".into())
        );
        assert_eq!(
            (cell(2, 3), cell(2, 4), cell(2, 9)),
            ("0.1111111111111111".into(), "1".into(), "3".into())
        );
        assert_eq!((cell(3, 1), cell(3, 3), cell(3, 9)), ("Log N: ln(x + 1)".into(), "0".into(), "4".into()));
        assert_eq!((cell(4, 3), cell(4, 9)), ("0".into(), "3".into()));
        assert_eq!((cell(6, 5), cell(6, 9)), ("1.5".into(), "4".into()));
    }

    #[tokio::test]
    async fn chosen_transformations_alone_are_shown() {
        let properties = "<transformFields><field>x</field></transformFields><allTransformations>select\
            </allTransformations><includeLog10>true</includeLog10>";
        let lines = report("TransformNode", properties, "", &[("x", "integer")], "x\n10\n1000\n").await;
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert!(lines[2].starts_with("x\tLog 10: log10(x)\t\t1\t3\t2\t1.414"), "{lines:?}");
    }
}
