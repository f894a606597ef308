//! Round numbers between two ends.

/// Round numbers from `low` to `high`, about `wanted` of them: steps of 1, 2 or 5 times a power of ten.
pub fn ticks(low: f64, high: f64, wanted: usize) -> Vec<f64> {
    let step = step(low, high, wanted);
    if !step.is_finite() || step <= 0.0 {
        return vec![low];
    }
    let (first, last) = ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor());
    // No more than asked for twice over: a hostile range must not fill the memory.
    let count = (last - first).clamp(0.0, 2.0 * wanted as f64) as usize;
    (0..=count).map(|at| (first + at as f64) * step).collect()
}

/// The step between round numbers.
pub(crate) fn step(low: f64, high: f64, wanted: usize) -> f64 {
    let rough = (high - low) / wanted.max(1) as f64;
    let power = 10_f64.powf(rough.log10().floor());
    let times = [1.0, 2.0, 5.0, 10.0].into_iter().find(|times| times * power >= rough * 0.999_999);
    times.unwrap_or(10.0) * power
}

/// The label of a tick: as many decimals as the step needs.
pub(crate) fn label(tick: f64, step: f64) -> String {
    let decimals = (-step.log10().floor()).clamp(0.0, 12.0) as usize;
    let tick = if tick.abs() < step * 1e-6 { 0.0 } else { tick };
    match tick.abs() {
        size if size >= 1e7 || (size > 0.0 && size < 1e-4) => {
            let text = format!("{tick:.6e}");
            let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
            format!("{}e{power}", digits.trim_end_matches('0').trim_end_matches('.'))
        }
        _ => format!("{tick:.decimals$}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_within_the_ends() {
        assert_eq!(ticks(0.0, 100.0, 5), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(ticks(13.0, 61.0, 5), [20.0, 30.0, 40.0, 50.0, 60.0]);
        assert_eq!(ticks(f64::NAN, 1.0, 5).len(), 1);
        assert_eq!(ticks(2.0, 2.0, 5), [2.0]);
    }

    #[test]
    fn labels_have_the_decimals_of_the_step() {
        assert_eq!(label(0.30000000000000004, 0.1), "0.3");
        assert_eq!(label(20_000_000.0, 1e7), "2e7");
        assert_eq!(label(-0.0, 1.0), "0");
    }
}
