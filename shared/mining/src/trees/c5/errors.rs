//! Pessimistic estimates of errors: the upper limit of a binomial confidence interval.

/// The normal deviates of some confidences, between which others are interpolated.
const DEVIATES: [(f64, f64); 9] = [
    (0.0, 4.0),
    (0.001, 3.09),
    (0.005, 2.58),
    (0.01, 2.33),
    (0.05, 1.65),
    (0.1, 1.28),
    (0.2, 0.84),
    (0.4, 0.25),
    (1.0, 0.0),
];

/// The estimates at one confidence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Estimates {
    confidence: f64,
    deviate: f64,
}

impl Estimates {
    pub(super) fn new(confidence: f64) -> Self {
        let mut deviate = 0.0;
        for pair in DEVIATES.windows(2) {
            if let [(from, high), (to, low)] = pair
                && (*from..=*to).contains(&confidence)
            {
                deviate = high + (low - high) * (confidence - from) / (to - from);
                break;
            }
        }
        Self { confidence, deviate }
    }

    /// The errors to expect of `records` new records, where `errors` of as many were wrong.
    pub(super) fn errors(&self, records: f64, errors: f64) -> f64 {
        if records <= 0.0 {
            return 0.0;
        }
        errors + self.more(records, errors)
    }

    fn more(&self, records: f64, errors: f64) -> f64 {
        // Without errors the limit has a closed form; below one error the limits of none and one are interpolated.
        let none = records * (1.0 - self.confidence.powf(1.0 / records));
        if errors < 1e-6 {
            return none;
        }
        if errors < 0.9999 {
            return none + errors * (self.more(records, 1.0) - none);
        }
        // Almost all are wrong: two thirds of the rest.
        if errors + 0.5 >= records {
            return 0.67 * (records - errors);
        }
        let square = self.deviate * self.deviate;
        let wrong = errors + 0.5;
        let root = (square * (wrong * (1.0 - wrong / records) + square / 4.0)).sqrt();
        records * (wrong + square / 2.0 + root) / (records + square) - errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quinlan 1993, page 41: U₂₅%(0, 6) = 0.206, U(0, 9) = 0.143, U(0, 1) = 0.750, U(1, 16) = 0.157, where 168 votes
    /// and 15 errors of the first tree of the example make up the estimates.
    #[test]
    fn estimates_are_those_of_the_published_example() {
        let estimates = Estimates::new(0.25);
        for (records, errors, limit) in
            [(6.0, 0.0, 0.206), (9.0, 0.0, 0.143), (1.0, 0.0, 0.75), (16.0, 1.0, 0.157)]
        {
            let found = estimates.errors(records, errors) / records;
            assert!((found - limit).abs() < 6e-4, "{records} {errors}: {found}");
        }
        assert!((estimates.deviate - 0.6925).abs() < 1e-12);
    }
}
