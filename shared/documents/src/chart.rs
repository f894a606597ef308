//! A chart: panels of marks on two scales.

use crate::document::Table;
use crate::marks::Mark;

/// A chart.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chart {
    /// The title, which also describes the picture to people who do not see it.
    pub title: String,
    /// A remark below it, such as how many records were sampled.
    pub note: String,
    /// The horizontal axis, the same in all panels.
    pub x: Axis,
    /// The vertical axis, the same in all panels.
    pub y: Axis,
    /// The field whose values the colours represent.
    pub series_title: String,
    /// The meaning of each colour.
    pub series: Vec<String>,
    /// The panels, side by side.
    pub panels: Vec<Panel>,
    /// The numbers that the marks show.
    pub data: Table,
}

/// A panel of a chart.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Panel {
    /// Its content; empty if there is only one.
    pub title: String,
    /// The marks, drawn in order.
    pub marks: Vec<Mark>,
}

/// An axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Axis {
    /// The measured quantity.
    pub title: String,
    /// Its scale.
    pub scale: Scale,
}

/// A scale.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Scale {
    /// From 0 to 1, without ticks and labels, because the marks have labels.
    #[default]
    Hidden,
    /// Numbers from a lowest to a highest.
    Linear {
        /// The lowest.
        low: f64,
        /// The highest.
        high: f64,
    },
    /// The same with labels at given places: dates and times.
    Labeled {
        /// The lowest.
        low: f64,
        /// The highest.
        high: f64,
        /// Places and their labels.
        labels: Vec<(f64, String)>,
    },
    /// Categories: that at place *i* reaches from *i* to *i* + 1.
    Categories(Vec<String>),
}

impl Scale {
    /// Both ends, the lower one first; never equal.
    pub(crate) fn ends(&self) -> (f64, f64) {
        let (low, high) = match self {
            Self::Hidden => (0.0, 1.0),
            Self::Linear { low, high } | Self::Labeled { low, high, .. } => (*low, *high),
            Self::Categories(names) => (0.0, names.len().max(1) as f64),
        };
        match (high - low).is_finite() {
            true if high > low => (low, high),
            true if low + 0.5 > low => (low - 0.5, low + 0.5),
            _ => (0.0, 1.0),
        }
    }

    /// Whether it has neither ticks nor labels.
    pub(crate) fn is_hidden(&self) -> bool {
        matches!(self, Self::Hidden)
    }
}

impl Axis {
    /// An axis of numbers.
    pub fn linear(title: impl Into<String>, low: f64, high: f64) -> Self {
        Self { title: title.into(), scale: Scale::Linear { low, high } }
    }

    /// An axis of categories.
    pub fn categories(title: impl Into<String>, names: Vec<String>) -> Self {
        Self { title: title.into(), scale: Scale::Categories(names) }
    }
}
