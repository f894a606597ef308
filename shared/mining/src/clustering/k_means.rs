//! K-Means: centres that are the means of the records nearest to them.

use crate::{Control, MiningError};

/// How many clusters, and when to stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KMeansOptions {
    /// The number of clusters.
    pub clusters: usize,
    /// The most iterations.
    pub iterations: usize,
    /// The iterations end when no centre moves farther than this.
    pub tolerance: f64,
}

/// Clusters of records.
#[derive(Debug, Clone, PartialEq)]
pub struct KMeans {
    /// The centre of each cluster.
    pub centres: Vec<Vec<f64>>,
    /// For each record the number of its cluster, from 0.
    pub members: Vec<usize>,
    /// The largest move of a centre in each iteration.
    pub changes: Vec<f64>,
}

impl KMeans {
    /// The records of each cluster, in order.
    pub fn clusters(&self) -> Vec<Vec<usize>> {
        let mut clusters = vec![Vec::new(); self.centres.len()];
        for (record, member) in self.members.iter().enumerate() {
            if let Some(cluster) = clusters.get_mut(*member) {
                cluster.push(record);
            }
        }
        clusters
    }
}

/// Records of a block that one thread assigns.
const BLOCK: usize = 4_096;

/// Clusters of records, which are rows of `columns` numbers each. There are fewer clusters than asked for where there
/// are fewer records.
///
/// The first record is the first centre; each further one is the record that is farthest from its nearest centre, the
/// first of several. Distances are Euclidean; of equally near centres the first wins.
///
/// # Errors
/// [`MiningError::Canceled`].
pub fn k_means(
    rows: &[f64],
    columns: usize,
    options: KMeansOptions,
    control: Control<'_>,
) -> Result<KMeans, MiningError> {
    let mut centres = start(rows, columns, options.clusters, control)?;
    let mut changes = Vec::new();
    let mut members = assign(rows, columns, &centres, control)?;
    for _ in 0..options.iterations {
        let moved = means(rows, columns, &members, &centres);
        let change = centres.iter().zip(&moved).map(|(from, to)| distance(from, to)).fold(0.0, f64::max);
        centres = moved;
        members = assign(rows, columns, &centres, control)?;
        changes.push(change.sqrt());
        if change.sqrt() <= options.tolerance {
            break;
        }
    }
    Ok(KMeans { centres, members, changes })
}

/// The squared distance.
fn distance(one: &[f64], two: &[f64]) -> f64 {
    one.iter().zip(two).map(|(one, two)| (one - two) * (one - two)).sum()
}

fn start(
    rows: &[f64],
    columns: usize,
    clusters: usize,
    control: Control<'_>,
) -> Result<Vec<Vec<f64>>, MiningError> {
    let mut centres: Vec<Vec<f64>> = Vec::new();
    let mut nearest = vec![f64::INFINITY; rows.len() / columns.max(1)];
    let mut next = rows.chunks_exact(columns.max(1)).next();
    while let Some(centre) = next.filter(|_| centres.len() < clusters.min(nearest.len())) {
        control.check()?;
        let mut farthest = (f64::NEG_INFINITY, None);
        for (row, nearest) in rows.chunks_exact(columns.max(1)).zip(&mut nearest) {
            *nearest = nearest.min(distance(row, centre));
            if *nearest > farthest.0 {
                farthest = (*nearest, Some(row));
            }
        }
        centres.push(centre.to_vec());
        next = farthest.1;
    }
    Ok(centres)
}

/// For each record the nearest centre.
fn assign(
    rows: &[f64],
    columns: usize,
    centres: &[Vec<f64>],
    control: Control<'_>,
) -> Result<Vec<usize>, MiningError> {
    let blocks: Vec<&[f64]> = rows.chunks(BLOCK * columns.max(1)).collect();
    let nearest = |row: &[f64]| {
        let mut best = (f64::INFINITY, 0);
        for (at, centre) in centres.iter().enumerate() {
            let distance = distance(row, centre);
            if distance < best.0 {
                best = (distance, at);
            }
        }
        best.1
    };
    let assigned = control.each(blocks.len(), |block| {
        let rows = blocks.get(block).copied().unwrap_or_default();
        Ok(rows.chunks_exact(columns.max(1)).map(nearest).collect::<Vec<_>>())
    })?;
    Ok(assigned.concat())
}

/// The means of the members, summed in record order; a cluster without members keeps its centre.
fn means(rows: &[f64], columns: usize, members: &[usize], centres: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut sums = vec![vec![0.0; columns]; centres.len()];
    let mut counts = vec![0_u64; centres.len()];
    for (row, member) in rows.chunks_exact(columns.max(1)).zip(members) {
        if let (Some(sums), Some(count)) = (sums.get_mut(*member), counts.get_mut(*member)) {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
            *count += 1;
        }
    }
    for ((sums, count), centre) in sums.iter_mut().zip(counts).zip(centres) {
        match count {
            0 => sums.clone_from(centre),
            count => sums.iter_mut().for_each(|sum| *sum /= count as f64),
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

    use super::*;

    const OPTIONS: KMeansOptions = KMeansOptions { clusters: 2, iterations: 20, tolerance: 1e-6 };

    /// Computed by hand: starts at 0 and 10, then moves to the means.
    #[test]
    fn centres_are_the_means_of_their_members() {
        let rows = [0.0, 1.0, 9.0, 10.0, 2.0];
        for threads in [1, 4] {
            let control = Control { threads, is_canceled: &|| false };
            let model = k_means(&rows, 1, OPTIONS, control).unwrap();
            assert_eq!(model.centres, [vec![1.0], vec![9.5]]);
            assert_eq!(model.members, [0, 0, 1, 1, 0]);
            assert_eq!(model.clusters(), [vec![0, 1, 4], vec![2, 3]]);
            assert_eq!(model.changes, [1.0, 0.0]);
        }
    }

    #[test]
    fn fewer_records_than_clusters_give_fewer_clusters() {
        let control = Control { threads: 1, is_canceled: &|| false };
        assert_eq!(k_means(&[1.0], 1, OPTIONS, control).unwrap().centres, [vec![1.0]]);
        assert!(k_means(&[], 1, OPTIONS, control).unwrap().centres.is_empty());
    }
}
