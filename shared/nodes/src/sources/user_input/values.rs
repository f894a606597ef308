//! Values in the notation of users: `1 2 3`, `'a b' "c"`, `0,364,1`.

use datafusion::arrow::array::ArrayRef;
use satsuma_columns::{Scalar, Settings, Storage, date};

/// Most values of all fields of a node, because ranges of a hostile stream must not fill the memory.
pub(super) const MOST_VALUES: usize = 2 << 20;

/// A value in the notation of users.
struct Typed<'a> {
    text: &'a str,
    is_quoted: bool,
}

/// The values of a field, separated by white space. Texts with white space are in single or double quotation
/// marks. `from,to,step` of numbers and dates means all values from the first to the last; steps of
/// dates are days. `$null$` is null.
pub(super) fn parse_values(text: &str, storage: Storage, formats: &Settings) -> Result<ArrayRef, String> {
    let mut values = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (typed, after) = next(rest)?;
        rest = after.trim_start();
        push(&typed, storage, formats, &mut values)?;
        if values.len() > MOST_VALUES {
            return Err(format!("the node has more than {MOST_VALUES} values"));
        }
    }
    Ok(Scalar::column(&values, storage))
}

/// The first value of a text that does not begin with white space.
fn next(text: &str) -> Result<(Typed<'_>, &str), String> {
    let mark = text.chars().next().filter(|mark| matches!(mark, '\'' | '"'));
    let Some(mark) = mark else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return Ok((Typed { text: value, is_quoted: false }, rest));
    };
    let inside = text.get(1..).unwrap_or_default();
    let (value, rest) = inside.split_once(mark).ok_or("a quotation mark has no partner")?;
    match rest.chars().next() {
        None => {}
        Some(next) if next.is_whitespace() => {}
        Some(_) => return Err("values must be separated by blanks".to_owned()),
    }
    Ok((Typed { text: value, is_quoted: true }, rest))
}

fn push(
    typed: &Typed<'_>,
    storage: Storage,
    formats: &Settings,
    values: &mut Vec<Scalar>,
) -> Result<(), String> {
    if !typed.is_quoted && typed.text == "$null$" {
        values.push(Scalar::Null);
        return Ok(());
    }
    if storage != Storage::String && !typed.is_quoted && typed.text.contains(',') {
        return push_range(typed.text, storage, formats, values);
    }
    values.push(one(typed.text, storage, formats)?);
    Ok(())
}

fn one(text: &str, storage: Storage, formats: &Settings) -> Result<Scalar, String> {
    let value = match storage {
        Storage::String => Some(Scalar::text(text)),
        Storage::Integer => text.parse().ok().map(Scalar::Integer),
        Storage::Real => text.parse().ok().filter(|value: &f64| value.is_finite()).map(Scalar::Real),
        // Streams hold values both in their own formats and in those of the standard.
        Storage::Date => formats.parse_date(text).or_else(|| date::parse_iso_date(text)).map(Scalar::Date),
        Storage::Time => formats.parse_time(text).or_else(|| date::parse_iso_time(text)).map(Scalar::Time),
        Storage::Timestamp => {
            formats.parse_timestamp(text).or_else(|| date::parse_iso_timestamp(text)).map(Scalar::Timestamp)
        }
        Storage::List(_) => None,
    };
    value.ok_or_else(|| format!("{text:?} is no {}", storage.name()))
}

/// `from,to,step`.
fn push_range(
    text: &str,
    storage: Storage,
    formats: &Settings,
    values: &mut Vec<Scalar>,
) -> Result<(), String> {
    let parts = text.split(',').map(str::trim).collect::<Vec<_>>();
    let &[from, to, step] = parts.as_slice() else {
        return Err(format!("{text:?} is no range from,to,step"));
    };
    let (from, to) = (one(from, storage, formats)?, one(to, storage, formats)?);
    match (from, to) {
        (Scalar::Integer(from), Scalar::Integer(to)) => {
            let step = whole_step(step)?;
            let count = steps(i128::from(from), i128::from(to), step, text)?;
            values.extend((0..count).map(|at| Scalar::Integer(from + at as i64 * step)));
        }
        (Scalar::Date(from), Scalar::Date(to)) => {
            let step = whole_step(step)?;
            let count = steps(i128::from(from), i128::from(to), step, text)?;
            values.extend((0..count).map(|at| Scalar::Date((i64::from(from) + at as i64 * step) as i32)));
        }
        (Scalar::Real(from), Scalar::Real(to)) => {
            let step: f64 = step.parse().map_err(|_| format!("{step:?} is no step"))?;
            // A sum of steps that misses the end only by rounding reaches it.
            const ROUNDING: f64 = 1e-9;
            let count = ((to - from) / step + ROUNDING).floor();
            if !step.is_finite() || step == 0.0 || count < 0.0 || count >= MOST_VALUES as f64 {
                return Err(bad_range(text));
            }
            values.extend((0..=count as usize).map(|at| Scalar::Real(from + at as f64 * step)));
        }
        _ => return Err(format!("{text:?}: ranges of {} are not supported", storage.name())),
    }
    Ok(())
}

fn whole_step(step: &str) -> Result<i64, String> {
    step.parse().map_err(|_| format!("{step:?} is no whole step"))
}

/// The number of values of a range.
fn steps(from: i128, to: i128, step: i64, text: &str) -> Result<usize, String> {
    let (way, step) = (to - from, i128::from(step));
    // A step in the other direction never reaches the end, and a step of zero never ends.
    let count = way.checked_div(step).filter(|_| way == 0 || way.signum() == step.signum());
    let count = count.and_then(|count| usize::try_from(count).ok()).filter(|count| *count < MOST_VALUES);
    count.map(|count| count + 1).ok_or_else(|| bad_range(text))
}

fn bad_range(text: &str) -> String {
    format!("the range {text:?} must have 1 to {MOST_VALUES} values")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str, storage: Storage) -> Result<Vec<Scalar>, String> {
        let column = parse_values(text, storage, &Settings::default())?;
        Ok((0..column.len()).map(|row| Scalar::at(&column, row)).collect())
    }

    /// Evidence: values of real streams.
    #[test]
    fn values_are_separated_by_blanks_and_may_be_quoted() {
        let texts = values("'a b' \"c\"  d $null$ '$null$'\n", Storage::String).unwrap();
        let expected = ["a b", "c", "d", "", "$null$"].map(Scalar::text);
        assert_eq!((&texts[..3], &texts[4]), (&expected[..3], &expected[4]));
        assert_eq!(texts[3], Scalar::Null);
        assert_eq!(values("50 40 ", Storage::Real).unwrap(), [Scalar::Real(50.0), Scalar::Real(40.0)]);
        let stamps = values("\"1970-01-01 00:00:01\" '1970-01-02 00:00:00'", Storage::Timestamp).unwrap();
        assert_eq!(stamps, [Scalar::Timestamp(1_000_000), Scalar::Timestamp(86_400_000_000)]);
        assert_eq!(values("  ", Storage::Integer).unwrap(), []);
    }

    /// Evidence: a stream with 365 numbers and 365 dates as ranges.
    #[test]
    fn a_range_has_a_start_an_end_and_a_step() {
        let numbers = values("0,364,1", Storage::Integer).unwrap();
        assert_eq!((numbers.len(), &numbers[364]), (365, &Scalar::Integer(364)));
        let dates = values("2025-01-01,2025-12-31,1", Storage::Date).unwrap();
        assert_eq!((dates.len(), &dates[364]), (365, &Scalar::Date(20_453)));
        let down = values("5,1,-2 9", Storage::Integer).unwrap();
        assert_eq!(down, [5, 3, 1, 9].map(Scalar::Integer));
        assert_eq!(values("0,1,0.1", Storage::Real).unwrap().len(), 11);
        assert_eq!(values("3,3,1", Storage::Integer).unwrap(), [Scalar::Integer(3)]);
    }

    #[test]
    fn invalid_values_are_refused() {
        for (text, storage) in [
            ("x", Storage::Integer),
            ("1.5", Storage::Integer),
            ("1,2", Storage::Integer),
            ("2, 4, 8", Storage::Integer),
            ("1,9,0", Storage::Integer),
            ("1,9,-1", Storage::Integer),
            ("0,9000000000,1", Storage::Integer),
            ("0,1,0", Storage::Real),
            ("0,1,nan", Storage::Real),
            ("2025-13-01", Storage::Date),
            ("00:00:00,01:00:00,1", Storage::Time),
            ("'open", Storage::String),
            ("'a''b'", Storage::String),
        ] {
            assert!(values(text, storage).is_err(), "{text}");
        }
    }
}
