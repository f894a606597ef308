//! Writes the sample that `satsuma --demo` scores: `cargo run -p satsuma-local --example make-sample`.
//!
//! Whether a parcel arrives late, from how far it goes, how heavy it is, who carries it and whether it
//! is handed in at the weekend. The parcels are invented. The network was not trained: its weights were
//! chosen by hand, so that long ways, rail and weekends make a parcel late and air does not.

use std::path::Path;

use satsuma_stream::nodes::{ModelHeader, OutputField, OutputRole};
use satsuma_stream::{
    Field, FieldType, Measure, Role, Storage, StreamBuilder, TypeRow, TypeTable, Value, ValueMode,
};

/// The stream's file.
pub(crate) const STREAM: &str = "late-parcels.str";

/// The file that the stream reads.
pub(crate) const DATA: &str = "parcels.csv";

/// Twelve parcels.
pub(crate) const PARCELS: &str = "\
Parcel,Distance,Weight,Carrier,Weekend
P-1001,42,0.8,road,no
P-1002,610,2.5,rail,no
P-1003,1480,12.0,rail,yes
P-1004,95,1.1,road,yes
P-1005,2300,0.4,air,no
P-1006,870,30.0,road,yes
P-1007,310,5.5,road,no
P-1008,1950,8.2,air,yes
P-1009,720,3.3,rail,yes
P-1010,15,18.5,road,no
P-1011,1210,22.0,rail,no
P-1012,540,1.9,air,no
";

/// The model: two hidden neurons and two outputs.
const NETWORK: &str = include_str!("late-parcels.pmml");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(STREAM), stream()?)?;
    std::fs::write(folder.join(DATA), PARCELS)?;
    println!("{} and {} are written to {}", STREAM, DATA, folder.display());
    Ok(())
}

/// Reads the parcels, types them, predicts, shows a table.
pub(crate) fn stream() -> satsuma_stream::Result<Vec<u8>> {
    let mut stream = StreamBuilder::new("late-parcels");
    let fields = [
        Field::new("Parcel", Storage::String, Measure::Typeless),
        Field::new("Distance", Storage::Integer, Measure::Range),
        Field::new("Weight", Storage::Real, Measure::Range),
        Field::new("Carrier", Storage::String, Measure::Set),
        Field::new("Weekend", Storage::String, Measure::Flag),
    ];
    let source = stream.delimited_file(DATA, &fields);
    let types = stream.type_node(&types());
    let network = stream.neural_net_nugget(NETWORK, &header(), &[("scoring.isConfidence", "true")])?;
    let table = stream.table();
    stream.label(source, "Parcels").label(table, "Predictions");
    stream.link(source, types).link(types, network).link(network, table);
    stream.score_with(table).scoring_model(network);
    stream.write()
}

fn types() -> TypeTable {
    let texts = |values: &[&str]| values.iter().map(|&value| Value::Text(value.to_owned())).collect();
    let row = |name: &str, role, storage, measure, values| {
        let mut field_type = FieldType::new(storage, measure);
        field_type.values = values;
        let mut row = TypeRow::new(name);
        row.direction = Some(role);
        row.field_type = Some(field_type);
        row
    };
    let mut table = TypeTable {
        default_value_mode: ValueMode::Pass,
        rows: vec![
            row("Parcel", Role::RecordId, Storage::String, Measure::Typeless, Vec::new()),
            row("Distance", Role::Input, Storage::Integer, Measure::Range, Vec::new()),
            row("Weight", Role::Input, Storage::Real, Measure::Range, Vec::new()),
            row("Carrier", Role::Input, Storage::String, Measure::Set, texts(&["air", "rail", "road"])),
            row("Weekend", Role::Input, Storage::String, Measure::Flag, texts(&["no", "yes"])),
        ],
    };
    for row in &mut table.rows {
        row.value_mode = Some(ValueMode::Pass);
    }
    table
}

fn header() -> ModelHeader {
    let output = |name: &str, storage, measure, role, tag: Option<&str>| OutputField {
        name: name.to_owned(),
        field_type: FieldType::new(storage, measure),
        role: Some(role),
        target_field: Some("Late".to_owned()),
        tag: tag.map(str::to_owned),
    };
    let mut predicted = output("$N-Late", Storage::String, Measure::Flag, OutputRole::PredictedValue, None);
    predicted.field_type.values = ["no", "yes"].map(|value| Value::Text(value.to_owned())).to_vec();
    let confidence =
        output("$NC-Late", Storage::Real, Measure::Range, OutputRole::Probability, Some("confidence"));
    ModelHeader {
        name: "Late".to_owned(),
        algorithm_name: "MLP".to_owned(),
        build_date: None,
        record_count: None,
        inputs: ["Carrier", "Distance", "Weekend", "Weight"]
            .map(|name| Field::new(name, Storage::Unknown, Measure::Auto))
            .to_vec(),
        outputs: vec![predicted, confidence],
    }
}
