//! Unsupported features are refused before anything runs: all of them at once, with node, property and value.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // in tests a panic is the answer

use satsuma_engine::testing::Sketch;
use satsuma_engine::{Category, EngineError, FileFormat, SourceOverride};
use satsuma_nodes::engine;

fn refusals(sketch: &Sketch) -> String {
    let error = engine().check(&sketch.job(&std::env::temp_dir())).unwrap_err();
    assert_eq!(error.category(), Category::Unsupported, "{error}");
    match error {
        EngineError::Refused(refusals) => {
            refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        }
        other => panic!("{other}"),
    }
}

#[test]
fn everything_on_the_branch_is_named_together() {
    let mut sketch = Sketch::default();
    let source = sketch.var_file(
        "in",
        "in.csv",
        &[("l", "list")],
        "<eolCommentChars>#</eolCommentChars><treatSquareBracketsAsLists>true</treatSquareBracketsAsLists>
         <trimMode>middle</trimMode><fileEncoding>EBCDIC-XYZ</fileEncoding><newInVersion20>1</newInVersion20>
         <useDelimiterChars>true</useDelimiterChars><delimiterChars>¦</delimiterChars>",
    );
    let types = sketch.node(
        "TypeNode",
        "types",
        "<typeTable><rows>
           <row><name>a</name><check>discard</check></row>
           <row><name>b</name><check>nullify</check></row>
           <row><name>c</name><missingEnabled>true</missingEnabled></row></rows></typeTable>",
        "",
    );
    let select = sketch.node("SelectNode", "adults", "<selectMode>include</selectMode>", "");
    let off = sketch.node("FilterNode", "off", "<enabled>false</enabled>", "");
    let table = sketch.node("TableNode", "out", "<transposeData>true</transposeData>", "");
    sketch.chain(&[source, types, select, off, table]).score_with(table);
    insta::assert_snapshot!(refusals(&sketch), @r#"
    Var. File "in", property newInVersion20 = "1": the property is not known
    Var. File "in", property fileEncoding = "EBCDIC-XYZ": the encoding "EBCDIC-XYZ" is not known; name one by its IANA label, such as UTF-8 or Shift_JIS
    Var. File "in", property delimiterChars = "¦": delimiters must be ASCII characters within a line
    Var. File "in", property trimMode = "middle": none, left, right and both are supported
    Var. File "in", property importedFields/"l"/storage = "list": fields of this storage are not supported
    Type "types", property typeTable/"a"/check = "discard": the field has no stored values to check against
    Type "types", property typeTable/"b"/check = "nullify": the field has no stored values to check against
    Table "out", property transposeData = "true": transposing is not supported
    "#);
}

/// A file that Modeler has read has no list if none of its fields is one; the others may have lists.
#[test]
fn lists_are_refused_where_no_field_is_known() {
    for (fields, is_refused) in [(&[][..], true), (&[("a", "string")][..], false)] {
        let mut sketch = Sketch::default();
        let lists = "<treatSquareBracketsAsLists>true</treatSquareBracketsAsLists>";
        let source = sketch.var_file("in", "in.csv", fields, lists);
        let table = sketch.node("TableNode", "out", "<transposeData>true</transposeData>", "");
        sketch.chain(&[source, table]).score_with(table);
        assert_eq!(refusals(&sketch).contains("treatSquareBracketsAsLists"), is_refused);
    }
}

#[test]
fn flat_file_settings_that_would_change_the_file_are_named() {
    let mut sketch = Sketch::default();
    let source = sketch.var_file("in", "in.csv", &[], "");
    let flat = sketch.node(
        "TextFileExportNode",
        "out",
        "<executionMode>publish</executionMode><writeMode>append</writeMode><newlineAfterRecord>false</newlineAfterRecord>
         <fileEncoding>Shift_JIS</fileEncoding><fieldSeparator>other</fieldSeparator>",
        "",
    );
    sketch.properties("<exportDecimalPlaces>2</exportDecimalPlaces>").link(source, flat).score_with(flat);
    insta::assert_snapshot!(refusals(&sketch), @r#"
    Flat File "out", property executionMode = "publish": only export_data is supported
    Flat File "out", property writeMode = "append": every result is a new file; append to it after downloading
    Flat File "out", property newlineAfterRecord = "false": records are written one a line
    Flat File "out", property fieldSeparator = "other": comma, tab, space and other (with characters) are supported
    "#);
}

#[test]
fn a_source_that_no_one_replaces_and_formats_that_are_not_read() {
    let mut sketch = Sketch::default();
    let source = sketch.node("ODBCImportNode", "book", "", "");
    let table = sketch.node("TableNode", "out", "", "");
    sketch.link(source, table).score_with(table);
    insta::assert_snapshot!(refusals(&sketch), @r#"Database "book": this type of node is not supported yet"#);

    let mut job = sketch.job(&std::env::temp_dir());
    job.format = FileFormat::Parquet;
    job.sources = vec![SourceOverride {
        node: "book".to_owned(),
        path: "unread".into(),
        file_name: "data.parquet".to_owned(),
        format: None,
        encoding: None,
    }];
    insta::assert_snapshot!(engine().check(&job).unwrap_err(), @r#"the stream needs what is not supported yet: Database "book", property format = "PARQUET": only CSV and TAB files are supported; Table "out", property format = "PARQUET": results can only be written as CSV or TAB"#);
}

#[test]
fn a_node_takes_one_input_and_a_source_none() {
    let mut sketch = Sketch::default();
    let source = sketch.var_file("in", "in.csv", &[], "");
    let other = sketch.var_file("in 2", "in.csv", &[], "");
    let types = sketch.node("TypeNode", "types", "", "");
    let lonely = sketch.node("FilterNode", "lonely", "", "");
    let table = sketch.node("TableNode", "out", "", "");
    sketch.chain(&[source, types, table]).link(other, types).link(lonely, table).score_with(table);
    insta::assert_snapshot!(refusals(&sketch), @r#"
    Type "types": it has 2 inputs; this node takes one
    Filter "lonely": it has 0 inputs; this node takes one
    Table "out": it has 2 inputs; this node takes one
    "#);
}

#[test]
fn a_branch_ends_where_records_are_written() {
    let mut sketch = Sketch::default();
    let source = sketch.var_file("in", "in.csv", &[], "");
    let table = sketch.node("TableNode", "looked at", "", "");
    let filter = sketch.node("FilterNode", "fields", "", "");
    sketch.chain(&[source, table, filter]).score_with(filter);
    insta::assert_snapshot!(refusals(&sketch), @r#"
    Table "looked at": it has outputs; this node ends a branch
    Filter "fields": a branch ends here, but the node writes no records; add a Table node after it
    "#);
}
