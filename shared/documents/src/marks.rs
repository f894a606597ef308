//! Marks of a chart.

/// A mark: a shape in the units of the scales, its colour, and its tooltip.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// The shape.
    pub shape: Shape,
    /// The colour.
    pub paint: Paint,
    /// The text of a tooltip; empty for none.
    pub tip: String,
}

/// The shape of a mark, in the units of the two scales.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A rectangle between two places on each scale.
    Rectangle {
        /// Its sides on the horizontal scale.
        x: (f64, f64),
        /// Its sides on the vertical scale.
        y: (f64, f64),
    },
    /// A symbol.
    Point {
        /// Its place on the horizontal scale.
        x: f64,
        /// Its place on the vertical scale.
        y: f64,
        /// Half its width, in pixels.
        radius: f64,
        /// Its form.
        symbol: Symbol,
    },
    /// A line through points.
    Line {
        /// The points.
        points: Vec<(f64, f64)>,
        /// Its width, in pixels.
        width: f64,
        /// Whether it is broken into dashes.
        dashed: bool,
    },
    /// A slice of a disc that fills the panel, from one share of the whole to another, clockwise from the top.
    Slice {
        /// Where it begins, 0 to 1.
        from: f64,
        /// Where it ends, 0 to 1.
        to: f64,
    },
    /// Text.
    Label {
        /// Its place on the horizontal scale.
        x: f64,
        /// Its place on the vertical scale.
        y: f64,
        /// The text.
        text: String,
        /// Where the place is in the text: 0 at its begin, 0.5 in the middle, 1 at its end.
        anchor: f64,
    },
}

/// The form of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Symbol {
    /// A disc.
    #[default]
    Circle,
    /// A square.
    Square,
    /// A triangle.
    Triangle,
    /// A square that stands on a corner.
    Diamond,
    /// Two crossed lines.
    Cross,
}

impl Symbol {
    /// The symbol of the category with an index; there are as many as people can distinguish.
    pub fn of(place: usize) -> Self {
        match place % 5 {
            0 => Self::Circle,
            1 => Self::Square,
            2 => Self::Triangle,
            3 => Self::Diamond,
            _ => Self::Cross,
        }
    }
}

/// The colour of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Paint {
    /// That of a series.
    Series(usize),
    /// A shade between that of the lowest (0) and that of the highest value (1).
    Shade(f64),
    /// That of text.
    #[default]
    Ink,
}

impl Mark {
    /// A mark.
    pub fn new(shape: Shape, paint: Paint, tip: impl Into<String>) -> Self {
        Self { shape, paint, tip: tip.into() }
    }

    /// A rectangle.
    pub fn rectangle(x: (f64, f64), y: (f64, f64), paint: Paint, tip: impl Into<String>) -> Self {
        Self::new(Shape::Rectangle { x, y }, paint, tip)
    }

    /// A point.
    pub fn point(x: f64, y: f64, radius: f64, paint: Paint, tip: impl Into<String>) -> Self {
        Self::new(Shape::Point { x, y, radius, symbol: Symbol::Circle }, paint, tip)
    }

    /// A line.
    pub fn line(points: Vec<(f64, f64)>, paint: Paint, tip: impl Into<String>) -> Self {
        Self::new(Shape::Line { points, width: 1.5, dashed: false }, paint, tip)
    }
}
