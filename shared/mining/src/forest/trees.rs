//! The trees of a forest, and their predictions for records outside of their samples.

use super::grow::{ForestOptions, Tree, grow};
use crate::random::Random;
use crate::{Control, MiningError};

/// An input: a bin or a category of each record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForestInput {
    /// Whether the values are bins in order.
    pub is_ordered: bool,
    /// The number of values.
    pub count: usize,
    /// The value of each record, below `count`.
    pub values: Vec<u16>,
}

/// The target of each record.
#[derive(Debug, Clone, PartialEq)]
pub enum ForestTarget {
    /// Categories below `count`.
    Categories {
        /// The number of categories.
        count: usize,
        /// The category of each record.
        values: Vec<u16>,
    },
    /// Numbers.
    Numbers(Vec<f64>),
}

/// The records that train a forest.
#[derive(Debug, Clone, PartialEq)]
pub struct ForestData {
    /// The inputs.
    pub inputs: Vec<ForestInput>,
    /// The target.
    pub target: ForestTarget,
}

/// A trained forest.
#[derive(Debug, Clone, PartialEq)]
pub struct Forest {
    /// The trees.
    pub trees: Vec<Tree>,
    /// For each record the prediction of the trees that did not train with it; `None` if all did.
    pub outside: Vec<Option<f64>>,
    /// How much each input lowered the impurity in all trees, as a share of the most.
    pub importance: Vec<f64>,
}

/// Records of a block that one thread predicts.
const BLOCK: usize = 4_096;

/// Bits of the samples of all trees together: 256 MB.
const MAX_SAMPLED: usize = 2 << 30;

/// A forest. It does not depend on the number of threads.
///
/// # Errors
/// [`MiningError::Canceled`]; [`MiningError::TooLarge`] for too many trees of too many records.
pub fn random_trees(
    data: &ForestData,
    options: &ForestOptions,
    control: Control<'_>,
) -> Result<Forest, MiningError> {
    let records = data.records();
    let drawn = ((records as f64 * options.sample).round() as usize).max(1);
    if records.saturating_mul(options.trees) > MAX_SAMPLED {
        let advice = "use fewer trees or a sample of the records";
        return Err(MiningError::TooLarge { what: "the samples of all trees", limit: MAX_SAMPLED, advice });
    }
    let grown = control.each(options.trees, |number| {
        let mut random = Random::new(options.seed, number as u64);
        let mut sampled = vec![0_u64; records.div_ceil(64)];
        let mut sample = Vec::with_capacity(drawn);
        for _ in 0..if records == 0 { 0 } else { drawn } {
            let record = random.below(records);
            sampled.get_mut(record / 64).into_iter().for_each(|bits| *bits |= 1 << (record % 64));
            sample.extend(u32::try_from(record));
        }
        let mut gains = vec![0.0; data.inputs.len()];
        let tree = grow(data, sample, options, &mut gains, &mut random, control)?;
        Ok((sampled, gains, tree))
    })?;
    let outside = control.each(records.div_ceil(BLOCK), |block| {
        let of_record = |record: usize| {
            let is_outside =
                |sampled: &[u64]| sampled.get(record / 64).is_some_and(|bits| bits >> (record % 64) & 1 == 0);
            let trees = grown.iter().filter(|(sampled, ..)| is_outside(sampled));
            data.joined(trees.map(|(.., tree)| tree.predict(|input| data.value(input, record))))
        };
        Ok((block * BLOCK..((block + 1) * BLOCK).min(records)).map(of_record).collect::<Vec<_>>())
    })?;
    let outside = outside.into_iter().flatten().collect();
    let mut importance = vec![0.0; data.inputs.len()];
    for (_, gains, _) in &grown {
        importance.iter_mut().zip(gains).for_each(|(sum, gain)| *sum += gain);
    }
    let most = importance.iter().copied().fold(0.0, f64::max);
    importance.iter_mut().filter(|_| most > 0.0).for_each(|share| *share /= most);
    Ok(Forest { trees: grown.into_iter().map(|(.., tree)| tree).collect(), outside, importance })
}

impl Forest {
    /// The prediction of all trees for each record: a category, or a number.
    pub fn predict(&self, data: &ForestData) -> Vec<f64> {
        let of_record = |record: usize| {
            let predictions = self.trees.iter().map(|tree| tree.predict(|input| data.value(input, record)));
            data.joined(predictions).unwrap_or_default()
        };
        (0..data.records()).map(of_record).collect()
    }
}

impl ForestData {
    /// The number of records.
    pub fn records(&self) -> usize {
        match &self.target {
            ForestTarget::Categories { values, .. } => values.len(),
            ForestTarget::Numbers(numbers) => numbers.len(),
        }
    }

    fn value(&self, input: usize, record: usize) -> u16 {
        let values = self.inputs.get(input).map(|input| &input.values);
        values.and_then(|values| values.get(record)).copied().unwrap_or_default()
    }

    /// The category with most votes, of equal ones the first, or the mean. `None` without predictions.
    pub(super) fn joined(&self, predictions: impl Iterator<Item = f64>) -> Option<f64> {
        match &self.target {
            ForestTarget::Numbers(_) => {
                let (count, sum) =
                    predictions.fold((0.0, 0.0), |(count, sum), number| (count + 1.0, sum + number));
                (count > 0.0).then(|| sum / count)
            }
            ForestTarget::Categories { count, .. } => {
                let mut votes = vec![0_usize; *count];
                for category in predictions {
                    votes.get_mut(category as usize).into_iter().for_each(|votes| *votes += 1);
                }
                let most = votes.iter().copied().max().filter(|most| *most > 0)?;
                votes.iter().position(|votes| *votes == most).map(|category| category as f64)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: ForestOptions = ForestOptions {
        trees: 20,
        sample: 1.0,
        inputs: 2,
        depth: 10,
        nodes: 10_000,
        smallest: 5,
        seed: 123_456,
    };

    /// 2,000 records. The target depends on the sum of two of four inputs.
    fn data(is_number: bool) -> ForestData {
        let mut random = Random::new(9, 0);
        let mut inputs: Vec<ForestInput> =
            (0..4).map(|at| ForestInput { is_ordered: at != 1, count: 10, values: Vec::new() }).collect();
        let (mut categories, mut numbers) = (Vec::new(), Vec::new());
        for _ in 0..2_000 {
            for input in &mut inputs {
                input.values.push(random.below(10) as u16);
            }
            let sum = inputs[..2].iter().map(|input| *input.values.last().unwrap()).sum::<u16>();
            categories.push(u16::from(sum > 8));
            numbers.push(f64::from(sum));
        }
        let target = match is_number {
            true => ForestTarget::Numbers(numbers),
            false => ForestTarget::Categories { count: 2, values: categories },
        };
        ForestData { inputs, target }
    }

    fn forest(data: &ForestData, options: &ForestOptions, threads: usize) -> Forest {
        random_trees(data, options, Control { threads, is_canceled: &|| false }).unwrap()
    }

    /// Quality: records outside of the samples are predicted well, and the inputs that decide are recognised.
    #[test]
    fn records_outside_of_the_samples_are_predicted_well() {
        let data = data(false);
        let forest = forest(&data, &OPTIONS, 2);
        let ForestTarget::Categories { values, .. } = &data.target else { unreachable!() };
        let known =
            forest.outside.iter().zip(values).filter_map(|(found, value)| Some((found.as_ref()?, value)));
        let (right, all) = known.fold((0, 0), |(right, all), (found, value)| {
            (right + usize::from(*found == f64::from(*value)), all + 1)
        });
        assert!(right * 100 > all * 93 && all > 1_990, "{right} of {all}");
        assert!(forest.importance[0] > 0.5 && forest.importance[1] > 0.5, "{:?}", forest.importance);
        assert!(forest.importance[2] < 0.3 && forest.importance[3] < 0.3, "{:?}", forest.importance);
    }

    #[test]
    fn numbers_outside_of_the_samples_are_predicted_well() {
        let data = data(true);
        let forest = forest(&data, &OPTIONS, 2);
        let ForestTarget::Numbers(numbers) = &data.target else { unreachable!() };
        let errors = forest
            .outside
            .iter()
            .zip(numbers)
            .filter_map(|(found, number)| Some((found.as_ref()? - number).powi(2)));
        let errors: Vec<f64> = errors.collect();
        // The variance of the sum of two dice with ten sides is 16.5.
        assert!(errors.iter().sum::<f64>() / (errors.len() as f64) < 2.0);
    }

    #[test]
    fn trees_keep_their_limits() {
        let data = data(false);
        let forest = forest(&data, &ForestOptions { depth: 3, nodes: 9, ..OPTIONS }, 1);
        for tree in &forest.trees {
            assert!(tree.nodes.len() <= 9);
            assert!(tree.nodes.iter().all(|node| node.number < 16));
        }
    }

    #[test]
    fn forests_are_equal_on_any_number_of_threads() {
        let data = data(false);
        let one = forest(&data, &OPTIONS, 1);
        assert_eq!(forest(&data, &OPTIONS, 2), one);
        assert_eq!(forest(&data, &OPTIONS, 7), one);
    }
}
