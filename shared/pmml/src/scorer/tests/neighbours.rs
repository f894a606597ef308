use super::*;

/// Training records at x = 0, 1, 2, 10 with classes yes, yes, no, no and amounts 1, 2, 4, 8.
fn neighbours(attributes: &str, target: &str) -> String {
    let row = |(id, x, class, amount): (&str, f64, &str, f64)| {
        format!("<row><id>{id}</id><x>{x}</x><c>{class}</c><a>{amount}</a></row>")
    };
    let rows: String =
        [("p", 0.0, "yes", 1.0), ("q", 1.0, "yes", 2.0), ("r", 2.0, "no", 4.0), ("s", 10.0, "no", 8.0)]
            .into_iter()
            .map(row)
            .collect();
    pmml(&format!(
        r#"{DATA}<NearestNeighborModel numberOfNeighbors="3" instanceIdVariable="key" threshold="1" {attributes}>
          <MiningSchema><MiningField name="x"/><MiningField name="{target}" usageType="target"/></MiningSchema>
          <LocalTransformations><DerivedField name="tenth" optype="continuous" dataType="double"><Apply function="/"><FieldRef field="x"/><Constant>10</Constant></Apply></DerivedField></LocalTransformations>
          <TrainingInstances><InstanceFields><InstanceField field="key" column="id"/><InstanceField field="x" column="x"/><InstanceField field="class" column="c"/><InstanceField field="amount" column="a"/></InstanceFields><InlineTable>{rows}</InlineTable></TrainingInstances>
          <ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure><KNNInputs><KNNInput field="x"/></KNNInputs></NearestNeighborModel>"#
    ))
}

fn score(document: &str, x: &[Option<f64>]) -> (Scorer, Scores) {
    let scorer = scorer(document).unwrap();
    let scores = scorer.score(&batch([("x", doubles(x))])).unwrap();
    (scorer, scores)
}

#[test]
fn the_nearest_records_vote_and_are_listed() {
    let document = neighbours(r#"functionName="classification""#, "class");
    let (scorer, scores) = score(&document, &[Some(0.4), Some(9.0), None]);
    assert_eq!(cells(scores.predicted()), ["yes", "no", "–"]);
    assert_eq!(values(scores.probability().unwrap()), [Some(2.0 / 3.0), Some(2.0 / 3.0), None]);
    let ids = |row: usize| -> String {
        let of = |n: &crate::Neighbour| scorer.entities()[n.entity.value(row) as usize].id.clone();
        scores.neighbours().iter().map(of).collect()
    };
    assert_eq!((ids(0).as_str(), ids(1).as_str()), ("pqr", "srq"));
    assert_eq!(scores.neighbours()[2].number.value(0), 1.6);
    assert!(arrow_array::Array::is_null(&scores.neighbours()[0].entity, 2));
}

#[test]
fn weighted_votes_count_near_records_more() {
    let attributes = r#"functionName="classification" categoricalScoringMethod="weightedMajorityVote""#;
    let (_, scores) = score(&neighbours(attributes, "class"), &[Some(2.0)]);
    // 1/(0+1) for no against 1/(1+1) + 1/(2+1) for yes.
    assert_eq!(cells(scores.predicted()), ["no"]);
    let no = 1.0 / (1.0 + 0.5 + 1.0 / 3.0);
    assert!((scores.probability().unwrap().value(0) - no).abs() < 1e-15);
}

#[test]
fn numbers_are_averaged_or_halved() {
    let predicted = |method: &str| {
        let attributes = format!(r#"functionName="regression" continuousScoringMethod="{method}""#);
        cells(score(&neighbours(&attributes, "amount"), &[Some(2.0)]).1.predicted())[0]
            .parse::<f64>()
            .unwrap()
    };
    assert_eq!(predicted("average"), 7.0 / 3.0);
    assert_eq!(predicted("median"), 2.0);
    let weights = [1.0, 0.5, 1.0 / 3.0];
    let wanted = (4.0 + 2.0 * 0.5 + 1.0 / 3.0) / weights.iter().sum::<f64>();
    assert!((predicted("weightedAverage") - wanted).abs() < 1e-15);
}

#[test]
fn derived_inputs_transform_the_training_records_too() {
    let document = neighbours(r#"functionName="classification""#, "class")
        .replace(r#"<KNNInput field="x"/>"#, r#"<KNNInput field="tenth"/>"#);
    let (_, scores) = score(&document, &[Some(9.0)]);
    assert!((scores.neighbours()[0].number.value(0) - 0.1).abs() < 1e-15);
}

#[test]
fn the_caller_may_choose_the_number_of_neighbours() {
    let document =
        Document::parse(neighbours(r#"functionName="classification""#, "class").as_bytes()).unwrap();
    let options = |neighbours| Options { neighbours: Some(neighbours), ..Options::default() };
    let scorer = Scorer::compile(&document, &options(1)).unwrap();
    assert_eq!(scorer.score(&batch([("x", doubles(&[Some(1.6)]))])).unwrap().neighbours().len(), 1);
    assert!(Scorer::compile(&document, &options(5)).unwrap_err().to_string().contains("5 neighbours of 4"));
    assert!(Scorer::compile(&document, &options(0)).is_err());
}

#[test]
fn training_records_that_are_incomplete_are_refused() {
    let document = neighbours(r#"functionName="classification""#, "class");
    assert!(refused_model(&document.replace("<c>no</c>", "")).contains("without a target"));
    assert!(refused_model(&document.replace("<x>10</x>", "<x>ten</x>")).contains("not a number"));
    let without = document.replace(r#"<InstanceField field="x" column="x"/>"#, "");
    assert!(refused_model(&without).contains("no instance field \"x\""));
}

pub(super) fn samples() -> Vec<String> {
    vec![
        neighbours(r#"functionName="classification""#, "class"),
        neighbours(r#"functionName="regression" continuousScoringMethod="weightedAverage""#, "amount"),
    ]
}
