use super::*;

fn score(value: &str, count: f64) -> String {
    format!(r#"<ScoreDistribution value="{value}" recordCount="{count}"/>"#)
}

fn node(attributes: &str, content: &str) -> String {
    format!("<Node {attributes}>{content}</Node>")
}

const X_LOW: &str = r#"<SimplePredicate field="x" operator="lessOrEqual" value="5"/>"#;
const X_HIGH: &str = r#"<SimplePredicate field="x" operator="greaterThan" value="5"/>"#;
const Y_LOW: &str = r#"<SimplePredicate field="y" operator="lessThan" value="0"/>"#;
const Y_HIGH: &str = r#"<SimplePredicate field="y" operator="greaterOrEqual" value="0"/>"#;

/// x ≤ 5: yes (8 of 10); x > 5: split by y into yes (9 of 12) and no (27 of 28).
fn tree(attributes: &str) -> String {
    let low = node(
        r#"id="1" score="yes" recordCount="10""#,
        &[X_LOW, &score("yes", 8.0), &score("no", 2.0)].concat(),
    );
    let negative = node(
        r#"id="3" score="yes" recordCount="12""#,
        &[Y_LOW, &score("yes", 9.0), &score("no", 3.0)].concat(),
    );
    let positive = node(
        r#"id="4" score="no" recordCount="28""#,
        &[Y_HIGH, &score("yes", 1.0), &score("no", 27.0)].concat(),
    );
    let high = node(
        r#"id="2" score="no" recordCount="40" defaultChild="4""#,
        &[X_HIGH, &score("yes", 10.0), &score("no", 30.0), &negative, &positive].concat(),
    );
    let root = node(
        r#"id="0" score="no" recordCount="50" defaultChild="2""#,
        &["<True/>", &score("yes", 18.0), &score("no", 32.0), &low, &high].concat(),
    );
    pmml(&format!(
        r#"{DATA}<TreeModel functionName="classification" {attributes}>{SCHEMA}{root}</TreeModel>"#
    ))
}

fn scores(document: &str, rows: &[(Option<f64>, Option<f64>)]) -> Scores {
    let x: Vec<_> = rows.iter().map(|r| r.0).collect();
    let y: Vec<_> = rows.iter().map(|r| r.1).collect();
    scorer(document).unwrap().score(&batch([("x", doubles(&x)), ("y", doubles(&y))])).unwrap()
}

fn entities(scores: &Scores) -> String {
    scores.entity().unwrap().iter().map(|e| e.unwrap_or("–").to_owned()).collect::<Vec<_>>().join(" ")
}

const ROWS: [(Option<f64>, Option<f64>); 5] = [
    (Some(5.0), None),
    (Some(6.0), Some(-1.0)),
    (Some(6.0), Some(0.0)),
    (Some(6.0), None),
    (None, Some(0.0)),
];

#[test]
fn a_record_falls_into_a_leaf_with_raw_and_adjusted_confidence() {
    let scores = scores(&tree(""), &ROWS[..3]);
    assert_eq!(cells(scores.predicted()), ["yes", "yes", "no"]);
    assert_eq!(entities(&scores), "1 3 4");
    assert_eq!(values(scores.probability().unwrap()), [Some(0.8), Some(0.75), Some(27.0 / 28.0)]);
    assert_eq!(values(scores.confidence().unwrap()), [Some(0.8), Some(0.75), Some(27.0 / 28.0)]);
    let adjusted = [Some(9.0 / 12.0), Some(10.0 / 14.0), Some(28.0 / 30.0)];
    assert_eq!(values(scores.adjusted_confidence().unwrap()), adjusted);
    assert_eq!(values(&scores.probabilities()[0]), [Some(0.8), Some(0.75), Some(1.0 / 28.0)]);
}

#[test]
fn stated_confidences_and_probabilities_are_kept_beside_counts() {
    let stated = r#"<ScoreDistribution value="yes" recordCount="8" confidence="0.75" probability="0.79"/>"#;
    let document = tree("").replace(&score("yes", 8.0), stated);
    let scores = scores(&document, &ROWS[..1]);
    assert_eq!(values(scores.confidence().unwrap()), [Some(0.75)]);
    assert_eq!(values(scores.probability().unwrap()), [Some(0.79)]);
    assert_eq!(values(scores.adjusted_confidence().unwrap()), [Some(0.75)]);
}

#[test]
fn missing_values_do_what_the_strategy_says() {
    let outcome = |strategy: &str| {
        let scores = scores(&tree(&format!(r#"missingValueStrategy="{strategy}""#)), &ROWS[3..]);
        (cells(scores.predicted()).join(" "), entities(&scores))
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(outcome("none"), pair("– –", "– –"));
    assert_eq!(outcome("nullPrediction"), pair("– –", "– –"));
    assert_eq!(outcome("lastPrediction"), pair("no no", "2 0"));
    assert_eq!(outcome("defaultChild"), pair("no no", "4 4"));
    assert_eq!(outcome("weightedConfidence"), pair("no no", "2 0"));
    assert_eq!(outcome("aggregateNodes"), pair("no no", "2 0"));
    let last = scores(&tree(r#"noTrueChildStrategy="returnLastPrediction""#), &ROWS[3..]);
    assert_eq!((cells(last.predicted()).join(" "), entities(&last)), pair("no no", "2 0"));
}

#[test]
fn default_children_cost_the_penalty_each_time() {
    let attributes = r#"missingValueStrategy="defaultChild" missingValuePenalty="0.5""#;
    let scores = scores(&tree(attributes), &[(None, None), (Some(6.0), None)]);
    let leaf = 27.0 / 28.0;
    assert_eq!(values(scores.confidence().unwrap()), [Some(leaf * 0.25), Some(leaf * 0.5)]);
    assert_eq!(values(scores.probability().unwrap()), [Some(leaf), Some(leaf)]);
}

#[test]
fn siblings_share_a_record_by_their_record_counts() {
    let scores = scores(&tree(r#"missingValueStrategy="weightedConfidence""#), &ROWS[3..]);
    // y missing: 12/40 of (0.75, 0.25) and 28/40 of (1/28, 27/28).
    let yes = 0.3 * 0.75 + 0.7 * (1.0 / 28.0);
    // x missing, y = 0: 10/50 of (0.8, 0.2) and 40/50 of (1/28, 27/28).
    let other = 0.2 * 0.8 + 0.8 * (1.0 / 28.0);
    for (found, wanted) in values(&scores.confidences()[0]).into_iter().zip([yes, other]) {
        assert!((found.unwrap() - wanted).abs() < 1e-15, "{found:?} {wanted}");
    }
    let adjusted = 0.3 * (10.0 / 14.0) + 0.7 * (2.0 / 30.0);
    assert!((scores.adjusted_confidences()[0].value(0) - adjusted).abs() < 1e-15);
}

#[test]
fn aggregated_leaves_add_up_their_counts() {
    let scores = scores(&tree(r#"missingValueStrategy="aggregateNodes""#), &ROWS[3..]);
    assert_eq!(values(&scores.probabilities()[0]), [Some(10.0 / 40.0), Some(9.0 / 38.0)]);
}

#[test]
fn a_surrogate_is_asked_where_the_first_predicate_is_unknown() {
    let surrogate = |first: &str, second: &str| {
        format!(
            r#"<CompoundPredicate booleanOperator="surrogate">{first}{second}<False/></CompoundPredicate>"#
        )
    };
    let document =
        tree("").replace(X_LOW, &surrogate(X_LOW, Y_LOW)).replace(X_HIGH, &surrogate(X_HIGH, Y_HIGH));
    let scores = scores(&document, &[(None, Some(-1.0)), (None, Some(1.0)), (None, None)]);
    assert_eq!(cells(scores.predicted()), ["yes", "no", "–"]);
}

/// A case of Modeler's CHAID: the split joined with a constant, and a constant surrogate.
#[test]
fn constants_inside_surrogates_decide_for_missing_values() {
    let ibm = |first: &str, last: &str| {
        format!(
            r#"<CompoundPredicate booleanOperator="surrogate"><CompoundPredicate booleanOperator="and">{first}<True/></CompoundPredicate>{last}</CompoundPredicate>"#
        )
    };
    let document = tree("").replace(X_LOW, &ibm(X_LOW, "<True/>")).replace(X_HIGH, &ibm(X_HIGH, "<False/>"));
    let scores = scores(&document, &[(Some(5.0), None), (Some(5.1), Some(1.0)), (None, None)]);
    assert_eq!(entities(&scores), "1 4 1");
    assert_eq!(values(scores.probability().unwrap())[2], Some(0.8));
}

fn holds(predicate: &str, s: Option<&str>, x: Option<f64>) -> &'static str {
    let root = node(
        r#"score="no""#,
        &["<True/>", &node(r#"score="yes""#, predicate), &node(r#"score="no""#, "<True/>")].concat(),
    );
    let schema = r#"<MiningSchema><MiningField name="x"/><MiningField name="s"/><MiningField name="class" usageType="target"/></MiningSchema>"#;
    let document = pmml(&format!(
        r#"{DATA}<TreeModel functionName="classification" missingValueStrategy="nullPrediction">{schema}{root}</TreeModel>"#
    ));
    let data = batch([("x", doubles(&[x])), ("s", texts(&[s]))]);
    match cells(scorer(&document).unwrap().score(&data).unwrap().predicted())[0].as_str() {
        "yes" => "true",
        "no" => "false",
        _ => "unknown",
    }
}

#[test]
fn predicates_are_true_false_or_unknown_as_the_specification_says() {
    let simple = |operator: &str, value: &str| {
        format!(r#"<SimplePredicate field="x" operator="{operator}" value="{value}"/>"#)
    };
    for (operator, found) in [
        ("equal", ["false", "true", "false"]),
        ("notEqual", ["true", "false", "true"]),
        ("lessThan", ["true", "false", "false"]),
        ("lessOrEqual", ["true", "true", "false"]),
        ("greaterThan", ["false", "false", "true"]),
        ("greaterOrEqual", ["false", "true", "true"]),
    ] {
        for (x, wanted) in [1.0, 2.0, 3.0].into_iter().zip(found) {
            assert_eq!(holds(&simple(operator, "2"), None, Some(x)), wanted, "{operator} {x}");
        }
        assert_eq!(holds(&simple(operator, "2"), None, None), "unknown");
    }
    let missing = r#"<SimplePredicate field="s" operator="isMissing"/>"#;
    assert_eq!((holds(missing, None, None), holds(missing, Some("a"), None)), ("true", "false"));
    let set = |operator: &str| {
        format!(
            r#"<SimpleSetPredicate field="s" booleanOperator="{operator}"><Array n="2" type="string">"b" c</Array></SimpleSetPredicate>"#
        )
    };
    assert_eq!(
        (holds(&set("isIn"), Some("b"), None), holds(&set("isIn"), Some("a"), None)),
        ("true", "false")
    );
    assert_eq!(holds(&set("isNotIn"), Some("a"), None), "true");
    assert_eq!(holds(&set("isNotIn"), None, None), "unknown");
    let numbers = r#"<SimpleSetPredicate field="x" booleanOperator="isIn"><Array type="real">1 2.5</Array></SimpleSetPredicate>"#;
    assert_eq!((holds(numbers, None, Some(2.5)), holds(numbers, None, Some(2.0))), ("true", "false"));
}

#[test]
fn compound_predicates_follow_three_valued_logic() {
    let compound = |operator: &str, parts: [&str; 2]| {
        let text = format!(
            r#"<CompoundPredicate booleanOperator="{operator}">{}{}</CompoundPredicate>"#,
            parts[0], parts[1]
        );
        holds(&text, Some("a"), None)
    };
    let (yes, no, unknown) =
        ("<True/>", "<False/>", r#"<SimplePredicate field="x" operator="equal" value="1"/>"#);
    assert_eq!(compound("and", [unknown, no]), "false");
    assert_eq!(compound("and", [yes, unknown]), "unknown");
    assert_eq!(compound("or", [unknown, yes]), "true");
    assert_eq!(compound("or", [unknown, no]), "unknown");
    assert_eq!(compound("xor", [yes, yes]), "false");
    assert_eq!(compound("xor", [yes, no]), "true");
    assert_eq!(compound("xor", [yes, unknown]), "unknown");
    assert_eq!(compound("surrogate", [unknown, no]), "false");
}

#[test]
fn quoted_members_of_sets_may_hold_blanks_and_quotes() {
    let set = r#"<SimpleSetPredicate field="s" booleanOperator="isIn"><Array n="3" type="string">"1st class" "say \"no\"" ""</Array></SimpleSetPredicate>"#;
    let schema = |s: &str| {
        let document = pmml(&format!(
            r#"{}<TreeModel functionName="classification"><MiningSchema><MiningField name="s"/><MiningField name="class" usageType="target"/></MiningSchema>{}</TreeModel>"#,
            DATA.replace(r#"<Value value="a"/><Value value="b"/>"#, ""),
            node(r#"score="no""#, &["<True/>", &node(r#"score="yes""#, set)].concat())
        ));
        let scores = scorer(&document).unwrap().score(&batch([("s", texts(&[Some(s)]))])).unwrap();
        cells(scores.predicted()).remove(0)
    };
    assert_eq!(["1st class", "say \"no\"", "", "1st"].map(schema), ["yes", "yes", "yes", "–"]);
}

#[test]
fn a_regression_tree_predicts_numbers() {
    let root = node(
        r#"score="1" recordCount="4""#,
        &[
            "<True/>",
            &node(r#"score="-2.5" recordCount="1""#, X_LOW),
            &node(r#"score="4e1" recordCount="3""#, X_HIGH),
        ]
        .concat(),
    );
    let document = pmml(&format!(
        r#"{DATA}<TreeModel functionName="regression" missingValueStrategy="weightedConfidence">{AMOUNT_SCHEMA}{root}</TreeModel>"#
    ));
    let scores = scores(&document, &[(Some(5.0), None), (Some(9.0), None), (None, None)]);
    assert_eq!(cells(scores.predicted()), ["-2.5", "40", "29.375"]);
    assert!(scores.confidence().is_none());
}

#[test]
fn batches_cut_anywhere_give_equal_scores() {
    let rows: Vec<_> = (0..3000)
        .map(|i| ((i % 7 != 0).then_some(f64::from(i % 11)), (i % 5 != 0).then_some(f64::from(i % 3) - 1.0)))
        .collect();
    let document = tree(r#"missingValueStrategy="weightedConfidence""#);
    let whole = scores(&document, &rows);
    let mut from = 0;
    for length in [1, 1023, 500, 1476] {
        let part = scores(&document, &rows[from..from + length]);
        for row in 0..length {
            assert_eq!(
                part.confidences()[0].value(row).to_bits(),
                whole.confidences()[0].value(from + row).to_bits()
            );
        }
        from += length;
    }
}

#[test]
fn trees_that_contradict_themselves_are_refused() {
    let broken = |from: &str, to: &str| refused_model(&tree("").replace(from, to));
    assert!(broken(r#"defaultChild="4""#, r#"defaultChild="9""#).contains("no child \"9\""));
    assert!(broken(X_LOW, "").contains("no predicate"));
    assert!(
        broken(r#"field="y" operator="lessThan""#, r#"field="z" operator="lessThan""#)
            .contains("no field \"z\"")
    );
    assert!(broken(r#"operator="lessThan""#, r#"operator="like""#).contains("operator=\"like\""));
    let deep =
        (0..200).fold(String::new(), |inside, _| node(r#"score="yes""#, &["<True/>", &inside].concat()));
    let deep = format!(r#"{DATA}<TreeModel functionName="classification">{SCHEMA}{deep}</TreeModel>"#);
    assert!(refused_model(&pmml(&deep)).contains("levels of elements"));
}

pub(super) fn samples() -> Vec<String> {
    ["", "weightedConfidence", "aggregateNodes", "defaultChild", "lastPrediction"]
        .map(|s| tree(&if s.is_empty() { String::new() } else { format!(r#"missingValueStrategy="{s}""#) }))
        .to_vec()
}
