//! Fixed File: reads fixed-width text. IBM: "Fixed File Node", `fixedfilenode`.

use satsuma_columns::Storage;
use satsuma_engine::{Compile, Compiled, Inputs, NodeDiagnostics, NodeType, Reported, settings};
use satsuma_formats::delimited::Limits;
use satsuma_formats::fixed::{FixedColumn, FixedDialect};
use satsuma_formats::text::NumberStyle;
use satsuma_stream::nodes::{InvalidCharacters, TrimMode};
use satsuma_stream::{Element, StreamError, TextImportTable};

use super::common::{Parts, SourceFile, base_name};
use super::records_source::{Reading, RecordsSource, given_format};
use super::replaced;
use super::text::{EncodingWords, calendar, decimal, trim};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "FixedFileImportNode",
    extension: None,
    inputs: Inputs::None,
    settings: FixedSettings::LIST,
    compile,
};

settings! {
    /// Settings of a Fixed File node.
    pub struct FixedSettings {
        /// The file.
        file: String = text("inputFileName", "full_filename"),
        /// The fields: name, first character and length.
        columns: Vec<FixedColumn> = parsed("fixedFileColumnSpecs", "fields", columns),
        /// Whether every record is a line.
        line_oriented: bool = value("lineOriented", "line_oriented", true),
        /// Characters of a record.
        record_length: usize = value("recordLength", "record_len", 80),
        /// Lines before the first record.
        skip_lines: usize = value("skipHeaderLines", "skip_header", 0),
        /// Lines that determine storages.
        scan_lines: usize = value("scanLineCount", "lines_to_scan", 50),
        /// Whether dates and times are recognised.
        recognise_dates: bool = value("autoRecognizeDates", "auto_recognize_datetime", true),
        /// The decimal symbol.
        decimal: String = value("realDecimalSymbol", "decimal_symbol", "default".to_owned()),
        /// The encoding.
        encoding: String = value("fileEncoding", "encoding", "serverDefault".to_owned()),
        /// `discard` or `replace`.
        invalid: String = value("invalidCharacterMode", "invalid_char_mode", "discard".to_owned()),
        /// The replacement of invalid characters.
        replacement: String = text("invalidCharacterReplacement", "invalid_char_replacement"),
        /// The spaces around text that are dropped.
        trim: String = value("trimMode", "strip_spaces", "none".to_owned()),
        /// Storages set by the user.
        storages: TextImportTable = parsed("textImportTable", "custom_storage", TextImportTable::from_element),
        /// Whether a record ends at the end of its line; its difference from `lineOriented` is not
        /// documented.
        breaks_at_newline: bool = value("breakCasebyNewline", "", false),
    }
    // The reader treats the first line as a record, whatever `fieldNamesIncluded` is; `sampleLineCount` is
    // for display.
    ignored: ["fieldNamesIncluded", "filterTable", "publishTag", "sampleLineCount", "typeTable"]
}

/// Reads `entries/entry(columnName, start, length)`.
fn columns(element: &Element) -> Result<Vec<FixedColumn>, StreamError> {
    let entries = element.children("entries").flat_map(|entries| entries.children("entry"));
    let columns = entries.map(|entry| {
        Ok(FixedColumn {
            name: entry.require_value("columnName")?,
            start: entry.require_value("start")?,
            length: entry.require_value("length")?,
        })
    });
    columns.collect()
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: FixedSettings = compile.settings()?;
    let file = match compile.source_override() {
        None => SourceFile::Named(base_name(&settings.file).to_owned()),
        // A job without a known format supplies another file of the same layout.
        Some(given) if given_format(given).is_none() => SourceFile::Given(given.path.clone()),
        Some(given) => return replaced::compile(compile, given),
    };
    let dialect = dialect(&settings, compile)?;
    if let Err(fault) = dialect.check() {
        compile.refuse(fault.to_string());
    }
    let parts = compile.read(|node| Parts::read(node.element()))?;
    let reading = Reading::Fixed(Box::new(dialect));
    let mut source = RecordsSource::new(file, reading, parts, compile);
    // Fields are those of the node, not the cached ones from before a change.
    source.known.retain(|known| settings.columns.iter().any(|column| column.name == known.name));
    override_storages(&settings, &mut source, compile.diagnostics());
    Ok(Compiled::source(source))
}

fn dialect(settings: &FixedSettings, compile: &mut Compile<'_>) -> Result<FixedDialect, Reported> {
    let words = EncodingWords {
        encoding: &settings.encoding,
        invalid: &InvalidCharacters::from(settings.invalid.as_str()),
        replacement: &settings.replacement,
    };
    let text = words.resolved(compile)?;
    let properties = &compile.stream().properties;
    let diagnostics = compile.diagnostics();
    let message = "only false is supported";
    diagnostics.unless(!settings.breaks_at_newline, "breakCasebyNewline", true, message);
    Ok(FixedDialect {
        columns: settings.columns.clone(),
        line_oriented: settings.line_oriented,
        record_length: settings.record_length,
        skip_lines: settings.skip_lines,
        trim: trim(&TrimMode::from(settings.trim.as_str()), diagnostics),
        numbers: NumberStyle { decimal: decimal(&settings.decimal, properties, diagnostics), grouping: None },
        calendar: calendar(properties, diagnostics),
        text,
        scan_lines: settings.scan_lines,
        recognise_dates: settings.recognise_dates && !properties.import_datetime_as_string,
        limits: Limits::default(),
    })
}

/// Storages that the user set by hand win over those that the file shows.
fn override_storages(
    settings: &FixedSettings,
    source: &mut RecordsSource,
    diagnostics: &mut NodeDiagnostics<'_>,
) {
    for row in &settings.storages.rows {
        let property = |what: &str| format!("textImportTable/{:?}/{what}", row.name);
        for unknown in &row.unknown {
            diagnostics.refuse_value(property(unknown), "…", "this setting of a column is not known");
        }
        let Some(stored) = row.storage.as_ref().filter(|_| row.override_storage) else { continue };
        let Some(storage) = Storage::of_stream(stored) else {
            diagnostics.refuse_value(property("storage"), stored, "fields of this storage are not supported");
            continue;
        };
        if settings.columns.iter().any(|column| column.name == row.name) {
            source.known.retain(|known| known.name != row.name);
            source.known.push(satsuma_columns::Field::new(&row.name, storage));
        }
    }
    // The order is that of the node.
    let place = |name: &str| settings.columns.iter().position(|column| column.name == name);
    source.known.sort_by_key(|known| place(&known.name));
}

#[cfg(test)]
mod tests {
    use satsuma_engine::SourceOverride;
    use satsuma_engine::testing::Sketch;

    use crate::sources::testing::{Job, real_file, refusal};

    /// The settings of a real stream.
    fn sketch(properties: &str) -> Sketch {
        let columns = [("ID", 1, 3), ("NAME", 4, 5), ("AGE", 9, 2), ("DEPT", 11, 3)].map(|(name, start, length)| {
            format!("<entry><columnName>{name}</columnName><start>{start}</start><length>{length}</length></entry>")
        });
        let properties = format!(
            r"<fixedFileColumnSpecs><entries>{}</entries></fixedFileColumnSpecs><recordLength>13</recordLength>
            <inputFileName>.\ASCII.txt</inputFileName><trimMode>both</trimMode>
            <fieldNamesIncluded>true</fieldNamesIncluded><breakCasebyNewline>false</breakCasebyNewline>
            <invalidCharacterMode>discard</invalidCharacterMode><skipHeaderLines>0</skipHeaderLines>
            <scanLineCount>50</scanLineCount><sampleLineCount>10</sampleLineCount>{properties}",
            columns.concat()
        );
        let mut sketch = Sketch::default();
        let source = sketch.node("FixedFileImportNode", "Fixed", &properties, "");
        let table = sketch.node("TableNode", "Table", "", "");
        sketch.link(source, table).score_with(table);
        sketch
    }

    const TEXT: &str = "001鈴木一郎　43DFG\r\n002山田太郎  8\r\n003MARY 43ABC\r\n";

    /// Evidence: case C23. Lengths count characters; missing fields of a short line are blank.
    #[tokio::test]
    async fn c23_columns_count_characters_whatever_the_encoding() {
        let expected = "ID,NAME,AGE,DEPT\n1,鈴木一郎,43,DFG\n2,山田太郎,8,\n3,MARY,43,ABC\n";
        let job = Job::new(&sketch("<fileEncoding>Shift_JIS</fileEncoding>"));
        std::fs::write(job.path("ASCII.txt"), encoding_rs::SHIFT_JIS.encode(TEXT).0).unwrap();
        assert_eq!(job.text().await, expected);
        let mut job = Job::new(&sketch("<fileEncoding>serverDefault</fileEncoding>"));
        std::fs::write(job.path("other.txt"), encoding_rs::SHIFT_JIS.encode(TEXT).0).unwrap();
        job.request.sources.push(SourceOverride {
            node: "Fixed".to_owned(),
            path: job.path("other.txt"),
            file_name: "other.txt".to_owned(),
            format: None,
            encoding: Some("shift_jis".to_owned()),
        });
        assert_eq!(job.text().await, expected);
    }

    /// The job's system encoding is that of the server.
    #[tokio::test]
    async fn the_server_s_default_is_the_job_s_system_encoding() {
        let mut job = Job::new(&sketch("<fileEncoding>serverDefault</fileEncoding>"));
        std::fs::write(job.path("ASCII.txt"), encoding_rs::SHIFT_JIS.encode(TEXT).0).unwrap();
        job.request.system_encoding = "windows-31j".to_owned();
        assert!(job.text().await.contains("1,鈴木一郎,43,DFG"));
    }

    /// Rests on case C23.
    #[tokio::test]
    async fn c23_a_storage_that_the_user_set_keeps_zeros() {
        let storages = "<fileEncoding>UTF-8</fileEncoding><textImportTable><rows><row><name>ID</name>\
            <override>true</override><storage>string</storage></row></rows></textImportTable>";
        let job = Job::new(&sketch(storages));
        std::fs::write(job.path("ASCII.txt"), TEXT).unwrap();
        assert!(job.text().await.contains("\n001,鈴木一郎"));
    }

    /// Evidence: case C23. The real files with and without line ends have the same records.
    #[tokio::test]
    async fn c23_files_with_and_without_line_ends_have_the_same_records() {
        let mut texts = Vec::new();
        for (name, lines) in [("ASCII.txt", true), ("ASCII改行なし.txt", false)] {
            let Some(file) = real_file(&format!("hkwd+spsssample/230711固定長ノード/{name}")) else {
                return;
            };
            let properties =
                format!("<fileEncoding>Shift_JIS</fileEncoding><lineOriented>{lines}</lineOriented>");
            let job = Job::new(&sketch(&properties));
            std::fs::copy(file, job.path("ASCII.txt")).unwrap();
            texts.push(job.text().await);
        }
        // One of the files has a name in small letters.
        assert_eq!(texts[0].to_uppercase(), texts[1].to_uppercase());
        assert_eq!(texts[0].lines().count(), 4);
    }

    #[tokio::test]
    async fn unsupported_settings_are_refused_by_property() {
        for (property, value) in [("realDecimalSymbol", "other"), ("fileEncoding", "klingon"), ("news", "1")]
        {
            let message = refusal(&sketch(&format!("<{property}>{value}</{property}>"))).await;
            assert!(message.contains(&format!("property {property} = \"{value}\"")), "{message}");
        }
    }
}
