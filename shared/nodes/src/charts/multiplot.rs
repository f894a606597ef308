//! Multiplot: several fields over one, as lines in the order of x. IBM: "Multiplot Node", `multiplotnode`.

use async_trait::async_trait;
use datafusion::arrow::array::Array;
use satsuma_columns::DataModel;
use satsuma_documents::{Axis, Block, Cell, Chart, Mark, Paint, Panel, Shape, Table as Numbers};
use satsuma_engine::{Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Reported, Table};

use super::histogram::continuous;
use super::scale::FieldAxis;
use super::style::{Style, chart_settings};
use crate::report::{self, Content, Report, Shown, batches, numbers};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "MultiPlotNode",
    extension: None,
    inputs: Inputs::One,
    settings: MultiplotSettings::LIST,
    compile,
};

chart_settings! {
    /// Settings of a Multiplot node.
    pub struct MultiplotSettings {
        /// The fields of the lines.
        fields: Vec<String> = fields("graphYMultiFields", "y_fields"),
        /// Whether each field is scaled from 0 to 1.
        normalized: bool = value("graphNormalizeData", "normalize", false),
    }
    // How many records are drawn.
    ignored: ["graphLargeDatasetReadOption", "graphLargeDatasetReadThreshold"]
}

struct Multiplot {
    x: String,
    lines: Lines,
    style: Style,
    shown: Shown,
}

/// The lines for fields.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    pub(super) fields: Vec<String>,
    pub(super) normalized: bool,
    /// Whether each field has a panel of its own.
    pub(super) panels: bool,
    /// Whether points are joined.
    pub(super) joined: bool,
    /// Whether points are marked.
    pub(super) points: bool,
    /// Whether x decides the order.
    pub(super) sorted: bool,
    /// Fields that share a panel and a scale: the first one and their number. Without groups each field is alone.
    pub(super) groups: Vec<(usize, usize)>,
}

/// The places of a line.
type Line = Vec<(f64, f64)>;

/// Records that are drawn at most.
const MAX_ROWS: usize = 5_000;

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: MultiplotSettings = compile.settings()?;
    let style = settings.style(&["graphXField"], compile)?;
    let lines = Lines {
        fields: settings.fields.clone(),
        normalized: settings.normalized,
        panels: false,
        joined: true,
        points: false,
        sorted: true,
        groups: Vec::new(),
    };
    let multiplot = Multiplot { x: settings.x.clone(), lines, style, shown: Shown::new(compile)? };
    report::terminal(multiplot, settings.naming(), compile)
}

#[async_trait]
impl Report for Multiplot {
    fn kind(&self) -> &'static str {
        "multiplot"
    }

    fn content(&self) -> Content {
        Content::Charts
    }

    fn check(&self, input: &DataModel) -> Result<(), NodeError> {
        FieldAxis::new(&self.x, input)?;
        self.lines.check(input)
    }

    async fn blocks(&self, input: Table, run: &NodeRun) -> Result<Vec<Block>, NodeError> {
        let rows = Rows::read(Some(&self.x), &self.lines.fields, None, input, run).await?;
        let chart = rows.chart(&self.lines, &self.shown);
        Ok(vec![Block::Chart(self.style.applied(chart))])
    }
}

impl Lines {
    pub(super) fn check(&self, model: &DataModel) -> Result<(), NodeError> {
        if self.fields.is_empty() {
            return Err(NodeError::unsupported("no field is chosen for the lines"));
        }
        self.fields.iter().try_for_each(|field| continuous(model, field).map(drop))
    }
}

/// The values of some fields, record by record.
pub(super) struct Rows {
    /// The horizontal axis; without one records are counted from 1.
    x: Option<FieldAxis>,
    fields: Vec<String>,
    rows: Vec<(f64, Vec<Option<f64>>)>,
    every: u64,
    seen: u64,
}

impl Rows {
    /// Reads the fields, of the first records or all.
    ///
    /// # Errors
    /// If a field is missing.
    pub(super) async fn read(
        x: Option<&str>,
        fields: &[String],
        first: Option<u64>,
        input: Table,
        run: &NodeRun,
    ) -> Result<Self, NodeError> {
        let axis = x.map(|name| FieldAxis::new(name, input.model())).transpose()?;
        let mut rows = Self { x: axis, fields: fields.to_vec(), rows: Vec::new(), every: 1, seen: 0 };
        let names = x.into_iter().chain(fields.iter().map(String::as_str)).collect::<Vec<_>>();
        batches(input, &names, run, |columns, count| {
            let (places, columns) = match (&mut rows.x, columns.split_first()) {
                (Some(axis), Some((column, rest))) => (axis.places(column)?, rest),
                _ => {
                    let start = rows.seen;
                    ((0..count).map(|row| Some((start + row as u64 + 1) as f64)).collect(), columns)
                }
            };
            let columns = columns.iter().map(numbers).collect::<Result<Vec<_>, _>>()?;
            for (row, place) in places.into_iter().enumerate() {
                if first.is_some_and(|first| rows.seen >= first) {
                    break;
                }
                let values = columns.iter().map(|column| column.is_valid(row).then(|| column.value(row)));
                rows.keep(place, values.collect());
            }
            Ok(())
        })
        .await?;
        Ok(rows)
    }

    /// Keeps every so many-th record; where there are too many, half of them go.
    fn keep(&mut self, place: Option<f64>, values: Vec<Option<f64>>) {
        if let Some(place) = place.filter(|_| self.seen.is_multiple_of(self.every)) {
            self.rows.push((place, values));
            if self.rows.len() > MAX_ROWS {
                let mut at = 0;
                self.rows.retain(|_| {
                    at += 1;
                    at % 2 == 1
                });
                self.every *= 2;
            }
        }
        self.seen += 1;
    }

    /// The chart of the lines.
    pub(super) fn chart(&self, lines: &Lines, shown: &Shown) -> Chart {
        let draw_x = self.x.as_ref().map(FieldAxis::drawn);
        let draw = &|place: f64| draw_x.as_ref().map_or(place, |draw| draw(place));
        let values = |series: usize| {
            let values = self.rows.iter().filter_map(move |(place, values)| {
                values.get(series).copied().flatten().map(|value| (*place, value))
            });
            values.map(|(place, value)| (draw(place), value)).collect::<Line>()
        };
        let alone = (0..self.fields.len()).map(|series| (series, 1));
        let groups = if lines.groups.is_empty() { alone.collect() } else { lines.groups.clone() };
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut drawn = Vec::new();
        for (first, count) in groups {
            let mut group = (first..first + count).map(|series| (series, values(series))).collect::<Vec<_>>();
            let all = || group.iter().flat_map(|(_, line)| line.iter().map(|(_, y)| *y));
            let (lowest, highest) =
                (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
            if lines.normalized && highest > lowest {
                let scaled = |y: f64| (y - lowest) / (highest - lowest);
                group.iter_mut().for_each(|(_, line)| line.iter_mut().for_each(|(_, y)| *y = scaled(*y)));
                (low, high) = (0.0, 1.0);
            } else {
                (low, high) = (low.min(lowest), high.max(highest));
            }
            let mut marks = Vec::new();
            for (series, mut line) in group {
                if lines.sorted {
                    line.sort_by(|one, two| one.0.total_cmp(&two.0));
                }
                if lines.points || line.len() == 1 {
                    marks.extend(
                        line.iter().map(|(x, y)| Mark::point(*x, *y, 2.5, Paint::Series(series), "")),
                    );
                }
                if lines.joined && line.len() > 1 {
                    let tip = self.fields.get(series).cloned().unwrap_or_default();
                    // The limits of a prediction.
                    let dashed = series >= first + 2 && !lines.groups.is_empty();
                    let shape = Shape::Line { points: line, width: 1.5, dashed };
                    marks.push(Mark::new(shape, Paint::Series(series), tip));
                }
            }
            drawn.push(Panel { title: self.fields.get(first).cloned().unwrap_or_default(), marks });
        }
        let panels = match lines.panels {
            true => drawn,
            false => {
                let marks = drawn.into_iter().flat_map(|panel| panel.marks).collect();
                vec![Panel { title: String::new(), marks }]
            }
        };
        let x = match &self.x {
            Some(axis) => axis.axis(shown),
            None => Axis::linear("Record", 1.0, self.seen as f64),
        };
        let note = match self.every {
            1 => String::new(),
            every => format!("Every {every}th of {} records is drawn.", self.seen),
        };
        Chart {
            title: format!("{} v. {}", self.fields.join(", "), x.title),
            note,
            y: Axis::linear("", low, high),
            series: self.fields.clone(),
            panels,
            data: self.data(&x.title, shown),
            x,
            ..Chart::default()
        }
    }

    fn data(&self, x: &str, shown: &Shown) -> Numbers {
        let columns = std::iter::once(x.to_owned()).chain(self.fields.iter().cloned());
        let mut data = Numbers::new("", columns).with_row_headings(1);
        for (place, values) in &self.rows {
            let place = match &self.x {
                Some(axis) => shown.cell(&axis.value(*place)),
                None => Cell::Integer(*place as i64),
            };
            data.push(std::iter::once(place).chain(values.iter().map(|value| Cell::real(*value, 3))));
        }
        data
    }
}

#[cfg(test)]
mod tests {
    use crate::testing_report::report;

    #[tokio::test]
    async fn each_field_is_a_line_over_x() {
        let fields = [("x", "integer"), ("a", "real"), ("b", "real")];
        let properties = "<graphXField>x</graphXField><graphYMultiFields><field>a</field><field>b</field></graphYMultiFields>";
        let lines = report("MultiPlotNode", properties, "", &fields, "x,a,b\n2,1,\n1,3,4\n").await;
        assert_eq!(lines, ["x\ta\tb", "2\t1\t", "1\t3\t4"]);
    }
}
