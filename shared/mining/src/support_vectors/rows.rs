//! Rows of the kernel matrix, computed when needed and kept while there is room.

use std::sync::Arc;

use super::kernel::Kernel;
use super::machine::Vectors;

/// Numbers of the matrix that are kept: 256 MB, of the memory of a worker.
const MAX_KEPT: usize = 32 << 20;

/// Products of a row from which several threads compute it: below, starting them takes longer.
const MIN_SHARED: usize = 1 << 20;

/// The kernel of each record with each other one.
pub(super) struct Rows<'a> {
    vectors: &'a Vectors,
    kernel: Kernel,
    squares: Vec<f64>,
    threads: usize,
    kept: Vec<Option<(u64, Arc<[f64]>)>>,
    free: usize,
    clock: u64,
}

impl<'a> Rows<'a> {
    pub(super) fn new(vectors: &'a Vectors, kernel: Kernel, threads: usize) -> Self {
        let count = vectors.len();
        Self {
            vectors,
            kernel,
            squares: vectors.squares(),
            threads,
            kept: vec![None; count],
            free: (MAX_KEPT / count.max(1)).max(2),
            clock: 0,
        }
    }

    /// The kernel of a record with itself.
    pub(super) fn diagonal(&self, record: usize) -> f64 {
        self.between(record, record)
    }

    /// The kernel of a record with all records.
    pub(super) fn row(&mut self, record: usize) -> Arc<[f64]> {
        self.clock += 1;
        if let Some(Some((used, row))) = self.kept.get_mut(record) {
            *used = self.clock;
            return Arc::clone(row);
        }
        if self.free == 0 {
            self.drop_oldest();
        }
        let row: Arc<[f64]> = self.compute(record).into();
        if let Some(place) = self.kept.get_mut(record) {
            *place = Some((self.clock, Arc::clone(&row)));
            self.free = self.free.saturating_sub(1);
        }
        row
    }

    fn drop_oldest(&mut self) {
        let used = |place: &Option<(u64, Arc<[f64]>)>| place.as_ref().map_or(u64::MAX, |(used, _)| *used);
        if let Some(oldest) = self.kept.iter_mut().min_by_key(|place| used(place))
            && oldest.take().is_some()
        {
            self.free += 1;
        }
    }

    fn compute(&self, record: usize) -> Vec<f64> {
        let count = self.vectors.len();
        let mut row = vec![0.0; count];
        let fill = |first: usize, part: &mut [f64]| {
            for (other, value) in (first..).zip(part) {
                *value = self.between(record, other);
            }
        };
        if self.threads < 2 || count.saturating_mul(self.vectors.columns()) < MIN_SHARED {
            fill(0, &mut row);
            return row;
        }
        let size = count.div_ceil(self.threads).max(1);
        std::thread::scope(|scope| {
            for (part, values) in row.chunks_mut(size).enumerate() {
                scope.spawn(move || fill(part * size, values));
            }
        });
        row
    }

    fn between(&self, one: usize, two: usize) -> f64 {
        let square = |record: usize| self.squares.get(record).copied().unwrap_or_default();
        self.kernel.of(self.vectors.get(one), self.vectors.get(two), (square(one), square(two)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_equal_on_any_number_of_threads() {
        let numbers = (0..60_000).map(|at| f64::from(at % 97) / 97.0).collect();
        let vectors = Vectors::new(numbers, 20);
        let row = |threads| Rows::new(&vectors, Kernel::Rbf { gamma: 0.3 }, threads).compute(7);
        let one = row(1);
        assert_eq!(one.len(), 3_000);
        assert_eq!(row(2), one);
        assert_eq!(row(7), one);
    }

    #[test]
    fn rows_without_room_are_computed_again() {
        let vectors = Vectors::new(vec![1.0, 2.0, 3.0, 4.0], 1);
        let mut rows = Rows::new(&vectors, Kernel::Linear, 1);
        rows.free = 2;
        let expected = |record: f64| [1.0, 2.0, 3.0, 4.0].map(|other| other * record).to_vec();
        for record in [0, 1, 2, 3, 0, 2] {
            assert_eq!(rows.row(record).to_vec(), expected(record as f64 + 1.0));
            assert!(rows.kept.iter().flatten().count() <= 2);
        }
    }
}
