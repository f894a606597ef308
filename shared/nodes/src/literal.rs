//! Values in settings: as typed values, and as text of an expression.

use satsuma_columns::{Scalar, Storage};

/// A value in the notation of an expression.
pub fn literal(value: &Scalar) -> String {
    match value {
        Scalar::Null => "undef".to_owned(),
        Scalar::String(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        // The smallest integer has no positive counterpart to negate.
        Scalar::Integer(i64::MIN) => format!("({} - 1)", -i64::MAX),
        Scalar::Integer(number) if *number < 0 => format!("(-{})", number.unsigned_abs()),
        Scalar::Integer(number) => number.to_string(),
        Scalar::Real(number) if *number < 0.0 => format!("(-{:?})", number.abs()),
        Scalar::Real(number) => format!("{number:?}"),
        // Settings contain none: `typed` returns none of these storages.
        Scalar::Date(_) | Scalar::Time(_) | Scalar::Timestamp(_) => "undef".to_owned(),
    }
}

/// Converts texts to values of one storage: integers or numbers if all of them are, otherwise text. `undef`
/// and the empty text do not count.
pub fn typed<'a>(texts: impl IntoIterator<Item = &'a str> + Clone) -> Storage {
    let mut storage = None;
    for text in texts.into_iter().filter(|text| !is_undef(text)) {
        let own = match number(text) {
            Some(Scalar::Integer(_)) => Storage::Integer,
            Some(_) => Storage::Real,
            None => return Storage::String,
        };
        storage = Some(storage.map_or(own, |storage: Storage| storage.max(own)));
    }
    storage.unwrap_or(Storage::String)
}

/// Converts a text to a storage from [`typed`]; `undef` is null.
pub fn value(text: &str, storage: Storage) -> Scalar {
    match storage {
        _ if is_undef(text) => Scalar::Null,
        Storage::String => Scalar::text(text),
        storage => number(text).and_then(|number| number.to_storage(storage)).unwrap_or(Scalar::Null),
    }
}

/// The value of a field for a text in a setting: `1` means the real number 1.0. `None` if the text is not a
/// value of the storage.
pub fn of_field(text: &str, storage: Storage) -> Option<Scalar> {
    match storage {
        Storage::String => Some(Scalar::text(text)),
        Storage::Integer => match text.trim().parse() {
            Ok(number) => Some(Scalar::Integer(number)),
            Err(_) => Scalar::Real(text.trim().parse().ok()?).to_storage(storage),
        },
        Storage::Real => text.trim().parse().ok().filter(|number: &f64| number.is_finite()).map(Scalar::Real),
        Storage::Date | Storage::Time | Storage::Timestamp | Storage::List(_) => None,
    }
}

/// Whether the text means null.
pub fn is_undef(text: &str) -> bool {
    matches!(text.trim(), "undef" | "$null$")
}

/// A text that is a number: `12`, `-3.5`, `1e6`. Digits after a leading zero are text, because they usually
/// are a code.
pub fn number(text: &str) -> Option<Scalar> {
    let digits = text.trim_start_matches(['-', '+']);
    let is_digit = |c: char| c.is_ascii_digit();
    let is_code = digits.strip_prefix('0').is_some_and(|rest| rest.starts_with(is_digit));
    if is_code || !digits.starts_with(|c: char| is_digit(c) || c == '.') {
        return None;
    }
    if let Ok(number) = text.parse() {
        return Some(Scalar::Integer(number));
    }
    text.parse().ok().filter(|number: &f64| number.is_finite()).map(Scalar::Real)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_numbers_where_all_of_them_are() {
        for (texts, storage) in [
            (["1", "0"], Storage::Integer),
            (["1", "0.5"], Storage::Real),
            (["T", "0"], Storage::String),
            (["undef", "2"], Storage::Integer),
            (["01", "2"], Storage::String),
            (["undef", "undef"], Storage::String),
        ] {
            assert_eq!(typed(texts), storage, "{texts:?}");
        }
        assert_eq!(value("undef", Storage::Real), Scalar::Null);
        assert_eq!(value("-1", Storage::Real), Scalar::Real(-1.0));
    }

    #[test]
    fn literals_read_back_as_the_value() {
        for (value, text) in [
            (Scalar::text("a\"b\\c"), r#""a\"b\\c""#),
            (Scalar::Integer(-3), "(-3)"),
            (Scalar::Real(-0.5), "(-0.5)"),
            (Scalar::Null, "undef"),
        ] {
            assert_eq!(literal(&value), text);
            satsuma_clem::Expression::parse(text).unwrap();
        }
    }
}
