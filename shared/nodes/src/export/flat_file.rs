//! Flat File: writes delimited text with its own settings. IBM: "Flat File Export", `outputfilenode`.

use encoding_rs::Encoding;
use satsuma_engine::{Compile, Compiled, Inputs, NodeDiagnostics, NodeType, Reported};
use satsuma_formats::delimited::{self, LineEnd, Quoting};
use satsuma_formats::encoding::{self, Defaults};
use satsuma_stream::StreamProperties;
use satsuma_stream::nodes::{FieldSeparator, QuoteSymbolic, TextFileExport, WriteMode};

use super::records::{Layout, RecordFile, safe_name};
use crate::sources::common::base_name;
use crate::sources::text::decimal;

/// The type of node.
pub static NODE: NodeType =
    NodeType { class: "TextFileExportNode", extension: None, inputs: Inputs::One, settings: &[], compile };

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings = compile.read(TextFileExport::from_node)?;
    let properties = &compile.stream().properties;
    let diagnostics = compile.diagnostics();
    diagnostics.unknown(&settings.unknown);
    refuse_settings(&settings, diagnostics);
    let separator = match &settings.field_separator {
        FieldSeparator::Comma => ",",
        FieldSeparator::Tab => "\t",
        FieldSeparator::Space => " ",
        FieldSeparator::Custom if !settings.other_separator.is_empty() => settings.other_separator.as_str(),
        other => {
            let message = "comma, tab, space and other (with characters) are supported";
            return Err(diagnostics.refuse_value("fieldSeparator", other, message));
        }
    };
    let quoting = match &settings.quote_symbolic {
        QuoteSymbolic::None => Quoting::Never,
        QuoteSymbolic::SingleQuotes => Quoting::Text("'".to_owned()),
        QuoteSymbolic::DoubleQuotes => Quoting::Text("\"".to_owned()),
        QuoteSymbolic::Custom if !settings.other_quote.is_empty() => {
            Quoting::Text(settings.other_quote.clone())
        }
        other => {
            let message = "none, single, double and other (with a mark) are supported";
            return Err(diagnostics.refuse_value("quoteSymbolicValues", other, message));
        }
    };
    let (media_type, extension) = match separator {
        "," => ("text/csv", "csv"),
        "\t" => ("text/tab-separated-values", "tab"),
        _ => ("text/plain", "txt"),
    };
    let encoding = encoding(&settings.file_encoding, properties, diagnostics);
    let places = properties.export_decimal_places.unwrap_or(-1);
    let text = delimited::Layout {
        separator: separator.to_owned(),
        quoting,
        header: settings.include_field_names,
        decimal: decimal(&settings.real_decimal_symbol, properties, diagnostics),
        decimals: Some(u8::try_from(places).unwrap_or(STANDARD_DECIMALS)),
        line_end: LineEnd::Lf,
    };
    let layout = Layout { text, encoding, media_type, extension };
    let file_name = safe_name(base_name(&settings.export_file_name), &layout);
    Ok(Compiled::terminal(RecordFile { file_name, layout }))
}

/// Decimals of a stream that chooses none (-1): a file that Modeler 18.1 wrote has `42.712300`.
const STANDARD_DECIMALS: u8 = 6;

fn refuse_settings(settings: &TextFileExport, diagnostics: &mut NodeDiagnostics<'_>) {
    let mode = &settings.execution_mode;
    diagnostics.unless(mode == "export_data", "executionMode", mode, "only export_data is supported");
    diagnostics.unless(
        settings.write_mode == WriteMode::Overwrite,
        "writeMode",
        &settings.write_mode,
        "every result is a new file; append to it after downloading",
    );
    diagnostics.unless(
        settings.newline_after_record,
        "newlineAfterRecord",
        false,
        "records are written one a line",
    );
}

/// The encoding of a node's symbolic name; defaults of a computer mean UTF-8 here.
pub(crate) fn encoding(
    name: &str,
    properties: &StreamProperties,
    diagnostics: &mut NodeDiagnostics<'_>,
) -> &'static Encoding {
    let defaults = Defaults { stream: &properties.file_encoding, system: encoding_rs::UTF_8 };
    encoding::resolve(name, defaults).unwrap_or_else(|error| {
        diagnostics.refuse_value("fileEncoding", name, error.to_string());
        encoding_rs::UTF_8
    })
}
