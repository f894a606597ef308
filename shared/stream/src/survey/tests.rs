use super::{Survey, Verdict};
use crate::{FilterTable, StreamBuilder, StreamFile};

fn sample() -> StreamFile {
    let mut stream = StreamBuilder::new("sample");
    let source = stream.delimited_file("in.csv", &[]);
    let filter = stream.filter(&FilterTable::default());
    let (table, export) = (stream.table(), stream.text_file_export("out.csv"));
    stream.link(source, filter).link(filter, table).link(source, export).score_with(table);
    StreamFile::open(stream.write().unwrap()).unwrap()
}

#[test]
fn without_an_engine_a_survey_says_what_there_is() {
    let mut survey = Survey::default();
    survey.add("a|b.str", &sample(), |_, _| Verdict::Unasked);
    insta::assert_snapshot!(survey.to_markdown());
}

#[test]
fn an_engine_says_which_branches_run_and_what_stands_in_the_way() {
    let mut survey = Survey::default();
    survey.add("a.str", &sample(), |_, branch| match branch.terminal.node_type.class() {
        "TableNode" => Verdict::Runs,
        other => Verdict::Blocked(vec![format!("{other} is not supported")]),
    });
    insta::assert_snapshot!(survey.to_markdown());
}
