//! Var. File: reads delimited text. IBM: "Variable File node", `variablefilenode`.

use std::collections::HashMap;

use encoding_rs::Encoding;
use satsuma_columns::Storage;
use satsuma_engine::{Compile, Compiled, Inputs, NodeDiagnostics, NodeType, Reported, limits};
use satsuma_formats::delimited::{
    Calendar, Decimal, Dialect, InvalidText, Limits, NumberStyle, QuoteMode, TextEncoding, Trim,
};
use satsuma_formats::encoding::{self, Defaults};
use satsuma_formats::text::{DateFormat, TimeFormat};
use satsuma_stream::StreamProperties;
use satsuma_stream::nodes::{DelimitedFileImport, InvalidCharacters, QuoteMode as StreamQuoteMode, TrimMode};

use super::common::{
    FileSource, SourceFile, base_name, known_fields, set_encoding, standard_dialect, system_encoding,
};
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

/// Most characters that are skipped before the first record.
const MOST_SKIPPED: u32 = 1 << 20;

/// Compiles a Var. File node, possibly with a source override.
fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    if let Some(given) = compile.source_override()
        && super::records_source::given_format(given)
            .and_then(super::records_source::Reading::standard)
            .is_some()
    {
        return super::replaced::compile(compile, given);
    }
    let settings = compile.read(DelimitedFileImport::from_node)?;
    compile.diagnostics().unknown(&settings.unknown);
    let file = match compile.source_override() {
        Some(given) => SourceFile::Given(given.path.clone()),
        None => SourceFile::Named(base_name(&settings.input_file_name).to_owned()),
    };
    let maximum = compile.stream().properties.maximum_set_size;
    let mut dialect = dialect(&settings, compile)?;
    if let Some(given) = compile.source_override() {
        set_encoding(&mut dialect, given, compile)?;
    }
    Ok(Compiled::source(FileSource {
        file,
        dialect,
        known: storages(&settings, compile.diagnostics()),
        filter: Filter::new(settings.filter_table, compile.diagnostics()),
        types: Types::new(&settings.type_table, compile.diagnostics()).limited(maximum),
    }))
}

/// The node's own settings, unless the job has a format.
fn dialect(settings: &DelimitedFileImport, compile: &mut Compile<'_>) -> Result<Dialect, Reported> {
    if let Some(format) = compile.source_override().and_then(|given| given.format) {
        return standard_dialect(format, compile);
    }
    let properties = &compile.stream().properties;
    let system = system_encoding(compile)?;
    let diagnostics = compile.diagnostics();
    refuse_settings(settings, diagnostics);
    Ok(Dialect {
        delimiters: delimiters(settings, diagnostics),
        non_printing_delimit: settings.delimiters.non_printing,
        merge_blanks: settings.multi_blank_delimiters,
        single_quotes: quotes("singleQuoteMode", &settings.single_quotes, diagnostics),
        double_quotes: quotes("doubleQuoteMode", &settings.double_quotes, diagnostics),
        comments: comments(settings, diagnostics),
        trim: trim(&settings.trim_mode, diagnostics),
        header: settings.field_names_included,
        skip_characters: settings.skip_header_count as usize,
        line_is_record: settings.break_case_by_newline,
        square_brackets_are_lists: settings.square_brackets_are_lists,
        numbers: NumberStyle {
            decimal: decimal(&settings.real_decimal_symbol, properties, diagnostics),
            grouping: None,
        },
        calendar: calendar(properties, diagnostics),
        text: encoding(settings, properties, system, diagnostics),
        fields: settings.field_count.map(|count| count as usize),
        scan_lines: settings.scan_line_count as usize,
        recognise_dates: settings.recognize_dates && !properties.import_datetime_as_string,
        limits: Limits::default(),
    })
}

/// Refuses settings that the reader does not support, before anything runs.
fn refuse_settings(settings: &DelimitedFileImport, diagnostics: &mut NodeDiagnostics<'_>) {
    let lines_end_records = settings.delimiters.newline || settings.break_case_by_newline;
    diagnostics.unless(lines_end_records, "delimitOnNewline", false, "records must end with their line");
    diagnostics.unless(
        !settings.square_brackets_are_lists,
        "treatSquareBracketsAsLists",
        true,
        "lists are not supported; read the field as a string",
    );
    diagnostics.unless(
        settings.skip_header_count <= MOST_SKIPPED,
        "skipHeaderCount",
        settings.skip_header_count,
        "at most a million characters are skipped",
    );
    let most = limits::FIELDS;
    if let Some(count) = settings.field_count.filter(|count| *count as usize > most) {
        diagnostics.refuse_value("manualFieldCount", count, format!("at most {most} fields are supported"));
    }
}

fn comments(settings: &DelimitedFileImport, diagnostics: &mut NodeDiagnostics<'_>) -> Vec<u8> {
    let given = &settings.comment_characters;
    if !given.is_ascii() {
        diagnostics.refuse_value("eolCommentChars", given, "comments must begin with an ASCII character");
    }
    given.bytes().filter(u8::is_ascii).collect()
}

/// The stream's formats of dates and times.
pub(crate) fn calendar(properties: &StreamProperties, diagnostics: &mut NodeDiagnostics<'_>) -> Calendar {
    let (date, time) = (&properties.date_format, &properties.time_format);
    let standard = Calendar::default();
    let date = DateFormat::from_code(date).or_else(|| DateFormat::from_name(date)).unwrap_or_else(|| {
        diagnostics.refuse_value("dateFormat of the stream", date, "the date format is not known");
        standard.date
    });
    let time = TimeFormat::from_code(time).or_else(|| TimeFormat::from_name(time)).unwrap_or_else(|| {
        diagnostics.refuse_value("timeFormat of the stream", time, "the time format is not known");
        standard.time
    });
    Calendar { date, time, two_digit_baseline: properties.two_digit_year_baseline }
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

fn quotes(
    property: &'static str,
    mode: &StreamQuoteMode,
    diagnostics: &mut NodeDiagnostics<'_>,
) -> QuoteMode {
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

pub(crate) fn trim(mode: &TrimMode, diagnostics: &mut NodeDiagnostics<'_>) -> Trim {
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

/// The decimal symbol of a node; `default` is that of the stream.
pub(crate) fn decimal(
    symbol: &str,
    properties: &StreamProperties,
    diagnostics: &mut NodeDiagnostics<'_>,
) -> Decimal {
    let symbol = match symbol {
        "default" => properties.real_decimal_symbol.as_str(),
        own => own,
    };
    match symbol {
        // The default of the original's servers is the period.
        "period" | "default" | "serverDefault" => Decimal::Period,
        "comma" => Decimal::Comma,
        other => {
            diagnostics.refuse_value("realDecimalSymbol", other, "period and comma are supported");
            Decimal::Period
        }
    }
}

/// The encoding of a node's symbolic name. The default of a user's computer is unknown here: such files are
/// read as UTF-8, and other encodings are refused, not guessed.
fn encoding(
    settings: &DelimitedFileImport,
    properties: &StreamProperties,
    system: &'static Encoding,
    diagnostics: &mut NodeDiagnostics<'_>,
) -> TextEncoding {
    let name = match settings.file_encoding.as_str() {
        "" => "default",
        own => own,
    };
    let defaults = Defaults { stream: &properties.file_encoding, system };
    let named = match name {
        "streamDefault" | "default" => properties.file_encoding.as_str(),
        own => own,
    };
    let is_default = matches!(named, "clientDefault" | "serverDefault" | "systemDefault" | "default");
    match encoding::resolve(name, defaults) {
        // A default is a guess about the file: invalid bytes are an error.
        Ok(encoding) if is_default => TextEncoding { encoding, invalid: InvalidText::Refuse },
        Ok(encoding) => TextEncoding { encoding, invalid: invalid(settings, diagnostics) },
        Err(error) => {
            diagnostics.refuse_value("fileEncoding", name, error.to_string());
            TextEncoding::UTF_8
        }
    }
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

/// Storages from the last reading of the file, except those set by the user.
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
