//! Selection of the branch to run, and of the nodes that a definition names.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // in tests a panic is the answer

use std::sync::{Arc, Mutex};

use satsuma_engine::testing::{Sketch, data};
use satsuma_engine::{
    Category, Effort, Environment, ExportOverride, JobRequest, ParameterOverride, Progress,
};
use satsuma_nodes::engine;

/// Two sources with the same label, a table each; `score_with` may be added.
fn two_branches() -> (Sketch, [usize; 2]) {
    let mut sketch = Sketch::default();
    let fields = [("a", "integer")];
    let mut tables = [0; 2];
    for (at, label) in ["out", "Out 2"].into_iter().enumerate() {
        let source = sketch.var_file("in", "in.csv", &fields, "");
        tables[at] = sketch.node("TableNode", label, "", "");
        sketch.link(source, tables[at]);
    }
    (sketch, tables)
}

fn export(node: &str) -> ExportOverride {
    ExportOverride { node: node.to_owned(), file_name: format!("{node}.csv"), format: None }
}

fn refused(job: &JobRequest) -> String {
    let error = engine().check(job).unwrap_err();
    assert_eq!(error.category(), Category::Definition, "{error}");
    error.to_string()
}

#[test]
fn a_stream_without_a_scoring_branch_needs_an_export() {
    let folder = std::env::temp_dir();
    let job = two_branches().0.job(&folder);
    insta::assert_snapshot!(refused(&job), @r#"the stream designates no scoring branch; name a terminal node in the job's exports, by its label or uid: "out" (uid id1), "Out 2" (uid id3)"#);
    let job = JobRequest { exports: vec![export("out")], ..job };
    engine().check(&job).unwrap();
}

#[test]
fn a_dangling_scoring_branch_needs_an_export() {
    let (mut sketch, _) = two_branches();
    sketch.score_with(17);
    let job = sketch.job(&std::env::temp_dir());
    insta::assert_snapshot!(refused(&job), @r#"the terminal node of the stream's scoring branch does not exist any more; name a terminal node in the job's exports, by its label or uid: "out" (uid id1), "Out 2" (uid id3)"#);
    engine().check(&JobRequest { exports: vec![export("Out 2")], ..job }).unwrap();
}

#[test]
fn an_export_must_name_the_end_of_the_scoring_branch() {
    let (mut sketch, tables) = two_branches();
    let job = sketch.score_with(tables[0]).job(&std::env::temp_dir());
    insta::assert_snapshot!(refused(&JobRequest { exports: vec![export("Out 2")], ..job.clone() }), @r#"export: Table "Out 2" is not the end of the scoring branch, which is Table "out""#);
    insta::assert_snapshot!(refused(&JobRequest { exports: vec![export("nowhere")], ..job.clone() }), @r#"export: the stream has no terminal node "nowhere"; it has "out", "Out 2""#);
    insta::assert_snapshot!(refused(&JobRequest { exports: vec![export("out"), export("OUT")], ..job }), @r#"export "OUT": Table "out" is replaced twice"#);
}

#[tokio::test]
async fn a_source_is_meant_on_the_branch_that_runs() {
    let folder = tempfile::tempdir().unwrap();
    let (mut sketch, tables) = two_branches();
    let other = sketch.var_file("other", "x.csv", &[("a", "integer")], "");
    let third = sketch.node("TableNode", "third", "", "");
    sketch.link(other, third);
    let mut job = sketch.score_with(tables[1]).job(folder.path());
    job.sources = vec![data(folder.path(), "IN", "a\n1\n"), data(folder.path(), "other", "a\n1\n")];
    let outcome = engine().run(&job, &Environment::default()).await.unwrap();
    assert_eq!(outcome.rows_written, 1);
    insta::assert_snapshot!(outcome.warnings.join("\n"), @r#"input "other" is not on the branch that ran and was not read"#);

    job.sources = vec![data(folder.path(), "nothing", "a\n1\n")];
    insta::assert_snapshot!(refused(&job), @r#"input: the stream has no source node "nothing"; the branch reads from "in""#);
    job.sources = vec![data(folder.path(), "in", "a\n1\n"), data(folder.path(), "In", "a\n1\n")];
    insta::assert_snapshot!(refused(&job), @r#"input "In": Var. File "in" is replaced twice"#);
}

#[tokio::test]
async fn exports_may_name_several_terminals() {
    let folder = tempfile::tempdir().unwrap();
    let mut sketch = Sketch::default();
    let source = sketch.var_file("in", "in.csv", &[("a", "integer")], "");
    let one = sketch.node("TableNode", "one", "", "");
    let two = sketch.node("SomeDatabaseExportNode", "two", "", "");
    sketch.link(source, one).link(source, two);
    let mut job = sketch.job(folder.path());
    job.sources = vec![data(folder.path(), "in", "a\n1\n2\n")];
    job.exports = vec![export("two"), export("one")];
    let fractions: Arc<Mutex<Vec<f64>>> = Arc::default();
    let told = Arc::clone(&fractions);
    let progress = Arc::new(move |progress: &Progress| told.lock().unwrap().push(progress.fraction));
    let environment = Environment { progress: Some(progress), ..Environment::default() };
    let outcome = engine().run(&job, &environment).await.unwrap();
    let files = outcome.files.iter().map(|file| (file.name.as_str(), file.rows)).collect::<Vec<_>>();
    assert_eq!(files, [("two.csv", 2), ("one.csv", 2)]);
    // The source is read once for both.
    let mut fractions = fractions.lock().unwrap().clone();
    fractions.dedup();
    assert_eq!(fractions, [1.0]);
}

#[test]
fn two_results_of_one_name_are_refused_naming_both_nodes() {
    let mut sketch = Sketch::default();
    let source = sketch.var_file("in", "in.csv", &[("a", "integer")], "");
    let one = sketch.node("TableNode", "one", "", "");
    let two = sketch.node("TableNode", "two", "", "");
    sketch.link(source, one).link(source, two);
    let mut job = sketch.job(&std::env::temp_dir());
    job.exports =
        vec![export("one"), ExportOverride { file_name: "out/one.csv".to_owned(), ..export("two") }];
    insta::assert_snapshot!(refused(&job), @r#"export: Table "one" and Table "two" would both write `one.csv`; name another file for one of them"#);
    let examined = engine().dry_run(&job, Effort::default());
    assert_eq!(examined.obstacles.len(), 1, "{:?}", examined.obstacles);
}

#[test]
fn two_sources_of_one_name_on_a_branch_are_refused_naming_both() {
    let mut sketch = Sketch::default();
    let table = sketch.node("TableNode", "out", "", "");
    for _ in 0..2 {
        let source = sketch.var_file("in", "in.csv", &[], "");
        sketch.link(source, table);
    }
    let folder = tempfile::tempdir().unwrap();
    let mut job = sketch.score_with(table).job(folder.path());
    job.sources = vec![data(folder.path(), "in", "a\n")];
    insta::assert_snapshot!(refused(&job), @r#"input: several nodes are called "in": Var. File "in" (id1), Var. File "in" (id2)"#);
}

#[test]
fn a_parameter_must_be_declared() {
    let (mut sketch, tables) = two_branches();
    sketch.properties("<parameterTable><rows><row><name>cutoff</name></row></rows></parameterTable>");
    let mut job = sketch.score_with(tables[0]).job(&std::env::temp_dir());
    let parameter = |name: &str| ParameterOverride { name: name.to_owned(), value: "1".to_owned() };
    job.parameters = vec![parameter("cutoff")];
    engine().check(&job).unwrap();
    job.parameters = vec![parameter("Cutoff")];
    insta::assert_snapshot!(refused(&job), @r#"the stream has no parameter "Cutoff"; it has "cutoff""#);
}
