use super::*;

/// A model over x and y with support vectors (1, 0) and (0, 2).
fn model(attributes: &str, schema: &str, kernel: &str, machines: &str) -> String {
    pmml(&format!(
        r#"{DATA}<SupportVectorMachineModel {attributes}>{schema}{kernel}
          <VectorDictionary numberOfVectors="2">
            <VectorFields numberOfFields="2"><FieldRef field="x"/><FieldRef field="y"/></VectorFields>
            <VectorInstance id="v1"><REAL-SparseArray n="2"><Indices>1</Indices><REAL-Entries>1</REAL-Entries></REAL-SparseArray></VectorInstance>
            <VectorInstance id="v2"><Array n="2" type="real">0 2</Array></VectorInstance>
          </VectorDictionary>{machines}</SupportVectorMachineModel>"#
    ))
}

/// A machine with αᵢ and b.
fn machine(attributes: &str, extension: &str, alphas: [f64; 2], b: f64) -> String {
    let [first, second] = alphas;
    format!(
        r#"<SupportVectorMachine {attributes}>{extension}
          <SupportVectors numberOfSupportVectors="2" numberOfAttributes="2"><SupportVector vectorId="v1"/><SupportVector vectorId="v2"/></SupportVectors>
          <Coefficients numberOfCoefficients="2" absoluteValue="{b}"><Coefficient value="{first}"/><Coefficient value="{second}"/></Coefficients>
        </SupportVectorMachine>"#
    )
}

const LINEAR: &str = "<LinearKernelType/>";
const REGRESSION: &str = r#"functionName="regression""#;
const CLASSES: &str = r#"targetCategory="yes" alternateTargetCategory="no""#;

/// f at (3, 5), where ⟨x, v1⟩ = 3, ⟨x, v2⟩ = 10, ‖x − v1‖² = 29, ‖x − v2‖² = 18.
fn decision(kernel: &str) -> f64 {
    let document = model(REGRESSION, AMOUNT_SCHEMA, kernel, &machine("", "", [2.0, -1.0], 0.5));
    let scores = scorer(&document).unwrap().score(&points(&[(3.0, 5.0)])).unwrap();
    assert!(scores.probabilities().is_empty() && scores.confidence().is_none());
    cells(scores.predicted())[0].parse().unwrap()
}

#[test]
fn every_kernel_gives_the_sum_of_the_specification() {
    assert_eq!(decision(LINEAR), 2.0 * 3.0 - 10.0 + 0.5);
    let polynomial = r#"<PolynomialKernelType gamma="0.5" coef0="1" degree="2"/>"#;
    assert_eq!(decision(polynomial), 2.0 * 2.5_f64.powf(2.0) - 6.0_f64.powf(2.0) + 0.5);
    assert_eq!(decision("<PolynomialKernelType/>"), 2.0 * 4.0 - 11.0 + 0.5, "the defaults are all 1");
    let radial = r#"<RadialBasisKernelType gamma="0.1"/>"#;
    assert_eq!(decision(radial), 2.0 * (-0.1 * 29.0_f64).exp() - (-0.1 * 18.0_f64).exp() + 0.5);
    let sigmoid = r#"<SigmoidKernelType gamma="0.1" coef0="-0.5"/>"#;
    assert_eq!(decision(sigmoid), 2.0 * (0.1 * 3.0 - 0.5_f64).tanh() - (0.1 * 10.0 - 0.5_f64).tanh() + 0.5);
}

#[test]
fn unknown_kernels_are_refused_by_name() {
    let document =
        model(REGRESSION, AMOUNT_SCHEMA, "<WaveletKernelType/>", &machine("", "", [1.0, 1.0], 0.0));
    insta::assert_snapshot!(refused_model(&document), @"PMML/SupportVectorMachineModel (line 7, column 20): element WaveletKernelType (line 8) is not supported");
}

#[test]
fn coefficients_stand_for_a_linear_machine() {
    let machine = r#"<SupportVectorMachine><Coefficients absoluteValue="-1"><Coefficient value="2"/><Coefficient value="3"/></Coefficients></SupportVectorMachine>"#;
    let attributes = r#"functionName="regression" svmRepresentation="Coefficients""#;
    let document = model(attributes, AMOUNT_SCHEMA, LINEAR, machine);
    let scores = scorer(&document).unwrap().score(&points(&[(10.0, 100.0), (0.0, 0.0)])).unwrap();
    assert_eq!(cells(scores.predicted()), ["319", "-1"]);
    let radial = model(attributes, AMOUNT_SCHEMA, r#"<RadialBasisKernelType gamma="1"/>"#, machine);
    insta::assert_snapshot!(refused_model(&radial), @"PMML/SupportVectorMachineModel (line 7, column 20): coefficients with a kernel that is not linear");
}

#[test]
fn the_threshold_divides_two_categories() {
    // f = x + 1 over v1 alone.
    let classes = |attributes: &str, own: &str| {
        let attributes = format!(r#"functionName="classification" {attributes}"#);
        let machine = machine(&format!("{CLASSES} {own}"), "", [1.0, 0.0], 1.0);
        let scorer = scorer(&model(&attributes, SCHEMA, LINEAR, &machine)).unwrap();
        assert_eq!(scorer.categories(), ["yes", "no"]);
        let scores = scorer.score(&points(&[(-2.0, 0.0), (-1.0, 0.0), (0.0, 0.0), (2.0, 0.0)])).unwrap();
        assert_eq!(values(&scores.decisions()[0]), [Some(-1.0), Some(0.0), Some(1.0), Some(3.0)]);
        cells(scores.predicted()).join(" ")
    };
    // PMML: below the threshold the target category, unless maxWins is set.
    assert_eq!(classes("", ""), "yes no no no");
    assert_eq!(classes(r#"maxWins="true""#, ""), "no no yes yes");
    assert_eq!(classes(r#"maxWins="true" threshold="1""#, ""), "no no no yes");
    assert_eq!(classes(r#"threshold="1""#, r#"threshold="2""#), "yes yes yes no");
}

#[test]
fn ibm_s_parameters_make_a_probability_that_decides() {
    let platt = r#"<Extension extender="spss.com"><ResponseCategory Response="yes" NonResponse="no"/><ProbabilityParameter paramA="-2" paramB="1"/></Extension>"#;
    let machine = machine(CLASSES, platt, [1.0, 0.0], 0.0);
    let document = model(r#"functionName="classification""#, SCHEMA, LINEAR, &machine);
    let scores = scorer(&document).unwrap().score(&points(&[(2.0, 0.0), (0.5, 0.0), (0.25, 0.0)])).unwrap();
    assert_eq!(cells(scores.predicted()), ["yes", "yes", "no"]);
    let p = |f: f64| 1.0 / (1.0 + (-2.0 * f + 1.0).exp());
    assert_eq!(values(&scores.probabilities()[0]), [Some(p(2.0)), Some(0.5), Some(p(0.25))]);
    assert_eq!(values(&scores.probabilities()[1]), [Some(1.0 - p(2.0)), Some(0.5), Some(1.0 - p(0.25))]);
    assert_eq!(values(scores.confidence().unwrap()), [Some(p(2.0)), Some(0.5), Some(1.0 - p(0.25))]);
    let swapped =
        document.replace(r#"Response="yes" NonResponse="no""#, r#"Response="no" NonResponse="yes""#);
    insta::assert_snapshot!(refused_model(&swapped), @"PMML/SupportVectorMachineModel/SupportVectorMachine[1] (line 13, column 30): a ResponseCategory other than the target category is not supported");
}

#[test]
fn what_ibm_leaves_open_is_refused() {
    let machine_of_two = machine(CLASSES, "", [1.0, 0.0], 0.0);
    let document = model(r#"functionName="classification""#, SCHEMA, LINEAR, &machine_of_two);
    assert!(scorer(&document).is_ok(), "PMML says how to read it");
    let ibm = document.replace("<Header/>", r#"<Header><Application name="IBM SPSS Modeler"/></Header>"#);
    insta::assert_snapshot!(refused_model(&ibm), @"PMML/SupportVectorMachineModel/SupportVectorMachine[1] (line 13, column 30): an SPSS classification without ProbabilityParameter and maxWins (IBM does not document which sign means the target category) is not supported");
    let platt = r#"<Extension><ResponseCategory Response="a" NonResponse="b"/><ProbabilityParameter paramA="-2" paramB="1"/></Extension>"#;
    let categories = r#"targetCategory="a" alternateTargetCategory="b""#;
    let machines = machine(categories, platt, [1.0, 0.0], 0.0).repeat(3);
    let attributes = r#"functionName="classification" classificationMethod="OneAgainstOne""#;
    insta::assert_snapshot!(refused_model(&model(attributes, SCHEMA, LINEAR, &machines)), @"PMML/SupportVectorMachineModel/SupportVectorMachine[1] (line 13, column 30): ProbabilityParameter in a model of several machines (IBM does not document how they are coupled) is not supported");
}

#[test]
fn one_against_all_takes_the_extreme_machine() {
    // f = x, f = 2y, f = 1.
    let machines = [
        machine(r#"targetCategory="a""#, "", [1.0, 0.0], 0.0),
        machine(r#"targetCategory="b""#, "", [0.0, 1.0], 0.0),
        machine(r#"targetCategory="c""#, "", [0.0, 0.0], 1.0),
    ]
    .concat();
    let winners = |attributes: &str| {
        let attributes = format!(r#"functionName="classification" {attributes}"#);
        let scorer = scorer(&model(&attributes, SCHEMA, LINEAR, &machines)).unwrap();
        assert_eq!(scorer.categories(), ["a", "b", "c"]);
        let scores = scorer.score(&points(&[(3.0, 1.0), (0.0, 4.0), (0.0, 0.0), (2.0, 1.0)])).unwrap();
        cells(scores.predicted()).join(" ")
    };
    // In the last row a and b have 2 each: the first wins.
    assert_eq!(winners(r#"maxWins="true""#), "a b c a");
    assert_eq!(winners(""), "c a a c");
}

#[test]
fn one_against_one_takes_most_votes() {
    // a beats b where x > 0, b beats c where y > 0, a beats c where x > 1.
    let machines = [
        machine(r#"targetCategory="a" alternateTargetCategory="b""#, "", [1.0, 0.0], 0.0),
        machine(r#"targetCategory="b" alternateTargetCategory="c""#, "", [0.0, 1.0], 0.0),
        machine(r#"targetCategory="a" alternateTargetCategory="c" threshold="1""#, "", [1.0, 0.0], 0.0),
    ]
    .concat();
    let attributes = r#"functionName="classification" classificationMethod="OneAgainstOne" maxWins="true""#;
    let scorer = scorer(&model(attributes, SCHEMA, LINEAR, &machines)).unwrap();
    let rows = points(&[(2.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (0.5, 1.0)]);
    // In the last row each has one vote: the first wins.
    assert_eq!(cells(scorer.score(&rows).unwrap().predicted()), ["a", "b", "c", "a"]);
}

#[test]
fn a_category_can_be_a_coordinate() {
    let category = r#"<CategoricalPredictor name="s" value="b" coefficient="1"/></VectorFields>"#;
    let document = model(REGRESSION, AMOUNT_SCHEMA, LINEAR, &machine("", "", [1.0, 10.0], 0.0))
        .replace(r#"<FieldRef field="y"/></VectorFields>"#, category)
        .replace(r#"<MiningField name="y"/>"#, r#"<MiningField name="s"/>"#);
    let data = batch([("x", doubles(&[Some(1.0); 3])), ("s", texts(&[Some("a"), Some("b"), None]))]);
    assert_eq!(cells(scorer(&document).unwrap().score(&data).unwrap().predicted()), ["1", "21", "–"]);
}

#[test]
fn documents_that_contradict_themselves_are_refused() {
    let good = model(REGRESSION, AMOUNT_SCHEMA, LINEAR, &machine("", "", [1.0, 1.0], 0.0));
    let mut reasons = String::new();
    for (old, new) in [
        (r#"numberOfVectors="2""#, r#"numberOfVectors="3""#),
        (r#"numberOfFields="2""#, r#"numberOfFields="1""#),
        (r#"vectorId="v2""#, r#"vectorId="v3""#),
        ("<Indices>1<", "<Indices>3<"),
        ("<Indices>1<", "<Indices>1 2<"),
        (">0 2<", ">0 two<"),
        (r#"n="2" type="real""#, r#"n="3" type="real""#),
        (r#"<Coefficient value="1"/></"#, "</"),
        (r#"<Coefficient value="1"/></"#, r#"<Coefficient value="NaN"/></"#),
        (r#"name="amount" usageType="predicted""#, r#"name="amount""#),
        (r#"<FieldRef field="y"/>"#, r#"<FieldRef field="s"/>"#),
        (r#"functionName="regression""#, r#"functionName="regression" isScorable="false""#),
        ("<LinearKernelType/>", "<Taxonomy/><LinearKernelType/>"),
    ] {
        assert!(good.contains(old), "{old}");
        reasons += &format!("{}\n", refused_model(&good.replacen(old, new, 1)));
    }
    insta::assert_snapshot!(reasons, @r#"
    PMML/SupportVectorMachineModel/VectorDictionary (line 9, column 11): 2 vectors instead of 3
    PMML/SupportVectorMachineModel/VectorDictionary/VectorFields (line 10, column 13): 2 fields instead of 1
    PMML/SupportVectorMachineModel/SupportVectorMachine[1]/SupportVectors/SupportVector[2] (line 14, column 107): no vector "v3"
    PMML/SupportVectorMachineModel/VectorDictionary/VectorInstance[1]/REAL-SparseArray/Indices (line 11, column 61): index 3 of 2
    PMML/SupportVectorMachineModel/VectorDictionary/VectorInstance[1]/REAL-SparseArray/REAL-Entries (line 11, column 83): fewer entries than indices
    PMML/SupportVectorMachineModel/VectorDictionary/VectorInstance[2]/Array (line 12, column 37): "two" is not a number of the right kind
    PMML/SupportVectorMachineModel/VectorDictionary/VectorInstance[2]/Array (line 12, column 37): 3 numbers instead of 2
    PMML/SupportVectorMachineModel/SupportVectorMachine[1]/Coefficients (line 15, column 11): 1 coefficients for 2 support vectors
    PMML/SupportVectorMachineModel/SupportVectorMachine[1]/Coefficients/Coefficient[2] (line 15, column 92): value="NaN" is not a number
    PMML/SupportVectorMachineModel (line 7, column 20): no target among the mining fields
    PMML/SupportVectorMachineModel (line 7, column 20): no field "s" among the active and derived ones
    PMML/SupportVectorMachineModel (line 7, column 20): isScorable="false" is not supported
    PMML/SupportVectorMachineModel (line 7, column 20): element Taxonomy (line 8) is not supported
    "#);
}

#[test]
fn many_vectors_add_up_as_in_a_plain_loop() {
    let (vectors, fields, rows) = (1_000, 13, 150);
    // A fixed sequence of numbers in 0..1, because there are no data.
    let mut state = 1_u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let support: Vec<Vec<f64>> = (0..vectors).map(|_| (0..fields).map(|_| draw()).collect()).collect();
    let alphas: Vec<f64> = (0..vectors).map(|_| 20.0 * draw() - 10.0).collect();
    let columns: Vec<Vec<f64>> = (0..fields).map(|_| (0..rows).map(|_| draw()).collect()).collect();
    let list = |all: &[f64]| all.iter().map(f64::to_string).collect::<Vec<_>>().join(" ");
    let each = |n: usize, f: &dyn Fn(usize) -> String| (0..n).map(f).collect::<String>();
    let array = |i: usize| format!(r#"<Array type="real">{}</Array>"#, list(&support[i]));
    let document = pmml(&format!(
        r#"<DataDictionary>{}<DataField name="t" optype="continuous" dataType="double"/></DataDictionary>
        <SupportVectorMachineModel functionName="regression"><MiningSchema>{}<MiningField name="t" usageType="target"/></MiningSchema>
        <RadialBasisKernelType gamma="0.7"/><VectorDictionary><VectorFields>{}</VectorFields>{}</VectorDictionary>
        <SupportVectorMachine><SupportVectors>{}</SupportVectors><Coefficients absoluteValue="0.25">{}</Coefficients></SupportVectorMachine></SupportVectorMachineModel>"#,
        each(fields, &|i| format!(r#"<DataField name="f{i}" optype="continuous" dataType="double"/>"#)),
        each(fields, &|i| format!(r#"<MiningField name="f{i}"/>"#)),
        each(fields, &|i| format!(r#"<FieldRef field="f{i}"/>"#)),
        each(vectors, &|i| format!(r#"<VectorInstance id="{i}">{}</VectorInstance>"#, array(i))),
        each(vectors, &|i| format!(r#"<SupportVector vectorId="{i}"/>"#)),
        each(vectors, &|i| format!(r#"<Coefficient value="{}"/>"#, alphas[i])),
    ));
    let arrays: Vec<ArrayRef> =
        columns.iter().map(|c| Arc::new(Float64Array::from(c.clone())) as ArrayRef).collect();
    let scores = scorer(&document).unwrap().score_columns(rows, &arrays).unwrap();
    let found = cells(scores.predicted());
    for row in 0..rows {
        let mut sum = 0.0;
        for (vector, alpha) in support.iter().zip(&alphas) {
            let mut distance = 0.0;
            for (column, s) in columns.iter().zip(vector) {
                distance += (column[row] - s) * (column[row] - s);
            }
            sum += alpha * (-0.7 * distance).exp();
        }
        assert_eq!(found[row], (sum + 0.25).to_string(), "row {row}: not a digit may differ");
    }
}
