//! Statistics File: reads SPSS Statistics data. IBM: "Statistics File Node", `statisticsimportnode`.

use satsuma_engine::{Compile, Compiled, FileFormat, Inputs, NodeType, Reported, settings};
use satsuma_formats::sav::{ReadNames, ReadValues, SavReadOptions};

use super::common::{Parts, SourceFile, base_name};
use super::records_source::{Reading, RecordsSource, given_format};
use super::replaced;

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "SPSSInputNode",
    extension: None,
    inputs: Inputs::None,
    settings: StatisticsSettings::LIST,
    compile,
};

settings! {
    /// Settings of a Statistics File node.
    pub struct StatisticsSettings {
        /// The file.
        file: String = text("inputFileName", "full_filename"),
        /// Whether a password protects the file.
        is_encrypted: bool = value("fileIsPasswordEncrypted", "use_password", false),
        /// `namesAndLabels` or `labelsAsNames`.
        names: String = value("readVariableNames", "import_names", "namesAndLabels".to_owned()),
        /// `dataAndLabels` or `labelsAsData`.
        values: String = value("readValues", "import_data", "dataAndLabels".to_owned()),
        /// Whether formats determine storage.
        formats: bool = value("useFieldFormatForStorage", "use_field_format_for_storage", false),
    }
    // The password has no effect without encryption.
    ignored: ["filterTable", "password", "publishTag", "typeTable"]
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: StatisticsSettings = compile.settings()?;
    let file = match compile.source_override() {
        None => SourceFile::Named(base_name(&settings.file).to_owned()),
        Some(given) if given_format(given) == Some(FileFormat::Sav) => SourceFile::Given(given.path.clone()),
        Some(given) => return replaced::compile(compile, given),
    };
    let message = "encrypted files are not supported; save the file without a password";
    compile.diagnostics().unless(!settings.is_encrypted, "fileIsPasswordEncrypted", true, message);
    let options = SavReadOptions {
        names: ReadNames::of_property(&settings.names).ok_or_else(|| {
            let message = "namesAndLabels and labelsAsNames are supported";
            compile.refuse_value("readVariableNames", &settings.names, message)
        })?,
        values: ReadValues::of_property(&settings.values).ok_or_else(|| {
            let message = "dataAndLabels and labelsAsData are supported";
            compile.refuse_value("readValues", &settings.values, message)
        })?,
        use_field_format_for_storage: settings.formats,
    };
    let parts = compile.read(|node| Parts::read(node.element()))?;
    Ok(Compiled::source(RecordsSource::new(file, Reading::Sav(options), parts, compile)))
}

#[cfg(test)]
mod tests {
    use satsuma_engine::testing::Sketch;

    use crate::sources::testing::{Job, real_file, refusal, stored_statistics};

    fn sketch(properties: &str) -> Sketch {
        let mut sketch = Sketch::default();
        let source = sketch.node("SPSSInputNode", "Statistics", properties, "");
        let table = sketch.node("TableNode", "Table", "", "");
        sketch.link(source, table).score_with(table);
        sketch
    }

    /// Evidence: a real file; the properties are those of the stream that reads it.
    #[tokio::test]
    async fn a_real_file_is_found_by_its_name() {
        let Some(file) = real_file("NinelieAimer/goodRelation/某日顾客商品购买明细.sav") else {
            return;
        };
        let properties = r"<inputFileName>C:\Users\某日顾客商品购买明细.sav</inputFileName><password></password>
            <fileIsPasswordEncrypted>false</fileIsPasswordEncrypted><publishTag></publishTag>
            <readValues>dataAndLabels</readValues><readVariableNames>namesAndLabels</readVariableNames>
            <useFieldFormatForStorage>false</useFieldFormatForStorage>";
        let job = Job::new(&sketch(properties));
        std::fs::copy(file, job.path("某日顾客商品购买明细.sav")).unwrap();
        let text = job.text().await;
        assert_eq!(text.lines().next(), Some("会员ID,商品,数量,单价,小计"));
        assert!(text.lines().count() > 10);
    }

    /// Evidence: statistics that Modeler stored in the real stream that reads the file.
    #[tokio::test]
    async fn a_real_file_has_the_statistics_that_modeler_stored() {
        let folder = "hkwd+spsssample/240424nonlinear";
        let Some(stream) = real_file(folder).and_then(|folder| {
            let entries = std::fs::read_dir(folder).unwrap().flatten();
            let mut names = entries.map(|entry| entry.file_name().into_string().unwrap());
            names.find(|name| name.ends_with(".str"))
        }) else {
            return;
        };
        stored_statistics("SPSSInputNode", &format!("{folder}/{stream}"), &format!("{folder}/4d.sav"), 1)
            .await;
    }

    #[tokio::test]
    async fn unsupported_settings_are_refused_by_property() {
        for (property, value) in
            [("fileIsPasswordEncrypted", "true"), ("readValues", "other"), ("readVariableNames", "other")]
        {
            let message = refusal(&sketch(&format!("<{property}>{value}</{property}>"))).await;
            assert!(message.contains(&format!("property {property} = \"{value}\"")), "{message}");
        }
    }
}
