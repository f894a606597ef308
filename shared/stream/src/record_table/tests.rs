use proptest::prelude::*;

use super::{RecordColumn, RecordTable, RecordValues};
use crate::Limits;

fn column(name: &str, letter: char, values: RecordValues) -> RecordColumn {
    RecordColumn { name: name.to_owned(), letter, values }
}

/// Nine columns, so that the mask has two bytes, and enough rows for two offsets.
fn sample() -> RecordTable {
    let rows = 300;
    let some = |row: i64| (row % 3 != 1).then_some(row);
    let longs: Vec<_> = (0..rows).map(some).collect();
    let mut columns = vec![
        column("id", 'J', RecordValues::Long(longs.clone())),
        column("at", 'T', RecordValues::Long(longs.clone())),
        column("n", 'I', RecordValues::Integer(longs.iter().map(|n| n.map(|n| n as i32)).collect())),
        column("x", 'D', RecordValues::Real(longs.iter().map(|n| n.map(|n| n as f64 / 7.0)).collect())),
        column("f", 'Z', RecordValues::Byte(longs.iter().map(|n| n.map(|n| (n % 2) as u8)).collect())),
        column(
            "caf\u{e9}",
            'A',
            RecordValues::Text(longs.iter().map(|n| n.map(|n| n.to_string())).collect()),
        ),
    ];
    columns.extend((0..3).map(|n| column(&format!("c{n}"), 'J', RecordValues::Long(longs.clone()))));
    RecordTable { columns }
}

/// The counts of an auto classifier's chart. The bytes follow the description of the format.
#[test]
fn counts_of_a_chart_are_read() {
    let mut bytes = b"\x2E\x7E\xA3\x4F\0\0\0\x02\0\0\0\x02\0I\0\x01n\0A\0\x01s".to_vec();
    bytes.extend(b"\0\0\0\x01\x09\0\x03yes\x40\0\0\x03\x20\0\0");
    bytes.extend(26_u64.to_be_bytes());
    let table = RecordTable::read(&bytes, &Limits::default()).unwrap();
    assert_eq!(table.column("n").unwrap().values, RecordValues::Integer(vec![Some(265), Some(800)]));
    assert_eq!(table.column("s").unwrap().values, RecordValues::Text(vec![Some("yes".to_owned()), None]));
    assert_eq!(table.write().unwrap()[..bytes.len() - 8], bytes[..bytes.len() - 8]);
}

#[test]
fn a_table_written_is_the_table_read() {
    let table = sample();
    let bytes = table.write().unwrap();
    assert_eq!(RecordTable::read(&bytes, &Limits::default()).unwrap(), table);
    assert_eq!(table.rows(), 300);
    let empty = RecordTable::default();
    assert_eq!(RecordTable::read(&empty.write().unwrap(), &Limits::default()).unwrap(), empty);
}

#[test]
fn rows_that_nobody_counted_end_with_the_file() {
    let table = RecordTable { columns: vec![column("n", 'I', RecordValues::Integer(vec![Some(1), None]))] };
    let mut bytes = table.write().unwrap();
    bytes.truncate(bytes.len() - 8);
    bytes[4..8].fill(0xFF);
    assert_eq!(RecordTable::read(&bytes, &Limits::default()).unwrap(), table);
}

#[test]
fn damage_is_an_error_that_says_where() {
    let read = |bytes: &[u8]| RecordTable::read(bytes, &Limits::default()).unwrap_err().to_string();
    let bytes = sample().write().unwrap();
    let with = |place: usize, new: &[u8]| {
        let mut bytes = bytes.clone();
        bytes[place..place + new.len()].copy_from_slice(new);
        read(&bytes)
    };
    let messages = [
        read(b"GIF89a"),
        with(4, &[0x7F, 0xFF, 0xFF, 0xFF]),
        with(8, &[0x7F, 0xFF, 0xFF, 0xFF]),
        with(12, b"\0X"),
        with(16, &[0xFF]),
        read(&bytes[..14]),
    ];
    insta::assert_snapshot!(messages.join("\n"), @r#"
    the record table cannot be read: it does not start as a record table, at byte 0
    the record table cannot be read: it is too short for the rows that it says it has, at byte 17708
    columns in a record table: 2147483647 is more than the 20000 allowed
    the record table cannot be read: column "id" is of unknown type 'X', at byte 12
    the record table cannot be read: a text is not UTF-8, at byte 14
    the record table cannot be read: it ends too early, at byte 14
    "#);
}

#[test]
fn a_table_that_does_not_fit_together_is_not_written() {
    let odd = column("n", 'J', RecordValues::Integer(vec![Some(1)]));
    assert!(RecordTable { columns: vec![odd] }.write().is_err());
    let mut ragged = sample();
    ragged.columns[1].values = RecordValues::Long(Vec::new());
    assert!(ragged.write().is_err());
}

proptest! {
    #[test]
    fn no_bytes_panic(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = sample().write().unwrap();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        bytes.truncate(cut.index(bytes.len() * 2));
        let _ = RecordTable::read(&bytes, &Limits::default());
    }
}
