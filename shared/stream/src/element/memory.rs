//! What a tree takes: counted before it is taken, so that no document makes its reader hold more than the
//! limit.

use crate::error::Result;
use crate::limits::check;

/// What the allocator adds to each allocation: its own length, and rounding up to sixteen.
const ALLOCATION: usize = 16;

/// Bytes that a tree holds, and may hold.
pub(super) struct Memory {
    held: usize,
    maximum: u64,
}

impl Memory {
    pub(super) fn new(maximum: u64) -> Self {
        Memory { held: 0, maximum }
    }

    /// Counts one allocation of so many bytes.
    pub(super) fn take(&mut self, bytes: usize) -> Result<()> {
        let held = self.held.saturating_add(bytes).saturating_add(ALLOCATION);
        check("bytes of memory for one document", held as u64, self.maximum)?;
        self.held = held;
        Ok(())
    }

    /// Counts one allocation less.
    pub(super) fn release(&mut self, bytes: usize) {
        self.held = self.held.saturating_sub(bytes.saturating_add(ALLOCATION));
    }

    /// Counts the room of a vector no longer.
    pub(super) fn release_vector<T>(&mut self, vector: &Vec<T>) {
        self.release_room(vector.capacity(), size_of::<T>());
    }

    /// Makes room in a vector. The first room is exact, since most elements have one attribute and one piece
    /// of content; more than that doubles.
    pub(super) fn grow<T>(&mut self, vector: &mut Vec<T>) -> Result<()> {
        let old = vector.capacity();
        let Some(new) = self.reserve(vector.len(), old, 1, size_of::<T>())? else { return Ok(()) };
        vector.reserve_exact(new - vector.len());
        self.release_room(old, size_of::<T>());
        Ok(())
    }

    /// Appends to a text, with room made as in [`Memory::grow`].
    pub(super) fn push_str(&mut self, text: &mut String, more: &str) -> Result<()> {
        let old = text.capacity();
        if let Some(new) = self.reserve(text.len(), old, more.len(), 1)? {
            text.reserve_exact(new - text.len());
            self.release_room(old, 1);
        }
        text.push_str(more);
        Ok(())
    }

    /// Gives up the room that a vector does not use. It stays where there is no memory to move it.
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

    /// The capacity to ask for, counted beside the old one: both are held while the content moves.
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
