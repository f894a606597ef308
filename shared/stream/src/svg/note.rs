//! A comment's box on the drawing.

use super::canvas::Canvas;
use super::frame::{COLUMN, LINE};
use super::label::{escaped, wrapped};
use crate::diagram::Comment;

/// Most columns and lines, whatever the size of the comment.
const LARGEST: (usize, usize) = (60, 12);
/// Smallest width: narrower boxes cannot contain a word.
const NARROWEST: f64 = 80.0;
/// Padding around the text.
const PADDING: f64 = 5.0;

/// A comment in its original size, or larger if its text needs it.
pub(super) struct Note {
    /// Position of the top left corner.
    pub(super) place: (f64, f64),
    /// Width and height.
    pub(super) size: (f64, f64),
    lines: Vec<String>,
}

impl Note {
    pub(super) fn new(comment: &Comment) -> Self {
        let (x, y) = comment.position.unwrap_or_default();
        let (width, height) = comment.size.unwrap_or_default();
        let width = f64::from(width).clamp(NARROWEST, LARGEST.0 as f64 * COLUMN);
        let columns = ((width - 2.0 * PADDING) / COLUMN) as usize;
        let lines = wrapped(&comment.text, columns.max(1), LARGEST.1);
        let needed = lines.len() as f64 * LINE + PADDING;
        let height = f64::from(height).clamp(needed, needed.max(LARGEST.1 as f64 * LINE));
        let place = (f64::from(x) - width / 2.0, f64::from(y) - height / 2.0);
        Note { place, size: (width, height), lines }
    }

    pub(super) fn middle(&self) -> (f64, f64) {
        (self.place.0 + self.size.0 / 2.0, self.place.1 + self.size.1 / 2.0)
    }

    pub(super) fn draw(&self, canvas: &mut Canvas) {
        let ((x, y), (width, height)) = (self.place, self.size);
        canvas.push(format_args!(
            "<rect class=\"comment\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.0}\" height=\"{height:.0}\" rx=\"3\"/>"
        ));
        for (line, number) in self.lines.iter().zip(1_u32..) {
            let (right, down) = (x + PADDING, y + f64::from(number) * LINE);
            let text = escaped(line);
            canvas.push(format_args!("<text class=\"note\" x=\"{right:.1}\" y=\"{down:.1}\">{text}</text>"));
        }
    }
}
