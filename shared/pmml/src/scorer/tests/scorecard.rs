use super::*;

fn card(attributes: &str) -> String {
    pmml(&format!(
        r#"{DATA}<Scorecard functionName="regression" initialScore="10" {attributes}>{AMOUNT_SCHEMA}<Characteristics>
          <Characteristic name="c" reasonCode="RX" baselineScore="20">
            <Attribute partialScore="5"><SimplePredicate field="x" operator="isMissing"/></Attribute>
            <Attribute partialScore="15"><SimplePredicate field="x" operator="lessThan" value="5"/></Attribute>
            <Attribute reasonCode="RH"><True/><ComplexPartialScore><Apply function="*"><FieldRef field="x"/><Constant>2</Constant></Apply></ComplexPartialScore></Attribute></Characteristic>
          <Characteristic name="d" reasonCode="RY" baselineScore="8">
            <Attribute partialScore="-1"><SimplePredicate field="y" operator="lessOrEqual" value="0"/></Attribute>
            <Attribute partialScore="7"><SimplePredicate field="y" operator="greaterThan" value="0"/></Attribute></Characteristic>
        </Characteristics></Scorecard>"#
    ))
}

fn reasons(scorer: &Scorer, scores: &Scores, row: usize) -> String {
    let of = |n: &crate::Neighbour| scorer.entities()[n.entity.value(row) as usize].id.clone();
    scores.neighbours().iter().map(of).collect::<Vec<_>>().join(" ")
}

#[test]
fn points_add_up_and_reasons_are_sorted_by_points_lost() {
    let scorer = scorer(&card("")).unwrap();
    let data = batch([
        ("x", doubles(&[Some(1.0), Some(30.0), None, Some(1.0)])),
        ("y", doubles(&[Some(0.0), Some(1.0), Some(1.0), None])),
    ]);
    let scores = scorer.score(&data).unwrap();
    assert_eq!(cells(scores.predicted()), ["24", "77", "22", "–"], "no attribute of d holds for a missing y");
    assert_eq!(reasons(&scorer, &scores, 0), "RY RX");
    assert_eq!(reasons(&scorer, &scores, 1), "RY RH");
    assert_eq!(values(&scores.neighbours()[0].number)[0], Some(9.0));
    let above = super::scorer(&card(r#"reasonCodeAlgorithm="pointsAbove""#)).unwrap();
    assert_eq!(reasons(&above, &above.score(&data).unwrap(), 1), "RH RY");
}

#[test]
fn reasons_need_a_baseline() {
    let document = card("").replace(r#" baselineScore="8""#, "");
    assert!(refused_model(&document).contains("baselineScore"));
    assert!(scorer(&document.replace("initialScore", r#"useReasonCodes="false" initialScore"#)).is_ok());
    assert!(refused_model(&card("").replace(r#"reasonCode="RY" "#, "")).contains("no reasonCode"));
}

pub(super) fn sample() -> String {
    card("")
}
