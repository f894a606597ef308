//! Tables of rich text.

use std::fmt::Write as _;

use super::{WIDTH, bold, escaped, image, paragraph};
use crate::document::{Cell, Table};
use crate::format::WriteError;
use crate::number::fixed;
use crate::{svg, text};

/// Rows of a table at most: word processors take minutes for more.
const MAX_ROWS: usize = 1_000;

/// Columns of a table at most; a wider one is parted, with its row headings in each part. Word has at most 63.
const MAX_COLUMNS: usize = 12;

/// The least width of a column, in twips.
const LEAST: f64 = 400.0;

/// Appends a table.
///
/// # Errors
/// If a chart in it cannot be drawn.
pub(super) fn write(table: &Table, out: &mut String) -> Result<(), WriteError> {
    if !table.caption.is_empty() {
        bold(&table.caption, out);
    }
    let headings = table.row_headings.min(table.columns.len()).min(MAX_COLUMNS / 2);
    let others = (headings..table.columns.len()).collect::<Vec<_>>();
    let parts = match others.is_empty() {
        true => vec![Vec::new()],
        false => others.chunks(MAX_COLUMNS - headings).map(<[usize]>::to_vec).collect(),
    };
    for part in parts {
        let columns = (0..headings).chain(part).collect::<Vec<_>>();
        let ends = ends(table, &columns);
        let names = columns.iter().filter_map(|at| table.columns.get(*at));
        open(&ends, true, out);
        for name in names {
            let _ = writeln!(out, "\\pard\\intbl\\b {}\\b0\\cell", escaped(name));
        }
        out.push_str("\\row\n");
        for row in table.rows.iter().take(MAX_ROWS) {
            open(&ends, false, out);
            for at in &columns {
                let is_heading = *at < table.row_headings;
                cell(row.get(*at).unwrap_or(&Cell::Empty), is_heading, out)?;
            }
            out.push_str("\\row\n");
        }
        out.push_str("\\pard\\par\n");
    }
    if table.rows.len() > MAX_ROWS {
        let all = table.rows.len();
        paragraph(&format!("The first {MAX_ROWS} of {all} rows; other formats have all."), out);
    }
    Ok(())
}

/// The right ends of columns, in twips: wide texts have wide columns.
fn ends(table: &Table, columns: &[usize]) -> Vec<f64> {
    let width = |at: &usize| {
        let heading = table.columns.get(*at).map_or(0.0, |name| text::width(name));
        let cells = table.rows.iter().take(100).filter_map(|row| row.get(*at));
        let widest = cells.map(|cell| text::width(&shown(cell))).fold(heading, f64::max);
        (widest * 10.0 * 20.0 + 220.0).clamp(LEAST, 6_000.0)
    };
    let wanted = columns.iter().map(width).collect::<Vec<_>>();
    let sum = wanted.iter().sum::<f64>().max(1.0);
    let scale = (WIDTH / sum).min(1.0);
    let mut end = 0.0;
    let add = |width: &f64| {
        end += width * scale;
        end.round()
    };
    wanted.iter().map(add).collect()
}

/// The begin of a row.
fn open(ends: &[f64], is_head: bool, out: &mut String) {
    out.push_str("\\trowd\\trgaph80");
    if is_head {
        out.push_str("\\trhdr");
    }
    for end in ends {
        for side in ['t', 'l', 'b', 'r'] {
            let _ = write!(out, "\\clbrdr{side}\\brdrs\\brdrw10\\brdrcf2");
        }
        if is_head {
            out.push_str("\\clcbpat1");
        }
        let _ = write!(out, "\\cellx{end}");
    }
    out.push('\n');
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) | Cell::Link(text) => text.clone(),
        Cell::Integer(number) => number.to_string(),
        Cell::Real(number, decimals) => fixed(*number, *decimals),
        Cell::Chart(_) => "M".repeat(12),
    }
}

fn cell(cell: &Cell, is_heading: bool, out: &mut String) -> Result<(), WriteError> {
    out.push_str(if cell.is_number() { "\\pard\\intbl\\qr " } else { "\\pard\\intbl\\ql " });
    match cell {
        Cell::Chart(chart) => image(&svg::small(chart), 1_800.0, out)?,
        other if is_heading => {
            let _ = write!(out, "\\b {}\\b0", escaped(&shown(other)));
        }
        other => out.push_str(&escaped(&shown(other))),
    }
    out.push_str("\\cell\n");
    Ok(())
}
