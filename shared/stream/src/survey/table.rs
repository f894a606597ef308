//! A Markdown table with aligned columns, also for double-width text.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

/// Alignment of a column.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Align {
    Left,
    Right,
}

/// Largest width for padding. A longer text shifts the rest of its row.
const WIDEST: usize = 100;

/// Smallest length of the line under a heading.
const RULE: usize = 3;

/// A table, row by row.
pub(super) struct Table {
    columns: Vec<(&'static str, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(columns: Vec<(&'static str, Align)>) -> Self {
        Table { columns, rows: Vec::new() }
    }

    /// Adds a row. Missing cells are empty.
    pub(super) fn push(&mut self, cells: Vec<String>) {
        self.rows.push(cells.iter().map(|text| cell(text)).collect());
    }

    /// Writes the table and an empty line.
    pub(super) fn write(&self, out: &mut String) {
        let widths: Vec<usize> = self.columns.iter().enumerate().map(|column| self.width(column)).collect();
        let titles: Vec<String> = self.columns.iter().map(|(title, _)| (*title).to_owned()).collect();
        self.write_row(out, &titles, &widths);
        for ((_, align), width) in self.columns.iter().zip(&widths) {
            let _ = match align {
                Align::Left => write!(out, "|{}", "-".repeat(width + 2)),
                Align::Right => write!(out, "|{}:", "-".repeat(width + 1)),
            };
        }
        out.push_str("|\n");
        self.rows.iter().for_each(|row| self.write_row(out, row, &widths));
        out.push('\n');
    }

    fn width(&self, (at, (title, _)): (usize, &(&str, Align))) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(at));
        let widths = cells.map(|cell| cell.width()).filter(|width| *width <= WIDEST);
        widths.chain([title.width(), RULE]).max().unwrap_or(RULE)
    }

    fn write_row(&self, out: &mut String, row: &[String], widths: &[usize]) {
        for (at, ((_, align), width)) in self.columns.iter().zip(widths).enumerate() {
            let text = row.get(at).map(String::as_str).unwrap_or_default();
            let blanks = " ".repeat(width.saturating_sub(text.width()));
            let _ = match align {
                Align::Left => write!(out, "| {text}{blanks} "),
                Align::Right => write!(out, "| {blanks}{text} "),
            };
        }
        out.push_str("|\n");
    }
}

/// A text that cannot break out of its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ").replace('<', "&lt;")
}
