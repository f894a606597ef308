use super::*;

const CONTROL: Control<'static> = Control { threads: 1, is_canceled: &|| false };

fn options(kernel: Kernel, cost: f64) -> SvmOptions {
    SvmOptions { kernel, cost, tolerance: 1e-3, free_error: 0.1 }
}

/// Records in a plane whose values are pseudo-random, from 0 to 1.
fn scattered(count: usize) -> Vectors {
    let mut state = 1_u32;
    let numbers = (0..count * 2).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1 << 24)
    });
    Vectors::new(numbers.collect(), 2)
}

/// Computed by hand: of two records the plane in the middle separates best; its normal has length 2 / distance.
#[test]
fn two_records_are_separated_in_the_middle() {
    let vectors = Vectors::new(vec![0.0, 0.0, 2.0, 0.0], 2);
    let machine = classify(&vectors, &[true, false], &options(Kernel::Linear, 10.0), CONTROL).unwrap();
    assert_eq!(machine.coefficients, [0.5, -0.5]);
    assert_eq!(machine.predict(&vectors, CONTROL).unwrap(), [1.0, -1.0]);
}

/// The conditions of the optimum (Karush, Kuhn and Tucker), which define the machine, hold to the tolerance.
#[test]
fn a_machine_of_numbers_meets_the_conditions_of_the_optimum() {
    let vectors = scattered(400);
    let target = |record: usize| match vectors.get(record) {
        [x, y] => (6.0 * x).sin() + y * y + 0.2 * (97.0 * x).cos(),
        _ => 0.0,
    };
    let targets: Vec<f64> = (0..vectors.len()).map(target).collect();
    for kernel in [Kernel::Rbf { gamma: 2.0 }, Kernel::Polynomial { gamma: 1.0, bias: 1.0, degree: 3 }] {
        let machine = regress(&vectors, &targets, &options(kernel, 2.0), CONTROL).unwrap();
        let predicted = machine.predict(&vectors, CONTROL).unwrap();
        assert!(machine.coefficients.iter().sum::<f64>().abs() < 1e-9);
        for ((coefficient, target), predicted) in machine.coefficients.iter().zip(&targets).zip(predicted) {
            let error = target - predicted;
            let signed = error * coefficient.signum();
            match coefficient.abs() {
                0.0 => assert!(error.abs() <= 0.1 + 2e-3, "{error}"),
                2.0 => assert!(signed >= 0.1 - 2e-3, "{error} {coefficient}"),
                _ => assert!((signed - 0.1).abs() <= 2e-3, "{error} {coefficient}"),
            }
        }
    }
}

/// The conditions of the optimum, for categories that overlap.
#[test]
fn a_machine_of_categories_meets_the_conditions_of_the_optimum() {
    let vectors = scattered(600);
    let is_first: Vec<bool> =
        (0..600).map(|record| vectors.get(record)[0] + 0.1 * f64::from(record as u8 % 5) > 0.7).collect();
    for kernel in [Kernel::Rbf { gamma: 1.0 }, Kernel::Linear] {
        let machine = classify(&vectors, &is_first, &options(kernel, 10.0), CONTROL).unwrap();
        let decisions = machine.predict(&vectors, CONTROL).unwrap();
        for ((coefficient, is_first), decision) in machine.coefficients.iter().zip(&is_first).zip(decisions) {
            let margin = if *is_first { decision } else { -decision };
            match coefficient.abs() {
                0.0 => assert!(margin >= 1.0 - 2e-3, "{margin}"),
                10.0 => assert!(margin <= 1.0 + 2e-3, "{margin}"),
                _ => assert!((margin - 1.0).abs() <= 2e-3, "{margin}"),
            }
        }
    }
}

#[test]
fn machines_are_equal_on_any_number_of_threads() {
    let vectors = scattered(1_500);
    let is_first: Vec<bool> = (0..1_500).map(|record| vectors.get(record)[1] > 0.4).collect();
    let trained = |threads| {
        let control = Control { threads, is_canceled: &|| false };
        let machine =
            classify(&vectors, &is_first, &options(Kernel::Rbf { gamma: 0.5 }, 5.0), control).unwrap();
        let predicted = machine.predict(&vectors, control).unwrap();
        (machine, predicted)
    };
    let one = trained(1);
    assert_eq!(trained(2), one);
    assert_eq!(trained(7), one);
}

#[test]
fn a_canceled_training_stops() {
    let control = Control { threads: 1, is_canceled: &|| true };
    let trained = classify(&scattered(10), &[true; 10], &options(Kernel::Linear, 1.0), control);
    assert_eq!(trained, Err(MiningError::Canceled));
}

#[test]
fn records_of_one_category_need_no_support_vector() {
    let machine = classify(&scattered(10), &[true; 10], &options(Kernel::Linear, 1.0), CONTROL).unwrap();
    assert_eq!(machine.support().count(), 0);
}
