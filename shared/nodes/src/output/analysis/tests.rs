//! Analyses of made records whose metadata a nugget would give: a node of the same interface stands for it.

use satsuma_columns::{DataModel, Field, Measure, ModelOutput, OutputKind, Scalar, Storage, Values};

use super::models;

fn output(name: &str, storage: Storage, kind: OutputKind) -> Field {
    let output = ModelOutput { target: Some("t".to_owned()), model: "m".to_owned(), kind };
    Field { output: Some(output.into()), ..Field::new(name, storage) }
}

#[test]
fn predictions_are_found_with_confidence_and_score_of_their_model() {
    let flag = Values::Flag(Scalar::text("n"), Scalar::text("y"));
    let fields = vec![
        Field::new("t", Storage::String).measured(Measure::Flag).valued(flag),
        output("$R-t", Storage::String, OutputKind::Predicted),
        output("$RC-t", Storage::Real, OutputKind::Confidence),
        output("$RP-t", Storage::Real, OutputKind::Probability(Scalar::text("y"))),
        output("$RP-n", Storage::Real, OutputKind::Probability(Scalar::text("n"))),
    ];
    let targets = models::of(&DataModel::new(fields).unwrap());
    assert_eq!(targets.len(), 1);
    let columns = targets[0].columns().collect::<Vec<_>>();
    assert_eq!(columns, ["t", "$R-t", "$RC-t", "$RP-t"]);
    assert!(targets[0].is_symbolic());
}
