//! Tab-separated text as a table for people.

use std::fmt::Write;

use crate::error::LocalError;

/// The header and the first rows in aligned columns, numbers to the right.
pub(super) fn first_rows(text: &str, rows: usize) -> Result<String, LocalError> {
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
    let [header, data @ ..] = lines.as_slice() else {
        return Err(LocalError::Demo("the data are empty".to_owned()));
    };
    let shown = data.get(..rows).unwrap_or(data);
    let width = |column: usize| {
        let cells = std::iter::once(header).chain(shown).filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let mut table = String::new();
    for line in std::iter::once(header).chain(shown) {
        table.push_str("  ");
        for (column, cell) in line.iter().enumerate() {
            let width = width(column);
            // Writing to a string cannot fail.
            let _ = if is_numeric(shown, column) {
                write!(table, "{cell:>width$}  ")
            } else {
                write!(table, "{cell:width$}  ")
            };
        }
        table.truncate(table.trim_end().len());
        table.push('\n');
    }
    if data.len() > shown.len() {
        let _ = writeln!(table, "  … and {} more", data.len() - shown.len());
    }
    Ok(table)
}

fn is_numeric(rows: &[Vec<&str>], column: usize) -> bool {
    rows.iter().filter_map(|row| row.get(column)).all(|cell| cell.parse::<f64>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_the_rest_is_counted() {
        let text = "Parcel\tWeight\r\nP-1\t0.5\r\nP-200\t12\r\nP-3\t1\r\n";
        insta::assert_snapshot!(first_rows(text, 2).unwrap(), @"
        Parcel  Weight
        P-1        0.5
        P-200       12
        … and 1 more
        ");
    }

    #[test]
    fn no_data_are_an_error() {
        assert!(first_rows("", 2).is_err());
    }
}
