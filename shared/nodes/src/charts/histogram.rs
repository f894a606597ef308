//! Histogram: how often values of a range occur. IBM: "Histogram Node", `histogramnode`.
//!
//! Bins of a chosen number share the range from the lowest to the highest value evenly; the highest value is in the
//! last one. Bins of a chosen width begin at a multiple of it. Proof: two histograms that Modeler saved.

use async_trait::async_trait;
use datafusion::arrow::array::ArrayRef;
use satsuma_columns::{DataModel, Storage};
use satsuma_documents::{Axis, Block, Cell, Chart, Mark, Paint, Panel, Table as Numbers, shortest};
use satsuma_engine::{
    Compile, Compiled, DataFault, Inputs, NodeError, NodeRun, NodeType, Reported, Table, require,
};

use super::scale::{scale, value};
use super::series::Series;
use super::style::{Style, chart_settings};
use crate::report::{self, Content, Moments, Report, Shown, batches, normal_curve, numbers};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "HistogramNode",
    extension: None,
    inputs: Inputs::One,
    settings: HistogramSettings::LIST,
    compile,
};

/// Most bars that people can distinguish.
const MAX_BINS: usize = 1_000;

chart_settings! {
    /// Settings of a Histogram node.
    pub struct HistogramSettings {
        /// Whether the range is that of the data.
        automatic_range: bool = value("automaticRangeX", "range_x_auto", true),
        /// The lowest value of a chosen range.
        low: f64 = value("userDefinedRangeXMin", "range_x_min", 0.0),
        /// The highest value of a chosen range.
        high: f64 = value("userDefinedRangeXMax", "range_x_max", 100.0),
        /// Whether bins have a chosen width, not a number.
        by_width: bool = value("graphBinByWidth", "bins", false),
        /// The number of bins.
        bins: usize = value("graphNumBins", "num_bins", 25),
        /// The width of bins.
        width: f64 = value("graphBinWidth", "bin_width", 1.0),
        /// Whether all bars are as high as the highest.
        normalized: bool = value("graphNormalizeData", "normalize", false),
        /// Whether each colour has a band of its own.
        bands: bool = value("histogramSeparateBands", "separate_bands", false),
        /// Whether the curve of a normal distribution is drawn over the bars.
        curve: bool = value("graphNormalCurve", "normal_curve", false),
    }
    ignored: []
}

/// A histogram.
pub(super) struct Histogram {
    field: String,
    color: String,
    panel: String,
    range: Option<(f64, f64)>,
    bins: Bins,
    normalized: bool,
    curve: bool,
    style: Style,
    shown: Shown,
}

/// How bins are made.
#[derive(Debug, Clone, Copy)]
enum Bins {
    Count(usize),
    Width(f64),
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: HistogramSettings = compile.settings()?;
    let style = settings.style(&["graphXField", "graphColorField", "graphPanelField"], compile)?;
    if settings.bands {
        let message = "a band for each colour is not supported; use a panel field";
        return Err(compile.refuse_value("histogramSeparateBands", true, message));
    }
    let bins = match settings.by_width {
        true if settings.width > 0.0 => Bins::Width(settings.width),
        true => return Err(compile.refuse_value("graphBinWidth", settings.width, "a width is above 0")),
        false if (1..=MAX_BINS).contains(&settings.bins) => Bins::Count(settings.bins),
        false => {
            return Err(compile.refuse_value("graphNumBins", settings.bins, "1 to 1,000 bins are supported"));
        }
    };
    let histogram = Histogram {
        field: settings.x.clone(),
        color: settings.color.clone(),
        panel: settings.panel.clone(),
        range: (!settings.automatic_range).then_some((settings.low, settings.high)),
        bins,
        normalized: settings.normalized,
        curve: settings.curve && !settings.normalized,
        style,
        shown: Shown::new(compile)?,
    };
    report::terminal(histogram, settings.naming(), compile)
}

/// A continuous field for an axis.
///
/// # Errors
/// If it is missing, or holds neither numbers nor times.
pub(super) fn continuous(model: &DataModel, name: &str) -> Result<Storage, NodeError> {
    let field = require(model, name)?;
    match field.storage.is_numeric() || field.storage.is_temporal() {
        true => Ok(field.storage),
        false => {
            let (field, found) = (field.name.clone(), field.storage.name().to_owned());
            Err(DataFault::Storage { field, found, wanted: "a number, a date or a time".to_owned() }.into())
        }
    }
}

/// The edges of bins, lowest first.
#[derive(Debug, Clone)]
struct Edges(Vec<f64>);

impl Edges {
    fn new(bins: Bins, low: f64, high: f64) -> Result<Self, NodeError> {
        match bins {
            // One value: a bar around it, which can be seen.
            Bins::Count(_) if low == high => {
                let half = if low + 0.5 > low { 0.5 } else { low.abs() / 100.0 };
                Ok(Self(vec![low - half, high + half]))
            }
            Bins::Count(count) => {
                let width = (high - low) / count as f64;
                Ok(Self(
                    (0..=count).map(|at| if at == count { high } else { low + width * at as f64 }).collect(),
                ))
            }
            Bins::Width(width) => {
                if (high - low) / width > MAX_BINS as f64 {
                    let message = format!("bins of width {} are more than {MAX_BINS}", shortest(width));
                    return Err(NodeError::unsupported(message));
                }
                // Modeler adds the width up.
                let mut edges = vec![(low / width).floor() * width];
                while let Some(last) =
                    edges.last().copied().filter(|last| *last <= high && edges.len() <= MAX_BINS + 1)
                {
                    edges.push(last + width);
                }
                Ok(Self(edges))
            }
        }
    }

    fn count(&self) -> usize {
        self.0.len().saturating_sub(1)
    }

    /// The bin of a number; the highest edge belongs to the last one.
    fn bin(&self, number: f64) -> Option<usize> {
        let (first, last) = (*self.0.first()?, *self.0.last()?);
        if !(first..=last).contains(&number) {
            return None;
        }
        let above = self.0.partition_point(|edge| *edge <= number);
        Some(above.saturating_sub(1).min(self.count().saturating_sub(1)))
    }

    fn of(&self, bin: usize) -> (f64, f64) {
        let edge = |at: usize| self.0.get(at).copied().unwrap_or_default();
        (edge(bin), edge(bin + 1))
    }

    fn ends(&self) -> (f64, f64) {
        (self.0.first().copied().unwrap_or_default(), self.0.last().copied().unwrap_or(1.0))
    }
}

#[async_trait]
impl Report for Histogram {
    fn kind(&self) -> &'static str {
        "histogram"
    }

    fn content(&self) -> Content {
        Content::Charts
    }

    fn check(&self, input: &DataModel) -> Result<(), NodeError> {
        continuous(input, &self.field)?;
        Series::new(&self.color, input)?;
        Series::new(&self.panel, input).map(drop)
    }

    async fn blocks(&self, input: Table, run: &NodeRun) -> Result<Vec<Block>, NodeError> {
        let model = input.model().clone();
        let storage = continuous(&model, &self.field)?;
        let mut moments = Moments::default();
        if self.range.is_none() {
            batches(input.clone(), &[&self.field], run, |columns, _| {
                if let [column] = columns {
                    numbers(column)?.iter().flatten().for_each(|number| moments.add(number));
                }
                Ok(())
            })
            .await?;
        }
        let (low, high) = self.range.unwrap_or((moments.low, moments.high));
        if low > high {
            return Ok(vec![Block::Text(format!("Field {} has no values in this range.", self.field))]);
        }
        let edges = Edges::new(self.bins, low, high)?;
        let (mut colors, mut panels) = (Series::new(&self.color, &model)?, Series::new(&self.panel, &model)?);
        let mut counts = Counts::default();
        let mut shapes: Vec<Moments> = Vec::new();
        let names = [self.field.as_str(), self.color.as_str(), self.panel.as_str()];
        let names = names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>();
        batches(input, &names, run, |mut columns: &[ArrayRef], rows| {
            let Some((column, rest)) = columns.split_first() else { return Ok(()) };
            columns = rest;
            let column = numbers(column)?;
            let (colors, panels) = (colors.places(&mut columns, rows)?, panels.places(&mut columns, rows)?);
            for ((number, color), panel) in column.iter().zip(colors).zip(panels) {
                let Some((number, bin)) = number.and_then(|number| Some((number, edges.bin(number)?))) else {
                    continue;
                };
                *counts.entry((panel, bin, color)).or_default() += 1;
                if shapes.len() <= panel {
                    shapes.resize(panel + 1, Moments::default());
                }
                if let Some(shape) = shapes.get_mut(panel) {
                    shape.add(number);
                }
            }
            Ok(())
        })
        .await?;
        let mut chart = self.chart(storage, &edges, &colors, &panels, &counts);
        if self.curve {
            let (from, to) = edges.of(0);
            add_curves(&mut chart, &panels.order(), &shapes, to - from);
        }
        Ok(vec![Block::Chart(self.style.applied(chart))])
    }
}

/// Records by panel, bin and colour.
type Counts = std::collections::HashMap<(usize, usize, usize), u64>;

impl Histogram {
    /// A histogram of 25 bins over the range of the data.
    pub(super) fn plain(field: String, color: String, panel: String, shown: Shown) -> Self {
        let (bins, style) = (Bins::Count(25), Style::default());
        Self { field, color, panel, range: None, bins, normalized: false, curve: false, style, shown }
    }

    fn chart(
        &self,
        storage: Storage,
        edges: &Edges,
        colors: &Series,
        panels: &Series,
        counts: &Counts,
    ) -> Chart {
        let count = |panel, bin, color| counts.get(&(panel, bin, color)).copied().unwrap_or_default();
        let (color_order, series) = (colors.order(), colors.names(&self.shown));
        let mut columns = if self.panel.is_empty() { Vec::new() } else { vec![self.panel.clone()] };
        columns.extend([format!("{} from", self.field), "to".to_owned()]);
        columns.extend((series.is_empty()).then(|| "Count".to_owned()));
        columns.extend(series.iter().map(|name| format!("{} = {name}", self.color)));
        let mut data = Numbers::new("", columns).with_row_headings(if self.panel.is_empty() { 1 } else { 2 });
        let mut highest = 1.0_f64;
        let mut drawn = Vec::new();
        for panel in panels.order() {
            let title = panels.text(panel, &self.shown);
            let mut marks = Vec::new();
            for bin in 0..edges.count() {
                let (from, to) = edges.of(bin);
                let mut cells =
                    if self.panel.is_empty() { Vec::new() } else { vec![Cell::text(title.clone())] };
                cells.extend([self.shown.cell(&value(storage, from)), self.shown.cell(&value(storage, to))]);
                let all = color_order.iter().map(|color| count(panel, bin, *color)).sum::<u64>();
                let mut base = 0.0;
                for (rank, color) in color_order.iter().enumerate() {
                    let records = count(panel, bin, *color);
                    cells.push(Cell::count(records));
                    let height = match self.normalized {
                        true => records as f64 / all.max(1) as f64,
                        false => records as f64,
                    };
                    if records > 0 {
                        let name = series.get(rank).map(|name| format!(", {name}")).unwrap_or_default();
                        let tip = format!("{} to {}{name}: {records}", shortest(from), shortest(to));
                        marks.push(Mark::rectangle(
                            (from, to),
                            (base, base + height),
                            Paint::Series(rank),
                            tip,
                        ));
                    }
                    base += height;
                }
                highest = if self.normalized { 1.0 } else { highest.max(base) };
                data.push(cells);
            }
            drawn.push(Panel { title, marks });
        }
        let (low, high) = edges.ends();
        Chart {
            title: format!("Histogram of {}", self.field),
            x: Axis { title: self.field.clone(), scale: scale(storage, low, high, &self.shown) },
            y: Axis::linear(if self.normalized { "Proportion" } else { "Count" }, 0.0, highest),
            series_title: self.color.clone(),
            series,
            panels: drawn,
            data,
            ..Chart::default()
        }
    }
}

/// Adds the curves of normal distributions with the mean and deviation of each panel's values.
fn add_curves(chart: &mut Chart, order: &[usize], shapes: &[Moments], width: f64) {
    let mut is_drawn = false;
    for (panel, place) in chart.panels.iter_mut().zip(order) {
        let curve = shapes.get(*place).map(|shape| normal_curve(shape, width)).unwrap_or_default();
        if let satsuma_documents::Scale::Linear { high, .. } = &mut chart.y.scale {
            *high = curve.iter().map(|(_, y)| *y).fold(*high, f64::max);
        }
        if !curve.is_empty() {
            is_drawn = true;
            panel.marks.push(Mark::line(curve, Paint::Ink, "Normal distribution"));
        }
    }
    if is_drawn {
        chart.note = "Line: the normal distribution with the same mean and deviation.".to_owned();
    }
}

#[cfg(test)]
mod tests {
    use super::{Bins, Edges};
    use crate::testing_report::report;

    /// Modeler's saved histograms: 21 bins of width 0.1 from 0 to 2.08, whose last begins at 2.0000000000000004; 25 even
    /// bins from 786 to 1003, 8.68 wide.
    #[test]
    fn bins_are_those_of_saved_histograms() {
        let edges = Edges::new(Bins::Width(0.1), 0.0, 2.08).unwrap();
        assert_eq!((edges.count(), edges.of(20)), (21, (2.0000000000000004, 2.1000000000000005)));
        let edges = Edges::new(Bins::Count(25), 786.0, 1003.0).unwrap();
        assert_eq!((edges.count(), edges.of(0).1, edges.bin(1003.0)), (25, 794.68, Some(24)));
    }

    #[test]
    fn one_value_has_a_bar_around_it() {
        let edges = Edges::new(Bins::Count(25), 3.0, 3.0).unwrap();
        assert_eq!((edges.count(), edges.of(0), edges.bin(3.0)), (1, (2.5, 3.5), Some(0)));
        let edges = Edges::new(Bins::Count(25), 1e300, 1e300).unwrap();
        assert!(edges.of(0).0 < edges.of(0).1);
    }

    #[tokio::test]
    async fn values_are_counted_by_bin_and_colour() {
        let fields = [("x", "real"), ("c", "string")];
        let properties = "<graphXField>x</graphXField><graphColorField>c</graphColorField>\
            <graphNumBins>2</graphNumBins>";
        let lines = report("HistogramNode", properties, "", &fields, "x,c\n0,a\n1,b\n4,a\n2,b\n,a\n").await;
        assert_eq!(lines, ["x from\tto\tc = a\tc = b", "0\t2\t1\t1", "2\t4\t1\t1"]);
    }
}
