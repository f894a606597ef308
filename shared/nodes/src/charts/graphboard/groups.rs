//! Bars, slices and cells of groups of records.

use std::collections::HashMap;

use datafusion::arrow::array::Array;
use satsuma_columns::DataModel;
use satsuma_documents::{Axis, Cell, Chart, Mark, Paint, Panel, Shape, Table as Numbers, shortest};
use satsuma_engine::{NodeError, NodeRun, Table, require};

use super::visualization::Statistic;
use crate::charts::histogram::continuous;
use crate::charts::series::Series;
use crate::report::{Moments, Shown, batches, numbers};

/// How groups are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Drawing {
    Bars,
    Pie,
    Heat,
}

/// Groups by one or two fields.
#[derive(Debug, Clone)]
pub(super) struct Groups {
    pub(super) drawing: Drawing,
    pub(super) category: String,
    /// Colours of bars or rows of cells; empty for none.
    pub(super) second: String,
    /// Panels; empty for none.
    pub(super) panel: String,
    /// The value of bars and cells; without one, the number of records.
    pub(super) value: Option<(String, Statistic)>,
}

/// By panel, category and second field.
type Counted = HashMap<(usize, usize, usize), (u64, Moments)>;

impl Groups {
    pub(super) fn check(&self, model: &DataModel) -> Result<(), NodeError> {
        for name in [&self.category, &self.second, &self.panel].into_iter().filter(|name| !name.is_empty()) {
            require(model, name)?;
        }
        if let Some((name, _)) = &self.value {
            continuous(model, name)?;
        }
        Ok(())
    }

    pub(super) async fn chart(&self, input: Table, shown: &Shown, run: &NodeRun) -> Result<Chart, NodeError> {
        let model = input.model().clone();
        let mut categories = Series::new(&self.category, &model)?;
        let (mut seconds, mut panels) =
            (Series::new(&self.second, &model)?, Series::new(&self.panel, &model)?);
        let mut counted = Counted::new();
        let names = [self.category.as_str(), self.second.as_str(), self.panel.as_str()];
        let mut names = names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>();
        names.extend(self.value.as_ref().map(|(name, _)| name.as_str()));
        batches(input, &names, run, |mut columns, rows| {
            let categories = categories.places(&mut columns, rows)?;
            let seconds = seconds.places(&mut columns, rows)?;
            let panels = panels.places(&mut columns, rows)?;
            let values = columns.first().map(numbers).transpose()?;
            for (row, category) in categories.into_iter().enumerate() {
                let place = |places: &[usize]| places.get(row).copied().unwrap_or_default();
                let (count, moments) =
                    counted.entry((place(&panels), category, place(&seconds))).or_default();
                *count += 1;
                if let Some(values) = values.as_ref().filter(|values| values.is_valid(row)) {
                    moments.add(values.value(row));
                }
            }
            Ok(())
        })
        .await?;
        Ok(self.drawn(&categories, &seconds, &panels, &counted, shown))
    }

    fn label(&self) -> String {
        match &self.value {
            None => "Count".to_owned(),
            Some((name, Statistic::Sum)) => format!("Sum of {name}"),
            Some((name, Statistic::Mean)) => format!("Mean of {name}"),
            Some((name, Statistic::Min)) => format!("Minimum of {name}"),
            Some((name, Statistic::Max)) => format!("Maximum of {name}"),
        }
    }

    fn of(&self, (count, moments): &(u64, Moments)) -> Option<f64> {
        match &self.value {
            None => Some(*count as f64),
            Some((_, Statistic::Sum)) => moments.total(),
            Some((_, Statistic::Mean)) => moments.average(),
            Some((_, Statistic::Min)) => moments.min(),
            Some((_, Statistic::Max)) => moments.max(),
        }
    }

    fn drawn(
        &self,
        categories: &Series,
        seconds: &Series,
        panels: &Series,
        counted: &Counted,
        shown: &Shown,
    ) -> Chart {
        let (order, names) = (categories.order(), categories.names(shown));
        let (second_order, second_names) = (seconds.order(), seconds.names(shown));
        let columns = [self.panel.clone(), self.category.clone(), self.second.clone()];
        let columns = columns.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>();
        let headings = columns.len();
        let mut data =
            Numbers::new("", columns.into_iter().chain([self.label()])).with_row_headings(headings);
        let (mut low, mut high) = (0.0_f64, 0.0_f64);
        let mut values = Vec::new();
        for panel in panels.order() {
            for (at, category) in order.iter().enumerate() {
                for (rank, second) in second_order.iter().enumerate() {
                    let Some(value) =
                        counted.get(&(panel, *category, *second)).and_then(|group| self.of(group))
                    else {
                        continue;
                    };
                    let keys = [
                        (!self.panel.is_empty()).then(|| panels.text(panel, shown)),
                        names.get(at).cloned(),
                        second_names.get(rank).cloned(),
                    ];
                    let cells = keys.into_iter().flatten().map(Cell::Text);
                    let value_cell = match self.value {
                        None => Cell::Integer(value as i64),
                        Some(_) => Cell::Real(value, 3),
                    };
                    data.push(cells.chain([value_cell]));
                    values.push((panel, at, rank, value));
                }
            }
        }
        if self.drawing == Drawing::Heat {
            (low, high) =
                values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (_, _, _, value)| {
                    (low.min(*value), high.max(*value))
                });
        }
        let total = values.iter().map(|(_, _, _, value)| *value).sum::<f64>();
        let mut drawn = Vec::new();
        for panel in panels.order() {
            let mut marks = Vec::new();
            let mut base = HashMap::new();
            let mut angle = 0.0;
            for (_, at, rank, value) in values.iter().filter(|(of_panel, _, _, _)| *of_panel == panel) {
                let parts = [names.get(*at), second_names.get(*rank)].into_iter().flatten().cloned();
                let tip = format!("{}: {}", parts.collect::<Vec<_>>().join(", "), shortest(*value));
                let x = (*at as f64 + 0.1, *at as f64 + 0.9);
                marks.push(match self.drawing {
                    Drawing::Bars => {
                        let from: &mut f64 = base.entry(*at).or_default();
                        let y = (*from, *from + value);
                        *from += value;
                        (low, high) = (low.min(*from), high.max(*from));
                        let paint = if second_names.is_empty() { 0 } else { *rank };
                        Mark::rectangle(x, y, Paint::Series(paint), tip)
                    }
                    Drawing::Pie => {
                        let from = angle;
                        angle += value / total.max(1.0);
                        Mark::new(Shape::Slice { from, to: angle }, Paint::Series(*at), tip)
                    }
                    Drawing::Heat => {
                        let share = if high > low { (value - low) / (high - low) } else { 0.5 };
                        let y = (*rank as f64, *rank as f64 + 1.0);
                        Mark::rectangle((*at as f64, *at as f64 + 1.0), y, Paint::Shade(share), tip)
                    }
                });
            }
            drawn.push(Panel { title: panels.text(panel, shown), marks });
        }
        let title = match self.second.as_str() {
            "" => format!("{} by {}", self.label(), self.category),
            second => format!("{} by {} and {second}", self.label(), self.category),
        };
        let (x, y, series) = match self.drawing {
            Drawing::Bars => {
                let x = Axis::categories(self.category.clone(), names);
                (x, Axis::linear(self.label(), low, high), second_names)
            }
            Drawing::Pie => (Axis::default(), Axis::default(), names),
            Drawing::Heat => {
                let y = Axis::categories(self.second.clone(), second_names);
                (Axis::categories(self.category.clone(), names), y, Vec::new())
            }
        };
        let note = match self.drawing {
            Drawing::Heat => format!("Colour: {} (light) to {} (dark).", shortest(low), shortest(high)),
            _ => String::new(),
        };
        let series_title = match self.drawing {
            Drawing::Pie => self.category.clone(),
            Drawing::Bars => self.second.clone(),
            Drawing::Heat => String::new(),
        };
        Chart { title, note, x, y, series_title, series, panels: drawn, data }
    }
}
