//! Evidence: the same file read from front to back.

use super::*;

/// Records as (offset, text), up to the first fault.
fn records(file: &DelimitedFile, ranges: &[ByteRange]) -> (Vec<(i64, String)>, Option<String>) {
    let columns = (0..file.fields().len()).collect::<Vec<_>>();
    let options = FormatOptions::new().with_null("∅");
    let mut records = Vec::new();
    for range in ranges {
        let reader = match file.read_range(*range, &columns, Some("__row")) {
            Ok(reader) => reader,
            Err(error) => return (records, Some(error.to_string())),
        };
        for batch in reader {
            let batch = match batch {
                Ok(batch) => batch.records,
                Err(error) => return (records, Some(error.to_string())),
            };
            let offsets = batch.column(columns.len()).as_any().downcast_ref::<Int64Array>().unwrap();
            let texts = batch.columns().iter().take(columns.len());
            let texts =
                texts.map(|column| ArrayFormatter::try_new(column, &options).unwrap()).collect::<Vec<_>>();
            for row in 0..batch.num_rows() {
                let text = texts.iter().map(|text| text.value(row).to_string()).collect::<Vec<_>>().join("|");
                records.push((offsets.value(row), text));
            }
        }
    }
    (records, None)
}

/// Reads the file whole and in ranges, and compares.
pub(super) fn compare(bytes: &[u8], dialect: Dialect, target: u64) -> Result<usize, TestCaseError> {
    let file = file_of(bytes);
    let Ok(file) = open(file.path(), dialect, &[]) else { return Ok(0) };
    let ranges = file.plan_ranges(target, 2).unwrap();
    prop_assert_eq!(ranges.first().unwrap().start, file.whole().start);
    prop_assert_eq!(ranges.last().unwrap().end, file.whole().end);
    prop_assert!(ranges.windows(2).all(|pair| pair[0].end == pair[1].start && pair[0].start < pair[0].end));
    let known = DelimitedFile::known(
        file.path().to_owned(),
        file.dialect().clone(),
        file.fields().to_vec(),
        file.whole(),
    );
    prop_assert_eq!(&known, &file);
    let (whole, whole_fault) = records(&file, &[file.whole()]);
    let (parts, parts_fault) = records(&file, &ranges);
    prop_assert!(whole.windows(2).all(|pair| pair[0].0 < pair[1].0), "offsets grow");
    if whole_fault.is_none() || parts_fault.is_none() {
        prop_assert_eq!(&parts, &whole, "cut into {:?}", ranges);
    } else {
        // A batch with an error returns none of its records, and batches end with ranges.
        let common = whole.len().min(parts.len());
        prop_assert_eq!(&parts[..common], &whole[..common]);
    }
    prop_assert_eq!(parts_fault, whole_fault);
    Ok(ranges.len())
}

fn quoted_field() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9é漢 ]{0,6}",
        "[a-z,'\r\n漢 ]{0,8}".prop_map(|text| format!("\"{text}\"")),
        "[a-z]{0,3}\"\"[\r\n,]{0,2}".prop_map(|text| format!("\"{text}\"")),
    ]
}

fn quoted_file() -> impl Strategy<Value = String> {
    let end = prop_oneof![Just("\n"), Just("\r\n"), Just("\r")];
    let record = (quoted_field(), quoted_field(), quoted_field(), end);
    proptest::collection::vec(record, 1..40).prop_map(|records| {
        let lines = records.iter().map(|(a, b, c, end)| format!("{a},{b},{c}{end}"));
        std::iter::once("x,y,z\n".to_owned()).chain(lines).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn ranges_of_quoted_files_hold_the_records_of_the_whole(
        text in quoted_file(), target in 1..80_u64, buffer in 2..70_usize, rows in 1..9_usize,
    ) {
        let limits = Limits { buffer_bytes: buffer, batch_rows: rows, ..Limits::default() };
        compare(text.as_bytes(), Dialect { limits, ..csv() }, target)?;
    }

    #[test]
    fn ranges_of_hostile_files_hold_the_records_of_the_whole(
        pieces in proptest::collection::vec(prop::sample::select(&PIECES[..]), 0..120),
        dialect in any_dialect(), target in 1..60_u64, buffer in 2..70_usize, has_comments in any::<bool>(),
    ) {
        let limits = Limits { buffer_bytes: buffer, field_bytes: 50, record_bytes: 100, fields: 20, batch_rows: 5 };
        let comments = if has_comments { b"#".to_vec() } else { Vec::new() };
        // One line determines the storages, so that errors occur while records are read.
        let dialect = Dialect { limits, comments, scan_lines: 1, ..dialect };
        compare(&pieces.concat(), dialect, target)?;
    }

    #[test]
    fn ranges_in_other_encodings_have_all_records(
        text in quoted_file(), target in 1..80_u64, buffer in 2..70_usize, which in 0..6_usize,
    ) {
        let encoding = [
            encoding_rs::SHIFT_JIS, encoding_rs::GBK, encoding_rs::BIG5, encoding_rs::EUC_JP,
            encoding_rs::EUC_KR, encoding_rs::GB18030,
        ][which];
        let (bytes, _, _) = encoding.encode(&text);
        let limits = Limits { buffer_bytes: buffer, ..Limits::default() };
        let text = TextEncoding { encoding, invalid: InvalidText::Discard };
        compare(&bytes, Dialect { limits, text, ..csv() }, target)?;
        // With the delimiter "|", which may be half of a character, text is decoded first.
        let dialect = Dialect { delimiters: b",|".to_vec(), limits, text, ..csv() };
        compare(&bytes, dialect, target)?;
    }
}

/// The offsets of a file of UTF-16 and its lines can be computed without reading.
#[test]
fn records_of_utf_16_have_the_offsets_of_their_lines() {
    let lines = ["x,y\n", "1,漢字\r\n", "2,\"a\nb\"\n", "3,𝄞\r", "4,z"];
    for (is_little, mark) in [(true, [0xFF, 0xFE]), (false, [0xFE, 0xFF])] {
        let mut bytes = mark.to_vec();
        let mut offsets = Vec::new();
        for line in lines {
            offsets.push(bytes.len() as i64);
            let units = line.encode_utf16();
            bytes.extend(
                units.flat_map(|unit| if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() }),
            );
        }
        for buffer in [2, 6, 1_000] {
            let file = file_of(&bytes);
            let limits = Limits { buffer_bytes: buffer, ..Limits::default() };
            let file = open(file.path(), Dialect { limits, ..csv() }, &[]).unwrap();
            let ranges = file.plan_ranges(4, 2).unwrap();
            assert_eq!(ranges, [file.whole()]);
            let (records, fault) = records(&file, &ranges);
            assert_eq!(fault, None);
            let texts = records.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>();
            assert_eq!(texts, ["1|漢字", "2|a\nb", "3|𝄞", "4|z"]);
            let found = records.iter().map(|(offset, _)| *offset).collect::<Vec<_>>();
            assert_eq!(found, offsets[1..]);
        }
    }
}

#[test]
fn threads_read_the_ranges_of_a_file_at_once() {
    let mut bytes = b"n,text\n".to_vec();
    for n in 0..50_000 {
        writeln!(bytes, "{n},\"line {n}\nand more\"").unwrap();
    }
    let file = file_of(&bytes);
    let file = open(file.path(), csv(), &[]).unwrap();
    let ranges = file.plan_ranges(100_000, 4).unwrap();
    assert!(ranges.len() > 10, "{} ranges", ranges.len());
    let sum = |range: ByteRange| {
        let batches = file.read_range(range, &[0], None).unwrap();
        let columns = batches.map(|batch| batch.unwrap().records.column(0).clone());
        columns
            .map(|column| column.as_any().downcast_ref::<Int64Array>().unwrap().values().iter().sum::<i64>())
            .sum::<i64>()
    };
    let total: i64 = std::thread::scope(|scope| {
        let threads = ranges.iter().map(|range| scope.spawn(|| sum(*range))).collect::<Vec<_>>();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(total, (0..50_000).sum::<i64>());
}

#[test]
fn only_the_columns_asked_for_are_made() {
    let file = file_of(b"a,b,c\n1,x,01/02/2024\n");
    let known = [("a", Storage::Integer), ("b", Storage::String), ("c", Storage::Date)];
    let file = open(file.path(), csv(), &known).unwrap();
    let mut reader = file.read_range(file.whole(), &[1, 0], None).unwrap();
    let names = reader.schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>();
    assert_eq!(names, ["b", "a"]);
    assert_eq!(reader.next().unwrap().unwrap().records.num_columns(), 2);
    let none = file.read_range(file.whole(), &[], None).unwrap().next().unwrap().unwrap();
    assert_eq!(none.records.num_rows(), 1);
    assert!(file.read_range(file.whole(), &[2], None).unwrap().next().unwrap().is_err());
    assert!(file.read_range(file.whole(), &[3], None).is_err());
}
