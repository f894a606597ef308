//! Var. File: reads delimited text. IBM: "Variable File node", `variablefilenode`.

use std::collections::HashMap;

use encoding_rs::Encoding;
use satsuma_columns::Storage;
use satsuma_engine::{Compile, Compiled, Inputs, NodeDiagnostics, NodeType, Reported};
use satsuma_stream::StreamProperties;
use satsuma_stream::nodes::{DelimitedFileImport, InvalidCharacters, QuoteMode as StreamQuoteMode, TrimMode};

use super::common::{FileSource, SourceFile, base_name, known_fields, set_encoding, standard_dialect};
use super::delimited::{Decimal, Dialect, InvalidText, QuoteMode, TextEncoding, Trim};
use crate::fields::filter::Filter;
use crate::fields::types::Types;

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "DelimitedFileImportNode",
    extension: None,
    inputs: Inputs::None,
    settings: &[],
    compile,
};

/// Compiles a Var. File node, whose file the job may replace.
fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    if let Some(given) = compile.source_override()
        && super::records_source::given_format(given).and_then(super::records_source::Reading::standard).is_some()
    {
        return super::replaced::compile(compile, given);
    }
    let settings = compile.read(DelimitedFileImport::from_node)?;
    compile.diagnostics().unknown(&settings.unknown);
    let file = match compile.source_override() {
        Some(given) => SourceFile::Given(given.path.clone()),
        None => SourceFile::Named(base_name(&settings.input_file_name).to_owned()),
    };
    let mut dialect = dialect(&settings, compile)?;
    if let Some(given) = compile.source_override() {
        set_encoding(&mut dialect, given, compile)?;
    }
    Ok(Compiled::source(FileSource {
        file,
        dialect,
        known: storages(&settings, compile.diagnostics()),
        filter: Filter::new(settings.filter_table, compile.diagnostics()),
        types: Types::new(&settings.type_table, compile.diagnostics()),
    }))
}

/// The node's own settings, unless the job names a format.
fn dialect(settings: &DelimitedFileImport, compile: &mut Compile<'_>) -> Result<Dialect, Reported> {
    if let Some(format) = compile.source_override().and_then(|given| given.format) {
        return standard_dialect(format, compile);
    }
    let properties = &compile.stream().properties;
    let diagnostics = compile.diagnostics();
    refuse_settings(settings, diagnostics);
    Ok(Dialect {
        delimiters: delimiters(settings, diagnostics),
        merge_blanks: settings.multi_blank_delimiters,
        single_quotes: quotes("singleQuoteMode", &settings.single_quotes, diagnostics),
        double_quotes: quotes("doubleQuoteMode", &settings.double_quotes, diagnostics),
        trim: trim(&settings.trim_mode, diagnostics),
        header: settings.field_names_included,
        // IBM, `skip_header`: the number of characters to be ignored at the start of the first record.
        skip_characters: settings.skip_header_count as usize,
        line_is_record: settings.break_case_by_newline,
        decimal: decimal(&settings.real_decimal_symbol, properties, diagnostics),
        text: encoding(settings, properties, diagnostics),
        fields: settings.field_count.map(|count| count as usize),
        scan_lines: settings.scan_line_count as usize,
        recognise_dates: settings.recognize_dates && !properties.import_datetime_as_string,
    })
}

fn refuse_settings(settings: &DelimitedFileImport, diagnostics: &mut NodeDiagnostics<'_>) {
    let comments = &settings.comment_characters;
    diagnostics.unless(
        comments.is_empty(),
        "eolCommentChars",
        comments,
        "comments in data files are not supported",
    );
    diagnostics.unless(
        !settings.square_brackets_are_lists,
        "treatSquareBracketsAsLists",
        true,
        "lists are not supported",
    );
    diagnostics.unless(
        !settings.delimiters.non_printing,
        "delimitOnNonPrintChars",
        true,
        "control characters as delimiters are not supported",
    );
    let lines_end_records = settings.delimiters.newline || settings.break_case_by_newline;
    diagnostics.unless(lines_end_records, "delimitOnNewline", false, "records must end with their line");
    let grouping = settings.skip_header_count;
    const MOST_SKIPPED: u32 = 1 << 20;
    diagnostics.unless(
        grouping <= MOST_SKIPPED,
        "skipHeaderCount",
        grouping,
        "at most a million characters are skipped",
    );
}

fn delimiters(settings: &DelimitedFileImport, diagnostics: &mut NodeDiagnostics<'_>) -> Vec<u8> {
    let of = &settings.delimiters;
    let flags = [(of.comma, b','), (of.tab, b'\t'), (of.space, b' ')];
    let mut bytes = flags.iter().filter(|(set, _)| *set).map(|(_, byte)| *byte).collect::<Vec<_>>();
    for character in of.other.chars() {
        match u8::try_from(character) {
            Ok(byte) if byte.is_ascii() && !matches!(byte, b'\n' | b'\r' | 0) => bytes.push(byte),
            _ => {
                let message = "delimiters must be ASCII characters within a line";
                diagnostics.refuse_value("delimiterChars", &of.other, message);
            }
        }
    }
    bytes
}

fn quotes(property: &'static str, mode: &StreamQuoteMode, diagnostics: &mut NodeDiagnostics<'_>) -> QuoteMode {
    match mode {
        StreamQuoteMode::Discard => QuoteMode::Discard,
        StreamQuoteMode::PairAndDiscard => QuoteMode::PairDiscard,
        StreamQuoteMode::Include => QuoteMode::Include,
        other => {
            diagnostics.refuse_value(property, other, "discard, pairDiscard and include are supported");
            QuoteMode::Include
        }
    }
}

fn trim(mode: &TrimMode, diagnostics: &mut NodeDiagnostics<'_>) -> Trim {
    match mode {
        TrimMode::None => Trim::None,
        TrimMode::Left => Trim::Left,
        TrimMode::Right => Trim::Right,
        TrimMode::Both => Trim::Both,
        other => {
            diagnostics.refuse_value("trimMode", other, "none, left, right and both are supported");
            Trim::None
        }
    }
}

/// A node's decimal symbol; `default` is the stream's.
pub(crate) fn decimal(symbol: &str, properties: &StreamProperties, diagnostics: &mut NodeDiagnostics<'_>) -> Decimal {
    let symbol = match symbol {
        "default" => properties.real_decimal_symbol.as_str(),
        own => own,
    };
    match symbol {
        // The original ran on servers whose default is the period.
        "period" | "default" | "serverDefault" => Decimal::Period,
        "comma" => Decimal::Comma,
        other => {
            diagnostics.refuse_value("realDecimalSymbol", other, "period and comma are supported");
            Decimal::Period
        }
    }
}

/// The defaults of somebody's machine are not known here. Files are read as UTF-8 then, and one that is
/// not is refused rather than guessed at.
fn encoding(
    settings: &DelimitedFileImport,
    properties: &StreamProperties,
    diagnostics: &mut NodeDiagnostics<'_>,
) -> TextEncoding {
    let utf8 = TextEncoding { encoding: encoding_rs::UTF_8, invalid: InvalidText::Refuse };
    let name = match settings.file_encoding.as_str() {
        "streamDefault" | "default" | "" => properties.file_encoding.as_str(),
        own => own,
    };
    if matches!(name, "clientDefault" | "serverDefault" | "systemDefault" | "default") {
        return utf8;
    }
    let Some(encoding) = Encoding::for_label(name.as_bytes()) else {
        diagnostics.refuse_value("fileEncoding", name, "the encoding is not known");
        return utf8;
    };
    TextEncoding { encoding, invalid: invalid(settings, diagnostics) }
}

fn invalid(settings: &DelimitedFileImport, diagnostics: &mut NodeDiagnostics<'_>) -> InvalidText {
    let replacement = &settings.invalid_character_replacement;
    match (&settings.invalid_characters, replacement.chars().next()) {
        (InvalidCharacters::Discard, _) => InvalidText::Discard,
        (InvalidCharacters::Replace, Some(with)) if replacement.chars().count() == 1 => {
            InvalidText::Replace(with)
        }
        (InvalidCharacters::Replace, _) => {
            diagnostics.refuse_value("invalidCharacterReplacement", replacement, "it must be one character");
            InvalidText::Refuse
        }
        (other, _) => {
            diagnostics.refuse_value("invalidCharacterMode", other, "discard and replace are supported");
            InvalidText::Refuse
        }
    }
}

/// Storages as found in the file at last read, but for those that the user set by hand.
fn storages(settings: &DelimitedFileImport, diagnostics: &mut NodeDiagnostics<'_>) -> Vec<(String, Storage)> {
    let mut known = known_fields(&settings.imported_fields, diagnostics);
    let mut places = HashMap::new();
    for (at, (name, _)) in known.iter().enumerate() {
        places.entry(name.clone()).or_insert(at);
    }
    for row in &settings.text_import_table {
        let property = |what: &str| format!("textImportTable/{:?}/{what}", row.name);
        for unknown in &row.unknown {
            diagnostics.refuse_value(property(unknown), "…", "this setting of a column is not known");
        }
        let Some(stored) = row.storage.as_ref().filter(|_| row.override_storage) else {
            continue;
        };
        let Some(storage) = Storage::of_stream(stored) else {
            diagnostics.refuse_value(property("storage"), stored, "fields of this storage are not supported");
            continue;
        };
        match places.get(&row.name).and_then(|at| known.get_mut(*at)) {
            Some((_, known)) => *known = storage,
            None => {
                places.insert(row.name.clone(), known.len());
                known.push((row.name.clone(), storage));
            }
        }
    }
    known
}
