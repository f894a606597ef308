//! Box plots: Tukey's hinges, whiskers to the last value within 1.5 box heights, and the values beyond.
//!
//! Source: J. W. Tukey, "Exploratory Data Analysis", 1977; the visualisation asks for a `tukeyStatistic`.

use datafusion::arrow::array::Array;
use satsuma_columns::DataModel;
use satsuma_documents::{Axis, Cell, Chart, Mark, Paint, Panel, Shape, Table as Numbers, shortest};
use satsuma_engine::{NodeError, NodeRun, Table, require};

use crate::charts::histogram::continuous;
use crate::charts::series::Series;
use crate::report::{Shown, batches, median, numbers};

/// Boxes of a field, one for each category of another.
#[derive(Debug, Clone)]
pub(super) struct Boxes {
    pub(super) category: String,
    pub(super) value: String,
}

/// Values kept in memory: 8 bytes each.
const MAX_VALUES: usize = 20_000_000;
/// Values beyond the whiskers that are drawn of a box.
const MAX_OUTLIERS: usize = 200;

impl Boxes {
    pub(super) fn check(&self, model: &DataModel) -> Result<(), NodeError> {
        require(model, &self.category)?;
        continuous(model, &self.value).map(drop)
    }

    pub(super) async fn chart(&self, input: Table, shown: &Shown, run: &NodeRun) -> Result<Chart, NodeError> {
        let model = input.model().clone();
        let mut categories = Series::new(&self.category, &model)?;
        let mut groups: Vec<Vec<f64>> = Vec::new();
        let mut kept = 0;
        batches(input, &[&self.category, &self.value], run, |mut columns, rows| {
            let places = categories.places(&mut columns, rows)?;
            let Some(values) = columns.first().map(numbers).transpose()? else { return Ok(()) };
            for (row, place) in places.into_iter().enumerate().filter(|(row, _)| values.is_valid(*row)) {
                if groups.len() <= place {
                    groups.resize(place + 1, Vec::new());
                }
                if let Some(group) = groups.get_mut(place) {
                    group.push(values.value(row));
                    kept += 1;
                }
            }
            match kept > MAX_VALUES {
                true => Err(NodeError::unsupported("too many records for a box plot; sample them first")),
                false => Ok(()),
            }
        })
        .await?;
        groups.iter_mut().for_each(|group| group.sort_by(f64::total_cmp));
        let columns = [
            self.category.as_str(),
            "Records",
            "Lower whisker",
            "Lower hinge",
            "Median",
            "Upper hinge",
            "Upper whisker",
            "Outliers",
        ];
        let mut data = Numbers::new("", columns.map(str::to_owned)).with_row_headings(1);
        let mut marks = Vec::new();
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for (at, place) in categories.order().into_iter().enumerate() {
            let values = groups.get(place).map(Vec::as_slice).unwrap_or_default();
            let Some(summary) = Summary::of(values) else { continue };
            let name = categories.text(place, shown);
            (low, high) =
                (low.min(*values.first().unwrap_or(&low)), high.max(*values.last().unwrap_or(&high)));
            summary.draw(at as f64, values, &name, &mut marks);
            let numbers =
                [summary.whiskers.0, summary.hinges.0, summary.median, summary.hinges.1, summary.whiskers.1];
            let outliers = values.iter().filter(|value| summary.is_outlier(**value)).count() as u64;
            let cells = [Cell::Text(name), Cell::count(values.len() as u64)];
            let cells = cells.into_iter().chain(numbers.map(|number| Cell::Real(number, 3)));
            data.push(cells.chain([Cell::count(outliers)]));
        }
        let room = (high - low) * 0.04;
        Ok(Chart {
            title: format!("{} by {}", self.value, self.category),
            x: Axis::categories(self.category.clone(), categories.names(shown)),
            y: Axis::linear(self.value.clone(), low - room, high + room),
            panels: vec![Panel { title: String::new(), marks }],
            data,
            ..Chart::default()
        })
    }
}

/// The five numbers of a box.
struct Summary {
    hinges: (f64, f64),
    median: f64,
    whiskers: (f64, f64),
}

impl Summary {
    /// Of sorted values; the hinges are the medians of both halves, which share the middle value.
    fn of(sorted: &[f64]) -> Option<Self> {
        let half = sorted.len().div_ceil(2);
        let hinges = (median(sorted.get(..half)?)?, median(sorted.get(sorted.len() - half..)?)?);
        let reach = 1.5 * (hinges.1 - hinges.0);
        let within = |value: &&f64| (hinges.0 - reach..=hinges.1 + reach).contains(*value);
        let whiskers = (*sorted.iter().find(within)?, *sorted.iter().rev().find(within)?);
        Some(Self { hinges, median: median(sorted)?, whiskers })
    }

    fn is_outlier(&self, value: f64) -> bool {
        value < self.whiskers.0 || value > self.whiskers.1
    }

    fn draw(&self, at: f64, values: &[f64], name: &str, marks: &mut Vec<Mark>) {
        let middle = at + 0.5;
        let line = |points: Vec<(f64, f64)>| Mark::line(points, Paint::Ink, "");
        marks.push(line(vec![(middle, self.whiskers.0), (middle, self.hinges.0)]));
        marks.push(line(vec![(middle, self.hinges.1), (middle, self.whiskers.1)]));
        for end in [self.whiskers.0, self.whiskers.1] {
            marks.push(line(vec![(middle - 0.12, end), (middle + 0.12, end)]));
        }
        let tip = format!(
            "{name}: median {}, hinges {} and {}",
            shortest(self.median),
            shortest(self.hinges.0),
            shortest(self.hinges.1)
        );
        marks.push(Mark::rectangle((at + 0.2, at + 0.8), self.hinges, Paint::Series(0), tip));
        marks.push(Mark::new(
            Shape::Line {
                points: vec![(at + 0.2, self.median), (at + 0.8, self.median)],
                width: 2.5,
                dashed: false,
            },
            Paint::Ink,
            "",
        ));
        let outliers = values.iter().filter(|value| self.is_outlier(**value)).take(MAX_OUTLIERS);
        marks.extend(
            outliers.map(|value| Mark::point(middle, *value, 2.5, Paint::Series(0), shortest(*value))),
        );
    }
}
