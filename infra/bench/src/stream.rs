//! A stream around a document: Var. File, Type, the nugget, Flat File.

use std::path::Path;

use satsuma_pmml::{Algorithm, Scorer};
use satsuma_stream::nodes::{ModelHeader, OutputField, OutputRole};
use satsuma_stream::{Field, FieldType, Measure, Storage, StreamBuilder, StreamError, TypeTable};

use crate::records::Records;

/// Label of the source node.
pub(crate) const SOURCE: &str = "Var. File";

/// The bytes of a `.str` file that scores `records` with the model of `pmml`.
pub(crate) fn make(pmml: &str, scorer: &Scorer, records: &Records) -> Result<Vec<u8>, StreamError> {
    let fields: Vec<_> = records.fields().map(|(name, is_text)| field(name, is_text)).collect();
    let mut stream = StreamBuilder::new("bench");
    let source = stream.delimited_file("records.csv", &fields);
    let types = stream.type_node(&TypeTable::pass());
    let nugget = match scorer.algorithm() {
        Algorithm::SupportVectorMachine => {
            stream.svm_nugget(pmml, &header(scorer, fields, "SVM", ["$S", "$SP"]), false)?
        }
        // The bench makes no other models.
        _ => {
            let header = header(scorer, fields, "Neural Net", ["$N", "$NC"]);
            stream.neural_net_nugget(pmml, &header, &[("scoring.isConfidence", "true")])?
        }
    };
    let export = stream.text_file_export("scores.csv");
    stream.link(source, types).link(types, nugget).link(nugget, export);
    stream.score_with(export).scoring_model(nugget);
    stream.write()
}

/// Makes the stream's file.
pub(crate) fn write(path: &Path, pmml: &str, scorer: &Scorer, records: &Records) -> crate::Result<()> {
    Ok(std::fs::write(path, make(pmml, scorer, records)?)?)
}

fn field(name: &str, is_text: bool) -> Field {
    match is_text {
        true => Field::new(name, Storage::String, Measure::Set),
        false => Field::new(name, Storage::Real, Measure::Range),
    }
}

fn header(scorer: &Scorer, inputs: Vec<Field>, algorithm: &str, prefixes: [&str; 2]) -> ModelHeader {
    let target = scorer.target().map(|target| target.name.clone()).unwrap_or_default();
    let output = |prefix: &str, storage, measure, role| OutputField {
        name: format!("{prefix}-{target}"),
        field_type: FieldType::new(storage, measure),
        role: Some(role),
        target_field: Some(target.clone()),
        tag: None,
    };
    let [prediction, confidence] = prefixes;
    let mut outputs = vec![output(prediction, Storage::String, Measure::Set, OutputRole::PredictedValue)];
    if scorer.has_probabilities() {
        let confidence = output(confidence, Storage::Real, Measure::Range, OutputRole::Probability);
        let tag = match scorer.algorithm() {
            Algorithm::SupportVectorMachine => None,
            _ => Some("confidence".to_owned()),
        };
        outputs.push(OutputField { tag, ..confidence });
    }
    ModelHeader {
        name: target.clone(),
        algorithm_name: algorithm.to_owned(),
        build_date: None,
        record_count: None,
        inputs,
        outputs,
    }
}
