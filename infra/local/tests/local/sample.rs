//! The sample that the repository ships.

use satsuma_stream::StreamFile;
use serde_json::{Value, json};

use crate::service::Service;

#[path = "../../examples/make-sample.rs"]
#[allow(dead_code)]
mod make_sample;

pub(crate) const STREAM: &[u8] = include_bytes!("../../sample/late-parcels.str");
pub(crate) const PARCELS: &[u8] = include_bytes!("../../sample/parcels.csv");

/// The output of the sample's stream.
pub(crate) const PREDICTIONS: &str = "\
Parcel\tDistance\tWeight\tCarrier\tWeekend\t$N-Late\t$NC-Late
P-1001\t42\t0.8\troad\tno\tno\t0.9838874667080258
P-1002\t610\t2.5\trail\tno\tno\t0.8907485803904504
P-1003\t1480\t12.0\trail\tyes\tyes\t0.956836411167039
P-1004\t95\t1.1\troad\tyes\tno\t0.8096914659096588
P-1005\t2300\t0.4\tair\tno\tno\t0.9671087752911149
P-1006\t870\t30.0\troad\tyes\tyes\t0.9173919135655324
P-1007\t310\t5.5\troad\tno\tno\t0.9776571209076578
P-1008\t1950\t8.2\tair\tyes\tno\t0.6126659107974299
P-1009\t720\t3.3\trail\tyes\tyes\t0.8652433317075925
P-1010\t15\t18.5\troad\tno\tno\t0.971327242239814
P-1011\t1210\t22.0\trail\tno\tyes\t0.650626771271341
P-1012\t540\t1.9\tair\tno\tno\t0.9887794463296953
";

/// The sample's job, which reads the file that the stream names.
pub(crate) fn definition() -> Value {
    json!({"action": "BATCH_SCORE", "model": {"id": "late-parcels.str"}, "setting": {"reportFormat": "TAB"}})
}

/// The sample's job on another file.
pub(crate) fn definition_of(data: &str) -> Value {
    let mut definition = definition();
    definition["setting"]["inputs"] = json!([{"node": "Parcels", "file": {"id": data}}]);
    definition
}

pub(crate) fn upload(service: &Service) {
    assert_eq!(service.upload("late-parcels.str", STREAM).status, 200);
    assert_eq!(service.upload("parcels.csv", PARCELS).status, 200);
}

/// Many parcels, the sample's over and over.
pub(crate) fn many_parcels(rows: usize) -> String {
    let text = std::str::from_utf8(PARCELS).unwrap();
    let (header, parcels) = text.split_once('\n').unwrap();
    let lines: Vec<&str> = parcels.lines().collect();
    let mut many = String::with_capacity(rows * 32);
    many.push_str(header);
    many.push('\n');
    for row in 0..rows {
        many.push_str(lines[row % lines.len()]);
        many.push('\n');
    }
    many
}

#[test]
fn the_shipped_sample_equals_the_output_of_its_example() {
    let shipped = StreamFile::open(STREAM.to_vec()).unwrap();
    let written = StreamFile::open(make_sample::stream().unwrap()).unwrap();
    let names: Vec<&str> = written.archive().names().collect();
    assert_eq!(shipped.archive().names().collect::<Vec<_>>(), names);
    for name in names {
        let same = shipped.entry(name).unwrap() == written.entry(name).unwrap();
        assert!(same, "{name}: run the example make-sample and commit what it writes");
    }
    assert_eq!(PARCELS, make_sample::PARCELS.as_bytes());
}

/// Proof: the network written out as the formulas of PMML's `NeuralNetwork`, apart from the engine.
#[test]
fn the_expected_predictions_are_those_of_the_network() {
    for line in PREDICTIONS.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let is = |field: usize, value: &str| f64::from(u8::from(fields[field] == value));
        let number = |field: usize| fields[field].parse::<f64>().unwrap();
        let inputs = [
            is(3, "air"),
            is(3, "rail"),
            is(3, "road"),
            number(1) / 1000.0 - 1.0,
            is(4, "no"),
            is(4, "yes"),
            number(2) / 15.0 - 1.0,
        ];
        let neuron = |bias: f64, weights: &[f64], from: &[f64]| {
            bias + weights.iter().zip(from).map(|(weight, value)| weight * value).sum::<f64>()
        };
        let hidden = [
            neuron(0.1, &[-1.4, 0.6, -0.1, 0.9, -0.3, 0.5, 0.2], &inputs).tanh(),
            neuron(-0.2, &[-0.5, 0.3, 0.2, 0.2, -0.7, 0.8, 0.6], &inputs).tanh(),
        ];
        let (no, yes) = (neuron(0.3, &[-1.2, -0.8], &hidden).exp(), neuron(-0.1, &[1.3, 0.9], &hidden).exp());
        let (prediction, confidence) = if no >= yes { ("no", no) } else { ("yes", yes) };
        assert_eq!(fields[5], prediction, "{line}");
        assert!((number(6) - confidence / (no + yes)).abs() < 1e-14, "{line}");
    }
}
