//! Questions of people who use Modeler, with their answers, run from the streams and data in which they asked them.
//!
//! The answers were checked by calculation; each test names its case. C3, C9 and C11 are in `cases_told`, C15 and C23
//! among the files that IBM wrote. Cases that concern a single node or function are tested beside it too: C3 in User
//! Input and Merge, C9 in Set Globals, C11 in Offset, C15 in Partition, C20 with the graph, C23 in Fixed File.

use satsuma_columns::{Scalar, Settings};

use crate::probe::{Seen, real_stream};

/// The table behind a node of the only stream whose name has this part.
async fn table(stream: &str, uid: &str) -> Option<Seen> {
    let real = real_stream(stream)?;
    Some(real.table(uid).await.unwrap_or_else(|error| panic!("{stream}: {error}")))
}

/// The values of a field as `to_string` shows them.
fn column(seen: &Seen, name: &str) -> Vec<String> {
    let at = seen.fields.iter().position(|field| field.name == name);
    let at = at.unwrap_or_else(|| panic!("{name:?} is not among {:?}", names(seen)));
    let settings = Settings::default();
    let shown = |value: Scalar| {
        let mut text = String::new();
        match value {
            Scalar::Null => text.push_str("$null$"),
            Scalar::String(value) => text.push_str(&value),
            Scalar::Integer(number) => text = number.to_string(),
            Scalar::Real(number) => text = number.to_string(),
            Scalar::Date(days) => settings.print_date(days, &mut text),
            Scalar::Time(micros) => settings.print_time(micros, &mut text),
            Scalar::Timestamp(micros) => settings.print_timestamp(micros, &mut text),
        }
        text
    };
    seen.values(at).map(shown).collect()
}

fn names(seen: &Seen) -> Vec<&str> {
    seen.fields.iter().map(|field| field.name.as_str()).collect()
}

#[tokio::test]
async fn c1_whole_days_fall_off_the_difference_of_two_timestamps() {
    let Some(seen) = table("tsdiff.str", "id73XX8B8LNQF").await else { return };
    assert_eq!(column(&seen, "TIME_DIFF"), ["01:53:29", "23:41:17", "07:41:17"]);
    let differences = ["1900-01-01 01:53:29", "1900-01-01 23:41:17", "1900-01-04 07:41:17"];
    assert_eq!(column(&seen, "TS_DIFF"), differences);
    assert_eq!(column(&seen, "TIME_DIFF24"), ["01:53:29", "23:41:17", "79:41:17"]);
}

#[tokio::test]
async fn c2_hexadecimal_text_is_the_same_number_in_two_ways() {
    let Some(fillers) = table("hexadecimal+1.str", "id1VDW423HHNM").await else { return };
    let Some(formula) = table("hexadecimal+1.str", "id1HMXTIEM1A8").await else { return };
    let expected = ["0", "1", "10", "10", "160", "255", "710", "65535", "123552", "1048575"];
    assert_eq!(column(&fillers, "10進数"), expected);
    assert_eq!(column(&formula, "HEX2DEC"), expected);
}

#[tokio::test]
async fn c4_merges_by_condition_and_by_key_pair_records() {
    for (uid, rows) in [("id42DVUB5XC52", 4), ("id3VFVUYWQGYW", 10), ("id2DRVILT7XBN", 4)] {
        let Some(seen) = table("データ結合.str", uid).await else { return };
        assert_eq!(seen.rows(), rows, "{uid}");
        if uid == "id2DRVILT7XBN" {
            assert_eq!(names(&seen).iter().filter(|name| **name == "ID").count(), 1);
        }
    }
}

#[tokio::test]
async fn c5_records_within_three_seconds_of_an_event() {
    let Some(seen) = table("3secWindow", "id5MH1Z5PVTMHT").await else { return };
    let seconds = (3..=9).chain(11..=17).map(|second| format!("{second:02}"));
    let moments = column(&seen, "TS").into_iter().map(|moment| moment[moment.len() - 2..].to_owned());
    assert_eq!(moments.collect::<Vec<_>>(), seconds.collect::<Vec<_>>());
    let indexes = [vec!["1"; 7], vec!["2"; 7]].concat();
    assert_eq!(column(&seen, "不良INDEX"), indexes);
}

#[tokio::test]
async fn c6_a_count_is_0_in_the_record_that_switches_its_state() {
    let Some(seen) = table("240918", "id6YR1ZF51LRLG").await else { return };
    assert_eq!(column(&seen, "タイムカウント"), ["3", "3", "10"]);
}

#[tokio::test]
async fn c7_measures_of_two_classes_follow_from_counts() {
    let Some(seen) = table("211216二値分類評価指標2.str", "id5DZVE41J42W").await else { return };
    assert_eq!(seen.rows(), 1);
    let values =
        (0..seen.fields.len()).filter_map(|at| seen.values(at).next().and_then(|value| value.as_f64()));
    let values = values.collect::<Vec<_>>();
    for expected in [8.0, 4.0, 6.0, 2.0, 0.7, 0.666_667, 0.8, 0.727_273, 0.408_248] {
        let is_there = values.iter().any(|value| (value - expected).abs() < 5e-7);
        assert!(is_there, "{expected} is not among {values:?} of {:?}", names(&seen));
    }
}

#[tokio::test]
async fn c22_a_cell_with_line_feeds_is_split() {
    let Some(counts) = table("231222DvideColumn.str", "id7PDXQ5AAN8V").await else { return };
    assert_eq!(column(&counts, "履歴数"), ["3", "1", "2"]);
    let Some(lines) = table("231222DvideColumn.str", "idCHXPGB7VN4").await else { return };
    let Some(commas) = table("231222DvideColumn.str", "id64KX6GSQAB7").await else { return };
    for name in ["HISTORY1", "HISTORY2", "HISTORY3"] {
        assert_eq!(column(&lines, name), column(&commas, name), "{name}");
    }
    assert_eq!(column(&lines, "HISTORY2").iter().filter(|value| *value == "$null$").count(), 1);
}
