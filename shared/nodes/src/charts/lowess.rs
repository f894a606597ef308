//! A smooth line through points: locally weighted regression.
//!
//! Source: W. S. Cleveland, "Robust Locally Weighted Regression and Smoothing Scatterplots", JASA 74 (1979), with three
//! robust steps. Modeler's own share of points is not documented; a chart says which one ours has.

/// The share of all points that each place of the line uses.
pub(super) const SHARE: f64 = 2.0 / 3.0;
/// Steps that give points far from the line less weight.
const ROBUST_STEPS: usize = 3;
/// Points that are used at most: the time grows with their square.
pub(super) const MAX_POINTS: usize = 2_000;

/// The line at each point; points are sorted by x. Empty with fewer than three points.
pub(super) fn lowess(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let count = points.len();
    if count < 3 {
        return Vec::new();
    }
    let near = ((SHARE * count as f64 + 1e-7) as usize).clamp(2, count);
    let mut robust = vec![1.0; count];
    let mut line = Vec::new();
    for step in 0..=ROBUST_STEPS {
        line = fitted(points, near, &robust);
        if step < ROBUST_STEPS && !reweigh(points, &line, &mut robust) {
            break;
        }
    }
    points.iter().zip(line).map(|((x, _), y)| (*x, y)).collect()
}

fn fitted(points: &[(f64, f64)], near: usize, robust: &[f64]) -> Vec<f64> {
    let mut first = 0;
    let x_at = |at: usize| points.get(at).map_or(f64::NAN, |(x, _)| *x);
    let range = x_at(points.len() - 1) - x_at(0);
    points
        .iter()
        .map(|(x, y)| {
            // The window of the nearest points only moves to the right.
            while first + near < points.len() && x_at(first + near) - x < x - x_at(first) {
                first += 1;
            }
            let reach = (x - x_at(first)).max(x_at(first + near - 1) - x);
            local(points, first, *x, reach, range, robust).unwrap_or(*y)
        })
        .collect()
}

/// The value of the weighted line around a place. `None` without weight.
fn local(
    points: &[(f64, f64)],
    first: usize,
    place: f64,
    reach: f64,
    range: f64,
    robust: &[f64],
) -> Option<f64> {
    let weigh = |x: f64, robust: f64| {
        let distance = (x - place).abs();
        match distance {
            distance if distance <= 0.001 * reach => robust,
            distance if distance <= 0.999 * reach => {
                let share = distance / reach;
                let kept = 1.0 - share * share * share;
                robust * kept * kept * kept
            }
            _ => 0.0,
        }
    };
    let nearby = || {
        let all = points.iter().zip(robust).skip(first);
        all.take_while(move |((x, _), _)| x - place <= reach)
            .map(|((x, y), robust)| (*x, *y, weigh(*x, *robust)))
    };
    let sum = nearby().map(|(_, _, weight)| weight).sum::<f64>();
    if sum <= 0.0 {
        return None;
    }
    let mean = nearby().map(|(x, _, weight)| weight * x).sum::<f64>() / sum;
    let spread = nearby().map(|(x, _, weight)| weight * (x - mean) * (x - mean)).sum::<f64>() / sum;
    // Where all weight is at one place, the line is a mean.
    let slope = if spread.sqrt() > 0.001 * range { (place - mean) / spread } else { 0.0 };
    let value = nearby().map(|(x, y, weight)| weight / sum * (1.0 + slope * (x - mean)) * y).sum::<f64>();
    value.is_finite().then_some(value)
}

/// Gives points far from the line less weight; false where the line meets nearly all.
fn reweigh(points: &[(f64, f64)], line: &[f64], robust: &mut [f64]) -> bool {
    let residuals = points.iter().zip(line).map(|((_, y), fit)| (y - fit).abs()).collect::<Vec<_>>();
    let mut sorted = residuals.clone();
    sorted.sort_by(f64::total_cmp);
    let Some(median) = crate::report::median(&sorted) else { return false };
    let scale = 6.0 * median;
    let mean = residuals.iter().sum::<f64>() / residuals.len() as f64;
    if scale < 1e-7 * mean || scale <= 0.0 {
        return false;
    }
    for (weight, residual) in robust.iter_mut().zip(residuals) {
        *weight = match residual {
            residual if residual <= 0.001 * scale => 1.0,
            residual if residual <= 0.999 * scale => {
                let share = residual / scale;
                let kept = 1.0 - share * share;
                kept * kept
            }
            _ => 0.0,
        };
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Evidence: `lowess` of statsmodels 0.14 with `frac=2/3, it=3, delta=0`.
    #[test]
    fn the_line_is_that_of_statsmodels() {
        let xs = [0.0, 1.0, 2.0, 3.5, 4.0, 5.0, 7.0, 8.0, 9.5, 11.0, 12.0, 13.0];
        let ys = [1.0, 2.5, 2.0, 4.0, 9.5, 5.0, 6.5, 7.5, 7.0, 9.0, 3.0, 11.0];
        let wanted = [
            1.1399821889744568,
            1.902051699126212,
            2.672936599262371,
            3.813320549451815,
            4.18684684081182,
            4.988657993578164,
            6.3574535300561665,
            6.976960327082896,
            8.00367765593696,
            9.131826124089084,
            9.88823317959811,
            10.665903845700331,
        ];
        let points = xs.into_iter().zip(ys).collect::<Vec<_>>();
        for ((_, found), wanted) in lowess(&points).into_iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-9, "{found} {wanted}");
        }
    }

    #[test]
    fn points_at_one_place_have_their_mean() {
        let line = lowess(&[(1.0, 2.0), (1.0, 4.0), (1.0, 6.0)]);
        assert!(line.iter().all(|(_, y)| (2.0..=6.0).contains(y)), "{line:?}");
        assert!(lowess(&[(0.0, 1.0), (1.0, 2.0)]).is_empty());
    }
}
