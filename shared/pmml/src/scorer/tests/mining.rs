use super::*;

fn segment(attributes: &str, predicate: &str, model: &str) -> String {
    format!("<Segment {attributes}>{predicate}{model}</Segment>")
}

/// A tree that predicts `score` with the given probability of yes if x is known.
fn stump(score: &str, yes: f64) -> String {
    let distribution = format!(
        r#"<ScoreDistribution value="yes" recordCount="{}"/><ScoreDistribution value="no" recordCount="{}"/>"#,
        100.0 * yes,
        100.0 - 100.0 * yes
    );
    format!(
        r#"<TreeModel functionName="classification">{SCHEMA}<Node score="{score}"><SimplePredicate field="x" operator="greaterThan" value="-1"/>{distribution}</Node></TreeModel>"#
    )
}

fn constant(number: f64) -> String {
    format!(
        r#"<RegressionModel functionName="regression">{AMOUNT_SCHEMA}<RegressionTable intercept="{number}"><NumericPredictor name="x" coefficient="1"/></RegressionTable></RegressionModel>"#
    )
}

fn ensemble(function: &str, method: &str, segments: &[String]) -> String {
    let schema = if function == "regression" { AMOUNT_SCHEMA } else { SCHEMA };
    pmml(&format!(
        r#"{DATA}<MiningModel functionName="{function}">{schema}<Segmentation {method}>{}</Segmentation></MiningModel>"#,
        segments.concat()
    ))
}

fn method(name: &str) -> String {
    format!(r#"multipleModelMethod="{name}""#)
}

fn trees() -> [String; 3] {
    [("yes", 0.9), ("no", 0.4), ("no", 0.3)]
        .map(|(score, yes)| segment(r#"weight="2""#, "<True/>", &stump(score, yes)))
}

#[test]
fn trees_vote_or_average_their_probabilities() {
    let score = |name: &str| {
        let scorer = scorer(&ensemble("classification", &method(name), &trees())).unwrap();
        let scores = scorer.score(&points(&[(1.0, 0.0), (-5.0, 0.0)])).unwrap();
        (cells(scores.predicted()).join(" "), scores.probabilities()[0].value(0))
    };
    assert_eq!(score("majorityVote"), ("no –".into(), 1.0 / 3.0));
    assert_eq!(score("weightedMajorityVote"), ("no –".into(), 2.0 / 6.0));
    let (predicted, p) = score("average");
    assert_eq!(predicted, "yes –");
    assert!((p - 1.6 / 3.0).abs() < 1e-15);
}

#[test]
fn numbers_are_joined_by_the_method() {
    let segments = [(1.0, 1.0), (2.0, 3.0), (6.0, 4.0)]
        .map(|(number, weight)| segment(&format!(r#"weight="{weight}""#), "<True/>", &constant(number)));
    let score = |name: &str| {
        let scorer = scorer(&ensemble("regression", &method(name), &segments)).unwrap();
        cells(scorer.score(&points(&[(0.0, 0.0)])).unwrap().predicted()).remove(0)
    };
    assert_eq!(score("average"), "3");
    assert_eq!(score("weightedAverage"), (31.0 / 8.0).to_string());
    assert_eq!(score("sum"), "9");
    assert_eq!(score("weightedSum"), "31");
    assert_eq!(score("median"), "2");
    assert_eq!(score("max"), "6");
}

#[test]
fn the_first_segment_that_holds_is_used() {
    let x = |value: f64| format!(r#"<SimplePredicate field="x" operator="lessThan" value="{value}"/>"#);
    let segments = [
        segment(r#"id="low""#, &x(0.0), &constant(100.0)),
        segment(r#"id="mid""#, &x(10.0), &constant(200.0)),
    ];
    let scorer = scorer(&ensemble("regression", &method("selectFirst"), &segments)).unwrap();
    let scores = scorer.score(&points(&[(-1.0, 0.0), (1.0, 0.0), (11.0, 0.0)])).unwrap();
    assert_eq!(cells(scores.predicted()), ["99", "201", "–"]);
    let ids: Vec<_> = scores.entity().unwrap().iter().map(|id| id.map(str::to_owned)).collect();
    assert_eq!(ids, [Some("low".to_owned()), Some("mid".to_owned()), None]);
}

#[test]
fn a_chain_hands_outputs_to_later_models() {
    let first = constant(1.0).replace(
        "<RegressionTable",
        r#"<Output><OutputField name="sum" feature="predictedValue"/></Output><RegressionTable"#,
    );
    let second = r#"<RegressionModel functionName="regression"><MiningSchema><MiningField name="sum"/><MiningField name="y"/><MiningField name="amount" usageType="target"/></MiningSchema><RegressionTable><NumericPredictor name="sum" coefficient="10"/><NumericPredictor name="y" coefficient="1"/></RegressionTable></RegressionModel>"#;
    let segments = [segment("", "<True/>", &first), segment("", "<True/>", second)];
    let document = ensemble("regression", &method("modelChain"), &segments);
    let scores = scorer(&document).unwrap().score(&points(&[(2.0, 5.0)])).unwrap();
    assert_eq!(cells(scores.predicted()), ["35"]);
}

#[test]
fn segments_without_a_prediction_do_what_the_treatment_says() {
    let mut segments = trees().to_vec();
    segments[1] = segment("", "<True/>", &stump("no", 0.4).replace(r#"value="-1""#, r#"value="5""#));
    segments[2] = segment("", "<True/>", &stump("no", 0.3).replace(r#"value="-1""#, r#"value="5""#));
    let score = |treatment: &str| {
        let method = format!(r#"multipleModelMethod="majorityVote" {treatment}"#);
        let scores = scorer(&ensemble("classification", &method, &segments))
            .unwrap()
            .score(&points(&[(1.0, 0.0)]))
            .unwrap();
        cells(scores.predicted()).remove(0)
    };
    assert_eq!(score(r#"missingPredictionTreatment="skipSegment""#), "yes");
    assert_eq!(score(r#"missingPredictionTreatment="skipSegment" missingThreshold="0.5""#), "–");
    assert_eq!(score(r#"missingPredictionTreatment="returnMissing""#), "–");
    assert_eq!(score(""), "–", "two of three say nothing");
}

#[test]
fn an_inner_schema_treats_values_once_more() {
    let inner = constant(0.0)
        .replace(r#"<MiningField name="x"/>"#, r#"<MiningField name="x" missingValueReplacement="7"/>"#);
    let document = ensemble(
        "regression",
        &method("sum"),
        &[segment("", "<True/>", &inner), segment("", "<True/>", &inner)],
    );
    let data = batch([("x", doubles(&[None, Some(1.0)])), ("y", doubles(&[Some(0.0); 2]))]);
    let scorer = scorer(&document).unwrap();
    assert_eq!(scorer.inputs().len(), 2);
    assert_eq!(cells(scorer.score(&data).unwrap().predicted()), ["14", "2"]);
}

#[test]
fn ensembles_that_cannot_be_computed_are_refused_by_name() {
    let refused = |name: &str| refused_model(&ensemble("classification", &method(name), &trees()));
    assert!(refused("selectAll").contains("SelectAll"));
    assert!(refused("max").contains("Max"));
    assert!(refused("x-best").contains("multipleModelMethod=\"x-best\""));
    let mixed = [segment("", "<True/>", &constant(1.0))];
    assert!(
        refused_model(&ensemble("classification", &method("majorityVote"), &mixed)).contains("functionName")
    );
    let nested = (0..12).fold(stump("yes", 0.5), |inside, _| {
        format!(r#"<MiningModel functionName="classification">{SCHEMA}<Segmentation multipleModelMethod="majorityVote">{}</Segmentation></MiningModel>"#, segment("", "<True/>", &inside))
    });
    assert!(refused_model(&pmml(&format!("{DATA}{nested}"))).contains("nested models"));
}

pub(super) fn samples() -> Vec<String> {
    vec![
        ensemble("classification", &method("majorityVote"), &trees()),
        ensemble("regression", &method("weightedAverage"), &[segment("", "<True/>", &constant(1.0))]),
        ensemble("classification", &method("selectFirst"), &trees()),
    ]
}
