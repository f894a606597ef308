//! Flat File: writes delimited text with its own settings. IBM: "Flat File Export", `outputfilenode`.

use satsuma_stream::nodes::{FieldSeparator, QuoteSymbolic, TextFileExport, WriteMode};

use super::source::base_name;
use super::var_file::decimal;
use crate::error::EngineError;
use crate::export::{Export, safe_name};
use crate::refusals::NodeRefusals;
use crate::step::NodeContext;
use crate::write::{Layout, LineEnd, Quoting};

/// Understands a Flat File node.
pub(crate) fn understand(
    context: &NodeContext<'_>,
    refusals: &mut NodeRefusals<'_>,
) -> Result<Option<Export>, EngineError> {
    let settings = TextFileExport::from_node(context.node).map_err(|error| refusals.damaged(&error))?;
    refusals.unknown(&settings.unknown);
    refuse_settings(&settings, context, refusals);
    let separator = match &settings.field_separator {
        FieldSeparator::Comma => ",",
        FieldSeparator::Tab => "\t",
        FieldSeparator::Space => " ",
        FieldSeparator::Custom if !settings.other_separator.is_empty() => settings.other_separator.as_str(),
        other => {
            refusals.value(
                "fieldSeparator",
                other,
                "comma, tab, space and other (with characters) are supported",
            );
            return Ok(None);
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
            refusals.value(
                "quoteSymbolicValues",
                other,
                "none, single, double and other (with a mark) are supported",
            );
            return Ok(None);
        }
    };
    let (media_type, extension) = match separator {
        "," => ("text/csv", "csv"),
        "\t" => ("text/tab-separated-values", "tab"),
        _ => ("text/plain", "txt"),
    };
    let layout = Layout {
        separator: separator.to_owned(),
        quoting,
        header: settings.include_field_names,
        decimal: decimal(&settings.real_decimal_symbol, context, refusals),
        line_end: LineEnd::Lf,
        media_type,
        extension,
    };
    let file_name = safe_name(base_name(&settings.export_file_name), &layout);
    Ok(Some(Export { node: refusals.node.clone(), file_name, layout }))
}

fn refuse_settings(settings: &TextFileExport, context: &NodeContext<'_>, refusals: &mut NodeRefusals<'_>) {
    let mode = &settings.execution_mode;
    refusals.unless(mode == "export_data", "executionMode", mode, "only export_data is supported");
    refusals.unless(
        settings.write_mode == WriteMode::Overwrite,
        "writeMode",
        &settings.write_mode,
        "every result is a new file; append to it after downloading",
    );
    refusals.unless(
        settings.newline_after_record,
        "newlineAfterRecord",
        false,
        "records are written one a line",
    );
    let encoding = settings.file_encoding.as_str();
    let utf8 = matches!(encoding, "clientDefault" | "serverDefault" | "streamDefault" | "default" | "")
        || encoding.eq_ignore_ascii_case("UTF-8");
    refusals.unless(utf8, "fileEncoding", encoding, "results are written as UTF-8");
    let places = context.stream().properties.export_decimal_places.unwrap_or(-1);
    refusals.unless(
        places < 0,
        "stream property exportDecimalPlaces",
        places,
        "numbers are exported with all their digits",
    );
}
