use super::*;

fn regression(attributes: &str, schema: &str, tables: &str) -> String {
    pmml(&format!("{DATA}<RegressionModel {attributes}>{schema}{tables}</RegressionModel>"))
}

fn near(found: Option<f64>, wanted: f64) {
    assert!((found.unwrap() - wanted).abs() < 1e-15, "{found:?} instead of {wanted}");
}

const TABLE: &str = r#"<RegressionTable intercept="1"><NumericPredictor name="x" exponent="2" coefficient="3"/><PredictorTerm coefficient="-1"><FieldRef field="x"/><FieldRef field="y"/></PredictorTerm></RegressionTable>"#;

#[test]
fn a_table_adds_powers_and_products() {
    let document = regression(r#"functionName="regression""#, AMOUNT_SCHEMA, TABLE);
    let scores = scorer(&document).unwrap().score(&points(&[(2.0, 5.0), (0.0, 1.0)])).unwrap();
    assert_eq!(cells(scores.predicted()), ["3", "1"]);
    let logit = regression(r#"functionName="regression" normalizationMethod="logit""#, AMOUNT_SCHEMA, TABLE);
    let scores = scorer(&logit).unwrap().score(&points(&[(0.0, 1.0)])).unwrap();
    assert_eq!(cells(scores.predicted()), [(1.0 / (1.0 + (-1.0_f64).exp())).to_string()]);
}

#[test]
fn a_missing_category_is_zero_and_a_missing_number_unknown() {
    let schema = r#"<MiningSchema><MiningField name="x"/><MiningField name="s"/><MiningField name="amount" usageType="target"/></MiningSchema>"#;
    let table = r#"<RegressionTable intercept="1"><NumericPredictor name="x" coefficient="1"/><CategoricalPredictor name="s" value="b" coefficient="10"/></RegressionTable>"#;
    let document = regression(r#"functionName="regression""#, schema, table);
    let data = batch([
        ("x", doubles(&[Some(1.0), Some(1.0), Some(1.0), None])),
        ("s", texts(&[Some("b"), Some("a"), None, Some("b")])),
    ]);
    assert_eq!(cells(scorer(&document).unwrap().score(&data).unwrap().predicted()), ["12", "2", "2", "–"]);
}

#[test]
fn classification_normalizes_the_tables() {
    let tables = r#"<RegressionTable targetCategory="yes" intercept="0"><NumericPredictor name="x" coefficient="1"/></RegressionTable><RegressionTable targetCategory="no" intercept="0"/>"#;
    let probability = |method: &str| {
        let attributes = format!(r#"functionName="classification" normalizationMethod="{method}""#);
        let scorer = scorer(&regression(&attributes, SCHEMA, tables)).unwrap();
        assert_eq!(scorer.categories(), ["yes", "no"]);
        let scores = scorer.score(&points(&[(3.0_f64.ln(), 0.0)])).unwrap();
        assert_eq!(cells(scores.predicted()), ["yes"]);
        values(&scores.probabilities()[0])[0]
    };
    near(probability("softmax"), 0.75);
    near(probability("logit"), 0.75);
    near(probability("cauchit"), 0.5 + 3.0_f64.ln().atan() / std::f64::consts::PI);
    near(probability("cloglog"), 1.0 - (-3.0_f64).exp());
    let three = DATA.replace(r#"<Value value="no"/>"#, r#"<Value value="no"/><Value value="maybe"/>"#);
    let more = format!(r#"{tables}<RegressionTable targetCategory="maybe" intercept="0"/>"#);
    let document = regression(r#"functionName="classification" normalizationMethod="probit""#, SCHEMA, &more);
    assert!(refused_model(&document.replace(DATA, &three)).contains("without an order"));
    let ordinal = three.replace(r#"name="class" optype="categorical""#, r#"name="class" optype="ordinal""#);
    let scores = scorer(&document.replace(DATA, &ordinal)).unwrap().score(&points(&[(-1.0, 0.0)])).unwrap();
    near(values(&scores.probabilities()[1])[0], 0.5 - 0.158_655_253_931_457_05);
}

/// Parameters: intercept, x², x·[s = b]; the category "yes" against the reference "no".
fn general(attributes: &str, coefficients: &str) -> String {
    let schema = r#"<MiningSchema><MiningField name="x"/><MiningField name="s"/><MiningField name="class" usageType="target"/></MiningSchema>"#;
    let schema = if attributes.contains("regression\"") {
        schema.replace("class", "amount")
    } else {
        schema.to_owned()
    };
    pmml(&format!(
        r#"{DATA}<GeneralRegressionModel {attributes}>{schema}
          <ParameterList><Parameter name="p0" label="Intercept"/><Parameter name="p1"/><Parameter name="p2"/><Parameter name="p3"/></ParameterList>
          <FactorList><Predictor name="s"/></FactorList><CovariateList><Predictor name="x"/></CovariateList>
          <PPMatrix><PPCell parameterName="p1" predictorName="x" value="2"/><PPCell parameterName="p2" predictorName="x" value="1"/><PPCell parameterName="p2" predictorName="s" value="b"/><PPCell parameterName="p3" predictorName="s" value="a"/></PPMatrix>
          <ParamMatrix>{coefficients}</ParamMatrix></GeneralRegressionModel>"#
    ))
}

fn coefficients(target: &str, betas: [f64; 3]) -> String {
    let cell = |(i, beta): (usize, f64)| {
        format!(r#"<PCell targetCategory="{target}" parameterName="p{i}" beta="{beta}" df="1"/>"#)
    };
    betas.into_iter().enumerate().map(cell).collect()
}

fn data() -> RecordBatch {
    batch([("x", doubles(&[Some(2.0), Some(2.0), None])), ("s", texts(&[Some("a"), Some("b"), Some("a")]))])
}

#[test]
fn parameters_are_products_of_powers_and_categories() {
    let attributes = r#"modelType="regression" functionName="regression""#;
    let scores =
        scorer(&general(attributes, &coefficients("", [1.0, 0.5, 10.0]))).unwrap().score(&data()).unwrap();
    assert_eq!(cells(scores.predicted()), ["3", "23", "–"]);
    let link = r#"modelType="generalizedLinear" functionName="regression" linkFunction="log" distribution="poisson" offsetValue="0""#;
    let scores = scorer(&general(link, &coefficients("", [1.0, 0.0, 0.0]))).unwrap().score(&data()).unwrap();
    assert_eq!(cells(scores.predicted())[0], 1.0_f64.exp().to_string());
}

#[test]
fn logistic_probabilities_compare_categories_with_the_reference() {
    let attributes =
        r#"modelType="multinomialLogistic" functionName="classification" targetReferenceCategory="no""#;
    let scorer = scorer(&general(attributes, &coefficients("yes", [0.0, 0.0, 3.0_f64.ln() / 2.0]))).unwrap();
    let scores = scorer.score(&data()).unwrap();
    assert_eq!(scorer.categories(), ["yes", "no"]);
    near(values(&scores.probabilities()[0])[0], 0.5);
    near(values(&scores.probabilities()[0])[1], 0.75);
    assert_eq!(cells(scores.predicted()), ["yes", "yes", "–"]);
    assert_eq!(values(&scores.probabilities()[0])[2], None);
}

#[test]
fn ordinal_probabilities_are_differences_of_cumulative_ones() {
    let attributes = r#"modelType="ordinalMultinomial" functionName="classification" cumulativeLink="logit""#;
    let cells = format!(
        r#"<PCell targetCategory="yes" parameterName="p0" beta="{}"/><PCell parameterName="p1" beta="0.25"/>"#,
        -1.0
    );
    let scores = scorer(&general(attributes, &cells)).unwrap().score(&data()).unwrap();
    near(values(&scores.probabilities()[0])[0], 0.5);
    near(values(&scores.probabilities()[1])[0], 0.5);
}

#[test]
fn a_binomial_model_gives_one_category_the_mean() {
    let attributes = r#"modelType="generalizedLinear" functionName="classification" linkFunction="probit" distribution="binomial" targetReferenceCategory="no""#;
    let scores =
        scorer(&general(attributes, &coefficients("", [1.0, 0.0, 0.0]))).unwrap().score(&data()).unwrap();
    near(values(&scores.probabilities()[0])[0], 0.841_344_746_068_542_9);
}

#[test]
fn unsupported_general_regressions_are_refused_by_name() {
    let cells = coefficients("yes", [1.0, 0.0, 0.0]);
    let refused = |attributes: &str| refused_model(&general(attributes, &cells));
    assert!(refused(r#"modelType="CoxRegression" functionName="regression""#).contains("CoxRegression"));
    let link = r#"modelType="generalizedLinear" functionName="regression" linkFunction="inverse""#;
    assert!(refused(link).contains("linkFunction=\"inverse\""));
    let power = r#"modelType="generalizedLinear" functionName="regression" linkFunction="power""#;
    assert!(refused(power).contains("linkParameter"));
    let document = general(r#"modelType="regression" functionName="regression""#, &cells);
    assert!(
        refused_model(&document.replace(r#"parameterName="p2" beta"#, r#"parameterName="p9" beta"#))
            .contains("no parameter \"p9\"")
    );
    assert!(
        refused_model(
            &document.replace(r#"predictorName="x" value="2""#, r#"predictorName="x" value="two""#)
        )
        .contains("not a power")
    );
}

pub(super) fn samples() -> Vec<String> {
    let logistic =
        r#"modelType="multinomialLogistic" functionName="classification" targetReferenceCategory="no""#;
    let tables = r#"<RegressionTable targetCategory="yes" intercept="0"><NumericPredictor name="x" coefficient="1"/></RegressionTable><RegressionTable targetCategory="no" intercept="0"/>"#;
    vec![
        regression(r#"functionName="regression""#, AMOUNT_SCHEMA, TABLE),
        regression(r#"functionName="classification" normalizationMethod="softmax""#, SCHEMA, tables),
        general(logistic, &coefficients("yes", [0.0, 0.0, 1.0])),
        general(r#"modelType="regression" functionName="regression""#, &coefficients("", [1.0, 0.5, 10.0])),
    ]
}
