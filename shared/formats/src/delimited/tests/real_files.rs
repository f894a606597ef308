//! Evidence: real streams (`../shared/streams`), whose `importedFields` record how Modeler read their files.

use std::path::{Path, PathBuf};

use super::ranges::compare;
use super::*;

fn streams() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/streams");
    if !folder.exists() {
        println!("skipped: {} is not there", folder.display());
        return None;
    }
    Some(folder)
}

fn shift_jis() -> Dialect {
    let text = TextEncoding { encoding: encoding_rs::SHIFT_JIS, invalid: InvalidText::Discard };
    Dialect { text, line_is_record: true, single_quotes: QuoteMode::PairDiscard, ..csv() }
}

fn values(read: &Read, column: usize) -> Vec<String> {
    let lines = read.batches.iter().flat_map(|batch| {
        let values = batch.column(column).as_any().downcast_ref::<StringArray>().unwrap();
        values.iter().map(|value| value.unwrap().to_owned()).collect::<Vec<_>>()
    });
    lines.collect()
}

/// Lists in one cell, with line feeds or commas between the entries: 3, 1 and 2 of them.
#[test]
fn a_cell_may_hold_lines_in_shift_jis() {
    let Some(folder) = streams() else { return };
    for (name, separator) in [("MachineHistcrlf.csv", '\n'), ("MachineHistlfcomma.csv", ',')] {
        let path = folder.join("hkwd+spsssample/231222列内リストの分割").join(name);
        let file = open(&path, shift_jis(), &[]).unwrap();
        let read = read_ranges(&file, Some(20)).unwrap();
        assert_eq!(read.names, ["MACHINE_ID:integer", "HISTORY:string", "OPERATING_DAYS:integer"]);
        let cells = values(&read, 1);
        let counts = cells.iter().map(|cell| cell.split(separator).count()).collect::<Vec<_>>();
        assert_eq!(counts, [3, 1, 2]);
        assert!(cells.iter().all(|cell| cell.split(separator).next() == Some("導入")), "{cells:?}");
    }
}

/// In the stream this field is a timestamp; its values have the form `2021/6/1 0:00`.
#[test]
fn timestamps_without_leading_zeros_are_recognised() {
    let Some(folder) = streams() else { return };
    let path = folder.join("hkwd+spsssample/241203タイムカウントの特徴量/工場1データ.csv");
    let file = open(&path, shift_jis(), &[]).unwrap();
    let storages = file.fields().iter().map(|field| field.storage).collect::<Vec<_>>();
    let expected =
        [Storage::Timestamp, Storage::Integer, Storage::Integer, Storage::Integer, Storage::String];
    assert_eq!(storages, expected);
    let read = read_ranges(&file, Some(1_000)).unwrap();
    assert!(read.text().lines().nth(2).unwrap().starts_with("2021-06-01T00:01:00|25|1|0|第一工場"));
}

#[test]
fn every_real_file_is_the_same_in_ranges() {
    let Some(folder) = streams() else { return };
    let mut folders = vec![folder];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "csv" || extension == "txt") {
                let bytes = std::fs::read(&path).unwrap();
                let is_utf_8 = std::str::from_utf8(&bytes).is_ok();
                let text = if is_utf_8 { TextEncoding::UTF_8 } else { shift_jis().text };
                let limits = Limits { buffer_bytes: 20_000, ..Limits::default() };
                let dialect = Dialect { text, limits, ..shift_jis() };
                let discard = Dialect {
                    single_quotes: QuoteMode::Discard,
                    double_quotes: QuoteMode::Discard,
                    ..dialect.clone()
                };
                for dialect in [dialect, discard] {
                    compare(&bytes, dialect, bytes.len() as u64 / 7 + 1).unwrap();
                }
                files += 1;
            }
        }
    }
    assert!(files > 20, "{files} files");
}
