//! A document as a web page: no script, nothing from elsewhere, light and dark.

use crate::chart::Chart;
use crate::document::{Block, Cell, Document, Table};
use crate::number::{fixed, shortest};
use crate::svg;
use crate::text::escaped;

/// The common part of all pages. Contrasts are at least 4.5 to 1 for text and 3 to 1 for marks, in light and
/// dark.
const STYLE: &str = include_str!("html.css");

/// Allows nothing but the style of the page itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The document as a web page.
pub fn page(document: &Document) -> String {
    let title = escaped(&document.title);
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    );
    for block in &document.blocks {
        match block {
            Block::Heading(text) => out += &format!("<h2>{}</h2>\n", escaped(text)),
            Block::Text(text) => out += &format!("<p>{}</p>\n", escaped(text)),
            Block::Table(content) => table(content, &mut out),
            Block::Chart(content) => chart(content, &mut out),
        }
    }
    out += "</main>\n</body>\n</html>\n";
    out
}

fn chart(chart: &Chart, out: &mut String) {
    *out += &format!("<figure>\n<figcaption>{}</figcaption>\n", escaped(&chart.title));
    *out += &format!("<div class=\"scroll\">{}</div>\n", svg::picture(chart));
    if !chart.note.is_empty() {
        *out += &format!("<p>{}</p>\n", escaped(&chart.note));
    }
    if !chart.data.rows.is_empty() {
        out.push_str("<details><summary>Numbers of the chart</summary>\n");
        table(&chart.data, out);
        out.push_str("</details>\n");
    }
    out.push_str("</figure>\n");
}

fn table(table: &Table, out: &mut String) {
    let name = if table.caption.is_empty() { "Table" } else { &table.caption };
    *out += &format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n<table>\n",
        escaped(name)
    );
    if !table.caption.is_empty() {
        *out += &format!("<caption>{}</caption>\n", escaped(&table.caption));
    }
    out.push_str("<thead><tr>");
    for name in &table.columns {
        // A heading without text is none.
        *out += &match name.as_str() {
            "" => "<td></td>".to_owned(),
            name => format!("<th scope=\"col\">{}</th>", escaped(name)),
        };
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for (at, content) in row.iter().enumerate() {
            cell(content, at < table.row_headings, out);
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
}

/// A file name as a relative reference (RFC 3986); never one with a scheme.
fn reference(name: &str) -> String {
    let mut out = String::from("./");
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            byte => out += &format!("%{byte:02X}"),
        }
    }
    out
}

fn cell(cell: &Cell, is_heading: bool, out: &mut String) {
    let text = match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => escaped(text),
        Cell::Link(name) => format!("<a href=\"{}\">{}</a>", reference(name), escaped(name)),
        Cell::Integer(number) => number.to_string(),
        Cell::Real(number, decimals) => {
            let shown = fixed(*number, *decimals);
            let all = shortest(*number);
            if shown == all { shown } else { format!("<data value=\"{all}\">{shown}</data>") }
        }
        Cell::Chart(chart) => svg::small(chart),
    };
    *out += &match (is_heading && !text.is_empty(), cell.is_number()) {
        (true, _) => format!("<th scope=\"row\">{text}</th>"),
        (false, true) => format!("<td class=\"n\">{text}</td>"),
        (false, false) => format!("<td>{text}</td>"),
    };
}
