//! SAV files: round trips, and damaged files are refused.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::fs::File;
use std::io::Cursor;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use proptest::prelude::*;
use satsuma_columns::{BlankRange, Blanks, DataModel, Field, Measure, Role, Scalar, Storage};
use satsuma_formats::RecordReader;
use satsuma_formats::sav::{
    ByteOrder, Compression, ReadNames, ReadValues, SavReadOptions, SavReader, SavWriteOptions, SavWriter,
    WriteNames,
};
use support::{batches, compare, describe, real_file, values};

fn write(model: &DataModel, rows: &[Vec<Scalar>], options: SavWriteOptions) -> Vec<u8> {
    let columns =
        model.fields().iter().enumerate().map(|(at, field)| -> ArrayRef {
            Scalar::column(rows.iter().map(|row| &row[at]), field.storage)
        });
    let batch = RecordBatch::try_new(model.schema(), columns.collect()).unwrap();
    let mut writer = SavWriter::new(model, Cursor::new(Vec::new()), options).unwrap();
    writer.write(&batch).unwrap();
    writer.finish(Cursor::new(Vec::new())).unwrap().into_inner()
}

fn read(bytes: &[u8], options: &SavReadOptions) -> (DataModel, Vec<RecordBatch>) {
    let mut reader = SavReader::open(bytes, options).unwrap();
    let batches = batches(&mut reader).unwrap();
    (reader.data_model().clone(), batches)
}

const BY_FORMAT: SavReadOptions = SavReadOptions {
    names: ReadNames::NamesAndLabels,
    values: ReadValues::DataAndLabels,
    use_field_format_for_storage: true,
};

/// A model with all metadata that a SAV file holds.
fn full_model() -> DataModel {
    let integer = Field {
        label: Some("Anzahl der Käufe".to_owned()),
        role: Role::Target,
        measure: Measure::OrderedSet,
        blanks: Some(Arc::new(Blanks {
            null: true,
            values: vec![Scalar::Integer(-1), Scalar::Integer(-2), Scalar::Integer(99)],
            ..Blanks::default()
        })),
        value_labels: vec![(Scalar::Integer(1), "eins".to_owned()), (Scalar::Integer(2), "zwei".to_owned())]
            .into(),
        ..Field::new("count", Storage::Integer)
    };
    let real = Field {
        role: Role::None,
        blanks: Some(Arc::new(Blanks {
            null: true,
            values: vec![Scalar::Real(0.5)],
            range: Some(BlankRange { low: None, high: Some(Scalar::Real(-100.0)) }),
            ..Blanks::default()
        })),
        ..Field::new("amount", Storage::Real)
    };
    let short = Field {
        blanks: Some(Arc::new(Blanks { null: true, values: vec![Scalar::text("n/a")], ..Blanks::default() })),
        value_labels: vec![(Scalar::text("m"), "male".to_owned())].into(),
        ..Field::new("sex", Storage::String).measured(Measure::Set)
    };
    let long = Field {
        blanks: Some(Arc::new(Blanks {
            null: true,
            values: vec![Scalar::text("unknown")],
            ..Blanks::default()
        })),
        value_labels: vec![(Scalar::text("a long value"), "its label".to_owned())].into(),
        ..Field::new("名字", Storage::String).measured(Measure::Set).used_as(Role::Partition)
    };
    let very_long = Field::new("text", Storage::String).measured(Measure::Set);
    let date = Field::new("day", Storage::Date);
    let time = Field::new("clock", Storage::Time);
    let timestamp = Field::new("stamp", Storage::Timestamp);
    DataModel::new(vec![integer, real, short, long, very_long, date, time, timestamp]).unwrap()
}

fn full_rows() -> Vec<Vec<Scalar>> {
    vec![
        vec![
            Scalar::Integer(1),
            Scalar::Real(0.1),
            Scalar::text("m"),
            Scalar::text("a long value"),
            Scalar::text("é".repeat(700)),
            Scalar::Date(11_016),
            Scalar::Time(3_661_000_000),
            Scalar::Timestamp(946_684_801_500_000),
        ],
        vec![Scalar::Null; 8],
        vec![
            Scalar::Integer(-2),
            Scalar::Real(-0.0),
            Scalar::text(""),
            Scalar::text(" leading"),
            Scalar::text("x"),
            Scalar::Date(-25_567),
            Scalar::Time(-1),
            Scalar::Timestamp(-15_625),
        ],
    ]
}

#[test]
fn all_layouts_keep_values_and_metadata() {
    let (model, rows) = (full_model(), full_rows());
    for compression in [Compression::None, Compression::Bytecode, Compression::Zlib] {
        for byte_order in [ByteOrder::Little, ByteOrder::Big] {
            let options = SavWriteOptions {
                compression,
                byte_order,
                file_label: "Käufe".to_owned(),
                ..SavWriteOptions::default()
            };
            let bytes = write(&model, &rows, options);
            if let Some(folder) = std::env::var_os("SATSUMA_KEEP") {
                let name = format!("{compression:?}-{byte_order:?}.sav");
                std::fs::write(std::path::Path::new(&folder).join(name), &bytes).unwrap();
            }
            let mut reader = SavReader::open(bytes.as_slice(), &BY_FORMAT).unwrap();
            assert_eq!(reader.info().file_label, "Käufe");
            assert_eq!(reader.info().cases, Some(3));
            let read = batches(&mut reader).unwrap();
            for (at, field) in model.fields().iter().enumerate() {
                let expected: Vec<_> = rows.iter().map(|row| row[at].clone()).collect();
                assert_eq!(values(reader.data_model(), &read, &field.name), expected, "{}", field.name);
                let found = reader.data_model().field(&field.name).unwrap();
                assert_eq!(found.label, field.label);
                assert_eq!(found.role, field.role);
                assert_eq!(found.measure, field.measure);
                assert_eq!(found.value_labels, field.value_labels);
                if let Some(blanks) = &field.blanks {
                    assert_eq!(found.blanks.as_ref(), Some(blanks), "{}", field.name);
                }
            }
        }
    }
}

#[test]
fn values_without_a_label_are_null_where_labels_are_data() {
    let bytes = write(&full_model(), &full_rows(), SavWriteOptions::default());
    let options = SavReadOptions { values: ReadValues::LabelsAsData, ..BY_FORMAT };
    let (model, read) = read(&bytes, &options);
    assert_eq!(values(&model, &read, "count"), [Scalar::text("eins"), Scalar::Null, Scalar::Null]);
    assert_eq!(values(&model, &read, "sex"), [Scalar::text("male"), Scalar::Null, Scalar::Null]);
    assert_eq!(model.field("amount").unwrap().storage, Storage::Real);
}

#[test]
fn numbers_are_real_without_the_field_format_option() {
    let bytes = write(&full_model(), &full_rows(), SavWriteOptions::default());
    let (model, read) = read(&bytes, &SavReadOptions::default());
    assert_eq!(values(&model, &read, "count"), [Scalar::Real(1.0), Scalar::Null, Scalar::Real(-2.0)]);
    assert_eq!(model.field("day").unwrap().storage, Storage::Date);
}

#[test]
fn field_names_may_become_labels_and_labels_names() {
    let fields = vec![Field::new("$R-Class", Storage::Real), Field::new("$r-Class", Storage::Real)];
    let model = DataModel::new(fields).unwrap();
    let options = SavWriteOptions { names: WriteNames::NamesAsLabels, ..SavWriteOptions::default() };
    let bytes = write(&model, &[vec![Scalar::Real(1.0), Scalar::Real(2.0)]], options);
    let (by_name, _) = read(&bytes, &BY_FORMAT);
    assert_eq!(by_name.names().collect::<Vec<_>>(), ["@$r_class", "@$r_class1"]);
    assert_eq!(by_name.fields()[0].label.as_deref(), Some("$R-Class"));
    let (by_label, _) = read(&bytes, &SavReadOptions { names: ReadNames::LabelsAsNames, ..BY_FORMAT });
    assert_eq!(by_label.names().collect::<Vec<_>>(), ["$R-Class", "$r-Class"]);
}

/// Evidence: files that Modeler and Statistics wrote; sums by pyreadstat.
#[test]
fn a_file_of_modeler_in_gbk_is_read() {
    let Some(path) = real_file("NinelieAimer/goodRelation/某日顾客商品购买明细.sav") else {
        return;
    };
    let mut reader = SavReader::open(File::open(path).unwrap(), &SavReadOptions::default()).unwrap();
    assert_eq!(reader.info().encoding, "GBK");
    let read = batches(&mut reader).unwrap();
    let model = reader.data_model();
    let types: Vec<_> = model
        .fields()
        .iter()
        .map(|field| format!("{} {} {}", field.name, field.storage, field.measure.as_str()))
        .collect();
    // The fields that Modeler stored in the source node of the stream.
    assert_eq!(
        types,
        ["会员ID real range", "商品 string set", "数量 real range", "单价 real range", "小计 real range"]
    );
    assert_eq!(values(model, &read, "商品").len(), 2_800);
    assert_eq!(values(model, &read, "商品")[0], Scalar::text("冻肉"));
    assert_eq!(values(model, &read, "小计")[1], Scalar::Real(31.36));
}

fn value(storage: Storage) -> BoxedStrategy<Scalar> {
    let null = Just(Scalar::Null);
    match storage {
        Storage::Integer => prop_oneof![
            null,
            (-200_i64..400).prop_map(Scalar::Integer),
            (-(1_i64 << 53)..(1 << 53)).prop_map(Scalar::Integer)
        ]
        .boxed(),
        Storage::Real => {
            let number = any::<f64>()
                .prop_filter("SAV files have no NaN, and the least number is missing", |number| {
                    !number.is_nan() && *number != f64::MIN
                });
            prop_oneof![
                null,
                number.prop_map(Scalar::Real),
                (-100..=200).prop_map(|n| Scalar::Real(f64::from(n)))
            ]
            .boxed()
        }
        Storage::Date => prop_oneof![null, (-150_000..3_000_000).prop_map(Scalar::Date)].boxed(),
        Storage::Time => prop_oneof![null, (-(1_i64 << 40)..(1 << 40)).prop_map(Scalar::Time)].boxed(),
        // Seconds since 1582 as a double have no exact microseconds; 64ths of a second they have.
        Storage::Timestamp => {
            prop_oneof![null, (-(1_i64 << 37)..(1 << 37)).prop_map(|n| Scalar::Timestamp(n * 15_625))].boxed()
        }
        _ => {
            // Padding is lost, and so is a text that means null.
            let text = prop_oneof!["[a-zä-ü名 ]{0,20}", "[xyz]{200,900}"];
            let text = text.prop_map(|text: String| Scalar::text(text.trim_end_matches(' ')));
            prop_oneof![null, text].boxed()
        }
    }
}

fn table() -> impl Strategy<Value = (DataModel, Vec<Vec<Scalar>>)> {
    let storages =
        [Storage::Integer, Storage::Real, Storage::String, Storage::Date, Storage::Time, Storage::Timestamp];
    prop::collection::vec(prop::sample::select(storages.to_vec()), 1..6).prop_flat_map(|storages| {
        let fields = storages.iter().enumerate().map(|(at, storage)| Field::new(format!("f{at}"), *storage));
        let model = DataModel::new(fields.collect()).unwrap();
        let row: Vec<_> = storages.into_iter().map(value).collect();
        (Just(model), prop::collection::vec(row, 0..20))
    })
}

fn layout() -> impl Strategy<Value = SavWriteOptions> {
    let compression = prop::sample::select(vec![Compression::None, Compression::Bytecode, Compression::Zlib]);
    let order = prop::sample::select(vec![ByteOrder::Little, ByteOrder::Big]);
    (compression, order).prop_map(|(compression, byte_order)| SavWriteOptions {
        compression,
        byte_order,
        ..SavWriteOptions::default()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_tables_are_read_as_written((model, rows) in table(), options in layout()) {
        let bytes = write(&model, &rows, options);
        let (found, read) = read(&bytes, &BY_FORMAT);
        for (at, field) in model.fields().iter().enumerate() {
            let expected: Vec<_> = rows.iter().map(|row| row[at].clone()).collect();
            prop_assert_eq!(values(&found, &read, &field.name), expected);
        }
    }

    #[test]
    fn damaged_files_never_panic(
        options in layout(),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = write(&full_model(), &full_rows(), options);
        for (place, byte) in places {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        bytes.truncate(cut.index(bytes.len() * 2));
        if let Ok(mut reader) = SavReader::open(bytes.as_slice(), &BY_FORMAT) {
            let _ = batches(&mut reader);
        }
    }
}

#[test]
fn every_cut_file_is_refused() {
    for compression in [Compression::None, Compression::Bytecode, Compression::Zlib] {
        let options = SavWriteOptions { compression, ..SavWriteOptions::default() };
        let bytes = write(&full_model(), &full_rows(), options);
        // The trailer of zlib blocks is not needed to read them in order.
        let needed = if compression == Compression::Zlib { bytes.len() - 64 } else { bytes.len() };
        for length in (0..needed).step_by(7) {
            let read =
                SavReader::open(&bytes[..length], &BY_FORMAT).and_then(|mut reader| batches(&mut reader));
            assert!(read.is_err(), "{length} of {} bytes, {compression:?}", bytes.len());
        }
    }
}

#[test]
fn other_files_are_refused_with_a_hint() {
    let error = SavReader::open(b"PK\x03\x04".repeat(60).as_slice(), &BY_FORMAT).err().unwrap().to_string();
    insta::assert_snapshot!(error, @"the SAV file is damaged at byte 4: it does not begin with $FL2 or $FL3; the Statistics File node reads .sav and .zsav files; save it again with the program that made it");
}

/// Evidence: statistics that Modeler stored in the streams that read the files.
#[test]
fn real_files_have_the_statistics_that_modeler_stored() {
    let pairs = [
        ("NinelieAimer/goodRelation/goodsRelation.str", "NinelieAimer/goodRelation/某日顾客商品购买明细.sav"),
        ("hkwd+spsssample/240424nonlinear/240424nonlinear.str", "hkwd+spsssample/240424nonlinear/4d.sav"),
    ];
    for (stream, file) in pairs {
        let data =
            real_file(file).map(|path| read(&std::fs::read(path).unwrap(), &SavReadOptions::default()));
        assert!(compare(stream, data) > 0 || real_file(file).is_none());
    }
}

/// Evidence: files that PSPP and ReadStat wrote, with the values that they were given.
#[test]
fn files_of_other_programs_are_read() {
    let files: [(&str, &[u8]); 4] = [
        ("pspp", include_bytes!("data/pspp.sav")),
        ("pspp", include_bytes!("data/pspp.zsav")),
        ("readstat", include_bytes!("data/readstat.sav")),
        ("readstat", include_bytes!("data/readstat.zsav")),
    ];
    for (name, bytes) in files {
        let mut reader = SavReader::open(bytes, &BY_FORMAT).unwrap();
        let read = batches(&mut reader).unwrap();
        let info = reader.info();
        let facts = format!("{:?} {:?} {} {:?}", info.file_label, info.weight, info.encoding, info.cases);
        insta::assert_snapshot!(name, format!("{facts}\n{}", describe(reader.data_model(), &read)));
    }
}
