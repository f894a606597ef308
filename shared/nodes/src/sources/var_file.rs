//! Var. File: reads delimited text. IBM: "Variable File node", `variablefilenode`.

use std::collections::HashMap;

use satsuma_columns::Storage;
use satsuma_engine::{Compile, Compiled, Inputs, NodeDiagnostics, NodeType, Reported, limits};
use satsuma_formats::delimited::{Dialect, Limits, NumberStyle, QuoteMode};
use satsuma_formats::encoding::TextEncoding;
use satsuma_stream::nodes::{DelimitedFileImport, QuoteMode as StreamQuoteMode};

use super::common::{FileSource, SourceFile, base_name, known_fields, set_encoding, standard_dialect};
use super::text::{EncodingWords, calendar, decimal, trim};
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
    let dialect = dialect(&settings, compile)?;
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
    if let Some(given) = compile.source_override()
        && let Some(format) = given.format
    {
        let mut dialect = standard_dialect(format, compile)?;
        set_encoding(&mut dialect, given, compile)?;
        return Ok(dialect);
    }
    let words = EncodingWords {
        encoding: &settings.file_encoding,
        invalid: &settings.invalid_characters,
        replacement: &settings.invalid_character_replacement,
    };
    // A refusal is on record; the other settings are checked, too.
    let text = words.resolved(compile).unwrap_or(TextEncoding::UTF_8);
    let properties = &compile.stream().properties;
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
        square_brackets_are_lists: may_have_lists(settings),
        numbers: NumberStyle {
            decimal: decimal(&settings.real_decimal_symbol, properties, diagnostics),
            grouping: None,
        },
        calendar: calendar(properties, diagnostics),
        text,
        fields: settings.field_count.map(|count| count as usize),
        scan_lines: settings.scan_line_count as usize,
        recognise_dates: settings.recognize_dates && !properties.import_datetime_as_string,
        limits: Limits::default(),
    })
}

/// Whether a field may be a list. Where Modeler has read the file, its fields tell: a list among them is refused as such.
fn may_have_lists(settings: &DelimitedFileImport) -> bool {
    settings.square_brackets_are_lists && settings.imported_fields.is_empty()
}

/// Refuses settings that the reader does not support, before anything runs.
fn refuse_settings(settings: &DelimitedFileImport, diagnostics: &mut NodeDiagnostics<'_>) {
    let lines_end_records = settings.delimiters.newline || settings.break_case_by_newline;
    diagnostics.unless(lines_end_records, "delimitOnNewline", false, "records must end with their line");
    diagnostics.unless(
        !may_have_lists(settings),
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
