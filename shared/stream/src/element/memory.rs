//! Memory of a tree, counted before it is allocated, so that no document exceeds the limit.

use crate::error::Result;
use crate::limits::check;

/// Overhead of an allocation: its length field, and rounding up to sixteen bytes.
const ALLOCATION: usize = 16;

/// Present and maximum bytes of a tree.
pub(super) struct Memory {
    held: usize,
    maximum: u64,
}

impl Memory {
    pub(super) fn new(maximum: u64) -> Self {
        Memory { held: 0, maximum }
    }

    /// Counts an allocation of so many bytes.
    pub(super) fn take(&mut self, bytes: usize) -> Result<()> {
        let held = self.held.saturating_add(bytes).saturating_add(ALLOCATION);
        check("bytes of memory for one document", held as u64, self.maximum)?;
        self.held = held;
        Ok(())
    }

    /// Uncounts an allocation.
    pub(super) fn release(&mut self, bytes: usize) {
        self.held = self.held.saturating_sub(bytes.saturating_add(ALLOCATION));
    }

    /// Uncounts the capacity of a vector.
    pub(super) fn release_vector<T>(&mut self, vector: &Vec<T>) {
        self.release_room(vector.capacity(), size_of::<T>());
    }

    /// Reserves capacity in a vector. The first allocation is exact, because most elements have one attribute
    /// and one piece of content; later ones double it.
    pub(super) fn grow<T>(&mut self, vector: &mut Vec<T>) -> Result<()> {
        let old = vector.capacity();
        let Some(new) = self.reserve(vector.len(), old, 1, size_of::<T>())? else { return Ok(()) };
        vector.reserve_exact(new - vector.len());
        self.release_room(old, size_of::<T>());
        Ok(())
    }

    /// Appends to a text, with capacity as in [`Memory::grow`].
    pub(super) fn push_str(&mut self, text: &mut String, more: &str) -> Result<()> {
        let old = text.capacity();
        if let Some(new) = self.reserve(text.len(), old, more.len(), 1)? {
            text.reserve_exact(new - text.len());
            self.release_room(old, 1);
        }
        text.push_str(more);
        Ok(())
    }

    /// Releases the unused capacity of a vector. If there is no memory for the move, the capacity remains.
    pub(super) fn shrink<T>(&mut self, vector: &mut Vec<T>) {
        let old = vector.capacity();
        let new = vector.len().saturating_mul(size_of::<T>());
        if vector.len() == old || self.take(new).is_err() {
            return;
        }
        vector.shrink_to_fit();
        self.release_room(old, size_of::<T>());
        if vector.is_empty() {
            self.release(0);
        }
    }

    /// The new capacity. It is counted beside the old one, because both are allocated while the content
    /// moves.
    fn reserve(&mut self, length: usize, old: usize, more: usize, size: usize) -> Result<Option<usize>> {
        let needed = length.saturating_add(more);
        if needed <= old {
            return Ok(None);
        }
        let new = needed.max(old.saturating_mul(2));
        self.take(new.saturating_mul(size))?;
        Ok(Some(new))
    }

    fn release_room(&mut self, capacity: usize, size: usize) {
        if capacity > 0 {
            self.release(capacity.saturating_mul(size));
        }
    }
}
