//! Programs as bytes include their whole context.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;

use satsuma_clem::{CheckContext, Expression, Partition, Program, Statistic};
use satsuma_columns::{BlankRange, Blanks, DataModel, DateFormat, Field, Scalar, Settings, Storage};
use support::*;

#[test]
fn a_decoded_program_gives_the_same_values() {
    let columns = vec![
        ("i", Storage::Integer, vec![Scalar::Integer(1), Scalar::Null, Scalar::Integer(95)]),
        ("s", Storage::String, texts(&["a", "b", " "])),
        ("unused", Storage::Real, vec![Scalar::Real(0.5); 3]),
        ("d", Storage::Date, vec![date("2024-01-02"); 3]),
        ("p", Storage::String, texts(&["1_Training", "2_Testing", "1_Training"])),
    ];
    let mut fields: Vec<Field> =
        columns.iter().map(|(name, storage, _)| Field::new(*name, *storage)).collect();
    let range = BlankRange { low: Some(Scalar::Integer(90)), high: None };
    let blanks =
        Blanks { null: true, white_space: true, values: vec![Scalar::Integer(-1)], range: Some(range) };
    fields[0].blanks = Some(Arc::new(blanks));
    let settings = Settings {
        date_format: DateFormat::named("DD.MM.YYYY").unwrap(),
        date_baseline: 1970,
        angles_in_radians: false,
        ..Settings::default()
    };
    let mut context = CheckContext::new(DataModel::new(fields).unwrap(), settings).for_field("s");
    context.parameters.insert("p".to_owned(), Scalar::Real(2.5));
    context.parameters.insert("other".to_owned(), Scalar::Null);
    context.globals.set("unused", Statistic::Mean, Scalar::Real(0.5));
    context.target = Some("s".to_owned());
    context.predicted = Some("p".to_owned());
    context.partition = Some(Partition {
        field: "p".to_owned(),
        training: Some(text("1_Training")),
        testing: Some(text("2_Testing")),
        validation: None,
    });
    context.now = Some(1_700_000_000_000_000);
    context.seed = 7;
    for expression in [
        "i + '$P-p'",
        "@BLANK(i)",
        "@FIELD >< to_string(d)",
        "date_in_days(d)",
        "sin(90)",
        "i * @GLOBAL_MEAN(unused)",
        "@PARTITION_FIELD = @TESTING_PARTITION",
        "@TARGET = @PREDICTED",
        "datetime_now",
        "@TODAY",
        "random(100) + @OFFSET(i, -1)",
        "count_nulls(@FIELDS_BETWEEN(i, unused))",
        "if s = 'not a field' then i else undef endif",
    ] {
        let program = Expression::parse(expression).unwrap().check(&context).unwrap();
        let bytes = program.encode().unwrap();
        let decoded = Program::decode(&bytes).unwrap();
        assert_eq!(scan(&decoded, &columns, 2), scan(&program, &columns, 3), "{expression}");
        let names =
            |program: &Program| program.fields().iter().map(|field| field.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&decoded), names(&program), "{expression}");
        assert_eq!(decoded.encode().unwrap(), bytes, "{expression}");
    }
}

#[test]
fn a_wanted_storage_travels_too() {
    let columns = [("i", Storage::Integer, integers([1]))];
    let program = Expression::parse("i").unwrap().check(&context(&columns)).unwrap();
    let real = program.with_storage(Storage::Real).unwrap();
    assert_eq!(real.storage(), Some(Storage::Real));
    assert_eq!(scan(&Program::decode(&real.encode().unwrap()).unwrap(), &columns, 1), [Scalar::Real(1.0)]);
    assert!(program.with_storage(Storage::Date).is_err());
    let null = Expression::parse("undef").unwrap().check(&context(&columns)).unwrap();
    assert_eq!(null.storage(), None);
    assert_eq!(null.with_storage(Storage::Date).unwrap().storage(), Some(Storage::Date));
}

#[test]
fn a_program_selects_its_columns_from_a_table() {
    let columns = vec![
        ("a", Storage::Integer, integers([1, 2])),
        ("b", Storage::Integer, integers([10, 20])),
        ("c", Storage::Integer, integers([100, 200])),
    ];
    let program = Expression::parse("c - a").unwrap().check(&context(&columns)).unwrap();
    assert_eq!(program.positions(), [2, 0]);
    let table: Vec<_> = columns.iter().map(|(_, storage, values)| Scalar::column(values, *storage)).collect();
    let selected = program.select(&table).unwrap();
    assert_eq!(scalars(&program.evaluate(&selected, 2).unwrap()), integers([99, 198]));
    assert!(program.select(&table[..2]).is_err());
    assert!(program.evaluate(&table, 2).is_err());
}

#[test]
fn programs_and_scans_move_between_threads() {
    fn shared<T: Send + Sync>() {}
    fn sent<T: Send>() {}
    shared::<Program>();
    shared::<Expression>();
    sent::<satsuma_clem::Scan>();
}

#[test]
fn bytes_of_another_version_are_refused() {
    let program = Expression::parse("1").unwrap().check(&context(&[])).unwrap();
    let text = String::from_utf8(program.encode().unwrap()).unwrap();
    let error = Program::decode(text.replace("\"version\":1", "\"version\":2").as_bytes()).unwrap_err();
    assert!(error.to_string().contains("version 2"), "{error}");
}
