//! Real questions of Modeler users, with their answers.

#![allow(clippy::unwrap_used)]

mod support;

use satsuma_clem::{Globals, Statistic};
use satsuma_columns::{Scalar, Storage};
use support::*;

/// Documentation, checked by calculation: the difference of two timestamps longer than a day.
#[test]
fn c1_differences_of_timestamps_longer_than_a_day() {
    let ends = ["2022-08-01 10:04:32", "2022-08-02 07:52:20", "2022-08-04 15:52:20"].map(timestamp);
    let columns = [
        ("S", Storage::Timestamp, vec![timestamp("2022-08-01 08:11:03"); 3]),
        ("E", Storage::Timestamp, ends.to_vec()),
    ];
    let difference = "datetime_in_seconds(E) - datetime_in_seconds(S)";
    let times = evaluate(&format!("datetime_time({difference})"), &columns);
    assert_eq!(times, ["01:53:29", "23:41:17", "07:41:17"].map(time));
    let moments = evaluate(&format!("datetime_timestamp({difference})"), &columns);
    let expected = ["1900-01-01 01:53:29", "1900-01-01 23:41:17", "1900-01-04 07:41:17"].map(timestamp);
    assert_eq!(moments, expected);
    let columns = [("TS", Storage::Timestamp, moments)];
    let text = "endstring(2,'0'><to_string((datetime_day(TS)-1)*24+datetime_hour(TS))) >< ':' \
                >< endstring(2,'0'><to_string(datetime_minute(TS))) >< ':' \
                >< endstring(2,'0'><to_string(datetime_second(TS)))";
    assert_eq!(evaluate(text, &columns), texts(&["01:53:29", "23:41:17", "79:41:17"]));
}

/// Agreement of the author's two branches: hexadecimal text to a number.
#[test]
fn c2_hexadecimal_text_becomes_a_number_in_two_ways() {
    let values = ["0", "1", "A", "0A", "A0", "FF", "2C6", "FFFF", "1E2A0", "FFFFF"];
    let expected = integers([0, 1, 10, 10, 160, 255, 710, 65_535, 123_552, 1_048_575]);
    let columns = [("V", Storage::String, texts(&values))];
    let one = |k: usize| {
        format!(
            "to_integer(substring(unicode_value(subscrs(length(V),\u{3000}replicate({k},\"0\")><V))*2-95,\t2,\
             \"00010203040506070809--------------101112131415\")) * (16**{k})"
        )
    };
    let sum = (0..5).map(one).collect::<Vec<_>>().join("\u{3000}+ ");
    assert_eq!(evaluate(&sum, &columns), expected);

    let digit = |k: usize| {
        let character = format!("substring(length(V)-{k},1,V)");
        let letters = ('A'..='F').enumerate().map(|(at, letter)| {
            format!("{}if {character}='{letter}' then {}\n", if at == 0 { "" } else { "else" }, at + 10)
        });
        let letters: String = letters.collect();
        format!("({letters}elseif {character} = undef then 0 else to_integer({character}) endif) * 16**{k}")
    };
    let sum = (0..5).map(digit).collect::<Vec<_>>().join(" + ");
    assert_eq!(evaluate(&sum, &columns), expected);
}

/// Documentation: days are added to a date field of a Filler node.
#[test]
fn c3_days_are_added_to_each_date() {
    let columns = [
        ("INDEX", Storage::Integer, integers([0, 1, 28])),
        ("start", Storage::Date, vec![date("2025-02-01"); 3]),
    ];
    let context = context(&columns).for_field("start");
    let dates = evaluate_in("date_add_days(INDEX,@FIELD)", &context, &columns);
    assert_eq!(dates, ["2025-02-01", "2025-02-02", "2025-03-01"].map(date));
}

/// Documentation: records in which a temperature exceeds 210 during a state; the state and its count come
/// from Derive nodes.
#[test]
fn c6_records_where_a_value_passes_a_limit_are_selected() {
    let columns = [
        ("state", Storage::Integer, integers([0, 1, 1, 1, 0, 1])),
        ("temp", Storage::Integer, integers([250, 205, 211, 212, 205, 215])),
    ];
    let expression = "state = 1 and temp >= 210 and @OFFSET(temp,1) < 210";
    assert_eq!(evaluate(expression, &columns), integers([0, 0, 1, 0, 0, 1]));
}

/// Documentation: records within three seconds of an event.
#[test]
fn c5_seconds_are_added_to_times_and_records_are_counted() {
    let columns = [("TS", Storage::Time, vec![time("00:00:06"), time("00:00:14")])];
    assert_eq!(evaluate("time_add_seconds(-3,TS)", &columns), ["00:00:03", "00:00:11"].map(time));
    assert_eq!(evaluate("time_add_seconds(3,TS)", &columns), ["00:00:09", "00:00:17"].map(time));
    assert_eq!(evaluate("@INDEX", &columns), integers([1, 2]));
}

/// IBM stored 15: globals must be computed before they are read.
#[test]
fn c9_globals_are_read_and_missing_ones_are_an_error() {
    let columns = [("val", Storage::Integer, integers([5, 5, 5]))];
    let mut context = context(&columns);
    context.parameters.insert("val".to_owned(), Scalar::Integer(5));
    assert_eq!(evaluate_in("'$P-val'", &context, &columns), integers([5, 5, 5]));
    context.globals.set("val", Statistic::Sum, Scalar::Integer(15));
    assert_eq!(evaluate_in("@GLOBAL_SUM('val')", &context, &columns), integers([15, 15, 15]));

    let expression = satsuma_clem::Expression::parse("@GLOBAL_SUM('val') + 1").unwrap();
    context.globals = Globals::default();
    let error = expression.check(&context).unwrap_err().to_string();
    assert!(error.contains("Set Globals"), "{error}");
    context.globals.computed_later = true;
    let program = expression.check(&context).unwrap();
    assert_eq!(program.storage(), Some(Storage::Integer));
    assert!(program.evaluate(&[], 3).is_err());

    // The field of the Set Globals node is on another branch.
    let mut context = satsuma_clem::CheckContext::default();
    context.globals.computed_later = true;
    assert!(expression.check(&context).is_err());
    context.globals.expect("val", Statistic::Sum, Storage::Integer);
    assert_eq!(expression.check(&context).unwrap().storage(), Some(Storage::Integer));
    context.globals = Globals::default();
    context.globals.set("val", Statistic::Sum, Scalar::Integer(15));
    assert_eq!(evaluate_in("@GLOBAL_SUM('val')", &context, &[]), integers([15]));
}

/// Documentation: the values of the previous and the next record, within a group.
#[test]
fn c11_earlier_and_later_values_within_a_group() {
    let columns = [
        ("unit", Storage::Integer, integers([111, 111, 111, 111, 111, 111, 143, 143])),
        ("power", Storage::Integer, integers([1106, 1103, 1101, 1105, 1107, 1112, 1095, 1098])),
    ];
    let lead = "if unit = @OFFSET(unit,-1) then power - @OFFSET(power,-1) else undef";
    let expected = [Some(3), Some(2), Some(-4), Some(-2), Some(-5), None, Some(-3), None];
    let expected = expected.map(|value| value.map_or(Scalar::Null, Scalar::Integer));
    assert_eq!(evaluate(lead, &columns), expected);

    let context = context(&columns).for_field("power");
    let lag = evaluate_in("if unit = @OFFSET(unit,1) then @OFFSET(@FIELD,1) else undef", &context, &columns);
    let expected = [None, Some(1106), Some(1103), Some(1101), Some(1105), Some(1107), None, Some(1095)];
    assert_eq!(lag, expected.map(|value| value.map_or(Scalar::Null, Scalar::Integer)));

    let bags = [("bags", Storage::Integer, integers([205_150, 163_201, 78_286]))];
    let ratios = evaluate("bags / @OFFSET(bags, 1)", &bags);
    assert_eq!(ratios[0], Scalar::Null);
    for (ratio, expected) in ratios[1..].iter().zip([0.795_520, 0.479_691]) {
        assert!((ratio.as_f64().unwrap() - expected).abs() < 5e-7);
    }
}

/// Documentation: the partition of a Partition node.
#[test]
fn c15_partition_names_mean_the_field_and_its_values() {
    use satsuma_columns::{DataModel, Field, Role, Settings, Values};
    let values = Values::Members(texts(&["1_Training", "2_Testing"]));
    let field = Field::new("Partition", Storage::String).used_as(Role::Partition).valued(values);
    let model = DataModel::new(vec![field]).unwrap();
    let context = satsuma_clem::CheckContext::new(model, Settings::default());
    let columns = [("Partition", Storage::String, texts(&["1_Training", "2_Testing"]))];
    let training = evaluate_in("@PARTITION_FIELD = @TRAINING_PARTITION", &context, &columns);
    assert_eq!(training, integers([1, 0]));
    let testing = evaluate_in("@PARTITION_FIELD = @TESTING_PARTITION", &context, &columns);
    assert_eq!(testing, integers([0, 1]));
}

/// Documentation: a list in one cell, with entries separated by line feeds.
#[test]
fn c22_a_cell_is_split_at_line_feeds() {
    let columns = [("H", Storage::String, texts(&["a\nb\nc", "d", "e\nf"]))];
    assert_eq!(evaluate("count_substring(H,'\\n')+1", &columns), integers([3, 1, 2]));
    assert_eq!(evaluate("textsplit(H,1,'\\n')", &columns), texts(&["a", "d", "e"]));
    assert_eq!(evaluate("textsplit(H,2,'\\n')", &columns), [text("b"), Scalar::Null, text("f")]);
}

/// Documentation: text of fixed width.
#[test]
fn c23_fields_are_joined_to_text_of_fixed_width() {
    let columns = [
        ("ID", Storage::Integer, integers([1])),
        ("NAME", Storage::String, texts(&["MARY"])),
        ("AGE", Storage::Integer, integers([43])),
        ("DEPT", Storage::String, texts(&["DFG"])),
    ];
    let expression = "endstring(3, replicate(3,'0') >< to_string(ID)) >< startstring(5, NAME >< replicate(5,' ')) \
                      >< endstring(3, replicate(2,'0') >< to_string(AGE)) >< startstring(3, DEPT >< replicate(3,' '))";
    assert_eq!(evaluate(expression, &columns), texts(&["001MARY 043DFG"]));
}
