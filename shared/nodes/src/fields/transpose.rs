//! Transpose: converts fields to records, and records to fields. IBM: "Transpose Node", `transposenode`.
//!
//! - *Both fields and records* (`normal`): one record per field. The first field contains the name of the field, the
//!   others contain its value in the first, second, … record.
//! - *Fields to records* (`vartocase`): one record per field and record. `variable` contains the name of the field and
//!   `value` its value. All records of the first field precede those of the second. A real stream sorts by
//!   `variable`; names and order are those of the function `melt` of pandas.
//! - *Records to fields* (`casetovar`) is refused: IBM does not document the names of the fields.

pub(crate) mod melt;
pub(crate) mod swap;

use satsuma_engine::{Compile, Compiled, Inputs, NodeType, Reported, settings};
use satsuma_stream::text_enum;

use self::melt::Melt;
use self::swap::{Choice, Swap};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "TransposeNode",
    extension: None,
    inputs: Inputs::One,
    settings: TransposeSettings::LIST,
    compile,
};

text_enum! {
    /// The direction of the conversion.
    Method {
        /// Fields become records, and records fields.
        Both = "normal",
        /// Fields become records.
        FieldsToRecords = "vartocase",
        /// Records become fields.
        RecordsToFields = "casetovar",
    }
}

text_enum! {
    /// The source of the names of new fields.
    Names {
        /// A prefix and a number.
        Prefix = "use_prefix",
    }
}

text_enum! {
    /// Which fields are transposed.
    Kind {
        /// All continuous fields of numbers.
        Numeric = "numeric",
        /// All fields of text.
        Text = "string",
        /// Those of a list.
        Custom = "custom",
    }
}

settings! {
    /// Settings of a Transpose node.
    pub struct TransposeSettings {
        /// The direction of the conversion.
        method: Method = value("transposeMethod", "transpose_method", Method::Both),
        /// The source of the names of new fields.
        names: Names = value("transposeFieldNamesMode", "transposed_names", Names::Prefix),
        /// The prefix of their names.
        prefix: String = value("transposeFieldNamePrefix", "prefix", "Field".to_owned()),
        /// The number of new fields.
        new_fields: u64 = value("transposeNumberOfNewFields", "num_new_fields", 100),
        /// Which fields are transposed.
        kind: Kind = value("transposeStorageTypeMode", "transpose_type", Kind::Numeric),
        /// The fields to transpose, for *custom*.
        chosen: Vec<String> = fields("transposeCustomFieldList", "transpose_fields"),
        /// The new field with the names of the transposed fields.
        id_name: String = value("transposeRowIdFieldName", "id_field_name", "ID".to_owned()),
        /// The fields that every new record retains.
        ids: Vec<String> = fields("transposeVarToCaseIdFieldList", "transpose_vartocase_idfields"),
        /// The fields that become records.
        values: Vec<String> = fields("transposeVarToCaseValFieldList", "transpose_vartocase_valfields"),
    }
    // Settings of two options that are refused: names from a field, and records to fields.
    ignored: [
        "tranposeCaseToVarIdFieldList",
        "transposeCaseToVarAggregateFunction",
        "transposeCaseToVarColumnFieldList",
        "transposeCaseToVarValueFieldList",
        "transposeMaxNumberOfFields",
        "transposeNewFieldNamesList",
        "transposePYScript",
        "transposeReadFromField",
    ]
}

/// New fields at most; the data model of any real stream has fewer.
const MOST_FIELDS: u64 = 16_384;

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: TransposeSettings = compile.settings()?;
    match settings.method {
        Method::FieldsToRecords if settings.values.is_empty() => {
            let message = "the node has no fields to transpose";
            Err(compile.refuse_value("transposeVarToCaseValFieldList", "", message))
        }
        Method::FieldsToRecords => Ok(Compiled::process(Melt { ids: settings.ids, values: settings.values })),
        Method::Both => both(settings, compile),
        other => {
            let message = "normal and vartocase are supported; IBM does not document the field names of the other \
                           methods";
            Err(compile.refuse_value("transposeMethod", other, message))
        }
    }
}

fn both(settings: TransposeSettings, compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    if settings.names != Names::Prefix {
        let message = "use_prefix is supported";
        return Err(compile.refuse_value("transposeFieldNamesMode", settings.names, message));
    }
    if !(1..=MOST_FIELDS).contains(&settings.new_fields) {
        let message = format!("there must be 1 to {MOST_FIELDS} new fields");
        return Err(compile.refuse_value("transposeNumberOfNewFields", settings.new_fields, message));
    }
    let choice = match settings.kind {
        Kind::Numeric => Choice::Numeric,
        Kind::Text => Choice::Text,
        Kind::Custom => Choice::Fields(settings.chosen),
        other => {
            let message = "numeric, string and custom are supported";
            return Err(compile.refuse_value("transposeStorageTypeMode", other, message));
        }
    };
    let names = (1..=settings.new_fields).map(|number| format!("{}{number}", settings.prefix)).collect();
    Ok(Compiled::process(Swap { id: settings.id_name, names, choice }))
}

/// They rest on IBM's documentation of the node, and on the fields that a real stream reads behind one.
#[cfg(test)]
mod tests {
    use crate::testing_fields::{chain, refusal};

    const FIELDS: [(&str, &str); 4] = [("id", "string"), ("a", "integer"), ("b", "real"), ("t", "string")];
    const DATA: &str = "id,a,b,t\nx,1,1.5,u\ny,,2.5,v\nz,3,,\n";

    fn list(property: &str, fields: &[&str]) -> String {
        let fields = fields.iter().map(|field| format!("<field>{field}</field>")).collect::<String>();
        format!("<{property}>{fields}</{property}>")
    }

    fn melt(ids: &[&str], values: &[&str]) -> String {
        let ids = list("transposeVarToCaseIdFieldList", ids);
        let values = list("transposeVarToCaseValFieldList", values);
        format!("<transposeMethod>vartocase</transposeMethod>{ids}{values}")
    }

    #[tokio::test]
    async fn fields_become_records_field_by_field() {
        let lines = chain(&[("TransposeNode", &melt(&["id"], &["a", "b"]), "")], &FIELDS, DATA).await;
        assert_eq!(
            lines,
            ["id,variable,value", "x,a,1.0", "y,a,$null$", "z,a,3.0", "x,b,1.5", "y,b,2.5", "z,b,$null$",]
        );
        let lines = chain(&[("TransposeNode", &melt(&["id", "a"], &["a"]), "")], &FIELDS, DATA).await;
        assert_eq!(lines, ["id,a,variable,value", "x,1,a,1", "y,$null$,a,$null$", "z,3,a,3"]);
    }

    #[tokio::test]
    async fn many_records_keep_their_order_for_each_field() {
        let data = (0..20_000).map(|row| format!("{row},{row},0.5,\n")).collect::<String>();
        let data = format!("id,a,b,t\n{data}");
        let lines = chain(&[("TransposeNode", &melt(&["id"], &["a", "b"]), "")], &FIELDS, &data).await;
        assert_eq!(lines.len(), 40_001);
        assert_eq!(
            [lines[1].as_str(), &lines[20_000], &lines[20_001]],
            ["0,a,0.0", "19999,a,19999.0", "0,b,0.5"]
        );
    }

    #[tokio::test]
    async fn fields_of_text_and_numbers_do_not_mix() {
        let message = refusal(&[("TransposeNode", &melt(&["id"], &["a", "t"]), "")], &FIELDS, DATA).await;
        assert!(message.contains("integer and string"), "{message}");
    }

    #[tokio::test]
    async fn records_become_fields_and_fields_records() {
        let node = "<transposeNumberOfNewFields>4</transposeNumberOfNewFields>\
            <transposeFieldNamePrefix>F</transposeFieldNamePrefix><transposeRowIdFieldName>name</transposeRowIdFieldName>";
        let lines = chain(&[("TransposeNode", node, "")], &FIELDS, DATA).await;
        assert_eq!(lines, ["name,F1,F2,F3,F4", "a,1.0,$null$,3.0,$null$", "b,1.5,2.5,$null$,$null$"]);
        let text = format!("{node}<transposeStorageTypeMode>string</transposeStorageTypeMode>");
        let lines = chain(&[("TransposeNode", &text, "")], &FIELDS, DATA).await;
        assert_eq!(lines, ["name,F1,F2,F3,F4", "id,x,y,z,$null$", "t,u,v,,$null$"]);
    }

    #[tokio::test]
    async fn records_beyond_the_new_fields_are_dropped() {
        let chosen = list("transposeCustomFieldList", &["a"]);
        let node = format!(
            "<transposeNumberOfNewFields>2</transposeNumberOfNewFields>\
            <transposeStorageTypeMode>custom</transposeStorageTypeMode>{chosen}"
        );
        let lines = chain(&[("TransposeNode", &node, "")], &FIELDS, DATA).await;
        assert_eq!(lines, ["ID,Field1,Field2", "a,1,$null$"]);
    }
}
