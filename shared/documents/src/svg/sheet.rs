//! All charts of a document below each other, with their titles and remarks: what a file of a picture shows.

use std::fmt::Write as _;

use super::{FONT, INK, SIZE, at, drawn, open};
use crate::document::{Block, Document};
use crate::text::{cut, escaped, lines};

/// The room around everything.
const MARGIN: f64 = 16.0;
/// The size of the document's title, and of a chart's.
const TITLES: (f64, f64) = (18.0, 14.0);
/// The room above each chart.
const GAP: f64 = 10.0;
/// Lines of a remark at most.
const MAX_LINES: usize = 6;

/// The charts of a document as one picture.
pub(crate) fn sheet(document: &Document) -> String {
    let mut content = String::new();
    let mut down = MARGIN;
    down = line(&document.title, TITLES.0, down, &mut content);
    let mut heading = "";
    for block in &document.blocks {
        match block {
            // One without a chart is none here.
            Block::Heading(text) => heading = text,
            Block::Chart(chart) => {
                down += GAP;
                down = line(std::mem::take(&mut heading), TITLES.1, down, &mut content);
                if chart.title != document.title {
                    down = line(&chart.title, TITLES.1, down, &mut content);
                }
                let (inside, height) = drawn(chart);
                let place = format!("translate({} {})", at(MARGIN), at(down));
                let _ = write!(content, "<g transform=\"{place}\">{inside}</g>");
                down += height + 4.0;
                for text in lines(&chart.note, SIZE.0 / FONT).into_iter().take(MAX_LINES) {
                    down = line(&text, FONT, down, &mut content);
                }
            }
            // What a chart node says in the place of a chart.
            Block::Text(text) => {
                for text in lines(text, SIZE.0 / FONT).into_iter().take(MAX_LINES) {
                    down = line(&text, FONT, down, &mut content);
                }
            }
            Block::Table(_) => {}
        }
    }
    open(&document.title, SIZE.0 + 2.0 * MARGIN, down + MARGIN) + &content + "</svg>"
}

/// A line of text; the place below it.
fn line(text: &str, size: f64, down: f64, out: &mut String) -> f64 {
    if text.is_empty() {
        return down;
    }
    let text = escaped(&cut(text, SIZE.0 / size));
    let (x, y) = (at(MARGIN), at(down + size));
    let _ = write!(
        out,
        "<text class=\"ink\" fill=\"{INK}\" font-size=\"{size}\" x=\"{x}\" y=\"{y}\">{text}</text>"
    );
    down + size * 1.5
}
