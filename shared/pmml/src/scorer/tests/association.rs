use super::*;
use crate::models::{AssociationOptions, Consequents, RuleCriterion};

pub(super) fn model() -> String {
    pmml(
        r#"<DataDictionary><DataField name="drink" optype="categorical" dataType="string"><Value value="tea"/><Value value="milk"/></DataField>
        <DataField name="cake" optype="categorical" dataType="string"><Extension extender="spss.com" name="flagTypeTrueValue" value="T"/><Value value="T"/><Value value="F"/></DataField>
        <DataField name="n" optype="continuous" dataType="integer"/></DataDictionary>
        <AssociationModel functionName="associationRules" numberOfTransactions="9" minimumSupport="0.1" minimumConfidence="0.1" numberOfItems="3" numberOfItemsets="4" numberOfRules="3">
        <MiningSchema><MiningField name="drink"/><MiningField name="cake"/><MiningField name="n"/></MiningSchema>
        <Item id="1" value="drink=tea"/><Item id="2" value="cake"/><Item id="3" value="n=2"/>
        <Itemset id="a" support="0.5"><ItemRef itemRef="1"/></Itemset><Itemset id="b" support="0.4"><ItemRef itemRef="2"/></Itemset><Itemset id="c" support="0.3"><ItemRef itemRef="3"/></Itemset><Itemset id="ab" support="0.2"><ItemRef itemRef="1"/><ItemRef itemRef="2"/></Itemset>
        <AssociationRule id="tea" antecedent="a" consequent="b" support="0.2" confidence="0.4" lift="1"/>
        <AssociationRule id="both" antecedent="ab" consequent="c" support="0.1" confidence="0.5" lift="1.7"/>
        <AssociationRule id="two" antecedent="c" consequent="b" support="0.24" confidence="0.8" lift="2"/></AssociationModel>"#,
    )
}

fn listed(options: AssociationOptions) -> Vec<String> {
    let document = Document::parse(model().as_bytes()).unwrap();
    let scorer = Scorer::compile(&document, &Options { association: options, ..Options::default() }).unwrap();
    let data = batch([
        ("drink", texts(&[Some("tea"), Some("tea"), None, Some("milk")])),
        ("cake", texts(&[Some("T"), Some("F"), Some("F"), Some("T")])),
        ("n", doubles(&[Some(2.0), Some(2.0), Some(2.0), Some(1.0)])),
    ]);
    let scores = scorer.score(&data).unwrap();
    let row = |row: usize| {
        let id = |n: &crate::Neighbour| {
            n.entity.iter().nth(row).unwrap().map(|e| scorer.entities()[e as usize].id.clone())
        };
        scores.neighbours().iter().filter_map(id).collect::<Vec<_>>().join(" ")
    };
    (0..4).map(row).collect()
}

#[test]
fn rules_that_a_record_meets_are_listed_best_first() {
    let all = AssociationOptions { repeat: true, ..AssociationOptions::default() };
    assert_eq!(listed(all.clone()), ["two both tea", "two tea", "two", ""]);
    assert_eq!(
        listed(AssociationOptions::default()),
        ["two both", "two", "two", ""],
        "one rule a consequent"
    );
    let support = AssociationOptions { criterion: RuleCriterion::Support, ..all.clone() };
    assert_eq!(listed(support), ["tea two both", "tea two", "two", ""]);
    let one = AssociationOptions { predictions: 1, ..all.clone() };
    assert_eq!(listed(one), ["two", "two", "two", ""]);
    let new = AssociationOptions { consequents: Consequents::NotInRecord, ..all.clone() };
    assert_eq!(listed(new), ["", "two tea", "two", ""]);
    let known = AssociationOptions { consequents: Consequents::InRecord, ..all };
    assert_eq!(listed(known), ["two both tea", "", "", ""]);
}

#[test]
fn rules_that_contradict_themselves_are_refused() {
    let refused = |from: &str, to: &str| refused_model(&model().replace(from, to));
    assert!(refused(r#"itemRef="3""#, r#"itemRef="9""#).contains("no item \"9\""));
    assert!(refused(r#"antecedent="ab""#, r#"antecedent="z""#).contains("no itemset \"z\""));
    assert!(refused(r#"value="n=2""#, r#"value="m=2""#).contains("not a field's value"));
    assert!(refused(r#"name="flagTypeTrueValue""#, r#"name="x""#).contains("without flagTypeTrueValue"));
    assert!(
        refused(r#"<MiningField name="n"/>"#, r#"<MiningField name="n" usageType="group"/>"#)
            .contains("transactional")
    );
}
