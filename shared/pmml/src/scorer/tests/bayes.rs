use super::*;

fn naive(content: &str) -> String {
    pmml(&format!(
        r#"{DATA}<NaiveBayesModel functionName="classification" threshold="0.001">
          <MiningSchema><MiningField name="x"/><MiningField name="s"/><MiningField name="class" usageType="target"/></MiningSchema>
          <BayesInputs>{content}</BayesInputs>
          <BayesOutput fieldName="class"><TargetValueCounts><TargetValueCount value="yes" count="60"/><TargetValueCount value="no" count="40"/></TargetValueCounts></BayesOutput></NaiveBayesModel>"#
    ))
}

fn counts(value: &str, yes: f64, no: f64) -> String {
    format!(
        r#"<PairCounts value="{value}"><TargetValueCounts><TargetValueCount value="yes" count="{yes}"/><TargetValueCount value="no" count="{no}"/></TargetValueCounts></PairCounts>"#
    )
}

fn input() -> String {
    format!(r#"<BayesInput fieldName="s">{}{}</BayesInput>"#, counts("a", 50.0, 10.0), counts("b", 0.0, 30.0))
}

fn probability(document: &str, s: Option<&str>, x: Option<f64>) -> f64 {
    let data = batch([("x", doubles(&[x])), ("s", texts(&[s]))]);
    scorer(document).unwrap().score(&data).unwrap().probabilities()[0].value(0)
}

#[test]
fn counts_multiply_and_zero_counts_become_the_threshold() {
    let document = naive(&input());
    let near = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-15, "{found} {wanted}");
    // 60 · 50/50 against 40 · 10/40.
    near(probability(&document, Some("a"), None), 60.0 / 70.0);
    // 60 · 0.001 against 40 · 30/40.
    near(probability(&document, Some("b"), None), 0.06 / 30.06);
    near(probability(&document, None, None), 0.6);
}

#[test]
fn numbers_have_a_distribution_or_are_made_discrete() {
    let gauss = |value: &str, mean: f64| {
        format!(
            r#"<TargetValueStat value="{value}"><GaussianDistribution mean="{mean}" variance="1"/></TargetValueStat>"#
        )
    };
    let stats = format!(
        r#"<BayesInput fieldName="x"><TargetValueStats>{}{}</TargetValueStats></BayesInput>"#,
        gauss("yes", 0.0),
        gauss("no", 1.0)
    );
    let (yes, no) = (60.0, 40.0 * (-0.5_f64).exp());
    assert!((probability(&naive(&stats), None, Some(0.0)) - yes / (yes + no)).abs() < 1e-14);
    let bin = |value: &str, interval: &str| {
        format!(r#"<DiscretizeBin binValue="{value}"><Interval {interval}/></DiscretizeBin>"#)
    };
    let derived = format!(
        r#"<BayesInput fieldName="x"><DerivedField optype="categorical" dataType="string"><Discretize field="x">{}{}</Discretize></DerivedField>{}{}</BayesInput>"#,
        bin("low", r#"closure="openOpen" rightMargin="5""#),
        bin("high", r#"closure="closedOpen" leftMargin="5""#),
        counts("low", 30.0, 10.0),
        counts("high", 30.0, 30.0)
    );
    assert!((probability(&naive(&derived), None, Some(7.0)) - 30.0 / 60.0).abs() < 1e-15);
}

/// IBM's element: class → s, and class, s → x in two bins.
fn network() -> String {
    let table = |field: &str, parents: usize, names: &str, rows: &[&str]| {
        let rows: String = rows.iter().map(|row| format!(r#"<row totalN="9">{row}</row>"#)).collect();
        format!(
            r#"<ConditionalTable fieldName="{field}" parentsNumber="{parents}"><names>{names}</names>{rows}</ConditionalTable>"#
        )
    };
    let tables = [
        table("class", 0, "yes; no", &["0.6; 0.4"]),
        table("s", 1, "class; a; b", &["yes; 0.5; 0.5", "no; 0.25; 0.75"]),
        table("xBins", 2, "class; s; 0; 1", &["yes; a; 0.1; 0.9", "no; a; 0.8; 0.2", "yes; b; 0.5; 0.5"]),
    ]
    .concat();
    pmml(&format!(
        r#"<MiningBuildTask><Extension extender="spss.com"><BayesNetSettings><BayesNetFields><BayesNetField name="class" role="target"/></BayesNetFields></BayesNetSettings></Extension></MiningBuildTask>{DATA}
        <TransformationDictionary><DerivedField name="xBins" optype="continuous" dataType="double"><Discretize field="x"><DiscretizeBin binValue="0"><Interval closure="openClosed" rightMargin="5"/></DiscretizeBin><DiscretizeBin binValue="1"><Interval closure="openOpen" leftMargin="5"/></DiscretizeBin></Discretize></DerivedField></TransformationDictionary>
        <Extension extender="spss.com" name="SPSS Models"><BayesNetModel modelName="b" functionName="classification"><LinkSource/><ConditionalTables>{tables}</ConditionalTables>
        <MiningSchema><MiningField name="class" usageType="predicted"/><MiningField name="x" usageType="active"/><MiningField name="s" usageType="active"/></MiningSchema></BayesNetModel></Extension>"#
    ))
}

#[test]
fn a_bayesian_network_of_ibm_multiplies_its_tables() {
    let document = network();
    let found = probability(&document, Some("a"), Some(9.0));
    assert!((found - 0.27 / (0.27 + 0.02)).abs() < 1e-15, "{found}");
    let data = batch([
        ("x", doubles(&[Some(1.0), None, Some(1.0), Some(1.0)])),
        ("s", texts(&[Some("a"), Some("a"), Some("b"), None])),
    ]);
    let scores = scorer(&document).unwrap().score(&data).unwrap();
    assert_eq!(cells(scores.predicted()), ["no", "–", "–", "–"], "no row, or a missing value, gives nothing");
}

#[test]
fn networks_that_contradict_themselves_are_refused() {
    let refused = |from: &str, to: &str| refused_model(&network().replace(from, to));
    assert!(refused("yes; 0.5; 0.5", "yes; 0.5").contains("2 cells in a row"));
    assert!(refused("yes; 0.5; 0.5", "yes; 0.5; 1.5").contains("not a probability"));
    assert!(refused("yes; 0.5; 0.5", "perhaps; 0.5; 0.5").contains("\"perhaps\" is no category"));
    assert!(refused("yes; a; 0.1", "yes; z; 0.1").contains("\"z\" is no value"));
    assert!(refused(r#"role="target""#, r#"role="input""#).contains("role target"));
}

pub(super) fn samples() -> Vec<String> {
    vec![naive(&input()), network()]
}
