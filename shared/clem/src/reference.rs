//! A slow and obvious evaluator, row by row, for comparison with the programs.

mod strategy;

use std::collections::BTreeMap;

use arrow_array::{Array, ArrayRef};
use proptest::prelude::*;
use satsuma_columns::{DataModel, Field, Scalar, Settings, Storage};

use self::strategy::{any_expression, rows};
use crate::syntax::{Infix, Node, NodeKind, Prefix};
use crate::{CheckContext, Expression};

/// A value of the reference. Booleans are separate from numbers.
#[derive(Debug, Clone, PartialEq)]
enum V {
    Null,
    B(bool),
    I(i64),
    R(f64),
    S(String),
}

type Row = BTreeMap<String, V>;

impl V {
    fn real(&self) -> Option<f64> {
        match self {
            V::I(number) => Some(*number as f64),
            V::R(number) => Some(*number),
            V::B(truth) => Some(f64::from(*truth)),
            _ => None,
        }
    }

    fn of_real(number: Option<f64>) -> V {
        number.filter(|number| number.is_finite()).map_or(V::Null, V::R)
    }

    fn of_integer(number: Option<i64>) -> V {
        number.map_or(V::Null, V::I)
    }

    fn truth(&self) -> Option<bool> {
        match self {
            V::B(truth) => Some(*truth),
            V::I(number) => Some(*number != 0),
            _ => None,
        }
    }

    fn of_truth(truth: Option<bool>) -> V {
        truth.map_or(V::Null, V::B)
    }
}

/// Whether the static kind of a part is real, which determines the arithmetic.
fn is_real(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Real(_) => true,
        NodeKind::Name(name) => name.starts_with('r'),
        NodeKind::Infix(Infix::Divide, ..) => true,
        NodeKind::Infix(Infix::Add | Infix::Subtract | Infix::Multiply, one, two) => {
            is_real(one) || is_real(two)
        }
        NodeKind::Call(name, arguments) => match name.as_ref() {
            "sqrt" | "to_real" => true,
            "abs" | "max" => arguments.iter().any(is_real),
            "sum_n" => match arguments.first().map(|list| &list.kind) {
                Some(NodeKind::List(items)) => items.iter().any(is_real),
                _ => false,
            },
            _ => false,
        },
        NodeKind::If(branches, otherwise) => {
            branches.iter().any(|(_, value)| is_real(value)) || otherwise.as_deref().is_some_and(is_real)
        }
        NodeKind::Prefix(Prefix::Minus, one) => is_real(one),
        _ => false,
    }
}

fn evaluate(node: &Node, row: &Row) -> V {
    let value = evaluate_plain(node, row);
    match value {
        V::I(number) if is_real(node) => V::R(number as f64),
        value => value,
    }
}

fn evaluate_plain(node: &Node, row: &Row) -> V {
    match &node.kind {
        NodeKind::Integer(number) => V::I(*number),
        NodeKind::Real(number) => V::R(*number),
        NodeKind::Text(text) | NodeKind::Quoted(text) => V::S(text.to_string()),
        NodeKind::Undef => V::Null,
        NodeKind::Name(name) => row.get(name.as_ref()).cloned().unwrap_or(V::Null),
        NodeKind::Prefix(Prefix::Not, one) => V::of_truth(evaluate(one, row).truth().map(|truth| !truth)),
        NodeKind::Prefix(Prefix::Minus, one) => match evaluate(one, row) {
            V::I(number) => V::of_integer(0_i64.checked_sub(number)),
            V::R(number) => V::R(0.0 - number),
            _ => V::Null,
        },
        NodeKind::And(items) => {
            let truths: Vec<_> = items.iter().map(|item| evaluate(item, row).truth()).collect();
            if truths.contains(&Some(false)) {
                return V::B(false);
            }
            V::of_truth(if truths.contains(&None) { None } else { Some(true) })
        }
        NodeKind::Or(items) => {
            let truths: Vec<_> = items.iter().map(|item| evaluate(item, row).truth()).collect();
            if truths.contains(&Some(true)) {
                return V::B(true);
            }
            V::of_truth(if truths.contains(&None) { None } else { Some(false) })
        }
        NodeKind::If(branches, otherwise) => {
            for (condition, value) in branches {
                if evaluate(condition, row).truth() == Some(true) {
                    return evaluate(value, row);
                }
            }
            otherwise.as_ref().map_or(V::Null, |value| evaluate(value, row))
        }
        NodeKind::Infix(infix, one, two) => operate(*infix, &evaluate(one, row), &evaluate(two, row)),
        NodeKind::Call(name, arguments) => call(name, arguments, row),
        _ => panic!("not in the reference: {node:?}"),
    }
}

fn compare(one: &V, two: &V, accept: fn(std::cmp::Ordering) -> bool) -> V {
    let order = match (one, two) {
        (V::Null, V::Null) => std::cmp::Ordering::Equal,
        (V::Null, _) | (_, V::Null) => return V::Null,
        (V::S(one), V::S(two)) => one.cmp(two),
        (V::I(one), V::I(two)) => one.cmp(two),
        (one, two) => one.real().unwrap().partial_cmp(&two.real().unwrap()).unwrap(),
    };
    V::B(accept(order))
}

fn operate(infix: Infix, one: &V, two: &V) -> V {
    use std::cmp::Ordering;
    match infix {
        Infix::Equal => return compare(one, two, Ordering::is_eq),
        Infix::NotEqual => return compare(one, two, Ordering::is_ne),
        Infix::Less => return compare(one, two, Ordering::is_lt),
        Infix::LessOrEqual => return compare(one, two, Ordering::is_le),
        Infix::Greater => return compare(one, two, Ordering::is_gt),
        Infix::GreaterOrEqual => return compare(one, two, Ordering::is_ge),
        Infix::Join => {
            return match (one, two) {
                (V::Null, _) | (_, V::Null) => V::Null,
                (one, two) => V::S(text(one) + &text(two)),
            };
        }
        _ => {}
    }
    if let (V::I(a), V::I(b)) = (one, two) {
        match infix {
            Infix::Add => return V::of_integer(a.checked_add(*b)),
            Infix::Subtract => return V::of_integer(a.checked_sub(*b)),
            Infix::Multiply => return V::of_integer(a.checked_mul(*b)),
            Infix::Div => return V::of_integer(a.checked_div(*b)),
            Infix::Rem => return V::of_integer(if *b == -1 { Some(0) } else { a.checked_rem(*b) }),
            Infix::Mod => {
                let wide = i128::from(*a);
                let modulus = i128::from(*b);
                return match modulus {
                    0 => V::Null,
                    _ => V::of_integer(i64::try_from(((wide % modulus) + modulus) % modulus).ok()),
                };
            }
            _ => {}
        }
    }
    let (Some(a), Some(b)) = (one.real(), two.real()) else {
        return V::Null;
    };
    V::of_real(match infix {
        Infix::Add => Some(a + b),
        Infix::Subtract => Some(a - b),
        Infix::Multiply => Some(a * b),
        Infix::Divide => (b != 0.0).then(|| a / b),
        _ => panic!("not in the reference: {infix:?}"),
    })
}

fn text(value: &V) -> String {
    match value {
        V::I(number) => number.to_string(),
        V::R(number) => format!("{number:.6}"),
        V::B(truth) => i64::from(*truth).to_string(),
        V::S(text) => text.clone(),
        V::Null => String::new(),
    }
}

/// Characters from a position on, if all exist.
fn part(text: &str, start: i64, length: i64) -> Option<String> {
    let characters: Vec<char> = text.chars().collect();
    let in_range =
        start >= 1 && length >= 0 && i128::from(start) - 1 + i128::from(length) <= characters.len() as i128;
    in_range.then(|| characters[start as usize - 1..start as usize - 1 + length as usize].iter().collect())
}

fn call(name: &str, arguments: &[Node], row: &Row) -> V {
    let values: Vec<V> = match arguments.last().map(|node| &node.kind) {
        Some(NodeKind::List(items)) => {
            let before = arguments[..arguments.len() - 1].iter();
            before.chain(items).map(|node| evaluate(node, row)).collect()
        }
        _ => arguments.iter().map(|node| evaluate(node, row)).collect(),
    };
    match (name, values.as_slice()) {
        ("@NULL", [value]) => return V::B(*value == V::Null),
        ("count_nulls", items) => return V::I(items.iter().filter(|item| **item == V::Null).count() as i64),
        ("first_non_null", items) => {
            return items.iter().find(|item| **item != V::Null).cloned().unwrap_or(V::Null);
        }
        ("sum_n", items) => {
            let numbers: Vec<&V> = items.iter().filter(|item| **item != V::Null).collect();
            let mut numbers = numbers.into_iter().cloned();
            let first = numbers.next().unwrap_or(V::Null);
            return numbers.fold(first, |sum, number| operate(Infix::Add, &sum, &number));
        }
        ("member", [item, list @ ..]) => {
            return V::B(
                list.iter().any(|other| compare(other, item, std::cmp::Ordering::is_eq) == V::B(true)),
            );
        }
        ("count_equal", [item, list @ ..]) => {
            if *item == V::Null {
                return V::Null;
            }
            let equal = |other: &&V| compare(other, item, std::cmp::Ordering::is_eq) == V::B(true);
            return V::I(list.iter().filter(equal).count() as i64);
        }
        _ => {}
    }
    if values.contains(&V::Null) {
        return V::Null;
    }
    match (name, values.as_slice()) {
        ("abs", [V::I(number)]) => V::of_integer(number.checked_abs()),
        ("abs", [V::R(number)]) => V::R(number.abs()),
        ("sqrt", [number]) => V::of_real(number.real().filter(|number| *number >= 0.0).map(f64::sqrt)),
        ("to_real", [number]) => V::of_real(number.real()),
        ("to_integer", [V::S(text)]) => V::of_integer(text.trim().parse().ok()),
        ("max", [one, two]) => match compare(one, two, std::cmp::Ordering::is_ge) {
            V::B(true) => one.clone(),
            _ => two.clone(),
        },
        ("length", [V::S(text)]) => V::I(text.chars().count() as i64),
        ("substring", [V::I(start), V::I(length), V::S(text)]) => {
            part(text, *start, *length).map_or(V::Null, V::S)
        }
        ("startstring", [V::I(length), V::S(text)]) if *length >= 0 => {
            V::S(text.chars().take(*length as usize).collect())
        }
        ("startstring", _) => V::Null,
        ("hassubstring", [V::S(text), V::S(sought)]) => {
            let characters: Vec<char> = text.chars().collect();
            let wanted: Vec<char> = sought.chars().collect();
            let found = (0..=characters.len()).find(|at| characters[*at..].starts_with(&wanted));
            V::I(found.map_or(0, |at| at as i64 + 1))
        }
        ("count_substring", [V::S(text), V::S(sought)]) => {
            let characters: Vec<char> = text.chars().collect();
            let wanted: Vec<char> = sought.chars().collect();
            let count = (0..characters.len()).filter(|at| characters[*at..].starts_with(&wanted)).count();
            V::I(if wanted.is_empty() { 0 } else { count as i64 })
        }
        _ => panic!("not in the reference: {name} {values:?}"),
    }
}

fn scalar(value: &V) -> Scalar {
    match value {
        V::Null => Scalar::Null,
        V::B(truth) => Scalar::Integer((*truth).into()),
        V::I(number) => Scalar::Integer(*number),
        V::R(number) => Scalar::Real(*number),
        V::S(text) => Scalar::text(text.as_str()),
    }
}

fn context() -> CheckContext {
    let fields = [
        ("i1", Storage::Integer),
        ("i2", Storage::Integer),
        ("r1", Storage::Real),
        ("r2", Storage::Real),
        ("s1", Storage::String),
        ("s2", Storage::String),
    ];
    let fields = fields.into_iter().map(|(name, storage)| Field::new(name, storage));
    CheckContext::new(DataModel::new(fields.collect()).unwrap(), Settings::default())
}

fn columns(program: &crate::Program, rows: &[Row]) -> Vec<ArrayRef> {
    let column = |field: &Field| {
        let values: Vec<Scalar> = rows.iter().map(|row| scalar(&row[&field.name])).collect();
        Scalar::column(&values, field.storage)
    };
    program.fields().iter().map(column).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn programs_agree_with_a_row_by_row_evaluator(text in any_expression(), rows in rows()) {
        let expression = Expression::parse(&text).unwrap();
        let program = match expression.check(&context()) {
            Ok(program) => program,
            Err(error) => panic!("{text}: {error}"),
        };
        let columns = columns(&program, &rows);
        let result = program.evaluate(&columns, rows.len()).unwrap();
        let target = program.storage();
        for (at, row) in rows.iter().enumerate() {
            let expected = scalar(&evaluate(&expression.root, row));
            let expected = target.and_then(|storage| expected.to_storage(storage)).unwrap_or(Scalar::Null);
            prop_assert_eq!(Scalar::at(result.as_ref(), at), expected, "{} row {}", text, at);
        }
        // A part of a batch has the same results, although its columns begin within a buffer.
        let middle = rows.len() / 2;
        let slices: Vec<ArrayRef> = columns.iter().map(|column| column.slice(middle, rows.len() - middle)).collect();
        let part = program.evaluate(&slices, rows.len() - middle).unwrap();
        prop_assert_eq!(&part, &result.slice(middle, rows.len() - middle));
        // A decoded program is the same program.
        let decoded = crate::Program::decode(&program.encode().unwrap()).unwrap();
        let again = decoded.evaluate(&columns, rows.len()).unwrap();
        prop_assert_eq!(&again, &result);
        // So is a printed expression.
        let printed = Expression::parse(&expression.to_string()).unwrap().check(&context()).unwrap();
        prop_assert_eq!(&printed.evaluate(&columns, rows.len()).unwrap(), &result);
        if program.is_condition() {
            let truths = program.truths(&columns, rows.len()).unwrap();
            let holds = program.holds(&columns, rows.len()).unwrap();
            for at in 0..rows.len() {
                prop_assert_eq!(holds.value(at), truths.is_valid(at) && truths.value(at));
            }
        }
    }
}
