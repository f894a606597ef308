//! Data Asset: reads a file of a project. IBM: "Data Asset Import node" of watsonx.ai, `dataassetimport`.
//!
//! Its settings are in a parameter file: the name of the asset, and JSON text with the layout of the file.
//! Assets of connections are tables of databases, which are not supported.

use satsuma_engine::{Compile, Compiled, FileFormat, Inputs, NodeType, Reported, SourceOverride, settings};
use satsuma_formats::excel::{ExcelReadOptions, SheetChoice};
use satsuma_formats::json::JsonFormat;
use satsuma_stream::nodes::CfParameters;
use serde_json::{Map, Value};

use super::common::{FileSource, Parts, SourceFile, base_name, known_fields, set_encoding, standard_dialect};
use super::records_source::{Reading, RecordsSource};
use super::replaced::{self, cached_fields};
use crate::fields::filter::Filter;
use crate::fields::types::Types;

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "CFImportNode",
    extension: Some("dataasset_import"),
    inputs: Inputs::None,
    settings: DataAssetSettings::LIST,
    compile,
};

settings! {
    /// Settings of a Data Asset node outside its parameter file: none.
    pub struct DataAssetSettings {}
    ignored: ["filterTable", "typeTable"]
}

/// Parameters without effect on the data: display names of the asset and of its project.
const NO_EFFECT: [&str; 3] = ["assetId", "connectionId", "connectionName"];

/// The layout of a file.
enum Layout {
    /// Delimited text.
    Text(FileFormat),
    /// Records of another format.
    Records(Reading),
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let DataAssetSettings {} = compile.settings()?;
    if let Some(given) = compile.source_override() {
        return replaced::compile(compile, given);
    }
    let parameters = parameters(compile)?;
    refuse_parameters(&parameters, compile)?;
    let name = base_name(parameters.text("assetName").unwrap_or_default()).to_owned();
    let mut user = user_settings(parameters.text("userSettings").unwrap_or_default(), compile)?;
    let file = SourceFile::Named(name.clone());
    let mut parts = compile.read(|node| Parts::read(node.element()))?;
    parts.fields = compile.read(|node| cached_fields(node.element()))?;
    let has_fields = !parts.fields.is_empty();
    let layout = layout(&name, &mut user, compile)?;
    let compiled = match layout {
        Layout::Records(reading) => Compiled::source(RecordsSource::new(file, reading, parts, compile)),
        Layout::Text(format) => {
            let mut dialect = standard_dialect(format, compile)?;
            dialect.header = take_flag(&mut user, "first_line_header", true, compile);
            if let Some(delimiter) = take_text(&mut user, "field_delimiter") {
                dialect.delimiters = delimiters(&delimiter, compile)?;
            }
            let encoding = take_text(&mut user, "encoding");
            let given = SourceOverride {
                node: compile.node_ref().label.clone(),
                path: name.clone().into(),
                file_name: name,
                format: Some(format),
                encoding: encoding.filter(|encoding| !encoding.is_empty()),
            };
            set_encoding(&mut dialect, &given, compile)?;
            Compiled::source(FileSource {
                file,
                dialect,
                known: known_fields(&parts.fields, compile.diagnostics()),
                filter: Filter::new(parts.filter, compile.diagnostics()),
                types: Types::new(&parts.types, compile.diagnostics())
                    .limited(compile.stream().properties.maximum_set_size),
            })
        }
    };
    for (setting, value) in user {
        // The parameters define the storages of the fields, or the file determines them.
        if setting == "infer_schema" && (has_fields || value == Value::Bool(true)) {
            continue;
        }
        compile.refuse_value(format!("userSettings/{setting}"), value, "the setting is not supported");
    }
    Ok(compiled)
}

/// The node's parameter file.
fn parameters(compile: &mut Compile<'_>) -> Result<CfParameters, Reported> {
    let file = compile.file();
    let entry = compile.node().element().attr("properties");
    let entry = entry.ok_or_else(|| compile.refuse("the node has no parameters; choose its asset again"))?;
    let read = file.entry(entry).and_then(|content| CfParameters::read(&content, file.limits()));
    compile.undamaged(read)
}

fn refuse_parameters(parameters: &CfParameters, compile: &mut Compile<'_>) -> Result<(), Reported> {
    let kind = parameters.text("assetType").unwrap_or("DataAsset");
    if kind != "DataAsset" {
        let message = "only files of a project are supported; add a file for this source to the job";
        return Err(compile.refuse_value("assetType", kind, message));
    }
    let path = parameters.text("connectionPath").unwrap_or_default();
    if !path.is_empty() {
        let message = "tables of connections are not supported; add a file for this source to the job";
        return Err(compile.refuse_value("connectionPath", path, message));
    }
    for (name, _) in parameters.iter() {
        let is_known = NO_EFFECT.contains(&name)
            || ["assetName", "assetType", "connectionPath", "userSettings"].contains(&name)
            || name.starts_with("pasw.annotation_");
        if !is_known {
            compile.refuse_value(name.to_owned(), "…", "the parameter is not known");
        }
    }
    Ok(())
}

/// The layout as JSON text: `{"interactionProperties": {"file_format": "csv", …}}`.
fn user_settings(text: &str, compile: &mut Compile<'_>) -> Result<Map<String, Value>, Reported> {
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    let Ok(Value::Object(mut settings)) = serde_json::from_str(text) else {
        return Err(compile.refuse_value("userSettings", "…", "it must be a JSON object"));
    };
    let inner = match settings.remove("interactionProperties") {
        Some(Value::Object(inner)) => inner,
        Some(other) => {
            let message = "it must be a JSON object";
            return Err(compile.refuse_value("userSettings/interactionProperties", other, message));
        }
        None => Map::new(),
    };
    for (setting, value) in settings {
        compile.refuse_value(format!("userSettings/{setting}"), value, "the setting is not known");
    }
    Ok(inner)
}

/// The layout of the asset, from the settings or the extension of its name.
fn layout(name: &str, user: &mut Map<String, Value>, compile: &mut Compile<'_>) -> Result<Layout, Reported> {
    // The part of a file to read, and the connector's method: `general` reads everything.
    match take_text(user, "read_mode") {
        None => {}
        Some(mode) if matches!(mode.as_str(), "general" | "single") => {}
        Some(mode) => {
            let message = "only general and single are supported";
            return Err(compile.refuse_value("userSettings/read_mode", mode, message));
        }
    }
    let named = take_text(user, "file_format");
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    let format = named.as_deref().unwrap_or(match extension.as_str() {
        "xls" | "xlsx" => "excel",
        "sav" | "zsav" => "sav",
        "json" => "json",
        "tab" | "tsv" => "tab",
        "parquet" => "parquet",
        _ => "csv",
    });
    Ok(match format {
        "csv" | "delimited" => Layout::Text(FileFormat::Csv),
        "tab" => Layout::Text(FileFormat::Tab),
        "excel" => {
            let mut options = ExcelReadOptions::default();
            if let Some(sheet) = take_text(user, "sheet_name") {
                options.sheet = SheetChoice::Name(sheet);
            }
            options.field_names_included = take_flag(user, "first_line_header", true, compile);
            Layout::Records(Reading::Excel(options))
        }
        "sav" => Layout::Records(Reading::Sav(Default::default())),
        "json" => Layout::Records(Reading::Json(JsonFormat::Records)),
        other => {
            let message = "csv, delimited, excel, json and sav are supported";
            return Err(compile.refuse_value("userSettings/file_format", other, message));
        }
    })
}

fn take_text(user: &mut Map<String, Value>, name: &str) -> Option<String> {
    let text = user.get(name)?.as_str()?.to_owned();
    user.remove(name);
    Some(text)
}

fn take_flag(user: &mut Map<String, Value>, name: &str, default: bool, compile: &mut Compile<'_>) -> bool {
    match user.remove(name) {
        None => default,
        Some(Value::Bool(flag)) => flag,
        Some(Value::String(flag)) if flag == "true" => true,
        Some(Value::String(flag)) if flag == "false" => false,
        Some(other) => {
            compile.refuse_value(format!("userSettings/{name}"), other, "it must be true or false");
            default
        }
    }
}

/// A delimiter by its name in the platform's connectors, or itself.
fn delimiters(name: &str, compile: &mut Compile<'_>) -> Result<Vec<u8>, Reported> {
    let delimiter = match name {
        "comma" | "," => b',',
        "tab" | "\t" => b'\t',
        "semicolon" | ";" => b';',
        "colon" | ":" => b':',
        "pipe" | "|" => b'|',
        other => {
            let message = "comma, tab, semicolon, colon and pipe are supported";
            return Err(compile.refuse_value("userSettings/field_delimiter", other, message));
        }
    };
    Ok(vec![delimiter])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use satsuma_engine::SourceOverride;
    use satsuma_engine::testing::Sketch;
    use satsuma_stream::{StreamFile, write_archive};

    use crate::sources::testing::{Job, real_file, records, workbook};

    /// A job of a stream with a Data Asset node that has these parameters.
    fn job(parameters: &[(&str, &str)]) -> Job {
        let mut sketch = Sketch::default();
        let source = sketch.node("CFImportNode", "Asset", "", "");
        let table = sketch.node("TableNode", "Table", "", "");
        sketch.link(source, table).score_with(table);
        let mut job = Job::new(&sketch);
        let main = String::from_utf8(sketch.file().document().to_xml().unwrap()).unwrap();
        let extension = r#"extensionID="spss.dataasset" extensionObjectID="dataasset_import" properties="data/0001.dat" class="com.spss.clementine.component.node.CFImportNode""#;
        let main = main.replace(r#"class="com.spss.clementine.component.node.CFImportNode""#, extension);
        let parameters = parameters.iter().map(|(name, value)| {
            format!(r#"<Parameter name="{name}" value="{}"/>"#, value.replace('"', "&quot;"))
        });
        let parameters = format!("<Parameters>{}</Parameters>", parameters.collect::<String>());
        let entries = [("sketch.xml", main.as_bytes()), ("data/0001.dat", parameters.as_bytes())];
        job.request.stream = Arc::new(StreamFile::open(write_archive(entries).unwrap()).unwrap());
        job
    }

    /// The parameters are those of real streams.
    #[tokio::test]
    async fn a_file_of_a_project_is_found_by_its_name() {
        let job = job(&[
            ("assetName", "data.csv"),
            ("assetType", "DataAsset"),
            ("assetId", "bc087bce"),
            ("connectionId", ""),
            ("connectionPath", ""),
            ("connectionName", "My Project"),
            ("userSettings", ""),
            ("pasw.annotation_label", "data.csv"),
        ]);
        std::fs::write(job.path("data.csv"), "A,B\n1,x\n").unwrap();
        assert_eq!(job.text().await, "A,B\n1,x\n");
    }

    #[tokio::test]
    async fn the_layout_is_that_of_the_settings() {
        let layout = r#"{"interactionProperties":{"file_format":"csv","encoding":"windows-1252","field_delimiter":"semicolon","first_line_header":"true","infer_schema":true}}"#;
        let text = job(&[("assetName", "data.txt"), ("userSettings", layout)]);
        std::fs::write(text.path("data.txt"), b"A;B\n1;\xE4\n").unwrap();
        assert_eq!(text.text().await, "A,B\n1,\u{E4}\n");
        let book = job(&[("assetName", "data.xlsx"), ("userSettings", "")]);
        workbook(&book.path("data.xlsx"), 1);
        assert_eq!(book.text().await, "N,T\n0.0,t0\n");
        let json = job(&[("assetName", "data.json")]);
        std::fs::write(json.path("data.json"), r#"[{"A":1,"B":"x"}]"#).unwrap();
        assert_eq!(json.text().await, "A,B\n1,x\n");
    }

    /// Evidence: a real stream with stored storages of its fields.
    #[tokio::test]
    async fn a_real_stream_reads_the_jobs_file_in_its_storages() {
        let Some(stream) = real_file("pmservice/spss/car-price-prediction/model/car-price-prediction.str")
        else {
            return;
        };
        let real = StreamFile::open(std::fs::read(stream).unwrap()).unwrap();
        let nodes = real.stream().diagram.all_nodes();
        let asset = nodes.into_iter().find(|node| node.node_type.class() == "CFImportNode").unwrap();
        let fields = asset.element().child("cachedDataModel").unwrap().to_xml().unwrap();
        let fields = String::from_utf8(fields).unwrap();
        let fields = &fields[fields.find("<cachedDataModel").unwrap()..];
        let mut sketch = Sketch::default();
        let source = sketch.node("CFImportNode", "Asset", "", fields);
        let table = sketch.node("TableNode", "Table", "", "");
        sketch.link(source, table).score_with(table);
        let mut job = Job::new(&sketch);
        std::fs::write(job.path("cars.csv"), "symboling,make\n3,7\n").unwrap();
        job.request.sources.push(SourceOverride {
            node: "Asset".to_owned(),
            path: job.path("cars.csv"),
            file_name: "cars.csv".to_owned(),
            format: None,
            encoding: None,
        });
        job.request.format = satsuma_engine::FileFormat::Sav;
        let outcome = job.run().await.unwrap();
        // The stored storage of the maker is text, although the file looks like numbers.
        assert_eq!(records(&outcome.files[0]).0, ["symboling real", "make string"]);
    }

    #[tokio::test]
    async fn unsupported_settings_are_refused_by_parameter() {
        for (parameter, value, message) in [
            ("assetType", "Connection", "property assetType = \"Connection\""),
            ("connectionPath", "/DATA/MORTGAGE", "property connectionPath"),
            ("news", "1", "property news"),
            ("userSettings", "[]", "property userSettings"),
            ("userSettings", r#"{"interactionProperties":{"file_format":"avro"}}"#, "file_format = \"avro\""),
            ("userSettings", r#"{"interactionProperties":{"news":1}}"#, "userSettings/news = \"1\""),
        ] {
            let error = job(&[("assetName", "data.csv"), (parameter, value)]).run().await.unwrap_err();
            assert!(error.to_string().contains(message), "{error}");
        }
    }
}
