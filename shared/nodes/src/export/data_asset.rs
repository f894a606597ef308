//! Data Asset Export: writes a file of a project. IBM: "Data Asset Export node" of watsonx.ai, `dataassetexport`.
//!
//! A parameter file contains the settings, as for the import node: the asset name, and the file layout as JSON. Assets of
//! connections are database tables, which are not supported.

use satsuma_engine::{Compile, Compiled, FileFormat, Inputs, NodeType, Reported, settings};
use serde_json::Value;

use super::format_file;
use crate::sources::common::base_name;
use crate::sources::data_asset::{parameters, refuse_parameters, take_text, user_settings};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "CFExportNode",
    extension: Some("dataasset_export"),
    inputs: Inputs::One,
    settings: DataAssetExportSettings::LIST,
    compile,
};

settings! {
    /// Settings of a Data Asset Export node outside its parameter file: none.
    pub struct DataAssetExportSettings {}
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let DataAssetExportSettings {} = compile.settings()?;
    let parameters = parameters(compile)?;
    refuse_parameters(&parameters, compile)?;
    let name = base_name(parameters.text("assetName").unwrap_or_default()).to_owned();
    let name = if name.is_empty() { compile.node_ref().label.clone() } else { name };
    let mut user = user_settings(parameters.text("userSettings").unwrap_or_default(), compile)?;
    let format = match take_text(&mut user, "file_format").as_deref() {
        None => FileFormat::of_name(&name).unwrap_or(FileFormat::Csv),
        Some("csv" | "delimited") => FileFormat::Csv,
        Some("tab") => FileFormat::Tab,
        Some("excel") => FileFormat::Excel,
        Some("sav") => FileFormat::Sav,
        Some(other) => {
            let message = "csv, delimited, tab, excel and sav are supported";
            return Err(compile.refuse_value("userSettings/file_format", other, message));
        }
    };
    for (setting, value) in user {
        let is_default = match (setting.as_str(), &value) {
            ("first_line_header", Value::Bool(true)) => true,
            ("first_line_header", Value::String(text)) => text == "true",
            ("field_delimiter", Value::String(text)) => text == "comma" && format == FileFormat::Csv,
            ("encoding", Value::String(text)) => text.eq_ignore_ascii_case("utf-8"),
            _ => false,
        };
        if !is_default {
            compile.refuse_value(format!("userSettings/{setting}"), value, "the setting is not supported");
        }
    }
    format_file::terminal(format, &name, compile)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use satsuma_engine::testing::Sketch;
    use satsuma_stream::{StreamFile, write_archive};

    use crate::sources::testing::Job;

    /// A job of a stream with a Data Asset Export node that has these parameters.
    fn job(parameters: &[(&str, &str)]) -> Job {
        let mut sketch = Sketch::default();
        let values = "<field><name>N</name><storage>integer</storage><values>1 2</values></field>";
        let input =
            format!("<dataMode>order</dataMode><userFieldTable><fields>{values}</fields></userFieldTable>");
        let source = sketch.node("UserInputNode", "Input", &input, "");
        let export = sketch.node("CFExportNode", "Asset", "", "");
        sketch.link(source, export).score_with(export);
        let mut job = Job::new(&sketch);
        let main = String::from_utf8(sketch.file().document().to_xml().unwrap()).unwrap();
        let class = r#"class="com.spss.clementine.component.node.CFExportNode""#;
        let extension =
            r#"extensionID="spss.dataasset" extensionObjectID="dataasset_export" properties="data/0001.dat""#;
        let main = main.replace(class, &format!("{extension} {class}"));
        let parameters = parameters.iter().map(|(name, value)| {
            format!(r#"<Parameter name="{name}" value="{}"/>"#, value.replace('"', "&quot;"))
        });
        let parameters = format!("<Parameters>{}</Parameters>", parameters.collect::<String>());
        let entries = [("sketch.xml", main.as_bytes()), ("data/0001.dat", parameters.as_bytes())];
        job.request.stream = Arc::new(StreamFile::open(write_archive(entries).unwrap()).unwrap());
        job
    }

    /// The parameters are those of real import nodes.
    #[tokio::test]
    async fn the_file_has_the_name_of_the_asset() {
        let layout = r#"{"interactionProperties":{"file_format":"csv","first_line_header":true}}"#;
        let job = job(&[("assetName", "out.csv"), ("assetType", "DataAsset"), ("userSettings", layout)]);
        let outcome = job.run().await.unwrap();
        assert_eq!(outcome.files[0].name, "out.csv");
        assert_eq!(std::fs::read_to_string(&outcome.files[0].path).unwrap(), "N\n1\n2\n");
    }

    #[tokio::test]
    async fn what_is_not_supported_is_refused_by_parameter() {
        for (parameter, value, message) in [
            ("assetType", "Connection", "property assetType = \"Connection\""),
            ("news", "1", "property news"),
            ("userSettings", r#"{"interactionProperties":{"file_format":"avro"}}"#, "file_format = \"avro\""),
            ("userSettings", r#"{"interactionProperties":{"news":1}}"#, "userSettings/news = \"1\""),
        ] {
            let error = job(&[("assetName", "out.csv"), (parameter, value)]).run().await.unwrap_err();
            assert!(error.to_string().contains(message), "{error}");
        }
    }
}
