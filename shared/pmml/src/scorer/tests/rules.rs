use super::*;

/// Three rules that all fire for x = 1: yes with 0.9, no with 0.6, no with 0.5.
fn rules(criterion: &str) -> String {
    let rule = |id: &str, score: &str, weight: f64, predicate: &str| {
        format!(
            r#"<SimpleRule id="{id}" score="{score}" confidence="{weight}" weight="{weight}" recordCount="20" nbCorrect="17">{predicate}</SimpleRule>"#
        )
    };
    let x = |value: f64| format!(r#"<SimplePredicate field="x" operator="greaterOrEqual" value="{value}"/>"#);
    let (one, two) = (rule("A", "yes", 0.9, &x(1.0)), rule("B", "no", 0.6, &x(0.5)));
    let three = rule("C", "no", 0.5, r#"<SimplePredicate field="y" operator="equal" value="0"/>"#);
    pmml(&format!(
        r#"{DATA}<RuleSetModel functionName="classification">{SCHEMA}<RuleSet defaultScore="yes" defaultConfidence="0.1"><RuleSelectionMethod criterion="{criterion}"/>{one}<CompoundRule>{}{two}{three}</CompoundRule></RuleSet></RuleSetModel>"#,
        x(0.0)
    ))
}

fn outcome(scores: &Scores, row: usize) -> (String, f64, Option<String>) {
    let rule = scores.entity().unwrap().iter().nth(row).unwrap().map(str::to_owned);
    (cells(scores.predicted())[row].clone(), scores.confidence().unwrap().value(row), rule)
}

#[test]
fn rules_are_chosen_by_the_criterion() {
    let score = |criterion: &str, x: f64| {
        let scores = scorer(&rules(criterion)).unwrap().score(&points(&[(x, 0.0)])).unwrap();
        outcome(&scores, 0)
    };
    let rule = |name: &str| Some(name.to_owned());
    assert_eq!(score("firstHit", 1.0), ("yes".into(), 0.9, rule("A")));
    assert_eq!(score("firstHit", 0.7), ("no".into(), 0.6, rule("B")));
    assert_eq!(score("weightedMax", 1.0), ("yes".into(), 0.9, rule("A")));
    assert_eq!(score("weightedSum", 1.0), ("no".into(), 1.1 / 3.0, rule("B")));
    assert_eq!(score("weightedSum", -1.0), ("yes".into(), 0.1, None), "the compound rule does not hold");
}

#[test]
fn the_caller_may_choose_voting_or_first_hit() {
    let document = Document::parse(rules("weightedSum").as_bytes()).unwrap();
    let options = Options { rule_selection: Some(Criterion::FirstHit), ..Options::default() };
    let scores = Scorer::compile(&document, &options).unwrap().score(&points(&[(1.0, 0.0)])).unwrap();
    assert_eq!(outcome(&scores, 0).0, "yes");
    assert_eq!(values(scores.adjusted_confidence().unwrap()), [Some(18.0 / 22.0)]);
}

#[test]
fn a_rule_whose_predicate_is_unknown_does_not_fire() {
    let data = batch([("x", doubles(&[None])), ("y", doubles(&[Some(0.0)]))]);
    let scores = scorer(&rules("firstHit")).unwrap().score(&data).unwrap();
    assert_eq!(outcome(&scores, 0), ("yes".into(), 0.1, None));
}

#[test]
fn rule_sets_without_a_selection_method_are_refused() {
    let document = rules("firstHit").replace(r#"<RuleSelectionMethod criterion="firstHit"/>"#, "");
    assert!(refused_model(&document).contains("no RuleSelectionMethod"));
}

pub(super) fn sample() -> String {
    rules("weightedSum")
}
