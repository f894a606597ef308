//! Numbers as text.

/// A number with so many decimals. Numbers whose first digits are beyond them have six significant digits.
pub fn fixed(number: f64, decimals: u8) -> String {
    let smallest = 0.5 * 10_f64.powi(-i32::from(decimals));
    match number.abs() {
        size if size >= 1e15 || (size > 0.0 && size < smallest) => format!("{number:.5e}"),
        _ => {
            let text = format!("{number:.*}", usize::from(decimals));
            let is_zero = text.trim_start_matches('-').bytes().all(|byte| matches!(byte, b'0' | b'.'));
            if is_zero { text.trim_start_matches('-').to_owned() } else { text }
        }
    }
}

/// The fewest digits that mean just this number.
pub fn shortest(number: f64) -> String {
    match number.abs() {
        size if size != 0.0 && !(1e-5..1e15).contains(&size) => format!("{number:e}"),
        _ => format!("{number}"),
    }
}
