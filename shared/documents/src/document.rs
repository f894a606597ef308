//! A document: blocks in order.

use crate::chart::Chart;

/// A document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The title, which is the name of the output.
    pub title: String,
    /// The type of report, for programs: `analysis`, `matrix`, `histogram` and others.
    pub kind: &'static str,
    /// The content, in order.
    pub blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a document has a few blocks")]
pub enum Block {
    /// A heading of what follows.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A table.
    Table(Table),
    /// A chart.
    Chart(Chart),
}

/// A table with column headings and, in its first columns, row headings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// The caption; empty if the headings suffice.
    pub caption: String,
    /// The headings of the columns.
    pub columns: Vec<String>,
    /// The number of first columns that hold row headings.
    pub row_headings: usize,
    /// The rows; each has as many cells as there are columns.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A real number. People see it with so many decimals; files for programs hold all digits.
    Real(f64, u8),
    /// The name of a file in the same folder, as a link.
    Link(String),
    /// A small chart.
    Chart(Box<Chart>),
}

impl Document {
    /// A document without content.
    pub fn new(title: impl Into<String>, kind: &'static str) -> Self {
        Self { title: title.into(), kind, blocks: Vec::new() }
    }

    /// The same with one more block.
    #[must_use]
    pub fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// The tables in order; a chart counts as the table of its numbers.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            Block::Chart(chart) => Some(&chart.data),
            Block::Heading(_) | Block::Text(_) => None,
        })
    }
}

impl Table {
    /// A table without rows.
    pub fn new<T: Into<String>>(caption: impl Into<String>, columns: impl IntoIterator<Item = T>) -> Self {
        Self {
            caption: caption.into(),
            columns: columns.into_iter().map(Into::into).collect(),
            row_headings: 0,
            rows: Vec::new(),
        }
    }

    /// The same, whose first columns hold row headings.
    #[must_use]
    pub fn with_row_headings(self, row_headings: usize) -> Self {
        Self { row_headings, ..self }
    }

    /// The same with one more row.
    #[must_use]
    pub fn with_row(mut self, cells: impl IntoIterator<Item = Cell>) -> Self {
        self.push(cells);
        self
    }

    /// Adds a row; cells that are missing are empty.
    pub fn push(&mut self, cells: impl IntoIterator<Item = Cell>) {
        let mut cells: Vec<Cell> = cells.into_iter().collect();
        cells.resize(self.columns.len(), Cell::Empty);
        self.rows.push(cells);
    }
}

impl Cell {
    /// Text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A count.
    pub fn count(count: u64) -> Self {
        Self::Integer(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// A real number that may be unknown.
    pub fn real(number: Option<f64>, decimals: u8) -> Self {
        number.filter(|number| number.is_finite()).map_or(Self::Empty, |number| Self::Real(number, decimals))
    }

    /// Whether it is a number.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Integer(_) | Self::Real(..))
    }
}
