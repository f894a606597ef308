//! Points of records: a place on two axes, a colour, a panel, a size and a shape.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use satsuma_clem::Program;
use satsuma_columns::DataModel;
use satsuma_documents::{Cell, Chart, Mark, Paint, Panel, Shape, Symbol, Table as Numbers};
use satsuma_engine::{NodeError, NodeRun, Table};

use super::lowess::{MAX_POINTS as MAX_SMOOTHED, lowess};
use super::scale::{FieldAxis, with_room};
use super::series::Series;
use crate::clem::failed;
use crate::report::{Shown, batches, numbers};

/// Points that are drawn at most: more hide each other, and make a document too large to open.
const MAX_POINTS: usize = 5_000;

/// What is drawn over points.
#[derive(Debug, Clone, Default)]
pub(super) struct Overlays {
    /// A smooth line for each panel and colour.
    pub(super) smoother: bool,
    /// The line of a function.
    pub(super) function: Option<Function>,
}

/// A function of x, with its text.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) text: String,
    pub(super) program: Program,
}

/// Places at which a function is computed.
const STEPS: usize = 200;

impl Function {
    /// The line of the function between two places; parts without a value are left out.
    fn line(&self, (low, high): (f64, f64)) -> Result<Vec<Line>, NodeError> {
        let place = |step: usize| low + (high - low) * step as f64 / STEPS as f64;
        let places = (0..=STEPS).map(place).collect::<Vec<_>>();
        let column: ArrayRef = Arc::new(Float64Array::from(places.clone()));
        // Empty where the function is a constant.
        let columns = self.program.select(&[column]).map_err(failed)?;
        let values = numbers(&self.program.evaluate(&columns, places.len()).map_err(failed)?)?;
        let points = places.into_iter().zip(values.iter()).collect::<Vec<_>>();
        let parts = points.split(|(_, value)| !value.is_some_and(f64::is_finite));
        let parts = parts.map(|part| part.iter().filter_map(|(x, y)| Some((*x, (*y)?))).collect::<Line>());
        Ok(parts.filter(|part| part.len() > 1).collect())
    }
}

/// The fields of points; empty for none.
#[derive(Debug, Clone, Default)]
pub(super) struct PointFields {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) color: String,
    pub(super) panel: String,
    pub(super) size: String,
    pub(super) shape: String,
}

/// How points are joined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Joined {
    /// Not at all.
    No,
    /// In the order of x.
    Sorted,
    /// In the order of records.
    AsRead,
    /// In the order of records; where x falls, a new line begins.
    Overlaid,
}

/// The field for the colour of points.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "a chart has one")]
enum Color {
    Series(Series),
    Scale(Box<FieldAxis>),
}

/// The places of a line.
type Line = Vec<(f64, f64)>;

/// A point of a record.
#[derive(Debug, Clone, Copy)]
struct Point {
    x: f64,
    y: f64,
    color: f64,
    panel: usize,
    size: Option<f64>,
    shape: usize,
}

/// Points of a table.
pub(super) struct Points {
    fields: PointFields,
    x: FieldAxis,
    y: FieldAxis,
    color: Color,
    panels: Series,
    shapes: Series,
    points: Vec<Point>,
    /// Every how many-th point is kept.
    every: u64,
    seen: u64,
    sizes: (f64, f64),
}

impl PointFields {
    /// Checks that the fields are there.
    ///
    /// # Errors
    /// If one is missing.
    pub(super) fn check(&self, model: &DataModel) -> Result<(), NodeError> {
        Points::new(self, model).map(drop)
    }
}

impl Points {
    fn new(fields: &PointFields, model: &DataModel) -> Result<Self, NodeError> {
        let color = match fields.color.as_str() {
            "" => Color::Series(Series::new("", model)?),
            name => match FieldAxis::new(name, model)? {
                FieldAxis::Categorical(series) => Color::Series(series),
                axis => Color::Scale(Box::new(axis)),
            },
        };
        if !fields.size.is_empty() {
            super::histogram::continuous(model, &fields.size)?;
        }
        Ok(Self {
            fields: fields.clone(),
            x: FieldAxis::new(&fields.x, model)?,
            y: FieldAxis::new(&fields.y, model)?,
            color,
            panels: Series::new(&fields.panel, model)?,
            shapes: Series::new(&fields.shape, model)?,
            points: Vec::new(),
            every: 1,
            seen: 0,
            sizes: (f64::INFINITY, f64::NEG_INFINITY),
        })
    }

    /// Reads the points of a table.
    ///
    /// # Errors
    /// If a field is missing, or has too many categories.
    pub(super) async fn read(fields: &PointFields, input: Table, run: &NodeRun) -> Result<Self, NodeError> {
        let mut points = Self::new(fields, input.model())?;
        let names = [&fields.x, &fields.y, &fields.color, &fields.panel, &fields.size, &fields.shape];
        let names = names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>();
        batches(input, &names, run, |columns, rows| points.add(columns, rows)).await?;
        Ok(points)
    }

    fn add(&mut self, columns: &[ArrayRef], rows: usize) -> Result<(), NodeError> {
        let [x, y, rest @ ..] = columns else { return Ok(()) };
        let mut rest = rest;
        let (x, y) = (self.x.places(x)?, self.y.places(y)?);
        let colors: Vec<Option<f64>> = match &mut self.color {
            Color::Series(series) => {
                series.places(&mut rest, rows)?.into_iter().map(|place| Some(place as f64)).collect()
            }
            Color::Scale(axis) => match rest.split_first() {
                Some((column, others)) => {
                    rest = others;
                    axis.places(column)?
                }
                None => vec![None; rows],
            },
        };
        let panels = self.panels.places(&mut rest, rows)?;
        let sizes = match (self.fields.size.is_empty(), rest.split_first()) {
            (false, Some((column, others))) => {
                rest = others;
                Some(numbers(column)?)
            }
            _ => None,
        };
        let shapes = self.shapes.places(&mut rest, rows)?;
        for (row, ((x, y), color)) in x.into_iter().zip(y).zip(colors).enumerate() {
            let (Some(x), Some(y), Some(color)) = (x, y, color) else { continue };
            let size = sizes.as_ref().filter(|sizes| sizes.is_valid(row)).map(|sizes| sizes.value(row));
            if let Some(size) = size {
                self.sizes = (self.sizes.0.min(size), self.sizes.1.max(size));
            }
            let panel = panels.get(row).copied().unwrap_or_default();
            let shape = shapes.get(row).copied().unwrap_or_default();
            self.keep(Point { x, y, color, panel, size, shape });
        }
        Ok(())
    }

    /// Keeps every so many-th point; where there are too many, half of them go.
    fn keep(&mut self, point: Point) {
        if self.seen.is_multiple_of(self.every) {
            self.points.push(point);
            if self.points.len() > MAX_POINTS {
                let mut at = 0;
                self.points.retain(|_| {
                    at += 1;
                    at % 2 == 1
                });
                self.every *= 2;
            }
        }
        self.seen += 1;
    }

    /// The chart of the points.
    pub(super) fn chart(&self, joined: Joined, shown: &Shown) -> Chart {
        let series = match &self.color {
            Color::Series(series) => series.names(shown),
            Color::Scale(_) => Vec::new(),
        };
        let note = match (self.every, &self.color) {
            (1, Color::Series(_)) => String::new(),
            (1, Color::Scale(_)) => self.color_note(shown),
            (every, _) => {
                format!("Every {every}th of {} points is drawn. {}", self.seen, self.color_note(shown))
            }
        };
        Chart {
            title: format!("{} v. {}", self.fields.x, self.fields.y),
            note: note.trim().to_owned(),
            x: with_room(self.x.axis(shown)),
            y: with_room(self.y.axis(shown)),
            series_title: if series.is_empty() { String::new() } else { self.fields.color.clone() },
            series,
            panels: self.drawn(joined, shown),
            data: self.data(shown),
        }
    }

    /// The chart with lines over its points.
    ///
    /// # Errors
    /// If the function cannot be computed.
    pub(super) fn overlaid(&self, mut chart: Chart, overlays: &Overlays) -> Result<Chart, NodeError> {
        let (FieldAxis::Continuous { low, high, .. }, FieldAxis::Continuous { .. }) = (&self.x, &self.y)
        else {
            return match overlays.smoother || overlays.function.is_some() {
                true => Err(NodeError::unsupported("an overlay needs numbers on both axes")),
                false => Ok(chart),
            };
        };
        let mut notes = vec![std::mem::take(&mut chart.note)];
        if overlays.smoother {
            let panels = self.panels.order();
            let mut lines = 0;
            for (panel, of_panel) in panels.into_iter().zip(&mut chart.panels) {
                let smooth = self.smooth(panel);
                lines += smooth.len();
                of_panel.marks.extend(smooth);
            }
            let note = "Smoother: locally weighted regression (LOWESS) over two thirds of the points, three robust steps.";
            notes.extend((lines > 0).then(|| note.to_owned()));
        }
        if let Some(function) = &overlays.function {
            let lines = function.line((*low, *high))?;
            let marks = lines.into_iter().map(|points| {
                Mark::new(Shape::Line { points, width: 1.5, dashed: true }, Paint::Ink, function.text.clone())
            });
            let marks = marks.collect::<Vec<_>>();
            chart.panels.iter_mut().for_each(|panel| panel.marks.extend(marks.iter().cloned()));
            notes.push(format!("Function: y = {}.", function.text));
        }
        notes.retain(|note| !note.is_empty());
        chart.note = notes.join(" ");
        Ok(chart)
    }

    /// The smooth lines of a panel, one for each colour.
    fn smooth(&self, panel: usize) -> Vec<Mark> {
        let colors = match &self.color {
            Color::Series(series) if !self.fields.color.is_empty() => series
                .order()
                .into_iter()
                .enumerate()
                .map(|(rank, place)| (Some(place), Paint::Series(rank)))
                .collect(),
            _ => vec![(None, Paint::Ink)],
        };
        let lines = colors.into_iter().filter_map(|(color, paint)| {
            let own = self.points.iter().filter(|point| point.panel == panel);
            let own = own.filter(|point| color.is_none_or(|color| point.color as usize == color));
            let mut places = own.map(|point| (point.x, point.y)).collect::<Vec<_>>();
            let every = places.len().div_ceil(MAX_SMOOTHED).max(1);
            places = places.into_iter().step_by(every).collect();
            places.sort_by(|one, two| one.0.total_cmp(&two.0));
            let points = lowess(&places);
            let is_line = points.first().zip(points.last()).is_some_and(|(first, last)| first.0 < last.0);
            is_line.then(|| Mark::new(Shape::Line { points, width: 2.5, dashed: false }, paint, "Smoother"))
        });
        lines.collect()
    }

    fn color_note(&self, shown: &Shown) -> String {
        let Color::Scale(axis) = &self.color else { return String::new() };
        let FieldAxis::Continuous { field, low, high } = axis.as_ref() else { return String::new() };
        let text = |number: f64| axis.text(number, shown);
        format!("Colour: {} from {} (light) to {} (dark).", field.name, text(*low), text(*high))
    }

    fn drawn(&self, joined: Joined, shown: &Shown) -> Vec<Panel> {
        let (draw_x, draw_y) = (self.x.drawn(), self.y.drawn());
        let ranks = |series: &Series| {
            let mut ranks = vec![0; series.categories().values().len().max(1)];
            for (rank, place) in series.order().into_iter().enumerate() {
                if let Some(of_place) = ranks.get_mut(place) {
                    *of_place = rank;
                }
            }
            ranks
        };
        let (color_ranks, shape_ranks) = match &self.color {
            Color::Series(series) => (ranks(series), ranks(&self.shapes)),
            Color::Scale(_) => (Vec::new(), ranks(&self.shapes)),
        };
        let paint = |point: &Point| match &self.color {
            Color::Series(_) => {
                Paint::Series(color_ranks.get(point.color as usize).copied().unwrap_or_default())
            }
            Color::Scale(axis) => match axis.as_ref() {
                FieldAxis::Continuous { low, high, .. } if high > low => {
                    Paint::Shade((point.color - low) / (high - low))
                }
                _ => Paint::Shade(0.5),
            },
        };
        let radius = |point: &Point| match (point.size, self.sizes.1 > self.sizes.0) {
            (Some(size), true) => 2.0 + 6.0 * ((size - self.sizes.0) / (self.sizes.1 - self.sizes.0)).sqrt(),
            _ => 3.0,
        };
        let panels = self.panels.order().into_iter().map(|panel| {
            let own = self.points.iter().filter(|point| point.panel == panel).collect::<Vec<_>>();
            let mut marks = Vec::new();
            if joined != Joined::No {
                marks.extend(lines(&own, joined, &paint, (&draw_x, &draw_y)));
            } else {
                marks.extend(own.iter().map(|point| {
                    let tip = format!("{}, {}", self.x.text(point.x, shown), self.y.text(point.y, shown));
                    let symbol = Symbol::of(shape_ranks.get(point.shape).copied().unwrap_or_default());
                    let shape = Shape::Point {
                        x: draw_x(point.x),
                        y: draw_y(point.y),
                        radius: radius(point),
                        symbol,
                    };
                    Mark::new(shape, paint(point), tip)
                }));
            }
            Panel { title: self.panels.text(panel, shown), marks }
        });
        panels.collect()
    }

    fn data(&self, shown: &Shown) -> Numbers {
        let fields = [
            &self.fields.x,
            &self.fields.y,
            &self.fields.color,
            &self.fields.panel,
            &self.fields.size,
            &self.fields.shape,
        ];
        let mut data = Numbers::new("", fields.into_iter().filter(|name| !name.is_empty()));
        for point in &self.points {
            let mut cells = vec![shown.cell(&self.x.value(point.x)), shown.cell(&self.y.value(point.y))];
            match &self.color {
                Color::Series(series) if !self.fields.color.is_empty() => {
                    cells.push(Cell::Text(series.text(point.color as usize, shown)));
                }
                Color::Series(_) => {}
                Color::Scale(axis) => cells.push(shown.cell(&axis.value(point.color))),
            }
            if !self.fields.panel.is_empty() {
                cells.push(Cell::Text(self.panels.text(point.panel, shown)));
            }
            if !self.fields.size.is_empty() {
                cells.push(Cell::real(point.size, 3));
            }
            if !self.fields.shape.is_empty() {
                cells.push(Cell::Text(self.shapes.text(point.shape, shown)));
            }
            data.push(cells);
        }
        data
    }
}

/// The lines through the points of a panel, one for each colour.
fn lines(
    points: &[&Point],
    joined: Joined,
    paint: &dyn Fn(&Point) -> Paint,
    (draw_x, draw_y): (&dyn Fn(f64) -> f64, &dyn Fn(f64) -> f64),
) -> Vec<Mark> {
    let mut colors: Vec<(f64, Line, Paint)> = Vec::new();
    for point in points {
        let place = (draw_x(point.x), draw_y(point.y));
        match colors.iter_mut().find(|(color, _, _)| *color == point.color) {
            Some((_, line, _)) => line.push(place),
            None => colors.push((point.color, vec![place], paint(point))),
        }
    }
    let mut marks = Vec::new();
    for (_, mut line, paint) in colors {
        if joined == Joined::Sorted {
            line.sort_by(|one, two| one.0.total_cmp(&two.0));
        }
        let falls = |one: &(f64, f64), two: &(f64, f64)| joined != Joined::Overlaid || one.0 <= two.0;
        marks.extend(line.chunk_by(falls).map(|part| Mark::line(part.to_vec(), paint, "")));
    }
    marks
}
