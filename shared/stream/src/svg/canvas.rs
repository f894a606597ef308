//! The text of the drawing during its construction.

use std::fmt::Display;

use super::label::{clipped, escaped};

/// Largest displayed size. Viewers scale larger drawings down, with their proportions.
const LARGEST: f64 = 4000.0;

/// Styles of the drawing: presentation only, without scripts and external resources.
const STYLE: &str = "\
svg{background:#fff}\
text{font-family:sans-serif;fill:#1a202c}\
.title{font-size:14px;font-weight:bold}\
.label{font-size:11px;text-anchor:middle;paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}\
.code{font-size:11px;font-weight:bold;text-anchor:middle;dominant-baseline:central}\
.note{font-size:11px}\
.link{fill:none;stroke:#718096;stroke-width:1.4}\
.tie{stroke:#b7a94b;stroke-width:1;stroke-dasharray:3 3}\
.frame{fill:none;stroke:#cbd5e0}\
.comment{fill:#fffbe0;stroke:#d6c766}\
.icon{stroke-width:1.6;stroke-linejoin:round}\
.source{fill:#d6eafc;stroke:#2b6cb0}\
.record{fill:#d8f3ec;stroke:#2c7a7b}\
.field{fill:#e9e1fa;stroke:#6b46c1}\
.builder{fill:#fde0cf;stroke:#c05621}\
.nugget{fill:#f9d44c;stroke:#a16207}\
.graph{fill:#fbdcec;stroke:#b83280}\
.output{fill:#e2e8f0;stroke:#4a5568}\
.export{fill:#cbd5e0;stroke:#1a202c}\
.super{fill:#fdf3b8;stroke:#975a16}\
.connector{fill:#fff;stroke:#718096}\
.other{fill:#fff;stroke:#a0aec0}\
.scoring .icon{stroke:#15803d;stroke-width:3.2}\
.link.scoring{stroke:#15803d;stroke-width:3}\
.disabled{opacity:.4}";

const MARKERS: &str = "\
<marker id=\"arrow\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"9\" markerHeight=\"9\" \
markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0 10 5 0 10z\" fill=\"#718096\"/></marker>\
<marker id=\"scoring\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"13\" markerHeight=\"13\" \
markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0 10 5 0 10z\" fill=\"#15803d\"/></marker>";

/// A drawing under construction.
pub(super) struct Canvas {
    body: String,
    width: f64,
    height: f64,
}

impl Canvas {
    pub(super) fn new() -> Self {
        Canvas { body: String::new(), width: 0.0, height: 0.0 }
    }

    /// Height of the drawing.
    pub(super) fn height(&self) -> f64 {
        self.height
    }

    /// Enlarges the drawing.
    pub(super) fn grow(&mut self, width: f64, height: f64) {
        self.width = self.width.max(width);
        self.height = self.height.max(height);
    }

    /// Adds markup. All text in it must be [`escaped`].
    pub(super) fn push(&mut self, markup: impl Display) {
        self.body.push_str(&markup.to_string());
        self.body.push('\n');
    }

    /// The whole document.
    pub(super) fn finish(self, title: &str) -> String {
        let (width, height) = (self.width.max(1.0), self.height.max(1.0));
        let scale = (LARGEST / width.max(height)).min(1.0);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{:.0}\" height=\"{:.0}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\">\n\
             <title>{}</title>\n<style>{STYLE}</style>\n<defs>{MARKERS}</defs>\n{}</svg>\n",
            width * scale,
            height * scale,
            escaped(clipped(title, 200)),
            self.body
        )
    }
}
