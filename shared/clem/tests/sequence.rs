//! Compares functions of previous and following records with obvious computations, in batches of every size.

#![allow(clippy::unwrap_used)]

mod support;

use proptest::prelude::*;
use satsuma_clem::{ErrorKind, Expression, Program};
use satsuma_columns::{Blanks, DataModel, Field, Scalar, Settings, Storage};
use support::*;

type Series = Vec<Option<i64>>;

fn integer(value: Option<i64>) -> Scalar {
    value.map_or(Scalar::Null, Scalar::Integer)
}

fn real(value: Option<f64>) -> Scalar {
    value.map_or(Scalar::Null, Scalar::Real)
}

fn program(text: &str) -> Program {
    let columns = [("x", Storage::Integer, vec![]), ("n", Storage::Integer, vec![])];
    let expression = Expression::parse(text).unwrap();
    expression.check(&context(&columns)).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The values of an expression over a series x and offsets n.
fn run(text: &str, x: &Series, n: &Series, batch: usize) -> Vec<Scalar> {
    let column = |series: &Series| series.iter().map(|value| integer(*value)).collect::<Vec<_>>();
    let columns = [("x", Storage::Integer, column(x)), ("n", Storage::Integer, column(n))];
    scan(&program(text), &columns, batch)
}

/// The value of a record; null outside the series.
fn at(x: &Series, record: i64) -> Option<i64> {
    usize::try_from(record).ok().and_then(|record| x.get(record).copied().flatten())
}

/// The values that are not null among the last records.
fn last(x: &Series, record: usize, count: Option<i64>) -> Vec<i64> {
    let count = count.map_or(record + 1, |count| usize::try_from(count).unwrap_or(0).min(record + 1));
    x[record + 1 - count..=record].iter().copied().flatten().collect()
}

fn mean(values: &[i64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<i64>() as f64 / values.len() as f64)
}

fn near(found: &[Scalar], expected: &[Scalar], text: &str) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        match (found.as_f64(), expected.as_f64()) {
            (Some(found), Some(expected)) => {
                assert!(
                    (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
                    "{text}: {found} {expected}"
                );
            }
            _ => assert_eq!(found, expected, "{text}"),
        }
    }
}

fn series() -> impl Strategy<Value = Series> {
    prop::collection::vec(prop::option::weighted(0.8, -5_i64..6), 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sequence_functions_agree_with_obvious_computations(
        x in series(), n in prop::collection::vec(prop::option::weighted(0.9, -4_i64..5), 25), batch in 1_usize..9, k in 0_i64..6,
    ) {
        let n: Series = n[..x.len()].to_vec();
        let records = 0..x.len();
        let each = |f: &dyn Fn(usize) -> Scalar| records.clone().map(f).collect::<Vec<_>>();
        let check = |text: &str, f: &dyn Fn(usize) -> Scalar| {
            near(&run(text, &x, &n, batch), &each(f), text);
        };
        check("@INDEX", &|row| Scalar::Integer(row as i64 + 1));
        check(&format!("@OFFSET(x, {k})"), &|row| integer(at(&x, row as i64 - k)));
        check(&format!("@OFFSET(x, -{k})"), &|row| integer(at(&x, row as i64 + k)));
        check("@OFFSET(x, n)", &|row| integer(n[row].and_then(|n| at(&x, row as i64 - n))));
        check("@OFFSET(x, n, 2)", &|row| {
            integer(n[row].filter(|n| n.abs() <= 2).and_then(|n| at(&x, row as i64 - n)))
        });
        check("@OFFSET(@OFFSET(x, -1), 2) + @OFFSET(x, -2)", &|row| {
            integer((|| Some((row >= 2).then(|| at(&x, row as i64 - 1))?? + at(&x, row as i64 + 2)?))())
        });
        check("@DIFF1(x)", &|row| real((|| Some((x[row]? - at(&x, row as i64 - 1)?) as f64))()));
        check("@DIFF2(x)", &|row| {
            real((|| Some((x[row]? - 2 * at(&x, row as i64 - 1)? + at(&x, row as i64 - 2)?) as f64))())
        });
        check("@SUM(x)", &|row| integer(Some(last(&x, row, None)).filter(|v| !v.is_empty()).map(|v| v.iter().sum())));
        check(&format!("@SUM(x, {})", k + 1), &|row| {
            integer(Some(last(&x, row, Some(k + 1))).filter(|v| !v.is_empty()).map(|v| v.iter().sum()))
        });
        check(&format!("@MAX(x, {})", k + 1), &|row| integer(last(&x, row, Some(k + 1)).into_iter().max()));
        check("@MIN(x)", &|row| integer(last(&x, row, None).into_iter().min()));
        check(&format!("@MEAN(x, {})", k + 1), &|row| real(mean(&last(&x, row, Some(k + 1)))));
        check("@MEAN(x, n, 3)", &|row| real(n[row].and_then(|n| mean(&last(&x, row, Some(n.min(3)))))));
        check("@SDEV(x)", &|row| {
            let values = last(&x, row, None);
            let mean = mean(&values).unwrap_or(0.0);
            let squares: f64 = values.iter().map(|value| (*value as f64 - mean).powi(2)).sum();
            real((values.len() > 1).then(|| (squares / (values.len() - 1) as f64).sqrt()))
        });
        let since = |row: usize, holds: &dyn Fn(usize) -> bool, from: usize, bound: usize| {
            let found = (from..=row.min(bound)).find(|back| holds(row - back));
            Scalar::Integer(found.map_or(row as i64 + 2, |back| back as i64))
        };
        let positive = |row: usize| x[row].is_some_and(|value| value > 0);
        check("@SINCE(x > 0)", &|row| since(row, &positive, 1, usize::MAX));
        check("@SINCE0(x > 0)", &|row| since(row, &positive, 0, usize::MAX));
        check("@SINCE(x > 0, 2)", &|row| since(row, &positive, 1, 2));
        check("@SINCE(x > @THIS(x) + 1)", &|row| {
            since(row, &|back| matches!((x[back], x[row]), (Some(back), Some(this)) if back > this + 1), 1, usize::MAX)
        });
        check("@SINCE0(x == @THIS(n), 3)", &|row| since(row, &|back| x[back] == n[row], 0, 3));
        check("@LAST_NON_BLANK(x)", &|row| integer(last(&x, row, None).last().copied()));
    }

    #[test]
    fn random_numbers_do_not_depend_on_batches(batch in 1_usize..50, seed in any::<u64>()) {
        let columns = [("x", Storage::Integer, integers(0..50))];
        let mut context = context(&columns);
        context.seed = seed;
        let check = |text: &str| Expression::parse(text).unwrap().check(&context).unwrap();
        let program = check("random(6) + x * 0");
        let values = scan(&program, &columns, batch);
        prop_assert_eq!(&values, &scan(&program, &columns, 50));
        prop_assert!(values.iter().all(|value| (1.0..=6.0).contains(&value.as_f64().unwrap())));
        prop_assert!(program.is_random() && program.needs_order());
        let zero = scan(&check("random0(1.0)"), &columns, batch);
        prop_assert!(zero.iter().all(|value| (0.0..1.0).contains(&value.as_f64().unwrap())));
        prop_assert_ne!(&zero, &scan(&check("random0(1.0) + random0(1.0)"), &columns, batch));
        let one = scan(&check("oneof([1 2 3])"), &columns, batch);
        prop_assert!(one.iter().all(|value| (1.0..=3.0).contains(&value.as_f64().unwrap())));
    }
}

#[test]
fn programs_report_how_far_they_look() {
    for (text, ahead, back) in [
        ("x + 1", 0, Some(0)),
        ("@INDEX", 0, Some(0)),
        ("@OFFSET(x, 3)", 0, Some(3)),
        ("@OFFSET(x, -2)", 2, Some(0)),
        ("@OFFSET(@OFFSET(x, -2), -3)", 5, Some(0)),
        ("@OFFSET(x, n)", usize::MAX, None),
        ("@OFFSET(x, n, 12)", 12, Some(12)),
        ("@MEAN(x, 7)", 0, Some(7)),
        ("@SUM(x)", 0, Some(0)),
        ("@SINCE(x > @THIS(x))", 0, None),
    ] {
        let program = program(text);
        assert_eq!((program.look_ahead(), program.look_back()), (ahead, back), "{text}");
        assert_eq!(program.needs_order(), text != "x + 1", "{text}");
    }
}

#[test]
fn a_huge_offset_allocates_nothing_for_records_that_do_not_exist() {
    let x = vec![Some(1), Some(2)];
    let null = vec![Scalar::Null; 2];
    assert_eq!(run("@OFFSET(x, 9223372036854775807)", &x, &x, 1), null);
    assert_eq!(run("@OFFSET(x, -9223372036854775807)", &x, &x, 1), null);
    assert_eq!(run("@SUM(x, 9223372036854775807)", &x, &x, 1), integers([1, 3]));
}

#[test]
fn a_program_that_needs_order_refuses_single_batches() {
    let program = program("@INDEX");
    assert!(matches!(program.evaluate(&[], 1).unwrap_err().kind, ErrorKind::Columns(_)));
    assert!(matches!(refusal("@THIS(x)", &[]).kind, ErrorKind::NoMeaning { .. }));
}

/// IBM, "Functions handling blanks and null values": blanks by the field's definition.
#[test]
fn the_last_value_that_is_not_blank_is_kept() {
    let blanks = Blanks { null: true, white_space: true, values: vec![text("?")], range: None };
    let mut field = Field::new("s", Storage::String);
    field.blanks = Some(std::sync::Arc::new(blanks));
    let context = satsuma_clem::CheckContext::new(DataModel::new(vec![field]).unwrap(), Settings::default());
    let values = vec![text("?"), text("a"), text(" "), Scalar::Null, text("b")];
    let columns = [("s", Storage::String, values)];
    let found = evaluate_in("@LAST_NON_BLANK(s)", &context, &columns);
    assert_eq!(found, [Scalar::Null, text("a"), text("a"), text("a"), text("b")]);
    assert_eq!(evaluate_in("@BLANK(s)", &context, &columns), integers([1, 0, 1, 1, 0]));
    assert_eq!(evaluate_in("@NULL(s)", &context, &columns), integers([0, 0, 0, 1, 0]));
}
