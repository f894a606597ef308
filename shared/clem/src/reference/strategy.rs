//! Random expressions and rows.

use proptest::prelude::*;

use super::{Row, V};

/// Integer, text and condition expressions of a depth, and numbers that may be real.
fn expressions(
    depth: u32,
) -> (BoxedStrategy<String>, BoxedStrategy<String>, BoxedStrategy<String>, BoxedStrategy<String>) {
    let integer = prop_oneof![
        Just("i1".to_owned()),
        Just("i2".to_owned()),
        (-3_i64..6).prop_map(|number| number.to_string()),
        Just(i64::MAX.to_string()),
    ];
    let real = prop_oneof![
        Just("r1".to_owned()),
        Just("r2".to_owned()),
        Just("0.5".to_owned()),
        Just("-1.0E300".to_owned())
    ];
    let text =
        prop_oneof![Just("s1".to_owned()), Just("s2".to_owned()), "\"[ab1é]{0,3}\"".prop_map(|text| text)];
    if depth == 0 {
        let condition =
            prop_oneof![Just("i1 = i2".to_owned()), Just("s1 = undef".to_owned()), Just("r1 > 0".to_owned())];
        let number = prop_oneof![integer.clone(), real];
        return (integer.boxed(), number.boxed(), text.boxed(), condition.boxed());
    }
    let (i, n, s, c) = expressions(depth - 1);
    let pair =
        |one: &BoxedStrategy<String>, two: &BoxedStrategy<String>, shape: fn(String, String) -> String| {
            (one.clone(), two.clone()).prop_map(move |(one, two)| shape(one, two)).boxed()
        };
    let operators = prop::sample::select(vec!["+", "-", "*", "div", "rem", "mod"]);
    let integers = prop_oneof![
        integer,
        (i.clone(), operators, i.clone())
            .prop_map(|(one, operator, two)| format!("({one} {operator} {two})")),
        pair(&i, &i, |one, two| format!("max({one}, {two})")),
        pair(&i, &i, |one, two| format!("first_non_null([({one}) ({two})])")),
        pair(&i, &i, |one, two| format!("sum_n([({one}) ({two}) i1])")),
        i.clone().prop_map(|one| format!("abs({one})")),
        i.clone().prop_map(|one| format!("(- {one})")),
        s.clone().prop_map(|one| format!("length({one})")),
        s.clone().prop_map(|one| format!("to_integer({one})")),
        pair(&s, &s, |one, two| format!("hassubstring({one}, {two})")),
        pair(&s, &s, |one, two| format!("count_substring({one}, {two})")),
        pair(&n, &s, |one, two| format!("count_nulls([({one}) ({two})])")),
        pair(&i, &i, |one, two| format!("count_equal({one}, [({two}) i1 2])")),
        (c.clone(), i.clone(), i.clone())
            .prop_map(|(c, one, two)| format!("(if {c} then {one} else {two} endif)")),
    ];
    let operators = prop::sample::select(vec!["+", "-", "*", "/"]);
    let numbers = prop_oneof![
        real,
        i.clone(),
        (n.clone(), operators, n.clone())
            .prop_map(|(one, operator, two)| format!("({one} {operator} {two})")),
        n.clone().prop_map(|one| format!("sqrt({one})")),
        n.clone().prop_map(|one| format!("to_real({one})")),
        pair(&n, &n, |one, two| format!("max({one}, {two})")),
        (c.clone(), n.clone(), c.clone(), n.clone())
            .prop_map(|(a, one, b, two)| format!("(if {a} then {one} elseif {b} then {two} endif)")),
    ];
    let texts = prop_oneof![
        text,
        pair(&s, &s, |one, two| format!("({one} >< {two})")),
        pair(&s, &i, |one, two| format!("({one} >< {two})")),
        pair(&i, &s, |one, two| format!("startstring({one}, {two})")),
        pair(&i, &s, |one, two| format!("substring({one}, 1, {two})")),
        (c.clone(), s.clone(), s.clone())
            .prop_map(|(c, one, two)| format!("(if {c} then {one} else {two} endif)")),
    ];
    let comparisons = || prop::sample::select(vec!["=", "/=", "<", "<=", ">", ">="]);
    let conditions = prop_oneof![
        (n.clone(), comparisons(), n.clone())
            .prop_map(|(one, operator, two)| format!("({one} {operator} {two})")),
        (s.clone(), comparisons(), s.clone())
            .prop_map(|(one, operator, two)| format!("({one} {operator} {two})")),
        n.clone().prop_map(|one| format!("({one} = undef)")),
        pair(&c, &c, |one, two| format!("({one} and {two})")),
        pair(&c, &c, |one, two| format!("({one} or {two} or i1 = 1)")),
        c.clone().prop_map(|one| format!("not({one})")),
        n.clone().prop_map(|one| format!("@NULL({one})")),
        s.clone().prop_map(|one| format!("member({one}, [s1 \"a\"])")),
    ];
    (integers.boxed(), numbers.boxed(), texts.boxed(), conditions.boxed())
}

pub(super) fn any_expression() -> impl Strategy<Value = String> {
    let (i, n, s, c) = expressions(3);
    prop_oneof![i, n, s, c]
}

/// Rows of two integers, two reals and two texts, with nulls.
pub(super) fn rows() -> impl Strategy<Value = Vec<Row>> {
    let integer = || prop::option::weighted(0.7, prop_oneof![-3_i64..5, Just(i64::MAX), Just(i64::MIN)]);
    let real = || {
        prop::option::weighted(0.7, prop_oneof![Just(0.0), Just(-0.0), Just(1.5), Just(-2.0), Just(1e300)])
    };
    let text = || prop::option::weighted(0.7, "[ab12é ]{0,3}");
    let row = (integer(), integer(), real(), real(), text(), text()).prop_map(|(i1, i2, r1, r2, s1, s2)| {
        let fields = [
            ("i1", i1.map_or(V::Null, V::I)),
            ("i2", i2.map_or(V::Null, V::I)),
            ("r1", r1.map_or(V::Null, V::R)),
            ("r2", r2.map_or(V::Null, V::R)),
            ("s1", s1.map_or(V::Null, V::S)),
            ("s2", s2.map_or(V::Null, V::S)),
        ];
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Row>()
    });
    prop::collection::vec(row, 1..30)
}
