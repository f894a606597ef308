//! Tests of Aggregate nodes.

use crate::testing_records::Flow;

const FIELDS: &[(&str, &str)] = &[("k", "string"), ("i", "integer"), ("x", "real"), ("d", "date")];
const RECORDS: &str =
    "b,1,1.5,2020-01-02\na,2,,2020-01-01\nb,4,2.5,2019-12-31\n,7,1.0,\na,,,2020-01-03\nb,9,8.0,";

fn row(field: &str, statistics: &[&str]) -> String {
    let statistics = statistics.iter().map(|name| format!("<{name}>true</{name}>")).collect::<String>();
    format!("<row><field>{field}</field>{statistics}<thirdQuartile>false</thirdQuartile></row>")
}

fn aggregate(records: &str, rows: &str, more: &str) -> (Flow, usize) {
    let mut flow = Flow::default();
    let source = flow.source(FIELDS, records);
    let properties = format!("<aggregateFields><rows>{rows}</rows></aggregateFields>{more}");
    let node = flow.node("AggregateNode", &[source], &properties, "");
    (flow, node)
}

/// IBM, "Setting Options for the Aggregate Node": the statistics over values that are not missing; the
/// numbers are computed by hand.
#[tokio::test]
async fn statistics_leave_nulls_out_and_groups_keep_their_order() {
    let rows = row("i", &["sum", "mean", "max", "min", "count"])
        + &row("x", &["sum", "stddev", "median", "variance"])
        + &row("d", &["min", "max"]);
    let keys = "<aggregateKeyFields><field>k</field></aggregateKeyFields>";
    let (flow, node) = aggregate(RECORDS, &rows, keys);
    let expected = [
        "k,i_Sum,i_Mean,i_Min,i_Max,i_Count,x_Sum,x_SDev,x_Median,x_Variance,d_Min,d_Max,Record_Count",
        "b,14,4.666666666666667,1,9,3,12.0,3.5,2.5,12.25,2019-12-31,2020-01-02,3",
        "a,2,2.0,2,2,1,$null$,$null$,$null$,$null$,2020-01-01,2020-01-03,2",
        ",7,7.0,7,7,1,1.0,$null$,1.0,$null$,$null$,$null$,1",
    ];
    assert_eq!(flow.records(node).await, expected);
}

/// IBM: "Keys are contiguous" processes records in input order; a repeated key is a new group.
#[tokio::test]
async fn contiguous_keys_make_a_group_for_each_run() {
    let more = "<aggregateKeyFields><field>k</field></aggregateKeyFields>\
        <aggregateContiguousKeys>true</aggregateContiguousKeys><aggregateIncludeCount>false</aggregateIncludeCount>";
    let (flow, node) = aggregate("b,1,,\nb,2,,\na,3,,\nb,4,,", &row("i", &["sum"]), more);
    assert_eq!(flow.records(node).await, ["k,i_Sum", "b,3", "a,3", "b,4"]);
}

/// A node without settings counts the records (IBM SPSS Modeler Cookbook, "Using an empty aggregate").
#[tokio::test]
async fn without_keys_there_is_one_record() {
    let (flow, node) = aggregate(RECORDS, "", "");
    assert_eq!(flow.records(node).await, ["Record_Count", "6"]);
}

/// IBM: the extension follows the statistic, or precedes it.
#[tokio::test]
async fn extensions_make_names() {
    let more = "<aggregateNameExtension>1</aggregateNameExtension><aggregateIncludeCount>false</aggregateIncludeCount>";
    let (flow, node) = aggregate(RECORDS, &row("i", &["min"]), more);
    assert_eq!(flow.records(node).await, ["i_Min_1", "1"]);
    let prefix = format!("{more}<aggregateExtensionPosition>Prefix</aggregateExtensionPosition>");
    let (flow, node) = aggregate(RECORDS, &row("i", &["min"]), &prefix);
    assert_eq!(flow.records(node).await, ["1_Min_i", "1"]);
}

#[tokio::test]
async fn unknown_settings_are_refused() {
    let (flow, node) = aggregate(RECORDS, &row("i", &["firstQuartile"]), "");
    let error = flow.run(node).await.unwrap_err();
    assert!(error.contains("quartiles is not documented"), "{error}");
    let (flow, node) = aggregate(RECORDS, &row("k", &["mean"]), "");
    let error = flow.run(node).await.unwrap_err();
    assert!(error.contains("field \"k\" is string, but a number is needed"), "{error}");
}

/// IBM's numbers: the Type node after the Aggregate node of a public stream of version 19.0 stores the
/// minimum, the maximum and the sum, in the order of the lots, of Modeler's results for each of 40 lots. They
/// agree to the last bit.
#[tokio::test]
async fn means_and_deviations_are_those_of_modeler() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/streams");
    let path = folder.join("hkwd+spsssample/251218二変量解析/01センサーデータ反応期.csv");
    let Ok(bytes) = std::fs::read(&path) else {
        eprintln!("skipped: {} is missing", path.display());
        return;
    };
    let text = String::from_utf8_lossy(&bytes);
    let records = text.lines().skip(1).collect::<Vec<_>>().join("\n");
    let mut flow = Flow::default();
    let fields = [("at", "string"), ("lot", "integer"), ("idx", "integer"), ("t", "real"), ("v", "real")];
    let source = flow.source(&fields, &records);
    let rows = row("t", &["mean", "max", "min", "stddev"]) + &row("v", &["mean", "max", "min", "stddev"]);
    let properties = format!(
        "<aggregateFields><rows>{rows}</rows></aggregateFields>\
         <aggregateKeyFields><field>lot</field></aggregateKeyFields>\
         <aggregateIncludeCount>false</aggregateIncludeCount>"
    );
    let node = flow.node("AggregateNode", &[source], &properties, "");
    let records = flow.records(node).await;
    assert_eq!(records.len(), 41);
    assert_eq!(records[0], "lot,t_Mean,t_Min,t_Max,t_SDev,v_Mean,v_Min,v_Max,v_SDev");
    let stored = [
        (1, 185.14810745614037, 213.93168888888889, 7929.817309357825),
        (2, 180.907, 211.715, 7834.628000000001),
        (3, 187.558, 215.891, 8027.901999999998),
        (4, 0.6552964045372385, 1.479718649713952, 32.158132829003),
        (5, 0.4940672043010752, 0.6316977777777776, 20.799415082133823),
        (6, 0.228, 0.376, 12.083000000000002),
        (7, 0.664, 0.892, 29.146999999999995),
        (8, 0.06628575943311989, 0.09878250340432343, 2.9394859034582255),
    ];
    for (column, low, high, sum) in stored {
        let values =
            records[1..].iter().map(|record| record.split(',').nth(column).unwrap().parse::<f64>().unwrap());
        let values = values.collect::<Vec<_>>();
        let found = (
            values.iter().copied().fold(f64::INFINITY, f64::min),
            values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            values.iter().fold(0.0, |sum, value| sum + value),
        );
        assert_eq!(found, (low, high, sum), "column {column}");
    }
}

/// Case C7, the part of this node: the sums of flags are the counts of the four kinds.
#[tokio::test]
async fn case_c7_sums_of_flags_count_the_kinds() {
    let records = (0..20).map(|at| match at {
        _ if at < 10 => {
            if [4, 9].contains(&at) {
                "0,1,0,0"
            } else {
                "1,0,0,0"
            }
        }
        _ => {
            if [10, 15, 18, 19].contains(&at) {
                "0,0,1,0"
            } else {
                "0,0,0,1"
            }
        }
    });
    let records = records.collect::<Vec<_>>().join("\n");
    let mut flow = Flow::default();
    let names = ["TP", "FN", "FP", "TN"];
    let source = flow.source(&names.map(|name| (name, "integer")), &records);
    let rows = names.map(|name| row(name, &["sum"])).concat();
    let properties = format!(
        "<aggregateFields><rows>{rows}</rows></aggregateFields><aggregateIncludeCount>false</aggregateIncludeCount>"
    );
    let node = flow.node("AggregateNode", &[source], &properties, "");
    assert_eq!(flow.records(node).await, ["TP_Sum,FN_Sum,FP_Sum,TN_Sum", "8,2,4,6"]);
}

fn expression(text: &str) -> String {
    format!(
        "<aggregateKeyFields><field>k</field></aggregateKeyFields><aggregateExpressionsTable><rows><row>\
        <index>0</index><field>day</field><expression>{text}</expression></row></rows></aggregateExpressionsTable>"
    )
}

/// Text, and a field of a real stream whose value is the same in all records of a group (' Weekend' of a date).
#[tokio::test]
async fn expressions_have_the_value_of_the_group() {
    let expected = ["k,i_Sum,day,Record_Count", "b,4, Weekend,2", "a,2, Weekend,1"];
    let (flow, node) = aggregate("b,1,,\na,2,,\nb,3,,", &row("i", &["sum"]), &expression("' Weekend'"));
    assert_eq!(flow.records(node).await, expected);
    let records = "b,1,1.5,\na,2,,\nb,3,1.5,";
    let (flow, node) = aggregate(records, &row("i", &["sum"]), &expression("x * 2"));
    let expected = ["k,i_Sum,day,Record_Count", "b,4,3.0,2", "a,2,$null$,1"];
    assert_eq!(flow.records(node).await, expected);
}

/// IBM does not document which of several values Modeler takes.
#[tokio::test]
async fn expressions_with_several_values_in_a_group_are_refused() {
    for (text, message) in [
        ("i + 1", "several values of \"day\""),
        ("'x'", "several values of \"day\""),
        ("@INDEX", "depends on the order of records"),
    ] {
        let (flow, node) = aggregate("b,1,1.5,\na,2,,\nb,3,2.5,", "", &expression(text));
        let found = flow.run(node).await.unwrap_err();
        assert!(found.contains(message), "{text}: {found}");
    }
    let without_keys = expression("x").replace("<field>k</field>", "");
    let (flow, node) = aggregate("b,1,1.5,", "", &without_keys);
    assert!(flow.run(node).await.unwrap_err().contains("needs keys"));
    // Keys that are contiguous may come again with another value.
    let more = format!("{}<aggregateContiguousKeys>true</aggregateContiguousKeys>", expression("i"));
    let (flow, node) = aggregate("b,1,,\nb,1,,\na,1,,\nb,3,,", "", &more);
    assert_eq!(flow.records(node).await, ["k,day,Record_Count", "b,1,2", "a,1,1", "b,3,1"]);
}
