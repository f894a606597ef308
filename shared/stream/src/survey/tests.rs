use super::{Check, Survey};
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
fn a_survey_without_an_engine_counts_nodes() {
    let mut survey = Survey::default();
    survey.add("a|b.str", &sample(), |_, _| Check::Unchecked);
    insta::assert_snapshot!(survey.to_markdown());
}

#[test]
fn a_survey_with_an_engine_counts_runs_and_obstacles() {
    let mut survey = Survey::default();
    survey.add("a.str", &sample(), |_, branch| match branch.terminal.node_type.class() {
        "TableNode" => Check::Runs,
        other => Check::Blocked(vec![format!("{other} is not supported")]),
    });
    insta::assert_snapshot!(survey.to_markdown());
}

#[test]
fn files_that_cannot_be_read_are_listed_and_columns_line_up() {
    let mut survey = Survey::default();
    survey.add("香水分析.str", &sample(), |_, _| Check::Runs);
    survey.add_unreadable("notes.str", "the file is no zip");
    assert_eq!(survey.unreadable(), 1);
    let tables = survey.to_markdown();
    let widths: Vec<usize> = tables.lines().take(5).map(unicode_width::UnicodeWidthStr::width).collect();
    assert_eq!(widths, [widths[0]; 5], "{tables}");
    insta::assert_snapshot!(tables);
}
