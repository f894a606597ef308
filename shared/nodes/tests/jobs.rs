//! Evidence: the documented behaviour of the nodes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // in tests a panic is the answer

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use satsuma_engine::testing::{Sketch, data};
use satsuma_engine::{
    Cancellation, DataAccess, EngineError, Environment, Event, ExportOverride, FileFormat, JobOutcome,
    JobRequest, Limits, Progress, SourceOverride,
};
use satsuma_nodes::engine;

async fn done(job: &JobRequest) -> JobOutcome {
    engine().run(job, &Environment::default()).await.unwrap_or_else(|error| panic!("{error}"))
}

fn text(outcome: &JobOutcome, at: usize) -> String {
    std::fs::read_to_string(&outcome.files[at].path).unwrap()
}

const TYPES: &str = "<typeTable><defaultValueMode>read</defaultValueMode><rows>
    <row><name>age</name><check>nullify</check><type><storage>integer</storage><measure>range</measure>
      <values><value type=\"J\">18</value><value type=\"J\">65</value></values></type></row>
    <row><name>sex</name><check>nullify</check><type><storage>string</storage><measure>flag</measure>
      <values><value type=\"A\">F</value><value type=\"A\">M</value></values></type></row>
    <row><name>id</name><direction>none</direction></row></rows></typeTable>";

const FILTER: &str = "<filterTable><defaultDrop>false</defaultDrop><rows>
    <row><name>sex</name><rename>Sex of customer</rename></row>
    <row><name>note</name><drop>true</drop></row>
    <row><name>gone long ago</name><drop>true</drop></row></rows></filterTable>";

/// Var. File, Type, Filter, then a terminal node.
fn chain(terminal: &str, properties: &str) -> Sketch {
    let mut sketch = Sketch::default();
    let fields = [("id", "string"), ("age", "integer"), ("sex", "string"), ("note", "string")];
    let source = sketch.var_file("in", "C:\\data\\in.csv", &fields, "");
    let types = sketch.node("TypeNode", "types", TYPES, "");
    let filter = sketch.node("FilterNode", "fields", FILTER, "");
    let end = sketch.node(terminal, "out", properties, "");
    sketch.chain(&[source, types, filter, end]).score_with(end);
    sketch
}

const DATA: &str = "id,age,sex,note\n01,30,F,x\n02,70,M,y\n03,,D,\n04,x,,z\n";

#[tokio::test]
async fn a_table_becomes_a_file_in_the_jobs_format() {
    let folder = tempfile::tempdir().unwrap();
    let mut job = chain("TableNode", "").job(folder.path());
    job.sources = vec![data(folder.path(), "in", DATA)];
    let outcome = done(&job).await;
    insta::assert_snapshot!(text(&outcome, 0), @r"
    id,age,Sex of customer
    01,30,F
    02,$null$,M
    03,$null$,$null$
    04,$null$,$null$
    ");
    let file = &outcome.files[0];
    assert_eq!(
        (file.name.as_str(), file.media_type, file.rows, file.node.as_str()),
        ("out.csv", "text/csv", 4, "out")
    );
    assert_eq!((outcome.rows_read, outcome.rows_written), (4, 4));
    insta::assert_snapshot!(outcome.warnings.join("\n"), @r#"Var. File "in": values of field "age" that are not whole numbers became null ("x" in line 5)"#);

    let folder = tempfile::tempdir().unwrap();
    (job.work_dir, job.format) = (folder.path().to_owned(), FileFormat::Tab);
    let outcome = done(&job).await;
    assert!(text(&outcome, 0).starts_with("id\tage\tSex of customer\r\n01\t30\tF\r\n"));
    assert_eq!(outcome.files[0].name, "out.tab");
}

#[tokio::test]
async fn a_flat_file_keeps_its_own_layout_unless_the_job_replaces_it() {
    let properties = "<exportFileName>D:\\out\\result</exportFileName><fieldSeparator>other</fieldSeparator>
        <delimiterChars>;</delimiterChars><quoteSymbolicValues>doubleQuotes</quoteSymbolicValues>
        <fileEncoding>clientDefault</fileEncoding>";
    let folder = tempfile::tempdir().unwrap();
    let mut job = chain("TextFileExportNode", properties).job(folder.path());
    job.sources = vec![data(folder.path(), "in", DATA)];
    let outcome = done(&job).await;
    insta::assert_snapshot!(text(&outcome, 0), @r#"
    id;age;Sex of customer
    "01";30;"F"
    "02";$null$;"M"
    "03";$null$;$null$
    "04";$null$;$null$
    "#);
    assert_eq!(outcome.files[0].name, "result.txt");

    let folder = tempfile::tempdir().unwrap();
    job.work_dir = folder.path().to_owned();
    job.exports =
        vec![ExportOverride { node: "OUT".to_owned(), file_name: "../mine.tsv".to_owned(), format: None }];
    let outcome = done(&job).await;
    assert!(text(&outcome, 0).starts_with("id\tage"));
    assert_eq!(
        (outcome.files[0].name.as_str(), outcome.files[0].path.parent()),
        ("mine.tsv", Some(folder.path()))
    );
}

/// Finds one file, and records the requested names.
struct OneFile(PathBuf, Mutex<Vec<String>>);

#[async_trait]
impl DataAccess for OneFile {
    async fn locate(&self, file_name: &str) -> std::io::Result<Option<PathBuf>> {
        self.1.lock().unwrap().push(file_name.to_owned());
        Ok((file_name == "in.csv").then(|| self.0.clone()))
    }
}

#[tokio::test]
async fn a_source_left_alone_reads_the_file_of_its_own_name() {
    let folder = tempfile::tempdir().unwrap();
    let job = chain("TableNode", "").job(folder.path());
    let found = Arc::new(OneFile(data(folder.path(), "in", DATA).path, Mutex::default()));
    let environment = Environment { data: Arc::clone(&found) as _, ..Environment::default() };
    let outcome = engine().run(&job, &environment).await.unwrap();
    assert_eq!(
        (outcome.rows_written, found.1.lock().unwrap().as_slice()),
        (4, ["in.csv".to_owned()].as_slice())
    );

    let error = engine().run(&job, &Environment::default()).await.unwrap_err();
    insta::assert_snapshot!(error, @r#"Var. File "in": no data for "in.csv"; upload a file of that name or name another one in the job's inputs"#);
}

#[tokio::test]
async fn any_source_can_be_replaced_by_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut sketch = Sketch::default();
    let properties = "<filterTable><defaultDrop>false</defaultDrop><rows><row><name>b</name><rename>B</rename></row></rows></filterTable>";
    let fields = "<importedFields><field><name>a</name><type><storage>real</storage><measure>range</measure></type></field></importedFields>";
    let source = sketch.node("ODBCImportNode", "db", properties, fields);
    let table = sketch.node("TableNode", "out", "", "");
    sketch.chain(&[source, table]).score_with(table);
    let mut job = sketch.job(folder.path());
    let given = data(folder.path(), "db", "a\tb\n1\tx,y\n");
    job.sources = vec![SourceOverride { format: Some(FileFormat::Tab), ..given }];
    insta::assert_snapshot!(text(&done(&job).await, 0), @r#"
    a,B
    1.0,"x,y"
    "#);
}

#[tokio::test]
async fn renaming_two_fields_to_one_name_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let mut sketch = chain("TableNode", "");
    let _ = &mut sketch;
    let mut job = sketch.job(folder.path());
    job.sources = vec![data(folder.path(), "in", "id,age,sex,Sex of customer\n1,2,3,4\n")];
    let error = engine().run(&job, &Environment::default()).await.unwrap_err();
    insta::assert_snapshot!(error, @r#"Filter "fields": the field name "Sex of customer" occurs twice"#);
}

fn many_rows(rows: usize) -> String {
    let lines = (0..rows).map(|row| format!("{row:06},{},F,note\n", 18 + row % 40));
    std::iter::once("id,age,sex,note\n".to_owned()).chain(lines).collect()
}

#[tokio::test]
async fn records_keep_their_order_and_progress_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let mut job = chain("TableNode", "").job(folder.path());
    job.sources = vec![data(folder.path(), "in", &many_rows(50_000))];
    let seen: Arc<Mutex<Vec<Progress>>> = Arc::default();
    let sink = Arc::clone(&seen);
    let environment = Environment {
        progress: Some(Arc::new(move |progress| sink.lock().unwrap().push(progress.clone()))),
        ..Environment::default()
    };
    let outcome = engine().run(&job, &environment).await.unwrap();
    let text = text(&outcome, 0);
    let out_of_order =
        text.lines().skip(1).enumerate().filter(|(row, line)| !line.starts_with(&format!("{row:06},")));
    assert_eq!((out_of_order.count(), outcome.rows_written), (0, 50_000));
    let seen = seen.lock().unwrap();
    let last = seen.last().unwrap();
    assert_eq!((last.rows_written, last.node.as_str(), last.node_rows), (50_000, "out", 50_000));
    assert!(seen.len() > 10 && last.fraction == 1.0, "{} calls, {last:?}", seen.len());
    assert!(seen.windows(2).all(|pair| pair[0].rows_written <= pair[1].rows_written));
}

#[tokio::test]
async fn the_statistics_have_the_work_of_each_node() {
    let folder = tempfile::tempdir().unwrap();
    let mut job = chain("TableNode", "").job(folder.path());
    job.sources = vec![data(folder.path(), "in", &many_rows(20_000))];
    let environment = Environment::default();
    assert!(environment.statistics.nodes().is_empty());
    engine().run(&job, &environment).await.unwrap();
    let work = environment.statistics.nodes();
    let rows = work.iter().map(|work| (work.node.label.as_str(), work.rows_in, work.rows_out));
    assert_eq!(
        rows.collect::<Vec<_>>(),
        [("in", 0, 20_000), ("types", 20_000, 20_000), ("fields", 20_000, 20_000), ("out", 20_000, 0)]
    );
    assert!(work[0].busy.as_nanos() > 0 && work[3].busy.as_nanos() > 0, "{work:?}");
    assert!(work[2].busy.is_zero(), "it became part of the query");
}

#[tokio::test]
async fn events_are_reported_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut job = chain("TableNode", "").job(folder.path());
    job.sources = vec![data(folder.path(), "in", DATA)];
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let listener = Arc::clone(&told);
    let environment = Environment {
        listener: Some(Arc::new(move |moment| {
            listener.lock().unwrap().push(match moment {
                Event::Planned { nodes } => format!("{} nodes", nodes.len()),
                Event::Opened { node, fields } => format!("{} has {fields} fields", node.label),
                Event::Finished { node } => format!("{node} is done"),
                Event::Written { file } => format!("{} has {} rows", file.name, file.rows),
                other => panic!("no builder runs: {other:?}"),
            });
        })),
        ..Environment::default()
    };
    engine().run(&job, &environment).await.unwrap();
    assert_eq!(*told.lock().unwrap(), ["4 nodes", "in has 4 fields", "out.csv has 4 rows"]);
}

#[tokio::test]
async fn a_canceled_job_stops_before_its_next_batch() {
    let folder = tempfile::tempdir().unwrap();
    let mut job = chain("TableNode", "").job(folder.path());
    job.sources = vec![data(folder.path(), "in", &many_rows(200_000))];
    let cancellation = Cancellation::new();
    let from_sink = cancellation.clone();
    let environment = Environment {
        progress: Some(Arc::new(move |progress| {
            if progress.rows_written > 0 {
                from_sink.cancel();
            }
        })),
        cancellation,
        ..Environment::default()
    };
    let error = engine().run(&job, &environment).await.unwrap_err();
    assert!(error.is_canceled(), "{error}");
    let read = environment.statistics.nodes()[0].rows_out;
    assert!(read > 0 && read < 200_000, "the statistics still show the progress: {read}");
}

#[tokio::test]
async fn limits_end_a_job() {
    let folder = tempfile::tempdir().unwrap();
    let mut job = chain("TableNode", "").job(folder.path());
    job.sources = vec![data(folder.path(), "in", &many_rows(20_000))];
    job.limits = Limits { rows_read: 10_000, ..Limits::default() };
    let error = engine().run(&job, &Environment::default()).await.unwrap_err();
    insta::assert_snapshot!(error, @"the job is over its limit of 10000 rows to read; split the data over several jobs");

    let folder = tempfile::tempdir().unwrap();
    job.work_dir = folder.path().to_owned();
    job.limits = Limits { bytes_written: 1_000, ..Limits::default() };
    let error = engine().run(&job, &Environment::default()).await.unwrap_err();
    insta::assert_snapshot!(error, @"the job is over its limit of 1000 bytes to write; split the data over several jobs");
    assert!(matches!(error, EngineError::Limit { .. }));
}
