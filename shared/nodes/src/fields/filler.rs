//! Filler: replaces values of fields. IBM: "Filler node", `fillernode`.
//!
//! `@FIELD` means each of the fields. A field gets the storage that can represent both its values and the
//! replacement: `to_string(…)` for all records makes it a string, a real number for some integers makes it
//! real. A replacement without such a storage is an error. The values of a replaced field are unknown
//! afterwards.

use async_trait::async_trait;
use satsuma_clem::Program;
use satsuma_columns::{DataModel, Field, Values};
use satsuma_engine::{
    Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Process, Reported, Table, one, require, settings,
};
use satsuma_stream::text_enum;

use crate::clem::{self, Clem};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "FillerNode",
    extension: None,
    inputs: Inputs::One,
    settings: FillerSettings::LIST,
    compile,
};

text_enum! {
    /// The values to replace.
    Replace {
        /// All.
        Always = "always",
        /// Blanks, as declared by a Type node.
        Blanks = "blanks",
        /// Nulls.
        Nulls = "nulls",
        /// Both.
        BlanksAndNulls = "blanksAndNulls",
        /// Those of records that satisfy a condition.
        Conditional = "conditional",
    }
}

settings! {
    /// Settings of a Filler node.
    pub struct FillerSettings {
        /// The fields.
        fields: Vec<String> = fields("fillerSelectedFields", "fields"),
        /// The values to replace.
        mode: Replace = value("fillerReplaceMode", "replace_mode", Replace::Conditional),
        /// The condition, only for conditional replacement.
        condition: String = value("fillerCondition", "condition", "@BLANK(@FIELD)".to_owned()),
        /// The replacement.
        replacement: String = text("fillerReplaceExpression", "replace_with"),
    }
}

struct Filler {
    fields: Vec<String>,
    /// The user's expressions, for positions in messages.
    parts: Vec<Clem>,
    whole: Clem,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: FillerSettings = compile.settings()?;
    let replacement = Clem::parse(&settings.replacement, "fillerReplaceExpression", compile)?;
    let mut parts = vec![replacement];
    let condition = match settings.mode {
        Replace::Always => None,
        Replace::Blanks => Some("@BLANK(@FIELD)"),
        Replace::Nulls => Some("@NULL(@FIELD)"),
        Replace::BlanksAndNulls => Some("@BLANK(@FIELD) or @NULL(@FIELD)"),
        Replace::Conditional => {
            parts.push(Clem::parse(&settings.condition, "fillerCondition", compile)?);
            Some(settings.condition.as_str())
        }
        ref other => {
            return Err(compile.refuse_value("fillerReplaceMode", other, "the replacement mode is unknown"));
        }
    };
    // The line breaks end comments of the user.
    let whole = match condition {
        None => settings.replacement.clone(),
        Some(condition) => {
            format!("if ({condition}\n) then ({}\n) else @FIELD endif", settings.replacement)
        }
    };
    let whole = Clem::parse(&whole, "fillerReplaceExpression", compile)?;
    Ok(Compiled::process(Filler { fields: settings.fields, parts, whole }))
}

impl Filler {
    /// The fields after replacement, and their programs.
    fn check(&self, input: &DataModel, run: Option<&NodeRun>) -> Result<Vec<(Program, Field)>, NodeError> {
        let checked = self.fields.iter().map(|name| {
            let field = require(input, name)?;
            for part in &self.parts {
                part.check_for(input, Some(name), run)?;
            }
            let program = self.whole.check_for(input, Some(name), run)?;
            let filled = filled(field, &program);
            Ok((program, filled))
        });
        checked.collect()
    }
}

/// The field with its new values.
fn filled(field: &Field, program: &Program) -> Field {
    match program.storage() {
        Some(storage) if storage != field.storage => {
            let new =
                Field::new(&field.name, storage).measured(program.measure()).used_as(field.role.clone());
            Field { label: field.label.clone(), ..new }
        }
        _ => field.clone().valued(Values::Unread),
    }
}

#[async_trait]
impl Process for Filler {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let input = one(inputs)?;
        let mut fields = input.fields().to_vec();
        for (_, filled) in self.check(input, None)? {
            if let Some(field) = input.position(&filled.name).and_then(|at| fields.get_mut(at)) {
                *field = filled;
            }
        }
        Ok(DataModel::new(fields)?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        let filled = self.check(input.model(), Some(run))?;
        if filled.is_empty() { Ok(input) } else { clem::derive(input, filled, run) }
    }
}

/// Evidence: IBM's documentation of the node, and case C2.
#[cfg(test)]
mod tests {
    use crate::testing_fields::{chain, last_column, refusal};

    fn filler(mode: &str, fields: &[&str], condition: &str, with: &str) -> String {
        let fields = fields.iter().map(|field| format!("<field>{field}</field>")).collect::<String>();
        format!(
            "<fillerSelectedFields>{fields}</fillerSelectedFields><fillerReplaceMode>{mode}</fillerReplaceMode>\
             <fillerCondition>{condition}</fillerCondition><fillerReplaceExpression>{with}</fillerReplaceExpression>"
        )
    }

    const BLANKS: &str = "<typeTable><defaultValueMode>pass</defaultValueMode><rows><row><name>a</name>\
        <missingEnabled>true</missingEnabled><missing><enabled>true</enabled><nullIncluded>false</nullIncluded>\
        <whitespaceIncluded>false</whitespaceIncluded><values><value type=\"J\">-1</value></values>\
        <rangeIncluded>false</rangeIncluded></missing></row></rows></typeTable>";

    #[tokio::test]
    async fn every_mode_replaces_its_values() {
        let fields = [("b", "integer"), ("a", "integer")];
        for (mode, wanted) in [
            ("always", ["0", "0", "0"]),
            ("blanks", ["0", "$null$", "5"]),
            ("nulls", ["-1", "0", "5"]),
            ("blanksAndNulls", ["0", "0", "5"]),
            ("conditional", ["-1", "$null$", "0"]),
        ] {
            let node = filler(mode, &["a"], "@FIELD &gt; 0", "0");
            let nodes = [("TypeNode", BLANKS, ""), ("FillerNode", node.as_str(), "")];
            let lines = chain(&nodes, &fields, "b,a\n1,-1\n2,\n3,5\n").await;
            assert_eq!(last_column(&lines), wanted, "{mode}");
        }
    }

    #[tokio::test]
    async fn the_storage_follows_from_the_replacement() {
        let fields = [("b", "integer"), ("a", "integer")];
        let text = filler("always", &["a"], "", "to_string(@FIELD) &gt;&lt; '!'");
        let lines = chain(&[("FillerNode", &text, "")], &fields, "b,a\n1,2\n").await;
        assert_eq!(lines, ["b,a", "1,2!"]);
        let real = filler("nulls", &["a", "b"], "", "48.5");
        let lines = chain(&[("FillerNode", &real, "")], &fields, "b,a\n1,2\n,\n").await;
        assert_eq!(lines, ["b,a", "1.0,2.0", "48.5,48.5"]);
        let mixed = filler("nulls", &["a"], "", "\"none\"");
        refusal(&[("FillerNode", &mixed, "")], &fields, "b,a\n1,2\n").await;
    }

    /// C2: hexadecimal digits to a number, with one Filler for each letter and a last one for the storage.
    #[tokio::test]
    async fn hexadecimal_text_becomes_a_number() {
        let digits = (0..5).map(|k| {
            format!(
                "(if substring(length(@FIELD)-{k},1,@FIELD)='' or substring(length(@FIELD)-{k},1,@FIELD) = undef then 0 \
                 else (locchar(unicode_char(unicode_value(subscrs(length(@FIELD)-{k},@FIELD))),1,'0123456789ABCDEF')-1)*(16**{k}) endif)"
            )
        });
        let sum = digits.collect::<Vec<_>>().join(" + ");
        let node = filler("always", &["V"], "", &format!("to_integer({sum})"));
        let data = "n,V\n1,0\n1,A\n1,FF\n1,2C6\n1,FFFF\n1,1E2A0\n1,FFFFF\n";
        let lines = chain(&[("FillerNode", &node, "")], &[("n", "integer"), ("V", "string")], data).await;
        assert_eq!(last_column(&lines), ["0", "10", "255", "710", "65535", "123552", "1048575"]);
    }
}
