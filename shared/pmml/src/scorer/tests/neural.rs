use super::*;

fn input(id: &str, field: &str) -> String {
    format!(
        r#"<NeuralInput id="{id}"><DerivedField optype="continuous" dataType="double"><FieldRef field="{field}"/></DerivedField></NeuralInput>"#
    )
}

fn neuron(id: &str, attributes: &str, connections: &[(&str, f64)]) -> String {
    let connection = |(from, weight): &(&str, f64)| format!(r#"<Con from="{from}" weight="{weight}"/>"#);
    let connections: String = connections.iter().map(connection).collect();
    format!(r#"<Neuron id="{id}" {attributes}>{connections}</Neuron>"#)
}

fn layer(attributes: &str, neurons: &[String]) -> String {
    format!("<NeuralLayer {attributes}>{}</NeuralLayer>", neurons.concat())
}

fn output(neuron: &str, expression: &str) -> String {
    format!(
        r#"<NeuralOutput outputNeuron="{neuron}"><DerivedField optype="continuous" dataType="double">{expression}</DerivedField></NeuralOutput>"#
    )
}

fn network(attributes: &str, schema: &str, layers: &[String], outputs: &[String]) -> String {
    let inputs = [input("x", "x"), input("y", "y")].concat();
    let (layers, outputs) = (layers.concat(), outputs.concat());
    pmml(&format!(
        r#"{DATA}<NeuralNetwork {attributes}>{schema}<NeuralInputs>{inputs}</NeuralInputs>{layers}<NeuralOutputs>{outputs}</NeuralOutputs></NeuralNetwork>"#
    ))
}

const AMOUNT: &str = r#"<FieldRef field="amount"/>"#;

/// The output for inputs 1 and 2 of one neuron with weights 3 and −0.5; with a bias of 0.25, Z is
/// 2.25.
fn one_neuron(network_attributes: &str, layer_attributes: &str, neuron_attributes: &str) -> f64 {
    let attributes = format!(r#"functionName="regression" {network_attributes}"#);
    let neurons = [neuron("n", neuron_attributes, &[("x", 3.0), ("y", -0.5)])];
    let layers = [layer(layer_attributes, &neurons)];
    let document = network(&attributes, AMOUNT_SCHEMA, &layers, &[output("n", AMOUNT)]);
    let scores = scorer(&document).unwrap().score(&points(&[(1.0, 2.0)])).unwrap();
    cells(scores.predicted())[0].parse().unwrap()
}

#[test]
fn a_neuron_applies_the_function_of_layer_or_network() {
    let bias = r#"bias="0.25""#;
    let identity = r#"activationFunction="identity""#;
    assert_eq!(one_neuron(identity, "", bias), 2.25);
    assert_eq!(one_neuron(identity, r#"activationFunction="tanh""#, bias), 2.25_f64.tanh());
    assert_eq!(one_neuron(r#"activationFunction="square""#, "", ""), 4.0, "without a bias there is none");
    let threshold = r#"activationFunction="threshold" threshold="2""#;
    assert_eq!(one_neuron(threshold, "", bias), 1.0);
    assert_eq!(one_neuron(threshold, r#"threshold="2.25""#, bias), 0.0);
}

#[test]
fn the_radial_basis_measures_the_distance_to_its_weights() {
    // (1 − 3)² + (2 + 0.5)² = 10.25; fan-in 2.
    let z = |width: f64| 10.25 / (2.0 * width * width);
    let radial = r#"activationFunction="radialBasis" width="2" altitude="1.5""#;
    let expected = |altitude: f64, width| (2.0 * altitude.ln() - z(width)).exp();
    assert_eq!(one_neuron(radial, "", ""), expected(1.5, 2.0));
    assert_eq!(one_neuron(radial, r#"width="3""#, ""), expected(1.5, 3.0));
    let (layer, neuron) = (r#"width="3" altitude="2""#, r#"width="4" altitude="0.5""#);
    assert_eq!(one_neuron(radial, layer, neuron), expected(0.5, 4.0));
}

#[test]
fn layers_feed_forward_past_each_other() {
    // h = tanh(x + y); out = 2h + 10x.
    let hidden = layer(r#"activationFunction="tanh""#, &[neuron("h", "", &[("x", 1.0), ("y", 1.0)])]);
    let last = layer("", &[neuron("o", "", &[("h", 2.0), ("x", 10.0)])]);
    let attributes = r#"functionName="regression" activationFunction="identity""#;
    let outputs = [output("o", AMOUNT)];
    let document = network(attributes, AMOUNT_SCHEMA, &[hidden.clone(), last.clone()], &outputs);
    let scores = scorer(&document).unwrap().score(&points(&[(0.5, 0.25), (0.0, 0.0)])).unwrap();
    assert_eq!(cells(scores.predicted()), [(2.0 * 0.75_f64.tanh() + 5.0).to_string(), "0".into()]);
    let backwards = network(attributes, AMOUNT_SCHEMA, &[last, hidden], &outputs);
    insta::assert_snapshot!(refused_model(&backwards), @r#"PMML/NeuralNetwork/NeuralLayer[1]/Neuron[1]/Con[1] (line 8, column 419): no input or earlier neuron "h""#);
}

#[test]
fn a_regression_gives_the_target_before_its_normalization() {
    let points_of = r#"<LinearNorm orig="100" norm="0"/><LinearNorm orig="200" norm="1"/>"#;
    let norm =
        |attributes| format!(r#"<NormContinuous field="amount" {attributes}>{points_of}</NormContinuous>"#);
    let predict = |expression: &str| {
        let layers = [layer("", &[neuron("o", "", &[("x", 1.0)])])];
        let attributes = r#"functionName="regression" activationFunction="identity""#;
        let document = network(attributes, AMOUNT_SCHEMA, &layers, &[output("o", expression)]);
        let scores = scorer(&document)?.score(&points(&[(0.25, 0.0), (1.5, 0.0)]))?;
        Ok::<_, PmmlError>(cells(scores.predicted()))
    };
    assert_eq!(predict(&norm("")).unwrap(), ["125", "250"]);
    assert_eq!(predict(&norm(r#"outliers="asExtremeValues""#)).unwrap(), ["125", "200"]);
    insta::assert_snapshot!(predict(&norm(r#"outliers="asMissingValues""#)).unwrap_err(), @r#"PMML/NeuralNetwork/NeuralOutputs/NeuralOutput[1]/DerivedField (line 8, column 514): outliers="asMissingValues" on the target is not supported"#);
    let power = r#"<Apply function="exp"><FieldRef field="amount"/></Apply>"#;
    insta::assert_snapshot!(predict(power).unwrap_err(), @"PMML/NeuralNetwork/NeuralOutputs/NeuralOutput[1]/DerivedField (line 8, column 514): a number other than by NormContinuous or FieldRef is not supported");
}

/// Outputs "yes" = x and "no" = y.
fn classes(attributes: &str, layer_attributes: &str) -> String {
    let neurons = [neuron("p", "", &[("x", 1.0)]), neuron("q", "", &[("y", 1.0)])];
    let category = |value: &str| format!(r#"<NormDiscrete field="class" value="{value}"/>"#);
    let attributes = format!(r#"functionName="classification" activationFunction="identity" {attributes}"#);
    let outputs = [output("p", &category("yes")), output("q", &category("no"))];
    network(&attributes, SCHEMA, &[layer(layer_attributes, &neurons)], &outputs)
}

#[test]
fn the_largest_output_wins_and_softmax_gives_probabilities() {
    let scorer = scorer(&classes("", r#"normalizationMethod="softmax""#)).unwrap();
    assert_eq!(scorer.categories(), ["yes", "no"]);
    assert!(scorer.has_probabilities());
    let scores = scorer.score(&points(&[(3.0_f64.ln(), 0.0), (-1.0, 1.0)])).unwrap();
    assert_eq!(cells(scores.predicted()), ["yes", "no"]);
    assert!((scores.probabilities()[0].value(0) - 0.75).abs() < 1e-15);
    assert!((scores.confidence().unwrap().value(1) - 1.0 / (1.0 + (-2.0_f64).exp())).abs() < 1e-15);
}

#[test]
fn outputs_that_are_not_normalized_are_no_probabilities() {
    let scorer = scorer(&classes("", "")).unwrap();
    assert!(!scorer.has_probabilities());
    let scores = scorer.score(&points(&[(0.25, 0.75)])).unwrap();
    assert_eq!(cells(scores.predicted()), ["no"]);
    assert!(scores.probabilities().is_empty() && scores.confidence().is_none());
    assert_eq!(values(&scores.decisions()[1]), [Some(0.75)]);
}

#[test]
fn the_networks_normalization_counts_for_the_last_layer() {
    assert!(scorer(&classes(r#"normalizationMethod="simplemax""#, "")).unwrap().has_probabilities());
    let first = format!("{}<NeuralLayer", layer("", &[neuron("h", "", &[("x", 1.0)])]));
    let hidden = classes(r#"normalizationMethod="softmax""#, "").replacen("<NeuralLayer", &first, 1);
    insta::assert_snapshot!(refused_model(&hidden), @"PMML/NeuralNetwork/NeuralLayer[1] (line 8, column 385): a network's normalizationMethod on a hidden layer is not supported");
}

#[test]
fn outputs_may_name_a_derived_field_as_ibm_s_do() {
    let derived = r#"<TransformationDictionary>
        <DerivedField name="classValue0" optype="categorical" dataType="double"><NormDiscrete field="class" value="yes"/></DerivedField>
      </TransformationDictionary><NeuralNetwork"#;
    let (direct, named) =
        (r#"<NormDiscrete field="class" value="yes"/>"#, r#"<FieldRef field="classValue0"/>"#);
    let document = classes("", r#"normalizationMethod="softmax""#).replace(direct, named).replacen(
        "<NeuralNetwork",
        derived,
        1,
    );
    assert_eq!(scorer(&document).unwrap().categories(), ["yes", "no"]);
    let circle = document.replace(direct, named);
    insta::assert_snapshot!(refused_model(&circle), @"PMML/NeuralNetwork/NeuralOutputs/NeuralOutput[1]/DerivedField (line 10, column 590): the field is computed from itself");
}

#[test]
fn networks_beyond_the_specification_are_refused_by_name() {
    let good = classes("", "");
    let mut reasons = String::new();
    for (old, new) in [
        (r#"activationFunction="identity""#, r#"activationFunction="swish""#),
        (r#"from="x""#, r#"from="z""#),
        (r#"<Neuron id="q""#, r#"<Neuron id="p""#),
        (r#"outputNeuron="q""#, r#"outputNeuron="r""#),
        (r#"<NormDiscrete field="class" value="no""#, r#"<NormDiscrete field="class" value="yes""#),
        (r#"<NormDiscrete field="class" value="no""#, r#"<NormDiscrete field="s" value="a""#),
        ("<NeuralLayer ", r#"<NeuralLayer numberOfNeurons="3" "#),
        ("<NeuralLayer ", r#"<NeuralLayer dropout="0.5" "#),
        (r#"activationFunction="identity""#, r#"activationFunction="radialBasis""#),
    ] {
        assert!(good.contains(old), "{old}");
        reasons += &format!("{}\n", refused_model(&good.replacen(old, new, 1)));
    }
    insta::assert_snapshot!(reasons, @r#"
    PMML/NeuralNetwork (line 7, column 20): activationFunction="swish" is not supported
    PMML/NeuralNetwork/NeuralLayer[1]/Neuron[1]/Con[1] (line 8, column 415): no input or earlier neuron "z"
    PMML/NeuralNetwork/NeuralLayer[1]/Neuron[2] (line 8, column 450): a second unit "p"
    PMML/NeuralNetwork/NeuralOutputs/NeuralOutput[2] (line 8, column 684): no input or earlier neuron "r"
    PMML/NeuralNetwork/NeuralOutputs/NeuralOutput[2]/DerivedField (line 8, column 715): a second output for "yes"
    PMML/NeuralNetwork/NeuralOutputs/NeuralOutput[2]/DerivedField (line 8, column 715): a second target "s" is not supported
    PMML/NeuralNetwork/NeuralLayer[1] (line 8, column 385): 2 neurons instead of 3
    PMML/NeuralNetwork/NeuralLayer[1] (line 8, column 385): attribute dropout="0.5" is not supported
    PMML/NeuralNetwork/NeuralLayer[1] (line 8, column 385): neuron "p" has no width
    "#);
}

#[test]
fn numbers_beyond_doubles_make_no_prediction() {
    let layers = [layer(r#"activationFunction="reciprocal""#, &[neuron("o", "", &[("x", 1.0)])])];
    let document = network(r#"functionName="regression""#, AMOUNT_SCHEMA, &layers, &[output("o", AMOUNT)]);
    let scores = scorer(&document).unwrap().score(&points(&[(0.0, 0.0), (4.0, 0.0)])).unwrap();
    assert_eq!(cells(scores.predicted()), ["–", "0.25"]);
}

#[test]
fn one_of_several_targets_is_predicted_at_the_callers_choice() {
    let schema = r#"<MiningSchema><MiningField name="x"/><MiningField name="y"/><MiningField name="amount" usageType="predicted"/><MiningField name="class" usageType="predicted"/></MiningSchema>"#;
    let neurons =
        [neuron("a", "", &[("x", 1.0)]), neuron("b", "", &[("y", 2.0)]), neuron("c", "", &[("x", -1.0)])];
    let category = |value: &str| format!(r#"<NormDiscrete field="class" value="{value}"/>"#);
    let outputs = [output("a", AMOUNT), output("b", &category("yes")), output("c", &category("no"))];
    let attributes = r#"functionName="regression" activationFunction="identity""#;
    let document = network(attributes, schema, &[layer("", &neurons)], &outputs);
    let document = Document::parse(document.as_bytes()).unwrap();
    let refused = document.compile().unwrap_err().to_string();
    assert!(refused.contains("a second target"), "{refused}");
    let score = |target: &str| {
        let options = Options { target: Some(target.to_owned()), ..Options::default() };
        let scores = Scorer::compile(&document, &options)?.score(&points(&[(3.0, 1.0), (-5.0, 1.0)]))?;
        Ok::<_, PmmlError>(cells(scores.predicted()).join(" "))
    };
    assert_eq!(score("amount").unwrap(), "3 -5");
    assert_eq!(score("class").unwrap(), "yes no");
    assert!(score("x").unwrap_err().to_string().contains("no target \"x\""));
}
