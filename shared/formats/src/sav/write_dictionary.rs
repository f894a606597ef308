//! Writing the dictionary of a SAV file.

use std::io::Write;

use satsuma_columns::{Scalar, Storage, date};

use super::columns::NULL_TEXT;
use super::format::number_of;
use super::layout::Layout;
use super::names::cut;
use super::options::SavWriteOptions;
use super::raw::{Compression, SYSMIS, lowest};
use super::source::ByteOrder;
use super::variable::PIECE_BYTES;
use crate::error::FormatError;

/// The offset of small numbers in the bytecode.
pub(super) const BIAS: f64 = 100.0;
/// The longest label of a variable, in bytes.
const LABEL_BYTES: usize = 256;
/// The longest label of a value, in bytes.
const VALUE_LABEL_BYTES: usize = 120;
/// Strings of more bytes have labels and missing values in records of their own.
const SHORT_STRING: usize = 8;

/// Bytes in the order of a file.
pub(super) struct Bytes {
    pub(super) bytes: Vec<u8>,
    pub(super) order: ByteOrder,
}

impl Bytes {
    pub(super) fn i32(&mut self, number: impl TryInto<i32>) {
        self.bytes.extend(self.order.of_i32(number.try_into().unwrap_or(i32::MAX)));
    }

    pub(super) fn i64(&mut self, number: impl TryInto<i64>) {
        self.bytes.extend(self.order.of_i64(number.try_into().unwrap_or(i64::MAX)));
    }

    fn f64(&mut self, number: f64) {
        self.bytes.extend(self.order.of_f64(number));
    }

    /// Text with spaces up to a number of bytes.
    fn padded(&mut self, text: &str, bytes: usize) {
        let text = cut(text, bytes);
        self.bytes.extend(text.as_bytes());
        self.bytes.extend(std::iter::repeat_n(b' ', bytes - text.len()));
    }

    fn sized(&mut self, text: &[u8]) {
        self.i32(text.len());
        self.bytes.extend(text);
    }

    fn extension(&mut self, subtype: i32, size: i32, items: &Self) {
        self.i32(7);
        self.i32(subtype);
        self.i32(size);
        self.i32(items.bytes.len() as i64 / i64::from(size));
        self.bytes.extend(&items.bytes);
    }

    fn empty(&self) -> Self {
        Self { bytes: Vec::new(), order: self.order }
    }
}

/// Writes everything before the cases and returns its length.
pub(super) fn write(
    out: &mut impl Write,
    layouts: &[Layout<'_>],
    cases: u64,
    options: &SavWriteOptions,
) -> Result<u64, FormatError> {
    let mut bytes = Bytes { bytes: Vec::new(), order: options.byte_order };
    header(&mut bytes, layouts, cases, options);
    layouts.iter().for_each(|layout| variable(&mut bytes, layout));
    let mut slot = 1;
    for layout in layouts {
        value_labels(&mut bytes, layout, slot);
        slot += layout.slots();
    }
    extensions(&mut bytes, layouts, cases);
    bytes.i32(999);
    bytes.i32(0);
    out.write_all(&bytes.bytes)?;
    Ok(bytes.bytes.len() as u64)
}

fn header(bytes: &mut Bytes, layouts: &[Layout<'_>], cases: u64, options: &SavWriteOptions) {
    let zlib = options.compression == Compression::Zlib;
    bytes.bytes.extend(if zlib { b"$FL3" } else { b"$FL2" });
    bytes.padded("@(#) SPSS DATA FILE Satsuma", 60);
    bytes.i32(2);
    bytes.i32(layouts.iter().map(Layout::slots).sum::<usize>());
    bytes.i32(match options.compression {
        Compression::None => 0,
        Compression::Bytecode => 1,
        Compression::Zlib => 2,
    });
    bytes.i32(0);
    bytes.i32(i32::try_from(cases).unwrap_or(-1));
    bytes.f64(BIAS);
    let (day, second) = (options.created.div_euclid(86_400), options.created.rem_euclid(86_400));
    let (year, month, day) = date::date_of(i32::try_from(day).unwrap_or_default());
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS.get(month as usize - 1).copied().unwrap_or_default();
    bytes.padded(&format!("{day:02} {month} {:02}", year.rem_euclid(100)), 9);
    bytes.padded(&format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60), 8);
    bytes.padded(&options.file_label, 64);
    bytes.bytes.extend([0; 3]);
}

fn variable(bytes: &mut Bytes, layout: &Layout<'_>) {
    for (piece, width) in layout.record_widths().enumerate() {
        let label = layout.label.filter(|_| piece == 0).map(|label| cut(label, LABEL_BYTES));
        let missing =
            if piece == 0 && layout.width <= SHORT_STRING { missing(layout) } else { Missing::default() };
        let mut format = layout.format();
        if width > 0 {
            format.width = width as u8;
        }
        bytes.i32(2);
        bytes.i32(width);
        bytes.i32(i32::from(label.is_some()));
        bytes.i32(missing.code());
        bytes.i32(format.pack());
        bytes.i32(format.pack());
        bytes.padded(&layout.short_name(piece), 8);
        if let Some(label) = label {
            bytes.sized(label.as_bytes());
            let padding = label.len().next_multiple_of(4) - label.len();
            bytes.bytes.extend(std::iter::repeat_n(b' ', padding));
        }
        if let Some((low, high)) = missing.range {
            bytes.f64(low);
            bytes.f64(high);
        }
        for value in &missing.values {
            bytes.bytes.extend(eight_bytes(value, bytes.order));
        }
        for _ in 1..super::raw::slots_of(width) {
            bytes.i32(2);
            bytes.i32(-1);
            (0..4).for_each(|_| bytes.i32(0));
            bytes.padded("", 8);
        }
    }
}

/// Missing values that the format can hold: three, or a range and one for numbers.
#[derive(Default)]
struct Missing {
    range: Option<(f64, f64)>,
    values: Vec<Scalar>,
}

impl Missing {
    fn code(&self) -> i32 {
        let values = i32::try_from(self.values.len()).unwrap_or_default();
        if self.range.is_some() { -2 - values } else { values }
    }
}

/// The blanks of a field that SAV files can represent. Others are omitted: they are declarations and change
/// no data.
fn missing(layout: &Layout<'_>) -> Missing {
    let is_string = layout.field.storage == Storage::String;
    let mut missing = Missing::default();
    if layout.has_null_text {
        missing.values.push(Scalar::text(NULL_TEXT));
    }
    let Some(blanks) = &layout.field.blanks else { return missing };
    let fits = |value: &&Scalar| match value {
        Scalar::String(text) => is_string && text.len() <= layout.width,
        value => !is_string && number_of(value).is_some(),
    };
    missing.values.extend(blanks.values.iter().filter(fits).cloned());
    if let Some(range) = blanks.range.as_ref().filter(|_| !is_string) {
        let low = range.low.as_ref().map_or(Some(lowest()), number_of);
        let high = range.high.as_ref().map_or(Some(f64::MAX), number_of);
        missing.range = low.zip(high);
    }
    let most = if missing.range.is_some() { 1 } else { 3 };
    missing.values.truncate(most);
    missing
}

fn eight_bytes(value: &Scalar, order: ByteOrder) -> [u8; 8] {
    let mut bytes = [b' '; 8];
    match value {
        Scalar::String(text) => text.bytes().zip(&mut bytes).for_each(|(from, to)| *to = from),
        value => bytes = order.of_f64(number_of(value).unwrap_or(SYSMIS)),
    }
    bytes
}

/// Labels of values that the field can have.
fn labels<'a>(layout: &Layout<'a>) -> Vec<&'a (Scalar, String)> {
    let is_string = layout.field.storage == Storage::String;
    let width = layout.width;
    let fits = move |value: &Scalar| match value {
        Scalar::String(text) => is_string && text.len() <= width,
        value => !is_string && number_of(value).is_some(),
    };
    layout.field.value_labels.iter().filter(|(value, _)| fits(value)).collect()
}

fn value_labels(bytes: &mut Bytes, layout: &Layout<'_>, slot: usize) {
    let labels = labels(layout);
    if labels.is_empty() || layout.width > SHORT_STRING {
        return;
    }
    bytes.i32(3);
    bytes.i32(labels.len());
    for (value, label) in labels {
        let label = cut(label, VALUE_LABEL_BYTES);
        bytes.bytes.extend(eight_bytes(value, bytes.order));
        bytes.bytes.push(label.len() as u8);
        bytes.padded(label, (label.len() + 1).next_multiple_of(8) - 1);
    }
    bytes.i32(4);
    bytes.i32(1);
    bytes.i32(slot);
}

fn extensions(bytes: &mut Bytes, layouts: &[Layout<'_>], cases: u64) {
    let mut items = bytes.empty();
    // Version, machine, IEEE numbers, compression, endianness, UTF-8.
    let endian = if bytes.order == ByteOrder::Little { 2 } else { 1 };
    [1, 0, 0, -1, 1, 1, endian, 65001].into_iter().for_each(|number: i32| items.i32(number));
    bytes.extension(3, 4, &items);

    let mut items = bytes.empty();
    [SYSMIS, f64::MAX, lowest()].into_iter().for_each(|number| items.f64(number));
    bytes.extension(4, 8, &items);

    let mut items = bytes.empty();
    for layout in layouts {
        for _ in layout.record_widths() {
            items.i32(layout.measure());
            items.i32(8);
            // Strings to the left, numbers to the right.
            items.i32(i32::from(layout.width == 0));
        }
    }
    bytes.extension(11, 4, &items);

    let names = layouts.iter().map(|layout| format!("{}={}", layout.short_name(0), layout.name));
    text_extension(bytes, 13, &names.collect::<Vec<_>>().join("\t"));

    let very_long = layouts.iter().filter(|layout| layout.width > PIECE_BYTES);
    let very_long = very_long.map(|layout| format!("{}={:05}\0\t", layout.short_name(0), layout.width));
    text_extension(bytes, 14, &very_long.collect::<String>());

    let mut items = bytes.empty();
    items.i64(1);
    items.i64(cases);
    bytes.extension(16, 8, &items);

    let roles = layouts.iter().map(|layout| format!("{}:$@Role('{}'\n)", layout.name, layout.role()));
    text_extension(bytes, 18, &roles.collect::<Vec<_>>().join("/"));
    text_extension(bytes, 20, "UTF-8");

    let long = || layouts.iter().filter(|layout| layout.width > SHORT_STRING);
    let mut items = bytes.empty();
    for layout in long() {
        long_labels(&mut items, layout);
    }
    if !items.bytes.is_empty() {
        bytes.extension(21, 1, &items);
    }
    let mut items = bytes.empty();
    for layout in long() {
        long_missing(&mut items, layout);
    }
    if !items.bytes.is_empty() {
        bytes.extension(22, 1, &items);
    }
}

fn text_extension(bytes: &mut Bytes, subtype: i32, text: &str) {
    if !text.is_empty() {
        let items = Bytes { bytes: text.as_bytes().to_vec(), order: bytes.order };
        bytes.extension(subtype, 1, &items);
    }
}

fn long_labels(items: &mut Bytes, layout: &Layout<'_>) {
    let labels = labels(layout);
    if labels.is_empty() {
        return;
    }
    items.sized(layout.name.as_bytes());
    items.i32(layout.width);
    items.i32(labels.len());
    for (value, label) in labels {
        let value = value.as_str().unwrap_or_default();
        items.i32(layout.width);
        items.padded(value, layout.width);
        items.sized(cut(label, VALUE_LABEL_BYTES).as_bytes());
    }
}

fn long_missing(items: &mut Bytes, layout: &Layout<'_>) {
    let missing = missing(layout);
    // Statistics only has their first 8 bytes.
    let values = missing.values.iter().filter_map(Scalar::as_str).filter(|value| value.len() <= SHORT_STRING);
    let values: Vec<&str> = values.collect();
    if values.is_empty() {
        return;
    }
    items.sized(layout.name.as_bytes());
    items.bytes.push(values.len() as u8);
    items.i32(SHORT_STRING);
    values.into_iter().for_each(|value| items.padded(value, SHORT_STRING));
}
