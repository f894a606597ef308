//! Streams and files that are made to exhaust a worker.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // in tests a panic is the answer

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use satsuma_engine::testing::{Sketch, data};
use satsuma_engine::{Cancellation, Effort, Environment, Event, JobRequest, limits};
use satsuma_nodes::engine;
use satsuma_stream::StreamFile;

/// A source, `nodes` of one class in a row, and a table. `#` in the properties is the number of the node.
fn row_of(nodes: usize, class: &str, properties: &str) -> Sketch {
    let mut sketch = Sketch::default();
    let mut last = sketch.var_file("in", "in.csv", &[], "");
    for at in 0..nodes {
        let node = sketch.node(class, &format!("n{at}"), &properties.replace('#', &at.to_string()), "");
        sketch.link(last, node);
        last = node;
    }
    let table = sketch.node("TableNode", "out", "", "");
    sketch.link(last, table).score_with(table);
    sketch
}

async fn run(sketch: &Sketch, text: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let job = JobRequest { sources: vec![data(folder.path(), "in", text)], ..sketch.job(folder.path()) };
    match engine().run(&job, &Environment::default()).await {
        Ok(outcome) => Ok(std::fs::read_to_string(&outcome.files[0].path).unwrap()),
        Err(error) => Err(error.to_string()),
    }
}

/// The obstacles of a job in a dry run; a run gives the same.
async fn refusal(job: &JobRequest) -> String {
    let found = engine().dry_run(job, Effort::default());
    let reasons = found.obstacles.iter().map(|obstacle| obstacle.reason.clone()).collect::<Vec<_>>();
    let error = engine().run(job, &Environment::default()).await.unwrap_err().to_string();
    for reason in &reasons {
        assert!(error.contains(reason), "validate: {reason}\nrun: {error}");
    }
    reasons.join("; ")
}

/// A file that an attacker made; without it a test has nothing to do.
fn attack(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/hostile").join(name);
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

/// A line of names and `records` of blanks but for the first field.
fn wide(columns: usize, records: usize) -> String {
    let names = (0..columns).map(|at| format!("c{at}")).collect::<Vec<_>>().join(",");
    let record = format!("7{}\n", ",".repeat(columns - 1));
    format!("{names}\n{}", record.repeat(records))
}

const DERIVE: &str = "<deriveSingleFieldName>d#</deriveSingleFieldName>\
    <deriveFormulaExpression>c0 + #</deriveFormulaExpression>";

#[tokio::test]
async fn a_number_of_fields_that_no_file_has_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for count in ["16385", "100000000", "4294967295"] {
        let count = format!(
            "<useManualFieldCount>true</useManualFieldCount><manualFieldCount>{count}</manualFieldCount>"
        );
        let mut sketch = Sketch::default();
        let source = sketch.var_file("in", "in.csv", &[], &count);
        let table = sketch.node("TableNode", "out", "", "");
        sketch.link(source, table).score_with(table);
        assert_eq!(refusal(&sketch.job(folder.path())).await, "at most 16384 fields are supported");
    }
    let Some(path) = attack("bomb-manualFieldCount.str") else { return };
    let stream = Arc::new(StreamFile::open(std::fs::read(path).unwrap()).unwrap());
    let job = JobRequest { stream, ..Sketch::default().job(folder.path()) };
    let reasons = refusal(&job).await;
    assert!(reasons.contains("at most 16384 fields are supported"), "{reasons}");
}

#[tokio::test]
async fn more_nodes_in_a_row_than_people_draw_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let expected = "more than 256 nodes are in a row up to this node; at most 256 are supported";
    for (class, properties) in [("FilterNode", ""), ("DeriveNode", DERIVE)] {
        assert_eq!(refusal(&row_of(600, class, properties).job(folder.path())).await, expected);
    }
    let Some(path) = attack("chain-600.str") else { return };
    let stream = Arc::new(StreamFile::open(std::fs::read(path).unwrap()).unwrap());
    let job = JobRequest { stream, ..Sketch::default().job(folder.path()) };
    assert!(refusal(&job).await.contains(expected));
}

/// On a thread with the stack that threads of jobs have.
#[test]
fn the_longest_row_of_nodes_runs() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_stack_size(limits::STACK_BYTES)
        .build()
        .unwrap();
    let select = "<selectCondition>c0 &gt; #</selectCondition><selectMode>discard</selectMode>";
    let types = "<typeTable><defaultValueMode>read</defaultValueMode><rows/></typeTable>";
    let count = "<deriveSingleFieldName>n#</deriveSingleFieldName><deriveType>count</deriveType>\
        <deriveCountIncrementCondition>c0 &gt; 0</deriveCountIncrementCondition>";
    for (class, properties) in [
        ("FilterNode", ""),
        ("DeriveNode", DERIVE),
        ("SelectNode", select),
        ("TypeNode", types),
        ("DeriveNode", count),
    ] {
        let sketch = row_of(limits::ROW_OF_NODES - 2, class, properties);
        let done = runtime.block_on(runtime.spawn(async move { run(&sketch, "c0,b\n0,1\n").await })).unwrap();
        let text = done.unwrap_or_else(|error| panic!("{class}: {error}"));
        assert!(text.starts_with("c0,b"), "{class}: {}", &text[..text.len().min(80)]);
    }
}

const WAY_IN: &str = r#"<node id="1" class="a.SuperNodeInputConnectorNode" uid="in"><properties/></node>"#;

#[tokio::test]
async fn supernodes_that_fork_at_every_level_are_refused() {
    let way_out = |id: usize| {
        format!(
            r#"<node id="{id}" class="a.SuperNodeOutputConnectorNode" uid="out{id}"><properties/></node>"#
        )
    };
    let ways_out = [way_out(3), way_out(4)].concat();
    let links = |inside: &str| format!("<links>{inside}</links>");
    let all = links(r#"<link srcId="1" dstId="2"/><link srcId="2" dstId="3"/><link srcId="2" dstId="4"/>"#);
    let mut inner = r#"<node id="2" class="a.FilterNode" uid="f"><properties/></node>"#.to_owned();
    for level in 0..40 {
        inner = format!(
            r#"<node id="2" class="com.spss.clementine.component.node.MutableSuperNode" uid="s{level}">
            <properties/><diagram><nodes>{WAY_IN}{inner}{ways_out}</nodes>{all}</diagram></node>"#
        );
    }
    let mut sketch = Sketch::default();
    let source = sketch.var_file("in", "in.csv", &[], "");
    let diagram = format!("<diagram><nodes>{WAY_IN}{inner}{ways_out}</nodes>{all}</diagram>");
    let outer = sketch.node("MutableSuperNode", "outer", "", &diagram);
    let table = sketch.node("TableNode", "out", "", "");
    sketch.chain(&[source, outer, table]).score_with(table);
    let folder = tempfile::tempdir().unwrap();
    let reasons = refusal(&sketch.job(folder.path())).await;
    assert!(reasons.contains("it has more than 1000 inputs; at most 1000 are supported"), "{reasons}");
}

/// A build without optimisation plans them in seconds. Before, one with optimisation took 74.
#[tokio::test(flavor = "multi_thread")]
async fn the_widest_file_is_planned_in_time() {
    let sketch = row_of(3, "DeriveNode", DERIVE);
    let began = Instant::now();
    let text = run(&sketch, &wide(limits::FIELDS, 2)).await.unwrap();
    assert_eq!(text.lines().nth(1).map(|line| line.matches(',').count()), Some(limits::FIELDS + 2));
    assert!(text.lines().nth(1).is_some_and(|line| line.ends_with(",7,8,9")));
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
}

#[tokio::test]
async fn more_fields_than_a_plan_holds_are_refused() {
    let error = run(&row_of(200, "FilterNode", ""), &wide(limits::FIELDS, 1)).await.unwrap_err();
    assert!(error.contains("pass on more than 2097152 fields"), "{error}");
}

#[tokio::test]
async fn a_job_that_is_canceled_while_it_is_planned_reads_no_record() {
    let folder = tempfile::tempdir().unwrap();
    let sketch = row_of(3, "DeriveNode", DERIVE);
    let job = JobRequest { sources: vec![data(folder.path(), "in", "c0\n1\n")], ..sketch.job(folder.path()) };
    let cancellation = Cancellation::new();
    let canceled = cancellation.clone();
    let listener: satsuma_engine::Listener = Arc::new(move |event: Event<'_>| {
        if matches!(event, Event::Opened { .. }) {
            canceled.cancel();
        }
    });
    let environment = Environment { listener: Some(listener), cancellation, ..Environment::default() };
    assert!(engine().run(&job, &environment).await.unwrap_err().is_canceled());
    assert_eq!(environment.statistics.nodes()[0].rows_out, 0);
}

/// Pruning: the bad date of a column that nothing uses is not even read.
#[tokio::test]
async fn a_column_that_nothing_uses_does_not_fail_the_job() {
    let text = "c0,day\n1,2020-01-01\n2,2020-01-02\n3,02.01.2020\n";
    let fields = [("c0", "integer"), ("day", "date")];
    let drop = "<filterTable><rows><row><name>day</name><drop>true</drop></row></rows></filterTable>";
    for (filtered, expected) in
        [(true, Ok("c0\n3\n2\n1\n")), (false, Err("line 4, field \"day\": \"02.01.2020\""))]
    {
        let mut sketch = Sketch::default();
        let source = sketch.var_file("in", "in.csv", &fields, "");
        let filter = sketch.node("FilterNode", "fields", if filtered { drop } else { "" }, "");
        let sort = "<sortKeys><rows><row><field>c0</field><direction>1</direction></row></rows></sortKeys>";
        let sort = sketch.node("SortNode", "sort", sort, "");
        let table = sketch.node("TableNode", "out", "", "");
        sketch.chain(&[source, sort, filter, table]).score_with(table);
        match (run(&sketch, text).await, expected) {
            (Ok(text), Ok(expected)) => assert_eq!(text, expected),
            (Err(error), Err(expected)) => assert!(error.contains(expected), "{error}"),
            (found, _) => panic!("{found:?}"),
        }
    }
}

#[tokio::test]
async fn a_warning_has_node_field_count_and_the_first_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut sketch = Sketch::default();
    let source = sketch.var_file("in", "in.csv", &[("n", "integer"), ("x", "real")], "");
    let table = sketch.node("TableNode", "out", "", "");
    sketch.link(source, table).score_with(table);
    let mut text = "n,x\n".to_owned();
    for at in 0..20_000 {
        text += if at % 1_000 == 999 { "seven,ten\n" } else { "1,2.5\n" };
    }
    let job = JobRequest { sources: vec![data(folder.path(), "in", &text)], ..sketch.job(folder.path()) };
    let outcome = engine().run(&job, &Environment::default()).await.unwrap();
    let written = std::fs::read_to_string(&outcome.files[0].path).unwrap();
    assert_eq!(written.lines().nth(1_000), Some("$null$,$null$"));
    assert_eq!(
        outcome.warnings,
        [
            "Var. File \"in\": values of field \"n\" that are not whole numbers became null (20 times, first: \"seven\" in line 1001)",
            "Var. File \"in\": values of field \"x\" that are not numbers became null (20 times, first: \"ten\" in line 1001)",
        ]
    );
}

/// Measures, by hand: `cargo test -p satsuma-nodes --test hostile -- --ignored --nocapture planning`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn planning_time_by_columns() {
    for (what, class, nodes, properties) in [
        ("table", "FilterNode", 0, ""),
        ("filter", "FilterNode", 1, ""),
        ("type", "TypeNode", 1, ""),
        ("5 derive", "DeriveNode", 5, DERIVE),
    ] {
        for columns in [1_000, 4_000, 16_384] {
            let text = wide(columns, 10);
            let sketch = row_of(nodes, class, properties);
            let began = Instant::now();
            let done = run(&sketch, &text).await.map(|text| text.len());
            println!("{what:10} {columns:6} columns: {:?} {done:?}", began.elapsed());
        }
    }
}
