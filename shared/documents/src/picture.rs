//! A document as a picture: its charts below each other.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::document::{Block, Document};
use crate::fonts;
use crate::format::{Format, WriteError};
use crate::svg;

/// Pixels of the picture for each pixel of a chart, so that text is sharp on paper.
const SCALE: f64 = 2.0;

/// Pixels of a picture at most: 160 MB while it is drawn. A larger one is drawn smaller.
const MAX_PIXELS: f64 = 40_000_000.0;

/// Most pixels of a side: what a JPEG file can say.
const MAX_SIDE: f64 = 65_000.0;

/// The quality of JPEG files, out of 100: lines and letters show no rings.
const QUALITY: u8 = 92;

/// The charts of a document as a picture.
///
/// # Errors
/// If there is neither chart nor text, or the renderer fails.
pub(crate) fn of(document: &Document, format: Format) -> Result<Vec<u8>, WriteError> {
    if document.blocks.iter().all(|block| matches!(block, Block::Table(_) | Block::Heading(_))) {
        return Err(WriteError::NoChart(format));
    }
    let drawn = rendered(&svg::sheet(document), SCALE)?;
    let (width, height, pixels) = (drawn.width(), drawn.height(), rgb(&drawn));
    let mut out = Vec::new();
    let written = match format {
        Format::Jpg => JpegEncoder::new_with_quality(&mut out, QUALITY).write_image(
            &pixels,
            width,
            height,
            ExtendedColorType::Rgb8,
        ),
        _ => PngEncoder::new(&mut out).write_image(&pixels, width, height, ExtendedColorType::Rgb8),
    };
    written.map_err(failed)?;
    Ok(out)
}

/// A picture of SVG as PNG, with its width and height in the units of the SVG.
///
/// # Errors
/// If the renderer fails.
pub(crate) fn png(text: &str) -> Result<(Vec<u8>, f64, f64), WriteError> {
    let drawn = rendered(text, SCALE)?;
    let (width, height) = (drawn.width(), drawn.height());
    let mut out = Vec::new();
    let written = PngEncoder::new(&mut out).write_image(&rgb(&drawn), width, height, ExtendedColorType::Rgb8);
    written.map_err(failed)?;
    Ok((out, f64::from(width) / SCALE, f64::from(height) / SCALE))
}

fn rendered(text: &str, scale: f64) -> Result<Pixmap, WriteError> {
    let options =
        Options { font_family: fonts::FAMILY.to_owned(), fontdb: fonts::all(), ..Options::default() };
    let tree = Tree::from_str(text, &options).map_err(failed)?;
    let (width, height) = (f64::from(tree.size().width()), f64::from(tree.size().height()));
    let fits = (MAX_PIXELS / (width * height)).sqrt().min(MAX_SIDE / width.max(height));
    let scale = scale.min(fits);
    let side = |length: f64| (length * scale).round().clamp(1.0, MAX_SIDE) as u32;
    let mut pixels = Pixmap::new(side(width), side(height)).ok_or_else(|| failed("it has no size"))?;
    pixels.fill(Color::WHITE);
    let transform = Transform::from_scale(scale as f32, scale as f32);
    resvg::render(&tree, transform, &mut pixels.as_mut());
    Ok(pixels)
}

/// The colours without the transparency, which a white ground leaves nowhere.
fn rgb(pixels: &Pixmap) -> Vec<u8> {
    pixels.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect()
}

fn failed(error: impl ToString) -> WriteError {
    WriteError::Picture(error.to_string())
}
