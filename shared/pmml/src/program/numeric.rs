//! Functions of numbers.
//!
//! <https://dmg.org/pmml/v4-4/BuiltinFunctions.html>

use super::{Column, State, date, normal};

/// A function of one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unary {
    Log10,
    Ln,
    Ln1p,
    Sqrt,
    Abs,
    Exp,
    Expm1,
    Floor,
    Ceil,
    Round,
    Rint,
    Sin,
    Asin,
    Sinh,
    Cos,
    Acos,
    Cosh,
    Tan,
    Atan,
    Tanh,
    Not,
    StdNormalCdf,
    StdNormalPdf,
    Erf,
    /// Of a time or a date with a time.
    SecondsSinceMidnight,
    /// Returns integers unchanged and makes other numbers invalid.
    Integer,
}

/// A function of two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Threshold,
    Modulo,
    Hypot,
    Atan2,
    DaysSinceYear,
    SecondsSinceYear,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

/// A function of any number of numbers, ignoring missing ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aggregate {
    Min,
    Max,
    Sum,
    Average,
    Median,
    Product,
}

impl Unary {
    pub(crate) fn run(self, out: &mut Column, of: &Column, rows: usize, outside: State) {
        out.inherit([of].into_iter(), rows);
        match self {
            Self::Log10 => map(out, of, rows, f64::log10),
            Self::Ln => map(out, of, rows, f64::ln),
            Self::Ln1p => map(out, of, rows, f64::ln_1p),
            Self::Sqrt => map(out, of, rows, f64::sqrt),
            Self::Abs => map(out, of, rows, f64::abs),
            Self::Exp => map(out, of, rows, f64::exp),
            Self::Expm1 => map(out, of, rows, f64::exp_m1),
            Self::Floor => map(out, of, rows, f64::floor),
            Self::Ceil => map(out, of, rows, f64::ceil),
            Self::Round => map(out, of, rows, round),
            Self::Rint => map(out, of, rows, f64::round_ties_even),
            Self::Sin => map(out, of, rows, f64::sin),
            Self::Asin => map(out, of, rows, f64::asin),
            Self::Sinh => map(out, of, rows, f64::sinh),
            Self::Cos => map(out, of, rows, f64::cos),
            Self::Acos => map(out, of, rows, f64::acos),
            Self::Cosh => map(out, of, rows, f64::cosh),
            Self::Tan => map(out, of, rows, f64::tan),
            Self::Atan => map(out, of, rows, f64::atan),
            Self::Tanh => map(out, of, rows, f64::tanh),
            Self::StdNormalCdf => map(out, of, rows, normal::normal),
            Self::StdNormalPdf => map(out, of, rows, normal::density),
            Self::Erf => map(out, of, rows, |x| 1.0 - normal::erfc(x)),
            Self::SecondsSinceMidnight => map(out, of, rows, |x| x.rem_euclid(date::SECONDS_A_DAY)),
            Self::Not => map(out, of, rows, |x| 1.0 - x),
            Self::Integer => map(out, of, rows, |x| if x.fract() == 0.0 { x } else { f64::NAN }),
        }
        out.settle(outside);
    }
}

impl Binary {
    pub(crate) fn run(self, out: &mut Column, left: &Column, right: &Column, rows: usize, outside: State) {
        out.inherit([left, right].into_iter(), rows);
        let truth = |b: bool| f64::from(u8::from(b));
        match self {
            Self::Add => map2(out, left, right, rows, |x, y| x + y),
            Self::Subtract => map2(out, left, right, rows, |x, y| x - y),
            Self::Multiply => map2(out, left, right, rows, |x, y| x * y),
            Self::Divide => map2(out, left, right, rows, |x, y| x / y),
            Self::Power => map2(out, left, right, rows, f64::powf),
            Self::Threshold => map2(out, left, right, rows, |x, y| truth(x > y)),
            // Like XQuery: the result has the sign of the divisor.
            Self::Modulo => map2(out, left, right, rows, |x, y| x - (x / y).floor() * y),
            Self::Hypot => map2(out, left, right, rows, f64::hypot),
            Self::Atan2 => map2(out, left, right, rows, f64::atan2),
            Self::DaysSinceYear => map2(out, left, right, rows, |d, y| d - date::new_year(y)),
            Self::SecondsSinceYear => {
                map2(out, left, right, rows, |s, y| s - date::new_year(y) * date::SECONDS_A_DAY)
            }
            Self::Equal => map2(out, left, right, rows, |x, y| truth(x == y)),
            Self::NotEqual => map2(out, left, right, rows, |x, y| truth(x != y)),
            Self::Less => map2(out, left, right, rows, |x, y| truth(x < y)),
            Self::LessOrEqual => map2(out, left, right, rows, |x, y| truth(x <= y)),
            Self::Greater => map2(out, left, right, rows, |x, y| truth(x > y)),
            Self::GreaterOrEqual => map2(out, left, right, rows, |x, y| truth(x >= y)),
            Self::And => map2(out, left, right, rows, |x, y| x * y),
            Self::Or => map2(out, left, right, rows, f64::max),
        }
        out.settle(outside);
    }
}

impl Aggregate {
    pub(crate) fn run(self, out: &mut Column, of: &[&Column], rows: usize, outside: State) {
        out.numbers.clear();
        out.states.clear();
        let mut present = Vec::with_capacity(of.len());
        for row in 0..rows {
            present.clear();
            let mut worst = State::Valid;
            for column in of {
                match column.state(row) {
                    State::Valid => present.push(column.numbers[row]),
                    State::Missing => {}
                    State::Invalid => worst = State::Invalid,
                }
            }
            if present.is_empty() {
                worst = worst.max(State::Missing);
            }
            out.numbers.push(if worst == State::Valid { self.of(&mut present) } else { 0.0 });
            out.mark(row, worst, rows);
        }
        out.settle(outside);
    }

    fn of(self, numbers: &mut [f64]) -> f64 {
        let count = numbers.len() as f64;
        match self {
            Self::Min => numbers.iter().copied().fold(f64::INFINITY, f64::min),
            Self::Max => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            Self::Sum => numbers.iter().sum(),
            Self::Average => numbers.iter().sum::<f64>() / count,
            Self::Product => numbers.iter().product(),
            Self::Median => {
                numbers.sort_unstable_by(f64::total_cmp);
                let upper = numbers[numbers.len() / 2];
                let lower = numbers[(numbers.len() - 1) / 2];
                if lower == upper { upper } else { (lower + upper) / 2.0 }
            }
        }
    }
}

/// To the nearest integer, halves upwards, like XQuery's `fn:round`.
fn round(x: f64) -> f64 {
    let floor = x.floor();
    if x - floor >= 0.5 { floor + 1.0 } else { floor }
}

fn map(out: &mut Column, of: &Column, rows: usize, f: impl Fn(f64) -> f64) {
    out.numbers.clear();
    out.numbers.extend(of.numbers.iter().take(rows).map(|x| f(*x)));
}

fn map2(out: &mut Column, left: &Column, right: &Column, rows: usize, f: impl Fn(f64, f64) -> f64) {
    out.numbers.clear();
    let pairs = left.numbers.iter().zip(&right.numbers).take(rows);
    out.numbers.extend(pairs.map(|(x, y)| f(*x, *y)));
}
