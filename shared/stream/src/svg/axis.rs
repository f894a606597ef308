//! Positions along one axis of a drawing.

/// Largest gap. A node that was dragged far away leaves wider ones, which are shortened.
const WIDEST_GAP: f64 = 400.0;
/// Largest size of a diagram, which is scaled down to it. A hostile one may cover the whole plane.
pub(super) const LARGEST: f64 = 20_000.0;

/// Maps positions of a stream to positions of the drawing: same order, starting at zero, without wide gaps.
pub(super) struct Axis {
    stops: Vec<(f64, f64)>,
}

impl Axis {
    pub(super) fn new(places: impl Iterator<Item = f64>) -> Self {
        let mut places: Vec<f64> = places.collect();
        places.sort_by(f64::total_cmp);
        let mut stops: Vec<(f64, f64)> = Vec::with_capacity(places.len());
        for place in places {
            let drawn = stops.last().map_or(0.0, |(last, drawn)| drawn + (place - last).min(WIDEST_GAP));
            stops.push((place, drawn));
        }
        let length = stops.last().map_or(0.0, |(_, drawn)| *drawn);
        let scale = (LARGEST / length.max(1.0)).min(1.0);
        stops.iter_mut().for_each(|(_, drawn)| *drawn *= scale);
        Axis { stops }
    }

    /// The mapped position.
    pub(super) fn at(&self, place: f64) -> f64 {
        let stop = self.stops.partition_point(|(other, _)| *other < place);
        self.stops.get(stop).map_or(0.0, |(_, drawn)| *drawn)
    }
}

#[cfg(test)]
mod tests {
    use super::{Axis, LARGEST};

    #[test]
    fn wide_gaps_shrink_and_order_stays() {
        let axis = Axis::new([-50.0, 50.0, 90_000.0, 50.0].into_iter());
        assert_eq!([-50.0, 50.0, 90_000.0].map(|place| axis.at(place)), [0.0, 100.0, 500.0]);
        let far = Axis::new((0..1000).map(|number| f64::from(number) * 1e6));
        assert_eq!(far.at(999e6), LARGEST);
        assert_eq!(Axis::new(std::iter::empty()).at(7.0), 0.0);
    }
}
