use super::*;

/// x ≤ 0: yes (3 of 4), otherwise no (9 of 10), with outputs and more.
fn tree(more: &str) -> String {
    let node = |id: &str, score: &str, operator: &str, yes: f64, no: f64| {
        format!(
            r#"<Node id="{id}" score="{score}"><SimplePredicate field="x" operator="{operator}" value="0"/><ScoreDistribution value="yes" recordCount="{yes}"/><ScoreDistribution value="no" recordCount="{no}"/></Node>"#
        )
    };
    let nodes =
        [node("1", "yes", "lessOrEqual", 3.0, 1.0), node("22", "no", "greaterThan", 1.0, 9.0)].concat();
    pmml(&format!(
        r#"{DATA}<TreeModel functionName="classification">{SCHEMA}{more}<Node id="0" score="no"><True/>{nodes}</Node></TreeModel>"#
    ))
}

fn outputs(fields: &str) -> Result<Vec<(String, String)>, PmmlError> {
    let scorer = scorer(&tree(&format!("<Output>{fields}</Output>")))?;
    let scores = scorer.score(&points(&[(0.0, 1.0), (1.0, 2.0)]))?;
    let cells = scores.outputs().iter().map(|column| cells(column).join(" "));
    Ok(scorer.outputs().iter().map(|output| output.name.clone()).zip(cells).collect())
}

fn output(attributes: &str) -> String {
    let all = outputs(&format!(r#"<OutputField name="o" {attributes}/>"#)).unwrap();
    all[0].1.clone()
}

#[test]
fn outputs_have_the_values_of_their_feature() {
    assert_eq!(output(r#"feature="predictedValue""#), "yes no");
    assert_eq!(output(""), "yes no", "without a feature it is the predicted value");
    assert_eq!(output(r#"feature="probability""#), "0.75 0.9");
    assert_eq!(output(r#"feature="probability" value="yes""#), "0.75 0.1");
    assert_eq!(output(r#"feature="probability" rank="2""#), "0.25 0.1");
    assert_eq!(output(r#"feature="predictedValue" rank="2""#), "no yes");
    assert_eq!(output(r#"feature="entityId""#), "1 22");
    assert_eq!(output(r#"feature="entityId" dataType="integer""#), "1 22");
}

#[test]
fn outputs_may_be_computed_from_earlier_ones_and_inputs() {
    let fields = r#"<OutputField name="p" feature="probability"/>
        <OutputField name="q" feature="transformedValue" dataType="double"><Apply function="+"><FieldRef field="p"/><FieldRef field="y"/></Apply></OutputField>
        <OutputField name="act" feature="decision" dataType="string"><Decisions><Decision value="go"/></Decisions><Apply function="if"><Apply function="greaterThan"><FieldRef field="q"/><Constant>2</Constant></Apply><Constant>go</Constant><Constant>stop</Constant></Apply></OutputField>"#;
    let found = outputs(fields).unwrap();
    assert_eq!(found[1].1, "1.75 2.9");
    assert_eq!(found[2].1, "stop go");
}

#[test]
fn features_that_the_model_does_not_have_are_refused_by_name() {
    for feature in ["residual", "affinity", "report", "reasonCode", "standardError"] {
        let refused =
            outputs(&format!(r#"<OutputField name="o" feature="{feature}"/>"#)).unwrap_err().to_string();
        assert!(refused.contains(&format!("feature={feature:?}")), "{refused}");
    }
    assert!(outputs(r#"<OutputField name="o" feature="probability" value="maybe"/>"#).is_err());
    let document =
        Document::parse(tree(r#"<Output><OutputField name="o" feature="residual"/></Output>"#).as_bytes())
            .unwrap();
    let options = Options { outputs: false, ..Options::default() };
    assert!(Scorer::compile(&document, &options).is_ok());
}

#[test]
fn targets_show_priors_where_there_is_no_prediction() {
    let targets = r#"<Targets><Target field="class"><TargetValue value="yes" displayValue="Oui" priorProbability="0.3"/><TargetValue value="no" priorProbability="0.7"/></Target></Targets><Output><OutputField name="o" feature="predictedDisplayValue"/></Output>"#;
    let scorer = scorer(&tree(targets)).unwrap();
    let data = batch([("x", doubles(&[Some(0.0), None])), ("y", doubles(&[None, None]))]);
    let scores = scorer.score(&data).unwrap();
    assert_eq!(cells(scores.predicted()), ["yes", "no"]);
    assert_eq!(values(scores.probability().unwrap()), [Some(0.75), Some(0.7)]);
    assert_eq!(cells(&scores.outputs()[0]), ["Oui", "no"]);
}

#[test]
fn targets_bound_rescale_and_round_numbers() {
    let model = |targets: &str| {
        pmml(&format!(
            r#"{DATA}<RegressionModel functionName="regression">{AMOUNT_SCHEMA}<Targets><Target field="amount" {targets}/></Targets><RegressionTable><NumericPredictor name="x" coefficient="1"/></RegressionTable></RegressionModel>"#
        ))
    };
    let score = |targets: &str| {
        let scores =
            scorer(&model(targets)).unwrap().score(&points(&[(-3.25, 0.0), (2.5, 0.0), (8.0, 0.0)])).unwrap();
        cells(scores.predicted()).join(" ")
    };
    assert_eq!(score(r#"min="0" max="5""#), "0 2.5 5");
    assert_eq!(score(r#"rescaleFactor="2" rescaleConstant="1""#), "-5.5 6 17");
    assert_eq!(score(r#"castInteger="round""#), "-3 3 8");
    assert_eq!(score(r#"castInteger="floor""#), "-4 2 8");
    assert_eq!(score(r#"castInteger="ceiling" max="5" rescaleFactor="0.5""#), "-1 2 3");
    let with = r#"<Target field="amount"><TargetValue defaultValue="42"/></Target>"#;
    let document = model("").replace(r#"<Target field="amount" />"#, with);
    let data = batch([("x", doubles(&[None])), ("y", doubles(&[None]))]);
    assert_eq!(cells(scorer(&document).unwrap().score(&data).unwrap().predicted()), ["42"]);
}

#[test]
fn verification_records_are_checked_when_a_model_is_compiled() {
    let verified = |expected: &str, probability: &str| {
        let more = format!(
            r#"<Output><OutputField name="p" feature="probability"/></Output><ModelVerification recordCount="2"><VerificationFields><VerificationField field="x"/><VerificationField field="class"/><VerificationField field="p" column="prob" precision="1e-3"/></VerificationFields><InlineTable><row><x>0</x><class>yes</class><prob>0.75</prob></row><row><x>1</x><class>{expected}</class><prob>{probability}</prob></row></InlineTable></ModelVerification>"#
        );
        scorer(&tree(&more)).map(|_| ())
    };
    assert_eq!(verified("no", "0.9003"), Ok(()));
    let wrong = verified("yes", "0.9").unwrap_err().to_string();
    assert!(wrong.contains("record 2 gives no for \"class\", but the document states yes"), "{wrong}");
    assert!(verified("no", "0.91").unwrap_err().to_string().contains("gives 0.9 for \"p\""));
}

pub(super) fn samples() -> Vec<String> {
    let outputs = r#"<Output><OutputField name="p" feature="probability" rank="2"/><OutputField name="e" feature="entityId"/></Output><Targets><Target field="class"><TargetValue value="yes" priorProbability="0.3"/></Target></Targets>"#;
    vec![tree(outputs)]
}

#[test]
fn documents_that_ask_for_too_much_are_refused() {
    let field = r#"<OutputField name="o" feature="entityId"/>"#;
    let many = tree(&format!("<Output>{}</Output>", field.repeat(1_001)));
    assert!(refused_model(&many).contains("more than 1000 output fields"), "{}", refused_model(&many));
    let values: String = (0..2_100).map(|i| format!(r#"<Value value="v{i}"/>"#)).collect();
    let categories = tree("").replace(r#"<Value value="yes"/><Value value="no"/>"#, &values);
    assert!(refused_model(&categories).contains("more than 2000 categories"));
    let wide: String = (0..1_990).map(|i| format!(r#"<Value value="v{i}"/>"#)).collect();
    let node = r#"<Node score="yes"><False/></Node>"#.repeat(5_000);
    let large = tree("")
        .replace(r#"<Value value="yes"/><Value value="no"/>"#, &wide)
        .replace("</Node></TreeModel>", &format!("{node}</Node></TreeModel>"));
    assert!(refused_model(&large).contains("numbers in all models"), "{}", refused_model(&large));
    let cluster = r#"<Cluster><Array n="1" type="real">0</Array></Cluster>"#.repeat(20_001);
    let clusters = format!(
        r#"{DATA}<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="20001"><MiningSchema><MiningField name="x"/></MiningSchema><ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure><ClusteringField field="x"/>{cluster}</ClusteringModel>"#
    );
    assert!(refused_model(&pmml(&clusters)).contains("numbers per row"));
}
