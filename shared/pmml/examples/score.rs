//! Scores a delimited file with a document, and writes the results as a delimited file:
//!
//! `cargo run -p satsuma-pmml --example score -- MODEL.pmml DATA.csv [PREPARATION.pmml]`
//!
//! Blank cells are missing. A preparation document (Auto Data Prep) computes its fields first.

use std::error::Error;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use satsuma_pmml::{DataType, Document, Input, Transformer};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (model, data, preparation) = match arguments.as_slice() {
        [model, data] => (model, data, None),
        [model, data, preparation] => (model, data, Some(preparation)),
        _ => return Err("usage: score MODEL.pmml DATA.csv [PREPARATION.pmml]".into()),
    };
    let scorer = Document::parse(&std::fs::read(model)?)?.compile()?;
    let text = std::fs::read_to_string(data)?;
    let rows = records(text.trim_start_matches('\u{feff}'));
    let (header, rows) = rows.split_first().ok_or("an empty file")?;
    let column = |input: &Input| -> Result<(String, ArrayRef), Box<dyn Error>> {
        let place = header.iter().position(|name| *name == input.name);
        let place = place.ok_or_else(|| format!("no column {:?}", input.name))?;
        let cells = rows.iter().map(|row| row.get(place).map(String::as_str).unwrap_or_default());
        let array: ArrayRef = match input.data_type {
            DataType::String => Arc::new(
                cells.map(|cell| Some(cell).filter(|cell| !cell.is_empty())).collect::<StringArray>(),
            ),
            DataType::Integer => {
                let whole = |cell: &str| cell.trim().parse::<f64>().ok().map(|n| n as i64);
                Arc::new(cells.map(whole).collect::<Int64Array>())
            }
            _ => Arc::new(cells.map(|cell| cell.trim().parse().ok()).collect::<Float64Array>()),
        };
        Ok((input.name.clone(), array))
    };
    let batch = |inputs: &[Input]| -> Result<RecordBatch, Box<dyn Error>> {
        let columns: Result<Vec<_>, _> = inputs.iter().map(column).collect();
        Ok(RecordBatch::try_from_iter(columns?)?)
    };
    let scores = match preparation {
        None => scorer.score(&batch(scorer.inputs())?)?,
        Some(preparation) => {
            let preparation = Document::parse(&std::fs::read(preparation)?)?;
            let names: Vec<&str> = scorer.inputs().iter().map(|input| input.name.as_str()).collect();
            let transformer = Transformer::select(&preparation, &names)?;
            scorer.score_columns(rows.len(), &transformer.transform(&batch(transformer.inputs())?)?)?
        }
    };
    let mut columns: Vec<(String, ArrayRef)> = vec![("predicted".into(), Arc::clone(scores.predicted()))];
    let mut add = |name: &str, column: Option<ArrayRef>| columns.extend(column.map(|c| (name.to_owned(), c)));
    add("confidence", scores.confidence().map(|c| Arc::new(c.clone()) as ArrayRef));
    add("adjusted", scores.adjusted_confidence().map(|c| Arc::new(c.clone()) as ArrayRef));
    add("entity", scores.entity().map(|c| Arc::new(c) as ArrayRef));
    for (category, p) in scorer.categories().iter().zip(scores.probabilities()) {
        add(&format!("p:{category}"), Some(Arc::new(p.clone())));
    }
    for (entity, a) in scorer.entities().iter().zip(scores.affinities()) {
        add(&format!("a:{}", entity.id), Some(Arc::new(a.clone())));
    }
    println!("{}", columns.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(";"));
    for row in 0..rows.len() {
        let cells: Vec<String> = columns.iter().map(|(_, column)| cell(column, row)).collect();
        println!("{}", cells.join(";"));
    }
    Ok(())
}

fn cell(column: &ArrayRef, row: usize) -> String {
    let any = column.as_any();
    if column.is_null(row) {
        String::new()
    } else if let Some(texts) = any.downcast_ref::<StringArray>() {
        texts.value(row).to_owned()
    } else if let Some(integers) = any.downcast_ref::<Int64Array>() {
        integers.value(row).to_string()
    } else if let Some(numbers) = any.downcast_ref::<Float64Array>() {
        numbers.value(row).to_string()
    } else {
        format!("{:?}", column.data_type())
    }
}

/// The records of a file with commas, or with semicolons if its first line has them; quotes may enclose
/// cells.
fn records(text: &str) -> Vec<Vec<String>> {
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.contains(';') { ';' } else { ',' };
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other if other == delimiter && !quoted => row.push(std::mem::take(&mut cell)),
            other => cell.push(other),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}
