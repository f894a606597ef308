//! The XML of a workbook, in the form of Modeler's export.

use std::fmt::Write as _;
use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use satsuma_columns::Scalar;

use super::range::column_name;
use super::writer::{fits, number};
use crate::error::FormatError;

const DECLARATION: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE_LINKS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const TYPES: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
const SHEET_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// Cell styles: general, `0`, `d-mmm-yy`, `h:mm:ss AM/PM`, `m/d/yy h:mm`, by the numbers that Modeler's files have.
const STYLES: [u8; 5] = [0, 1, 15, 19, 22];

/// Appends a cell; nothing for null.
pub(super) fn push_cell(out: &mut String, value: &Scalar, column: u32, row: u32) -> Result<(), String> {
    let style = match value {
        Scalar::Null => return Ok(()),
        Scalar::String(text) => {
            if !fits(text) {
                return Err(format!("a text of {} bytes", text.len()));
            }
            let place = column_name(column);
            let space = if text.trim() == &**text { "" } else { r#" xml:space="preserve""# };
            let _ = write!(out, r#"<c r="{place}{row}" t="inlineStr"><is><t{space}>"#);
            push_text(out, text);
            out.push_str("</t></is></c>");
            return Ok(());
        }
        Scalar::Real(_) => 0,
        Scalar::Integer(_) => 1,
        Scalar::Date(_) => 2,
        Scalar::Time(_) => 3,
        Scalar::Timestamp(_) => 4,
    };
    let place = column_name(column);
    match value {
        Scalar::Integer(number) => {
            let _ = write!(out, r#"<c r="{place}{row}" s="{style}"><v>{number}</v></c>"#);
        }
        value => {
            if let Some(number) = number(value)? {
                // Rust writes the shortest text that round-trips.
                let _ = write!(out, r#"<c r="{place}{row}" s="{style}"><v>{number:?}</v></c>"#);
            }
        }
    }
    Ok(())
}

/// Appends text, escaped. Characters that XML forbids, and text that looks like an escape, are written as
/// `_x000D_`.
fn push_text(out: &mut String, text: &str) {
    for (at, character) in text.char_indices() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '_' if is_escape(text.get(at..).unwrap_or_default()) => out.push_str("_x005F_"),
            '\t' | '\n' => out.push(character),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(out, "_x{:04X}_", character as u32);
            }
            character => out.push(character),
        }
    }
}

/// Whether text begins like `_x000D_`.
fn is_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.starts_with(b"_x")
        && bytes.get(6) == Some(&b'_')
        && bytes.get(2..6).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// Writes a workbook of one sheet with these rows.
pub(super) fn write_workbook<W: Write>(
    out: W,
    sheet_name: &str,
    dimension: &str,
    rows: &mut impl Read,
) -> Result<W, FormatError> {
    let mut name = String::new();
    push_text(&mut name, sheet_name);
    let link = |id: &str, kind: &str, target: &str| {
        format!(r#"<Relationship Id="{id}" Type="{LINKS}/{kind}" Target="{target}"/>"#)
    };
    let links = |links: &str| {
        format!(r#"{DECLARATION}<Relationships xmlns="{PACKAGE_LINKS}">{links}</Relationships>"#)
    };
    let content = |part: &str, kind: &str| {
        format!(r#"<Override PartName="/xl/{part}.xml" ContentType="{SHEET_TYPE}.{kind}+xml"/>"#)
    };
    let types = format!(
        r#"{DECLARATION}<Types xmlns="{TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>{}{}{}</Types>"#,
        content("workbook", "sheet.main"),
        content("styles", "styles"),
        content("worksheets/sheet1", "worksheet"),
    );
    let workbook = format!(
        r#"{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>"#
    );
    let book_links =
        links(&(link("rId1", "worksheet", "worksheets/sheet1.xml") + &link("rId2", "styles", "styles.xml")));
    let cell_styles = STYLES.map(|format| {
        format!(
            r#"<xf numFmtId="{format}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"#
        )
    });
    let styles = format!(
        r#"{DECLARATION}<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="{}">{}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"#,
        STYLES.len(),
        cell_styles.concat(),
    );
    let before = format!(
        r#"{DECLARATION}<worksheet xmlns="{MAIN}" xmlns:r="{LINKS}"><dimension ref="{dimension}"/><sheetFormatPr defaultRowHeight="15"/><sheetData>"#
    );
    let mut sheet = before.as_bytes().chain(rows).chain(&b"</sheetData></worksheet>"[..]);
    let mut archive = ZipArchiveWriter::new(out);
    write_part(&mut archive, "[Content_Types].xml", &mut types.as_bytes())?;
    write_part(
        &mut archive,
        "_rels/.rels",
        &mut links(&link("rId1", "officeDocument", "xl/workbook.xml")).as_bytes(),
    )?;
    write_part(&mut archive, "xl/workbook.xml", &mut workbook.as_bytes())?;
    write_part(&mut archive, "xl/_rels/workbook.xml.rels", &mut book_links.as_bytes())?;
    write_part(&mut archive, "xl/styles.xml", &mut styles.as_bytes())?;
    write_part(&mut archive, "xl/worksheets/sheet1.xml", &mut sheet)?;
    archive.finish().map_err(unwritable)
}

fn write_part<W: Write>(
    archive: &mut ZipArchiveWriter<W>,
    name: &str,
    content: &mut impl Read,
) -> Result<(), FormatError> {
    let (mut entry, config) =
        archive.new_file(name).compression_method(CompressionMethod::DEFLATE).start().map_err(unwritable)?;
    let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::default()));
    io::copy(content, &mut writer)?;
    let (encoder, descriptor) = writer.finish().map_err(unwritable)?;
    encoder.finish()?;
    entry.finish(descriptor).map_err(unwritable)?;
    Ok(())
}

fn unwritable(error: impl std::fmt::Display) -> FormatError {
    FormatError::Unwritable(format!("the zip of the Excel workbook cannot be written: {error}"))
}
