//! A document as XML.

use crate::chart::Chart;
use crate::document::{Block, Cell, Document, Table};
use crate::number::shortest;
use crate::text::escaped;

/// The document; numbers have all their digits.
pub(crate) fn report(document: &Document) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let (title, kind) = (escaped(&document.title), escaped(document.kind));
    out += &format!("<report type=\"{kind}\" title=\"{title}\">\n");
    for block in &document.blocks {
        match block {
            Block::Heading(text) => out += &format!("<heading>{}</heading>\n", escaped(text)),
            Block::Text(text) => out += &format!("<text>{}</text>\n", escaped(text)),
            Block::Table(content) => table(content, &mut out),
            Block::Chart(content) => chart(content, &mut out),
        }
    }
    out += "</report>\n";
    out
}

fn chart(chart: &Chart, out: &mut String) {
    let names =
        [("title", &chart.title), ("x", &chart.x.title), ("y", &chart.y.title), ("note", &chart.note)];
    out.push_str("<chart");
    for (name, text) in names.into_iter().filter(|(_, text)| !text.is_empty()) {
        *out += &format!(" {name}=\"{}\"", escaped(text));
    }
    out.push_str(">\n");
    table(&chart.data, out);
    out.push_str("</chart>\n");
}

fn table(table: &Table, out: &mut String) {
    let caption = match table.caption.as_str() {
        "" => String::new(),
        caption => format!(" caption=\"{}\"", escaped(caption)),
    };
    *out += &format!("<table{caption}>\n<columns>");
    for (at, name) in table.columns.iter().enumerate() {
        let heading = if at < table.row_headings { " heading=\"true\"" } else { "" };
        *out += &format!("<column{heading}>{}</column>", escaped(name));
    }
    out.push_str("</columns>\n");
    for row in &table.rows {
        out.push_str("<row>");
        row.iter().for_each(|content| cell(content, out));
        out.push_str("</row>\n");
    }
    out.push_str("</table>\n");
}

fn cell(cell: &Cell, out: &mut String) {
    match cell {
        Cell::Empty => out.push_str("<cell/>"),
        Cell::Text(text) | Cell::Link(text) => *out += &format!("<cell>{}</cell>", escaped(text)),
        Cell::Integer(number) => *out += &format!("<cell type=\"integer\">{number}</cell>"),
        Cell::Real(number, _) => *out += &format!("<cell type=\"real\">{}</cell>", shortest(*number)),
        Cell::Chart(content) => {
            out.push_str("<cell type=\"chart\">");
            chart(content, out);
            out.push_str("</cell>");
        }
    }
}
