//! The graph of a stream: supernodes, shared inputs, and parts that are computed in parallel.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // in tests a panic is the answer

use satsuma_engine::testing::{Sketch, data};
use satsuma_engine::{
    Action, Effort, Environment, JobOutcome, JobRequest, Limits, ParameterOverride, RunStatistics,
};
use satsuma_nodes::engine;

async fn done(job: &JobRequest) -> JobOutcome {
    engine().run(job, &Environment::default()).await.unwrap_or_else(|error| panic!("{error}"))
}

fn text(outcome: &JobOutcome, at: usize) -> String {
    std::fs::read_to_string(&outcome.files[at].path).unwrap()
}

fn select(condition: &str) -> String {
    format!("<selectCondition>{condition}</selectCondition><selectMode>include</selectMode>")
}

fn parameter(name: &str, value: i64) -> String {
    format!(
        "<parameterTable><rows><row><name>{name}</name><value type=\"J\">{value}</value>
         <type><storage>integer</storage><measure>range</measure></type></row></rows></parameterTable>"
    )
}

const WAY_IN: &str = r#"<node id="1" class="com.spss.clementine.component.SuperNodeInputConnectorNode" uid="in"><properties/></node>"#;
const WAY_OUT: &str = r#"<node id="3" class="com.spss.clementine.component.SuperNodeOutputConnectorNode" uid="out"><properties/></node>"#;
const LINKS: &str = r#"<links><link srcId="1" dstId="2"/><link srcId="2" dstId="3"/></links>"#;

/// A supernode around one node with the id 2.
fn around(node: &str) -> String {
    format!("<diagram><nodes>{WAY_IN}{node}{WAY_OUT}</nodes>{LINKS}</diagram>")
}

const AGES: &str = "age\n10\n20\n30\n40\n50\n";

/// Evidence: the same stream without supernodes.
#[tokio::test]
async fn nested_supernodes_equal_the_stream_drawn_flat() {
    let folder = tempfile::tempdir().unwrap();
    let inner = format!(
        r#"<node id="2" class="com.spss.clementine.component.node.SelectNode" uid="s"><properties>{}</properties></node>"#,
        select("age &gt;= '$P-low' and age &lt; '$P-high'")
    );
    let nested = format!(
        r#"<node id="2" class="com.spss.clementine.component.node.MutableSuperNode" uid="n">
           <properties><superNodeType>manipulation</superNodeType>{}</properties>{}</node>"#,
        parameter("low", 20),
        around(&inner)
    );
    let mut sketch = Sketch::default();
    let source = sketch.var_file("in", "in.csv", &[("age", "integer")], "");
    let properties = format!("<superNodeType>manipulation</superNodeType>{}", parameter("low", 0));
    let outer = sketch.node("MutableSuperNode", "outer", &properties, &around(&nested));
    let table = sketch.node("TableNode", "out", "", "");
    sketch.properties(&parameter("high", 40)).chain(&[source, outer, table]).score_with(table);
    let mut job = sketch.job(folder.path());
    job.sources = vec![data(folder.path(), "in", AGES)];
    assert_eq!(text(&done(&job).await, 0), "age\n20\n30\n", "the innermost parameter counts");

    let again = tempfile::tempdir().unwrap();
    job.work_dir = again.path().to_owned();
    job.parameters = vec![ParameterOverride { name: "high".to_owned(), value: "100".to_owned() }];
    assert_eq!(text(&done(&job).await, 0), "age\n20\n30\n40\n50\n", "the job sets a parameter of the stream");
}

#[tokio::test]
async fn nineteen_branches_read_their_source_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut sketch = Sketch::default();
    let source = sketch.var_file("in", "in.csv", &[("age", "integer")], "");
    let types = sketch.node("TypeNode", "types", "", "");
    sketch.link(source, types);
    for number in 0..19 {
        let table = sketch.node("TableNode", &format!("table {number}"), "", "");
        sketch.link(types, table);
    }
    let mut job = JobRequest { action: Action::RunStream, ..sketch.job(folder.path()) };
    job.sources = vec![data(folder.path(), "in", AGES)];
    let statistics = RunStatistics::new();
    let environment = Environment { statistics: statistics.clone(), ..Environment::default() };
    let outcome = engine().run(&job, &environment).await.unwrap();
    assert_eq!((outcome.files.len(), outcome.rows_read, outcome.rows_written), (19, 5, 95));
    let nodes = statistics.nodes();
    assert_eq!((nodes[0].rows_out, nodes[1].rows_in, nodes[2].rows_in), (5, 5, 5));
}

/// Set to Flag needs the values of its field, which the Type node before it reads in a pass of its own.
#[tokio::test]
async fn records_and_warnings_of_a_value_pass_count_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut sketch = Sketch::default();
    let source = sketch.var_file("in", "in.csv", &[("age", "integer"), ("sex", "string")], "");
    let types = sketch.node(
        "TypeNode",
        "types",
        "<typeTable><defaultValueMode>read</defaultValueMode><rows/></typeTable>",
        "",
    );
    let flags = sketch.node("SetToFlagNode", "flags", "", "");
    let table = sketch.node("TableNode", "out", "", "");
    sketch.chain(&[source, types, flags, table]).score_with(table);
    let mut job = sketch.job(folder.path());
    job.sources = vec![data(folder.path(), "in", "age,sex\n1,F\nold,M\n3,F\n")];
    let outcome = done(&job).await;
    assert_eq!(outcome.rows_read, 3);
    assert_eq!(
        outcome.warnings,
        [
            "Var. File \"in\": values of field \"age\" that are not whole numbers became null (\"old\" in line 3)"
        ]
    );
}

#[tokio::test]
async fn a_disabled_node_is_passed_by_and_a_disabled_end_does_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut sketch = Sketch::default();
    let source = sketch.var_file("in", "in.csv", &[("age", "integer")], "");
    let off = format!("<enabled>false</enabled>{}", select("age &gt; 1000"));
    let select = sketch.node("SelectNode", "off", &off, "");
    let table = sketch.node("TableNode", "out", "", "");
    let other = sketch.node("TableNode", "never", "<enabled>false</enabled>", "");
    sketch.chain(&[source, select, table]).link(select, other);
    let mut job = JobRequest { action: Action::RunStream, ..sketch.job(folder.path()) };
    job.sources = vec![data(folder.path(), "in", AGES)];
    let outcome = done(&job).await;
    assert_eq!((outcome.files.len(), text(&outcome, 0).as_str()), (1, AGES));
}

/// A file of several ranges: 200,000 records.
#[tokio::test]
async fn results_do_not_depend_on_the_number_of_partitions() {
    let folder = tempfile::tempdir().unwrap();
    let mut sketch = Sketch::default();
    let fields = [("id", "integer"), ("group", "string"), ("text", "string")];
    let source = sketch.var_file("in", "in.csv", &fields, "<doubleQuoteMode>pairDiscard</doubleQuoteMode>");
    let keep = sketch.node(
        "SelectNode",
        "keep",
        &select("id rem 3 /= 0 and (id = 0 or id &gt; @OFFSET(id, 1))"),
        "",
    );
    let keys = "<sortKeys><rows><row><field>group</field><direction>1</direction></row></rows></sortKeys>";
    let sort = sketch.node("SortNode", "sort", keys, "");
    let table = sketch.node("TableNode", "out", "", "");
    sketch.chain(&[source, keep, sort, table]).score_with(table);
    let mut csv = String::from("id,group,text\n");
    for id in 0..200_000 {
        csv += &format!("{id},g{},\"line {id}\nof \"\"two\"\", {}\"\n", id * 7 % 11, "x".repeat(40));
    }
    let given = data(folder.path(), "in", &csv);
    let mut results = Vec::new();
    for partitions in [1, 2, 7] {
        let work = tempfile::tempdir().unwrap();
        let mut job = sketch.job(work.path());
        job.sources = vec![given.clone()];
        job.limits = Limits { partitions, memory_bytes: 24 << 20, ..Limits::default() };
        results.push(text(&done(&job).await, 0));
    }
    assert_eq!(results[0].matches("line ").count(), 133_333);
    assert!(results[0].starts_with("id,group,text\n17,g9"), "{}", &results[0][..60]);
    assert!(results[0] == results[1] && results[0] == results[2]);
}

/// C20: a job sets a property of a node for one run, as `clemb -P:node.property=…` does.
#[tokio::test]
async fn c20_a_job_sets_a_property_of_a_node() {
    let folder = tempfile::tempdir().unwrap();
    let mut sketch = Sketch::default();
    let source = sketch.var_file("in", "in.csv", &[("age", "integer")], "");
    let select = sketch.node("SelectNode", "adults", &select("age &gt; 1000"), "");
    let table = sketch.node("TableNode", "out", "", "");
    sketch.chain(&[source, select, table]).score_with(table);
    let mut job = sketch.job(folder.path());
    job.sources = vec![data(folder.path(), "in", AGES)];
    let set =
        |name: &str, value: &str| vec![ParameterOverride { name: name.to_owned(), value: value.to_owned() }];
    for name in ["adults.condition", "adults.selectCondition", "selectnode.condition"] {
        let again = tempfile::tempdir().unwrap();
        job.work_dir = again.path().to_owned();
        job.parameters = set(name, "age < 25");
        assert_eq!(text(&done(&job).await, 0), "age\n10\n20\n", "{name}");
    }
    job.parameters = set("adults.news", "1");
    let error = engine().check(&job).unwrap_err().to_string();
    assert_eq!(error, "parameterOverride: Select \"adults\" has no property \"news\"");
    job.parameters = set("nobody.condition", "1");
    let error = engine().check(&job).unwrap_err().to_string();
    assert!(error.contains("no parameter \"nobody.condition\""), "{error}");
}

/// C20: what a job sets may be a secret, which no message shows.
#[tokio::test]
async fn c20_no_message_shows_the_value_that_a_job_sets() {
    let folder = tempfile::tempdir().unwrap();
    let mut sketch = Sketch::default();
    let source = sketch.var_file("in", "in.csv", &[("age", "integer")], "");
    let select = sketch.node("SelectNode", "adults", &select("age &gt; 1000"), "");
    let table = sketch.node("TableNode", "out", "", "");
    sketch.chain(&[source, select, table]).score_with(table);
    let mut job = sketch.job(folder.path());
    job.sources = vec![data(folder.path(), "in", AGES)];
    for name in ["adults.condition", "adults.mode", "in.fileEncoding"] {
        job.parameters =
            vec![ParameterOverride { name: name.to_owned(), value: "hunter2hunter2".to_owned() }];
        let examined = format!("{:?}", engine().dry_run(&job, Effort::default()));
        assert!(!examined.contains("hunter2"), "{name}: {examined}");
        if let Err(error) = engine().run(&job, &Environment::default()).await {
            assert!(!error.to_string().contains("hunter2"), "{name}: {error}");
        }
    }
}
