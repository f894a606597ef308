//! Tests of Merge nodes.

use crate::testing_records::Flow;

const LEFT: &str = "3,c\n1,a\n,n\n2,b\n1,A";
const RIGHT: &str = "1,10\n4,40\n2,20\n,0\n2,21";

fn merge(properties: &str, children: &str) -> (Flow, usize) {
    let mut flow = Flow::default();
    let left = flow.source(&[("ID", "integer"), ("name", "string")], LEFT);
    let right = flow.source(&[("ID", "integer"), ("n", "integer")], RIGHT);
    let node = flow.node("MergeNode", &[left, right], properties, children);
    (flow, node)
}

fn by_key(join: &str) -> String {
    format!("<mergeMode>key</mergeMode><keyFields><field>ID</field></keyFields><joinType>{join}</joinType>")
}

/// IBM, "Specifying a Merge Method and Keys": all combinations of equal keys; nulls do not join.
#[tokio::test]
async fn equal_keys_join_in_all_combinations() {
    let (flow, node) = merge(&by_key("inner"), "");
    assert_eq!(flow.records(node).await, ["ID,name,n", "1,a,10", "1,A,10", "2,b,20", "2,b,21"]);
}

/// IBM, "Types of Joins".
#[tokio::test]
async fn outer_joins_keep_records_without_partners() {
    let (flow, node) = merge(&by_key("fullOuter"), "");
    let all = [
        "ID,name,n",
        "$null$,n,$null$",
        "$null$,$null$,0",
        "1,a,10",
        "1,A,10",
        "2,b,20",
        "2,b,21",
        "3,c,$null$",
        "4,$null$,40",
    ];
    assert_eq!(flow.records(node).await, all);

    let right = "<includeIncompleteRecords><includeIncompleteRecordsList><includeIncompleteRecords>\
        <inputNodeTagName>2</inputNodeTagName></includeIncompleteRecords></includeIncompleteRecordsList>\
        </includeIncompleteRecords>";
    let (flow, node) = merge(&format!("{}{right}", by_key("partialOuter")), "");
    let partial = ["ID,name,n", "$null$,$null$,0", "1,a,10", "1,A,10", "2,b,20", "2,b,21", "4,$null$,40"];
    assert_eq!(flow.records(node).await, partial);

    let (flow, node) = merge(&by_key("anti"), "");
    assert_eq!(flow.records(node).await, ["ID,name,n", "$null$,n,$null$", "3,c,$null$"]);
}

/// IBM: by order, as many records as the shortest input has. Duplicate names get the tag as prefix, like
/// `1_Price` and `2_Price` in a public stream.
#[tokio::test]
async fn records_merge_by_order_and_tags_distinguish_names() {
    let mut flow = Flow::default();
    let left = flow.source(&[("ID", "integer"), ("name", "string")], LEFT);
    let right = flow.source(&[("ID", "integer"), ("n", "integer")], "7,8\n9,10");
    let properties =
        "<mergeMode>order</mergeMode><mergeRenameDuplicateFields>true</mergeRenameDuplicateFields>";
    let node = flow.node("MergeNode", &[left, right], properties, "");
    assert_eq!(flow.records(node).await, ["1_ID,name,2_ID,n", "3,c,7,8", "1,a,9,10"]);

    let (flow, node) = merge("<mergeMode>order</mergeMode>", "");
    let error = flow.run(node).await.unwrap_err();
    assert!(error.contains("\"ID\" occurs twice"), "{error}");
}

/// The filter of each tag; the node's list has the tags, last link first.
#[tokio::test]
async fn each_input_has_its_filter() {
    let filters = "<filterTableGroup><defaultDrop>false</defaultDrop><entries>\
        <entry><filterTable><defaultDrop>false</defaultDrop><rows/></filterTable></entry>\
        <entry><tag type=\"A\">1</tag><filterTable><defaultDrop>false</defaultDrop><rows>\
        <row><name>n</name><rename>number</rename></row></rows></filterTable></entry>\
        <entry><tag type=\"A\">2</tag><filterTable><defaultDrop>false</defaultDrop><rows>\
        <row><name>ID</name><drop>true</drop></row></rows></filterTable></entry></entries></filterTableGroup>";
    let tags = "<tags><tag id=\"1\"/><tag id=\"2\"/></tags>";
    let (flow, node) = merge(&format!("<mergeMode>order</mergeMode>{filters}"), tags);
    let expected = ["ID,number,name", "1,10,c", "4,40,a", "2,20,n", "$null$,0,b", "2,21,A"];
    assert_eq!(flow.records(node).await, expected);
}

/// Integer and real keys are compared as numbers.
#[tokio::test]
async fn integer_and_real_keys_are_one_real_key() {
    let mut flow = Flow::default();
    let left = flow.source(&[("k", "integer"), ("a", "string")], "0,z\n2,x");
    let right = flow.source(&[("k", "real"), ("b", "string")], "2.5,v\n2.0,w\n-0.0,y");
    let properties = "<mergeMode>key</mergeMode><keyFields><field>k</field></keyFields>";
    let node = flow.node("MergeNode", &[left, right], properties, "");
    assert_eq!(flow.records(node).await, ["k,a,b", "0.0,z,y", "2.0,x,w"]);
}

/// Case C3: a merge by keys without a key field combines all records.
#[tokio::test]
async fn case_c3_a_key_merge_without_keys_combines_all() {
    let mut flow = Flow::default();
    let ends = flow.source(&[("start", "date"), ("end", "date")], "2025-02-01,2025-03-01");
    let index = (0..365).map(|index| index.to_string()).collect::<Vec<_>>().join("\n");
    let index = flow.source(&[("INDEX", "integer")], &index);
    let node = flow.node("MergeNode", &[ends, index], "<mergeMode>key</mergeMode><keyFields/>", "");
    let records = flow.records(node).await;
    assert_eq!(records.len(), 366);
    assert_eq!(records[0], "start,end,INDEX");
    assert_eq!(records[365], "2025-02-01,2025-03-01,364");
}

/// Case C4: ID = UID gives 4 records, ID >= UID gives 10, and the key merge has one ID field.
#[tokio::test]
async fn case_c4_records_merge_by_condition_or_key() {
    for (condition, count) in [("ID = UID", 4), ("ID &gt;= UID", 10)] {
        let mut flow = Flow::default();
        let left = flow.source(&[("ID", "integer"), ("name", "string")], "1,a\n2,b\n3,c\n4,d");
        let right =
            flow.source(&[("UID", "integer"), ("amount", "integer")], "1,1000\n2,2000\n3,4500\n4,3000");
        let properties =
            format!("<mergeMode>condition</mergeMode><mergeCondition>{condition}</mergeCondition>");
        let node = flow.node("MergeNode", &[left, right], &properties, "");
        let records = flow.records(node).await;
        assert_eq!(records.len(), count + 1, "{condition}");
        assert_eq!(
            records[..3],
            ["ID,name,UID,amount", "1,a,1,1000", if count == 4 { "2,b,2,2000" } else { "2,b,1,1000" }]
        );
    }
    let mut flow = Flow::default();
    let left = flow.source(&[("ID", "integer"), ("name", "string")], "1,a\n2,b\n3,c\n4,d");
    let right = flow.source(&[("ID", "integer"), ("amount", "integer")], "1,1000\n2,2000\n3,4500\n4,3000");
    let node = flow.node("MergeNode", &[left, right], &by_key("inner"), "");
    assert_eq!(flow.records(node).await, ["ID,name,amount", "1,a,1000", "2,b,2000", "3,c,4500", "4,d,3000"]);
}

/// Case C5: the records within 3 seconds of two events.
#[tokio::test]
async fn case_c5_a_condition_finds_windows_of_time() {
    let mut flow = Flow::default();
    let times = (0..21).map(|second| format!("00:00:{second:02}")).collect::<Vec<_>>().join("\n");
    let times = flow.source(&[("TS", "time")], &times);
    let events = flow.source(
        &[("lo", "time"), ("hi", "time"), ("index", "integer")],
        "00:00:03,00:00:09,1\n00:00:11,00:00:17,2",
    );
    let condition =
        "<mergeMode>condition</mergeMode><mergeCondition>TS &gt;= lo and TS &lt;= hi</mergeCondition>";
    let node = flow.node("MergeNode", &[times, events], condition, "");
    let records = flow.records(node).await;
    let indices = records[1..].iter().map(|record| record.rsplit(',').next().unwrap()).collect::<String>();
    assert_eq!(indices, "1111111".to_owned() + "2222222");
    assert!(records[1].starts_with("00:00:03") && records[14].starts_with("00:00:17"), "{records:?}");
}

/// More combinations than a batch, and more records than a window, compared with an independent count.
#[tokio::test]
async fn large_groups_and_long_inputs_join() {
    let mut flow = Flow::default();
    let rows = |count: usize, modulus: usize| {
        (0..count).map(|row| format!("{},{row}", row * 7 % modulus)).collect::<Vec<_>>().join("\n")
    };
    let left = flow.source(&[("k", "integer"), ("a", "integer")], &rows(40_000, 20_011));
    let right = flow.source(&[("k", "integer"), ("b", "integer")], &rows(30_000, 40_009));
    let properties = "<mergeMode>key</mergeMode><keyFields><field>k</field></keyFields>";
    let node = flow.node("MergeNode", &[left, right], properties, "");
    let records = flow.records(node).await;
    let mut left = vec![0_usize; 40_009];
    (0..40_000).for_each(|row: usize| left[row * 7 % 20_011] += 1);
    let expected: usize = (0..30_000).map(|row: usize| left[row * 7 % 40_009]).sum();
    assert_eq!(records.len() - 1, expected);

    let mut flow = Flow::default();
    let ones = vec!["1"; 200].join("\n");
    let left = flow.source(&[("k", "integer")], &ones);
    let right = flow.source(&[("k", "integer")], &ones);
    let node = flow.node("MergeNode", &[left, right], properties, "");
    assert_eq!(flow.records(node).await.len(), 40_001);
}

/// Without keys an empty input gives no record in an inner join, and one record of nulls in an outer one.
#[tokio::test]
async fn empty_inputs_have_nulls_in_outer_products() {
    let all = "<mergeMode>key</mergeMode><keyFields/><joinType>fullOuter</joinType>";
    let inner = "<mergeMode>key</mergeMode><keyFields/><joinType>inner</joinType>";
    for (properties, order, expected) in [
        (all, [0, 1], vec!["k,n", "1,$null$", "2,$null$"]),
        (all, [1, 0], vec!["n,k", "$null$,1", "$null$,2"]),
        (inner, [0, 1], vec!["k,n"]),
        (inner, [1, 0], vec!["n,k"]),
    ] {
        let mut flow = Flow::default();
        let full = flow.source(&[("k", "integer")], "1\n2");
        let none = flow.source(&[("n", "integer")], "0");
        let none = flow.node("SelectNode", &[none], "<selectCondition>n = 1</selectCondition>", "");
        let inputs = order.map(|at| if at == 0 { full } else { none });
        let node = flow.node("MergeNode", &inputs, properties, "");
        assert_eq!(flow.records(node).await, expected, "{properties} {order:?}");
    }
}

/// The last input varies fastest, also after an input with one record.
#[tokio::test]
async fn three_inputs_combine_with_the_first_outermost() {
    let mut flow = Flow::default();
    let one = flow.source(&[("a", "string")], "x");
    let two = flow.source(&[("b", "integer")], "1\n2");
    let three = flow.source(&[("c", "integer")], "3\n4");
    let node = flow.node("MergeNode", &[one, two, three], "<mergeMode>key</mergeMode><keyFields/>", "");
    assert_eq!(flow.records(node).await, ["a,b,c", "x,1,3", "x,1,4", "x,2,3", "x,2,4"]);
}
