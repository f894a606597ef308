//! Models in nuggets: what a check says of them, and what a run warns of. Evidence: the documented behaviour.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // in tests a panic is the answer

use std::path::Path;
use std::sync::Arc;

use satsuma_engine::testing::data;
use satsuma_engine::{Action, Category, DocumentFormat, Effort, Environment, FileFormat, JobRequest, Limits};
use satsuma_nodes::engine;
use satsuma_stream::nodes::{ModelHeader, OutputField, OutputRole};
use satsuma_stream::{Field, FieldType, Measure, Storage, StreamBuilder, StreamFile};

/// A network that predicts `late` from the way and the carrier.
const NETWORK: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<PMML version="4.2" xmlns="http://www.dmg.org/PMML-4_2"><Header/>
<DataDictionary numberOfFields="3">
<DataField name="way" optype="continuous" dataType="double"/>
<DataField name="carrier" optype="categorical" dataType="string"><Value value="air"/><Value value="rail"/></DataField>
<DataField name="late" optype="categorical" dataType="string"><Value value="no"/><Value value="yes"/></DataField>
</DataDictionary>
<NeuralNetwork functionName="classification" activationFunction="tanh" numberOfLayers="1">
<MiningSchema><MiningField name="way"/><MiningField name="carrier"/><MiningField name="late" usageType="predicted"/></MiningSchema>
<NeuralInputs>
<NeuralInput id="0"><DerivedField optype="continuous" dataType="double"><FieldRef field="way"/></DerivedField></NeuralInput>
<NeuralInput id="1"><DerivedField optype="continuous" dataType="double"><NormDiscrete field="carrier" value="rail"/></DerivedField></NeuralInput>
</NeuralInputs>
<NeuralLayer activationFunction="identity" normalizationMethod="softmax">
<Neuron id="2"><Con from="0" weight="-1"/><Con from="1" weight="0.5"/></Neuron>
<Neuron id="3"><Con from="0" weight="1"/><Con from="1" weight="-0.5"/></Neuron>
</NeuralLayer>
<NeuralOutputs>
<NeuralOutput outputNeuron="2"><DerivedField optype="categorical" dataType="string"><NormDiscrete field="late" value="no"/></DerivedField></NeuralOutput>
<NeuralOutput outputNeuron="3"><DerivedField optype="categorical" dataType="string"><NormDiscrete field="late" value="yes"/></DerivedField></NeuralOutput>
</NeuralOutputs>
</NeuralNetwork></PMML>"#;

fn header() -> ModelHeader {
    let predicted = OutputField {
        name: "$N-late".to_owned(),
        field_type: FieldType::new(Storage::String, Measure::Flag),
        role: Some(OutputRole::PredictedValue),
        target_field: Some("late".to_owned()),
        tag: None,
    };
    ModelHeader {
        name: "late".to_owned(),
        algorithm_name: "MLP".to_owned(),
        build_date: None,
        record_count: None,
        inputs: ["carrier", "way"].map(|name| Field::new(name, Storage::Unknown, Measure::Auto)).to_vec(),
        outputs: vec![predicted],
    }
}

/// Scores `parcels.csv` with a network.
fn job(network: &str, parcels: &str, folder: &Path) -> JobRequest {
    let mut stream = StreamBuilder::new("parcels");
    let fields = [
        Field::new("way", Storage::Real, Measure::Range),
        Field::new("carrier", Storage::String, Measure::Set),
    ];
    let source = stream.delimited_file("parcels.csv", &fields);
    let nugget = stream.neural_net_nugget(network, &header(), &[]).unwrap();
    let table = stream.table();
    stream.label(source, "parcels").link(source, nugget).link(nugget, table).score_with(table);
    JobRequest {
        action: Action::BatchScore,
        stream: Arc::new(StreamFile::open(stream.write().unwrap()).unwrap()),
        sources: vec![data(folder, "parcels", parcels)],
        exports: Vec::new(),
        format: FileFormat::Csv,
        documents: DocumentFormat::default(),
        parameters: Vec::new(),
        system_encoding: "UTF-8".to_owned(),
        work_dir: folder.join("work"),
        limits: Limits::default(),
    }
}

#[tokio::test]
async fn an_unknown_category_warns_with_count_and_first_value() {
    let folder = tempfile::tempdir().unwrap();
    let mut parcels = "way,carrier\n".to_owned();
    for at in 0..20_000 {
        parcels += match at {
            777 => "1,camel\n",
            _ if at > 777 && at % 1_000 == 0 => "1,ship\n",
            _ => "1,rail\n",
        };
    }
    let outcome =
        engine().run(&job(NETWORK, &parcels, folder.path()), &Environment::default()).await.unwrap();
    let written = std::fs::read_to_string(&outcome.files[0].path).unwrap();
    let predictions = written.lines().map(|line| line.rsplit(',').next().unwrap()).collect::<Vec<_>>();
    assert_eq!((predictions[777], predictions[778], predictions[1_001]), ("yes", "$null$", "$null$"));
    assert_eq!(
        outcome.warnings,
        [
            "Neural Net \"late\": field \"carrier\" has a value that the model does not know; the prediction is null \
          (20 times, first: \"camel\")"
        ]
    );
}

#[tokio::test]
async fn a_damaged_model_is_refused_alike_by_check_and_run() {
    let cases = [
        (r#"outputNeuron="3""#, r#"outputNeuron="4""#, r#"no input or earlier neuron "4""#),
        (
            r#"<Con from="1" weight="-0.5"/>"#,
            r#"<Con from="9" weight="1"/>"#,
            r#"no input or earlier neuron "9""#,
        ),
        (r#"weight="0.5""#, r#"weight="half""#, "half"),
        ("</NeuralOutputs>", "", "NeuralOutputs"),
    ];
    for (good, bad, reason) in cases {
        assert!(NETWORK.contains(good), "{good}");
        let folder = tempfile::tempdir().unwrap();
        let job = job(&NETWORK.replacen(good, bad, 1), "way,carrier\n1,rail\n", folder.path());
        let found = engine().dry_run(&job, Effort::default());
        let error = engine().run(&job, &Environment::default()).await.unwrap_err();
        let [obstacle] = found.obstacles.as_slice() else { panic!("{found:?}") };
        let node = error.node().unwrap();
        assert_eq!(
            (obstacle.node.as_deref(), obstacle.uid.as_deref()),
            (Some(node.to_string().as_str()), node.known_uid())
        );
        assert_eq!(error.category(), Category::Algorithm);
        assert!(obstacle.reason.contains(reason), "{}", obstacle.reason);
        assert!(error.to_string().contains(&obstacle.reason), "{error}\n{}", obstacle.reason);
    }
}
