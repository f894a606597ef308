//! Excel: writes a worksheet of a new workbook. IBM: "Excel Export Node", `excelexportnode`.

use satsuma_engine::{Compile, Compiled, Inputs, NodeType, Reported, settings};
use satsuma_formats::excel::ExcelWriteOptions;

use super::format_file::{FormatFile, Writing};
use crate::sources::common::base_name;
use crate::sources::excel::cell;

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "ExcelNode",
    extension: None,
    inputs: Inputs::One,
    settings: ExcelExportSettings::LIST,
    compile,
};

settings! {
    /// Settings of an Excel export node.
    pub struct ExcelExportSettings {
        /// The workbook.
        file: String = text("excelFilePath", "full_filename"),
        /// `v2007` or `v97-2003`.
        file_type: String = value("excelFileType", "excel_file_type", "v2007".to_owned()),
        /// `create` or `append`.
        export: String = value("excelExportType", "export_mode", "create".to_owned()),
        /// The name of the worksheet.
        sheet_name: String = value("worksheetName", "worksheet_name", "Sheet1".to_owned()),
        /// The first cell.
        start: String = value("rangeStart", "start_cell", "A1".to_owned()),
        /// Whether field names are above the records.
        field_names: bool = value("includeFieldNames", "inc_field_names", true),
        /// The action of running the node.
        execution: String = value("executionMode", "", "export_data".to_owned()),
    }
    // Selection of a worksheet to append to; actions besides the file; publishing.
    ignored: [
        "autoGenerateImportNode", "includeCellNotes", "launchApplication", "outputFileName", "publishMetadata",
        "publishParameters", "publishTag", "publishUseParameters", "worksheetIndex", "worksheetMode"
    ]
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: ExcelExportSettings = compile.settings()?;
    let diagnostics = compile.diagnostics();
    let (mode, export, version) = (&settings.execution, &settings.export, &settings.file_type);
    diagnostics.unless(mode == "export_data", "executionMode", mode, "only export_data is supported");
    let message = "every result is a new file; append to it after downloading";
    diagnostics.unless(export == "create", "excelExportType", export, message);
    let message = "workbooks are written as .xlsx; choose Excel 2007";
    diagnostics.unless(version == "v2007", "excelFileType", version, message);
    let options = ExcelWriteOptions {
        sheet_name: settings.sheet_name.clone(),
        include_field_names: settings.field_names,
        start: cell("rangeStart", &settings.start, compile)?,
    };
    let file = FormatFile::new(base_name(&settings.file), Writing::Excel(options), compile)?;
    Ok(Compiled::terminal(file))
}

#[cfg(test)]
mod tests {
    use satsuma_engine::testing::Sketch;

    use crate::sources::testing::{Job, records, refusal};

    fn sketch(properties: &str) -> Sketch {
        let values = "<field><name>N</name><storage>real</storage><values>1.5 2</values></field>";
        let input =
            format!("<dataMode>order</dataMode><userFieldTable><fields>{values}</fields></userFieldTable>");
        let mut sketch = Sketch::default();
        let source = sketch.node("UserInputNode", "Input", &input, "");
        let export = sketch.node("ExcelNode", "Excel", properties, "");
        sketch.link(source, export).score_with(export);
        sketch
    }

    /// The properties are those of real streams.
    #[tokio::test]
    async fn records_are_written_to_a_worksheet() {
        let properties = r"<excelFilePath>C:\out\Output.xlsx</excelFilePath><excelExportType>create</excelExportType>
            <excelFileType>v2007</excelFileType><executionMode>export_data</executionMode>
            <includeCellNotes>true</includeCellNotes><includeFieldNames>true</includeFieldNames>
            <launchApplication>false</launchApplication><outputFileName>publish</outputFileName>
            <publishMetadata>false</publishMetadata><publishParameters></publishParameters>
            <publishTag></publishTag><publishUseParameters>false</publishUseParameters>
            <autoGenerateImportNode>false</autoGenerateImportNode><rangeStart>B2</rangeStart>
            <worksheetIndex>0</worksheetIndex><worksheetMode>index</worksheetMode><worksheetName>Data</worksheetName>";
        let job = Job::new(&sketch(properties));
        let outcome = job.run().await.unwrap();
        assert_eq!(outcome.files[0].name, "Output.xlsx");
        let (fields, rows) = records(&outcome.files[0]);
        assert_eq!(
            (fields, rows),
            (vec!["N real".to_owned()], vec![vec!["1.5".to_owned()], vec!["2".to_owned()]])
        );
    }

    #[tokio::test]
    async fn unsupported_settings_are_refused_by_property() {
        for (property, value) in [
            ("excelExportType", "append"),
            ("excelFileType", "v97-2003"),
            ("rangeStart", "7"),
            ("other", "1"),
        ] {
            let message = refusal(&sketch(&format!("<{property}>{value}</{property}>"))).await;
            assert!(message.contains(&format!("property {property} = \"{value}\"")), "{message}");
        }
    }
}
