//! Tables as tab-separated text.

use crate::document::{Block, Cell, Document, Table};
use crate::number::shortest;

/// All tables of a document. Where there are several, each follows a line with its caption; blank lines part them.
pub(crate) fn tables(document: &Document) -> String {
    let is_one = document.tables().count() == 1;
    let mut out = String::new();
    let mut heading = "";
    for block in &document.blocks {
        let table = match block {
            Block::Heading(text) => {
                heading = text;
                continue;
            }
            Block::Text(_) => continue,
            Block::Table(table) => table,
            Block::Chart(chart) => &chart.data,
        };
        if !is_one {
            if !out.is_empty() {
                out.push_str("\r\n");
            }
            let captions = [heading, &table.caption].into_iter().filter(|caption| !caption.is_empty());
            let caption = captions.map(field).collect::<Vec<_>>().join(": ");
            if !caption.is_empty() {
                out.push_str(&caption);
                out.push_str("\r\n");
            }
        }
        rows(table, &mut out);
    }
    out
}

fn rows(table: &Table, out: &mut String) {
    let mut line = |fields: Vec<String>| {
        out.push_str(&fields.join("\t"));
        out.push_str("\r\n");
    };
    line(table.columns.iter().map(|name| field(name)).collect());
    for row in &table.rows {
        line(row.iter().map(cell).collect());
    }
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Empty | Cell::Chart(_) => String::new(),
        Cell::Text(text) | Cell::Link(text) => field(text),
        Cell::Integer(number) => number.to_string(),
        Cell::Real(number, _) => shortest(*number),
    }
}

/// Text in one field of one line.
fn field(text: &str) -> String {
    text.replace(['\t', '\r', '\n'], " ")
}
