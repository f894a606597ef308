//! Dry runs report the obstacles of each action and each branch, in agreement with runs.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // in tests a panic is the answer

use std::time::Duration;

use satsuma_stream::explain::ActionCheck;

use satsuma_engine::testing::{Sketch, data};
use satsuma_engine::{Action, Effort, ExportOverride, JobRequest, ParameterOverride, SourceFile};
use satsuma_nodes::engine;

fn shown(checks: &[ActionCheck]) -> String {
    let mut text = String::new();
    for check in checks {
        text += &format!("{}: {}\n", check.action, if check.can_run { "runs" } else { "does not run" });
        for obstacle in &check.obstacles {
            let node = obstacle.node.as_deref().unwrap_or("the stream");
            let property = obstacle.property.as_deref().map(|name| format!(".{name}")).unwrap_or_default();
            let value = obstacle.value.as_deref().map(|value| format!(" = {value:?}")).unwrap_or_default();
            text += &format!("  [{}] {node}{property}{value}: {}\n", obstacle.code, obstacle.reason);
        }
    }
    text
}

/// A source with a table, a chart, a model builder and a list.
fn stream() -> Sketch {
    let mut sketch = Sketch::default();
    let source = sketch.var_file("in", "C:\\data\\in.csv", &[("a", "integer")], "");
    let table = sketch.node("TableNode", "scores", "", "");
    let chart = sketch.node("HistogramNode", "ages", "", "");
    let select = sketch.node("SelectNode", "adults", "", "");
    let builder = sketch.node("BuildC5RuleNode", "risk", "", "");
    let listed = sketch.node("TableNode", "list", "<transposeData>true</transposeData>", "");
    sketch.link(source, table).link(source, chart).chain(&[source, select, builder]).link(select, listed);
    sketch.score_with(table);
    sketch
}

#[test]
fn each_action_has_its_own_branches_and_obstacles() {
    insta::assert_snapshot!(shown(&engine().check_actions(&stream().file(), Effort::default())));
}

#[test]
fn a_script_and_a_missing_scoring_branch_are_obstacles() {
    let mut sketch = Sketch::default();
    sketch.properties(
        "<scriptDefaultExecution>true</scriptDefaultExecution><scriptLanguage>python</scriptLanguage>",
    );
    sketch.var_file("in", "in.csv", &[], "");
    insta::assert_snapshot!(shown(&engine().check_actions(&sketch.file(), Effort::default())));
}

#[test]
fn the_inside_of_a_supernode_is_checked_if_the_action_runs_it() {
    let inner = "<diagram><nodes>
        <node id='1' uid='idIn' class='a.SuperNodeInputConnectorNode'><properties/></node>
        <node id='2' uid='idSelect' class='a.SelectNode'><properties><name>Select</name></properties></node>
        <node id='3' uid='idFilter' class='a.FilterNode'><properties><name>Filter</name><new>1</new></properties></node>
        <node id='4' uid='idC5' class='a.BuildC5RuleNode'><properties><name>C5</name></properties></node>
        <node id='5' uid='idMatrix' class='a.MatrixNode'><properties><name>Matrix</name></properties></node>
        </nodes><links><link srcId='1' dstId='2'/><link srcId='2' dstId='4'/><link srcId='1' dstId='3'/>
        <link srcId='3' dstId='5'/></links></diagram>";
    let mut sketch = Sketch::default();
    let source = sketch.var_file("in", "in.csv", &[("a", "integer")], "");
    let inside = sketch.node("MutableSuperNode", "reports", "<superNodeType>terminal</superNodeType>", inner);
    sketch.link(source, inside);
    insta::assert_snapshot!(shown(&engine().check_actions(&sketch.file(), Effort::default())));
}

#[test]
fn a_branch_is_checked_like_the_scoring_branch() {
    let file = stream().file();
    let checks = engine().check_branches(&file, Effort::default());
    let blocked = checks.iter().map(|(id, obstacles)| (id.0, obstacles.len())).collect::<Vec<_>>();
    // The table; the chart; the builder; a transposed table.
    assert_eq!(blocked, [(1, 0), (2, 1), (4, 1), (5, 1)]);
}

/// Both functions find the same obstacles, on streams with one problem each.
#[test]
fn checks_of_actions_and_of_jobs_agree() {
    let folder = std::env::temp_dir();
    let mut damaged = Sketch::default();
    let source = damaged.var_file("in", "in.csv", &[], "<scanLineCount>many</scanLineCount>");
    let table = damaged.node("TableNode", "out", "", "");
    damaged.link(source, table).score_with(table);
    let mut circle = Sketch::default();
    let (one, two) = (circle.node("FilterNode", "1", "", ""), circle.node("FilterNode", "2", "", ""));
    let end = circle.node("TableNode", "out", "", "");
    circle.chain(&[one, two, one]).link(two, end).score_with(end);
    let mut endless = Sketch::default();
    let source = endless.var_file("in", "in.csv", &[], "");
    let filter = endless.node("FilterNode", "fields", "", "");
    endless.link(source, filter).score_with(filter);
    let mut onward = Sketch::default();
    let source = onward.var_file("in", "in.csv", &[], "");
    let (table, end) = (onward.node("TableNode", "1", "", ""), onward.node("TableNode", "2", "", ""));
    onward.chain(&[source, table, end]).score_with(end);
    let mut dangling = stream();
    dangling.properties = String::new();
    dangling.score_with(99);
    let mut looped = stream();
    looped.children = "<iterationConditions><condition/></iterationConditions>".to_owned();
    for (sketch, runs) in [
        (endless, false),
        (onward, false),
        (stream(), true),
        (damaged, false),
        (circle, false),
        (dangling, false),
        (looped, false),
    ] {
        for action in Action::ALL {
            let job = JobRequest { action, ..sketch.job(&folder) };
            let checks = engine().check_actions(&job.stream, Effort::default());
            let check = checks.iter().find(|check| check.action == action.to_string()).unwrap();
            assert_eq!(check.can_run, runs && action == Action::BatchScore, "{check:?}");
            assert_eq!(check.can_run, engine().check(&job).is_ok(), "{check:?}");
            assert_eq!(engine().dry_run(&job, Effort::default()).obstacles, check.obstacles);
        }
    }
}

#[test]
fn a_job_is_examined_with_its_overrides() {
    let folder = tempfile::tempdir().unwrap();
    let mut job = stream().job(folder.path());
    let plain = engine().dry_run(&job, Effort::default());
    assert!(plain.can_run());
    assert_eq!(plain.sources[0].file, SourceFile::Wanted("in.csv".to_owned()));
    let result = &plain.results[0];
    assert_eq!((result.node.name.as_str(), result.file.as_str()), ("scores", "scores.csv"));

    job.sources = vec![data(folder.path(), "in", "a\n1\n")];
    job.exports = vec![ExportOverride { node: "scores".into(), file_name: "mine.xlsx".into(), format: None }];
    let parameter = |name: &str| ParameterOverride { name: name.to_owned(), value: "1".to_owned() };
    job.parameters = vec![parameter("cutoff"), parameter("region")];
    let found = engine().dry_run(&job, Effort::default());
    assert_eq!(found.sources[0].file, SourceFile::Given(0));
    let branch = found.branch.iter().map(|node| node.name.as_str()).collect::<Vec<_>>();
    assert_eq!((branch.as_slice(), found.terminals.len()), (["in", "scores"].as_slice(), 1));
    let check = ActionCheck { action: "BATCH_SCORE".into(), can_run: false, obstacles: found.obstacles };
    insta::assert_snapshot!(shown(&[check]), @r#"
    BATCH_SCORE: does not run
      [definition] the stream: the stream has no parameter "cutoff"; it has none
      [definition] the stream: the stream has no parameter "region"; it has none
    "#);
}

/// A stream may have millions of problems, each with a name of any length.
#[test]
fn a_hostile_stream_is_examined_within_bounds() {
    let rows =
        (0..20_000).map(|row| format!("<row><name>{row}{}</name><check>x</check></row>", "n".repeat(300)));
    let types = format!("<typeTable><rows>{}</rows></typeTable>", rows.collect::<String>());
    let mut sketch = Sketch::default();
    let long = "long ".repeat(10_000);
    let source = sketch.var_file(&long, "in.csv", &[], "");
    let mut last = source;
    for _ in 0..3 {
        let node = sketch.node("TypeNode", &long, &types, "");
        sketch.link(last, node);
        last = node;
    }
    let ends = (0..5_000).map(|_| sketch.node("TableNode", "end", "", "")).collect::<Vec<_>>();
    for end in &ends {
        sketch.link(last, *end);
    }
    sketch.score_with(ends[0]);
    let file = sketch.file();
    let checks = engine().check_actions(&file, Effort::default());
    let bytes = checks.iter().flat_map(|check| &check.obstacles).map(|obstacle| {
        let texts = [&obstacle.node, &obstacle.uid, &obstacle.property, &obstacle.value];
        obstacle.reason.len() + texts.into_iter().flatten().map(String::len).sum::<usize>()
    });
    assert!(bytes.sum::<usize>() < 2_000_000);
    let scoring = &checks[3];
    assert_eq!(scoring.obstacles.len(), 501);
    assert_eq!(scoring.obstacles[500].reason, "and 1003 more");

    let checks = engine().check_actions(&file, Effort(Duration::ZERO));
    assert!(checks.iter().all(|check| !check.can_run));
    assert_eq!(checks[3].obstacles[0].reason, "not checked: the stream took more than 0 s");
}
