//! Excel: reads a worksheet of a Microsoft Excel workbook. IBM: "Excel Source Node", `excelimportnode`.
//!
//! The reader detects `.xlsx` and `.xls` from the first bytes of the file, regardless of `excelFileType`.

use satsuma_engine::{Compile, Compiled, FileFormat, Inputs, NodeType, Reported, settings};
use satsuma_formats::excel::{BlankRows, CellPlace, ExcelReadOptions, SheetChoice, SheetRange};

use super::common::{Parts, SourceFile, base_name};
use super::records_source::{Reading, RecordsSource, given_format};
use super::replaced;

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "ExcelInputNode",
    extension: None,
    inputs: Inputs::None,
    settings: ExcelSettings::LIST,
    compile,
};

settings! {
    /// Settings of an Excel source node.
    pub struct ExcelSettings {
        /// The workbook.
        file: String = text("inputFileName", "full_filename"),
        /// Whether the data are a named range.
        use_named_range: bool = value("useNamedRange", "use_named_range", false),
        /// The named range.
        named_range: String = text("namedRange", "named_range"),
        /// `index` or `name`.
        sheet_mode: String = value("worksheetMode", "worksheet_mode", "index".to_owned()),
        /// The index of the worksheet, from 0.
        sheet_index: i64 = value("worksheetIndex", "worksheet_index", 0),
        /// The name of the worksheet.
        sheet_name: String = text("worksheetName", "worksheet_name"),
        /// `firstNonBlank` or `explicitRange`.
        range: String = value("dataRange", "data_range_mode", "firstNonBlank".to_owned()),
        /// The first cell of an explicit range.
        range_start: String = text("rangeStart", "explicit_range_start"),
        /// The last cell of an explicit range.
        range_end: String = text("rangeEnd", "explicit_range_end"),
        /// `stopReading` or `returnBlankRows`.
        blank_rows: String = value("blankRows", "blank_rows", "stopReading".to_owned()),
        /// Whether the first row has the field names.
        field_names: bool = value("fieldNamesIncluded", "read_field_names", true),
        /// The rows that determine columns and storages.
        scan_rows: i64 = value("scanLineCount", "scan_value_count", 200),
    }
    ignored: ["excelFileType", "filterTable", "publishTag", "typeTable"]
}

/// Most rows that are scanned: the number of rows of a sheet.
const MOST_SCANNED: i64 = 1 << 20;

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: ExcelSettings = compile.settings()?;
    let file = match compile.source_override() {
        None => SourceFile::Named(base_name(&settings.file).to_owned()),
        Some(given) if given_format(given) == Some(FileFormat::Excel) => {
            SourceFile::Given(given.path.clone())
        }
        Some(given) => return replaced::compile(compile, given),
    };
    let options = options(&settings, compile)?;
    let parts = compile.read(|node| Parts::read(node.element()))?;
    Ok(Compiled::source(RecordsSource::new(file, Reading::Excel(options), parts, compile)))
}

fn options(settings: &ExcelSettings, compile: &mut Compile<'_>) -> Result<ExcelReadOptions, Reported> {
    let sheet = match settings.sheet_mode.as_str() {
        "index" => usize::try_from(settings.sheet_index).map(SheetChoice::Index).map_err(|_| {
            compile.refuse_value("worksheetIndex", settings.sheet_index, "worksheets are counted from 0")
        })?,
        "name" => SheetChoice::Name(settings.sheet_name.clone()),
        other => return Err(compile.refuse_value("worksheetMode", other, "index and name are supported")),
    };
    let range = match settings.range.as_str() {
        _ if settings.use_named_range => SheetRange::Named(settings.named_range.clone()),
        "firstNonBlank" => SheetRange::FirstNonBlank,
        "explicitRange" => {
            let start = cell("rangeStart", &settings.range_start, compile)?;
            SheetRange::Explicit(start, cell("rangeEnd", &settings.range_end, compile)?)
        }
        other => {
            let message = "firstNonBlank and explicitRange are supported";
            return Err(compile.refuse_value("dataRange", other, message));
        }
    };
    let blank_rows = BlankRows::of_property(&settings.blank_rows).ok_or_else(|| {
        let message = "stopReading and returnBlankRows are supported";
        compile.refuse_value("blankRows", &settings.blank_rows, message)
    })?;
    let scan_rows = settings.scan_rows.clamp(1, MOST_SCANNED) as usize;
    Ok(ExcelReadOptions { sheet, range, blank_rows, field_names_included: settings.field_names, scan_rows })
}

/// A cell in the notation of users: `B7` or `R7C2`.
pub(crate) fn cell(
    property: &'static str,
    text: &str,
    compile: &mut Compile<'_>,
) -> Result<CellPlace, Reported> {
    let message = "it must be a cell such as A1";
    CellPlace::parse(text).ok_or_else(|| compile.refuse_value(property, text, message))
}

#[cfg(test)]
mod tests {
    use satsuma_engine::testing::Sketch;
    use satsuma_engine::{FileFormat, SourceOverride};

    use crate::sources::testing::{Job, refusal, stored_statistics, workbook};

    /// The properties are those of real streams.
    const PROPERTIES: &str = r"<inputFileName>C:\Users\me\data.xlsx</inputFileName><blankRows>stopReading</blankRows>
        <dataRange>firstNonBlank</dataRange><excelFileType>v2007</excelFileType>
        <fieldNamesIncluded>true</fieldNamesIncluded><namedRange></namedRange><publishTag></publishTag>
        <rangeEnd></rangeEnd><rangeStart></rangeStart><scanLineCount>200</scanLineCount>
        <useNamedRange>false</useNamedRange><worksheetIndex>0</worksheetIndex>
        <worksheetMode>index</worksheetMode><worksheetName></worksheetName>";

    fn sketch(properties: &str, fields: &str) -> Sketch {
        let mut sketch = Sketch::default();
        let children = format!("<importedFields>{fields}</importedFields>");
        let source = sketch.node("ExcelInputNode", "Excel", properties, &children);
        let table = sketch.node("TableNode", "Table", "", "");
        sketch.link(source, table).score_with(table);
        sketch
    }

    fn field(name: &str, storage: &str) -> String {
        format!(
            "<field><name>{name}</name><type><storage>{storage}</storage><measure>range</measure><values/></type></field>"
        )
    }

    #[tokio::test]
    async fn a_workbook_found_by_name_keeps_the_order_of_records() {
        for partitions in [1, 3] {
            let mut job = Job::new(&sketch(PROPERTIES, ""));
            job.request.limits.partitions = partitions;
            workbook(&job.path("data.xlsx"), 20_000);
            let outcome = job.run().await.unwrap();
            assert_eq!((outcome.rows_read, outcome.rows_written), (20_000, 20_000));
            let text = std::fs::read_to_string(&outcome.files[0].path).unwrap();
            let lines = text.lines().collect::<Vec<_>>();
            assert_eq!((lines[0], lines[1], lines[20_000]), ("N,T", "0.0,t0", "19999.0,t19999"));
        }
    }

    #[tokio::test]
    async fn fields_get_the_storages_of_the_stream() {
        let job = Job::new(&sketch(PROPERTIES, &(field("N", "integer") + &field("T", "string"))));
        workbook(&job.path("data.xlsx"), 2);
        let outcome = job.run().await.unwrap();
        assert_eq!(std::fs::read_to_string(&outcome.files[0].path).unwrap(), "N,T\n0,t0\n1,t1\n");
    }

    #[tokio::test]
    async fn the_job_replaces_the_data_in_any_format() {
        let given = |job: &Job, name: &str, format| SourceOverride {
            node: "Excel".to_owned(),
            path: job.path(name),
            file_name: name.to_owned(),
            format,
            encoding: None,
        };
        let mut job = Job::new(&sketch(PROPERTIES, ""));
        workbook(&job.path("other.bin"), 2);
        let other = given(&job, "other.bin", Some(FileFormat::Excel));
        job.request.sources.push(other);
        assert_eq!(job.text().await, "N,T\n0.0,t0\n1.0,t1\n");
        let mut job = Job::new(&sketch(PROPERTIES, ""));
        std::fs::write(job.path("other.csv"), "A,B\n1,x\n").unwrap();
        let other = given(&job, "other.csv", None);
        job.request.sources.push(other);
        assert_eq!(job.text().await, "A,B\n1,x\n");
        let mut job = Job::new(&sketch(PROPERTIES, ""));
        let other = given(&job, "other.parquet", None);
        job.request.sources.push(other);
        assert!(job.run().await.unwrap_err().to_string().contains("PARQUET"));
    }

    #[tokio::test]
    async fn a_delimited_source_reads_a_workbook_in_its_own_storages() {
        let mut sketch = Sketch::default();
        let source = sketch.var_file("in", "in.csv", &[("N", "integer"), ("T", "string")], "");
        let table = sketch.node("TableNode", "Table", "", "");
        sketch.link(source, table).score_with(table);
        let mut job = Job::new(&sketch);
        workbook(&job.path("in.xlsx"), 2);
        job.request.sources.push(SourceOverride {
            node: "in".to_owned(),
            path: job.path("in.xlsx"),
            file_name: "in.xlsx".to_owned(),
            format: Some(FileFormat::Excel),
            encoding: None,
        });
        assert_eq!(job.text().await, "N,T\n0,t0\n1,t1\n");
    }

    #[tokio::test]
    async fn unsupported_settings_are_refused_by_property() {
        for (property, value) in
            [("blankRows", "other"), ("dataRange", "other"), ("worksheetMode", "other"), ("news", "1")]
        {
            let message = refusal(&sketch(&format!("<{property}>{value}</{property}>"), "")).await;
            assert!(message.contains(&format!("property {property} = \"{value}\"")), "{message}");
        }
    }

    /// Evidence: statistics that Modeler stored in the real stream that reads the workbook.
    #[tokio::test]
    async fn a_real_workbook_has_the_statistics_that_modeler_stored() {
        let folder = "AbdelrahmanHamada404+breast-cancer-ibm-spss-modeler";
        let stream = format!("{folder}/project.str");
        stored_statistics("ExcelInputNode", &stream, &format!("{folder}/breast-cancer.xlsx"), 11).await;
    }
}
