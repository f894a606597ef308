//! Questions of people who use Modeler whose streams are not at hand, or that take more than a table: the whole flow, as
//! the author tells it, with the author's answer. The answers were checked by calculation; IBM stored the 15 of C9.

use satsuma_engine::testing::{Sketch, data};
use satsuma_engine::{Action, Environment, ParameterOverride};
use satsuma_stream::StreamFile;

use crate::probe::streams;

/// The lines of the table behind the last node of a chain.
async fn lines(sketch: &mut Sketch, last: usize, text: Option<&str>) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let table = sketch.node("TableNode", "out", "", "");
    sketch.link(last, table).score_with(table);
    let mut job = sketch.job(folder.path());
    job.sources.extend(text.map(|text| data(folder.path(), "in", text)));
    let outcome = satsuma_nodes::engine().run(&job, &Environment::default()).await;
    let outcome = outcome.unwrap_or_else(|error| panic!("{error}"));
    std::fs::read_to_string(&outcome.files[0].path).unwrap().lines().map(str::to_owned).collect()
}

fn derive(name: &str, formula: &str) -> String {
    format!(
        "<deriveSingleFieldName>{name}</deriveSingleFieldName><deriveFormulaExpression>{formula}</deriveFormulaExpression>"
    )
}

fn typed(fields: &[(&str, &str, &str)]) -> String {
    let fields = fields.iter().map(|(name, storage, values)| {
        format!("<field><name>{name}</name><storage>{storage}</storage><values>{values}</values></field>")
    });
    let fields = fields.collect::<String>();
    format!("<dataMode>order</dataMode><userFieldTable><fields>{fields}</fields></userFieldTable>")
}

fn last_of(line: &str) -> &str {
    line.rsplit(',').next().unwrap_or_default()
}

/// A key merge without keys combines all records; a Filler makes the dates; a Select keeps those of the range.
#[tokio::test]
async fn c3_a_calendar_between_two_dates() {
    let mut sketch = Sketch::default();
    let range = typed(&[("start", "date", "2025-02-01"), ("end", "date", "2025-03-01")]);
    let range = sketch.node("UserInputNode", "range", &range, "");
    let index = sketch.node("UserInputNode", "index", &typed(&[("INDEX", "integer", "0,364,1")]), "");
    let merge = sketch.node("MergeNode", "merge", "<mergeMode>key</mergeMode><joinType>inner</joinType>", "");
    let filler = "<fillerSelectedFields><field>start</field></fillerSelectedFields><fillerReplaceMode>always</fillerReplaceMode>\
        <fillerReplaceExpression>date_add_days(INDEX,@FIELD)</fillerReplaceExpression>";
    let filler = sketch.node("FillerNode", "filler", filler, "");
    let select = "<selectCondition>start &lt;= end</selectCondition><selectMode>include</selectMode>";
    let select = sketch.node("SelectNode", "select", select, "");
    sketch.link(range, merge).link(index, merge).chain(&[merge, filler, select]);
    let lines = lines(&mut sketch, select, None).await;
    assert_eq!(lines.len(), 1 + 29);
    assert!(lines[1].starts_with("2025-02-01,") && lines[29].starts_with("2025-03-01,"), "{lines:?}");
}

/// Set Globals runs before the table that reads the sum: 15, and 21 with another value of the parameter. The stream's
/// script, which orders the two, is switched off.
#[tokio::test]
async fn c9_globals_are_computed_before_they_are_read() {
    let Some(folder) = streams() else { return };
    let path = folder.join("hkwd+spsssample/240411グローバル値の更新/240411global.str");
    let Ok(bytes) = std::fs::read(&path) else { return eprintln!("skipped: {} is missing", path.display()) };
    for (given, sum) in [(None, "15"), (Some("7"), "21")] {
        let mut file = StreamFile::open(bytes.clone()).unwrap();
        file.edit(|edit| edit.set_stream_property("scriptDefaultExecution", "false")).unwrap();
        let work = tempfile::tempdir().unwrap();
        let mut job = Sketch::default().job(work.path());
        job.stream = std::sync::Arc::new(file);
        job.action = Action::RunStream;
        let given = given.map(|value| ParameterOverride { name: "val".to_owned(), value: value.to_owned() });
        job.parameters.extend(given);
        let outcome = satsuma_nodes::engine().run(&job, &Environment::default()).await.unwrap();
        let table = outcome.files.iter().map(|file| std::fs::read_to_string(&file.path).unwrap());
        let table = table.collect::<Vec<_>>().concat();
        assert_eq!(table.lines().last(), Some(sum), "{table}");
    }
}

/// The difference to the next record of a unit, by the node of 19.0 and by an expression over sorted records.
#[tokio::test]
async fn c11_values_of_neighbours_are_of_the_same_group() {
    const DATA: &str = "unit,day,power\n143,1,1095\n111,1,1106\n143,2,1098\n111,2,1103\n111,3,1101\n111,4,1105\n\
        111,6,1112\n111,5,1107\n";
    let fields = [("unit", "integer"), ("day", "integer"), ("power", "integer")];
    let expected = ["3", "2", "-4", "-2", "-5", "$null$", "-3", "$null$"];

    let mut sketch = Sketch::default();
    let source = sketch.var_file("in", "in.csv", &fields, "");
    let offset = "<offsetFields><field>power</field></offsetFields><offsetGroupField><field>unit</field></offsetGroupField>\
        <offsetValue>1</offsetValue><fixedOffsetExtensionName>_next</fixedOffsetExtensionName>\
        <sortKeys><rows><row><field>day</field><direction>0</direction></row></rows></sortKeys>";
    let offset = sketch.node("OffsetNode", "offset", offset, "");
    let difference = sketch.node("DeriveNode", "difference", &derive("d", "power - power_next"), "");
    sketch.chain(&[source, offset, difference]);
    let by_node = lines(&mut sketch, difference, Some(DATA)).await;
    assert_eq!(by_node[1..].iter().map(|line| last_of(line)).collect::<Vec<_>>(), expected);

    let mut sketch = Sketch::default();
    let source = sketch.var_file("in", "in.csv", &fields, "");
    let keys = "<sortKeys><rows><row><field>unit</field><direction>0</direction></row>\
        <row><field>day</field><direction>0</direction></row></rows></sortKeys>";
    let sort = sketch.node("SortNode", "sort", keys, "");
    let next = "if unit = @OFFSET(unit,-1) then @OFFSET(power,-1) else undef endif";
    let next = sketch.node("DeriveNode", "next", &derive("power_next", next), "");
    let difference = sketch.node("DeriveNode", "difference", &derive("d", "power - power_next"), "");
    sketch.chain(&[source, sort, next, difference]);
    assert_eq!(lines(&mut sketch, difference, Some(DATA)).await, by_node);
}

/// The ratio to the day before.
#[tokio::test]
async fn c11_the_first_record_has_no_day_before() {
    let mut sketch = Sketch::default();
    let source = sketch.var_file("in", "in.csv", &[("day", "date"), ("bags", "integer")], "");
    let ratio = sketch.node("DeriveNode", "ratio", &derive("ratio", "bags / @OFFSET(bags,1)"), "");
    sketch.link(source, ratio);
    let text = "day,bags\n2019-01-01,205150\n2019-01-02,163201\n2019-01-03,78286\n";
    let lines = lines(&mut sketch, ratio, Some(text)).await;
    assert_eq!(last_of(&lines[1]), "$null$");
    for (line, ratio) in lines[2..].iter().zip([0.795_520, 0.479_691]) {
        assert!((last_of(line).parse::<f64>().unwrap() - ratio).abs() < 5e-7, "{line}");
    }
}
