//! Finds the special bytes of a text, 64 at a time.

/// Bytes scanned at once, one bit each in a mask.
pub(super) const STEP: usize = 64;

/// More special bytes than this are looked up individually.
const MOST_NEEDLES: usize = 12;

/// The special bytes.
pub(super) struct Scanner {
    needles: Vec<u8>,
    table: [bool; 256],
}

impl Scanner {
    pub(super) fn new(specials: Vec<u8>) -> Self {
        let mut table = [false; 256];
        for byte in &specials {
            if let Some(slot) = table.get_mut(usize::from(*byte)) {
                *slot = true;
            }
        }
        Self { needles: specials, table }
    }

    /// A mask of the special bytes among the 64 from `from` on, and the number of bytes scanned.
    #[inline]
    pub(super) fn mask(&self, text: &[u8], from: usize) -> (u64, usize) {
        let rest = text.get(from..).unwrap_or_default();
        match rest.first_chunk::<STEP>() {
            Some(bytes) => (self.mask_of(bytes), STEP),
            None => {
                let mut bytes = [0; STEP];
                for (to, byte) in bytes.iter_mut().zip(rest) {
                    *to = *byte;
                }
                (self.mask_of(&bytes) & ((1 << rest.len()) - 1), rest.len())
            }
        }
    }

    #[inline]
    fn mask_of(&self, bytes: &[u8; STEP]) -> u64 {
        match self.needles.as_slice() {
            [a, b, c] => equal(bytes, [*a, *b, *c]),
            [a, b, c, d] => equal(bytes, [*a, *b, *c, *d]),
            [a, b, c, d, e] => equal(bytes, [*a, *b, *c, *d, *e]),
            [a, b, c, d, e, f] => equal(bytes, [*a, *b, *c, *d, *e, *f]),
            needles if needles.len() <= MOST_NEEDLES => {
                let mut padded = [needles.first().copied().unwrap_or_default(); MOST_NEEDLES];
                for (to, needle) in padded.iter_mut().zip(needles) {
                    *to = *needle;
                }
                equal(bytes, padded)
            }
            _ => self.looked_up(bytes),
        }
    }

    #[cold]
    fn looked_up(&self, bytes: &[u8; STEP]) -> u64 {
        let hits = bytes.map(|byte| u8::from(self.table.get(usize::from(byte)).copied().unwrap_or_default()));
        gathered(&hits)
    }
}

/// Compilers vectorize this comparison.
#[inline]
fn equal<const N: usize>(bytes: &[u8; STEP], needles: [u8; N]) -> u64 {
    let mut hits = [0_u8; STEP];
    for (hit, byte) in hits.iter_mut().zip(bytes) {
        for needle in needles {
            *hit |= u8::from(*byte == needle);
        }
    }
    gathered(&hits)
}

/// The low bits of 64 bytes as one number. The multiplication collects the low bits of eight bytes in the
/// highest byte.
#[inline]
fn gathered(hits: &[u8; STEP]) -> u64 {
    const SIDE_BY_SIDE: u64 = 0x0102_0408_1020_4080;
    let (words, _) = hits.as_chunks::<8>();
    words.iter().enumerate().fold(0, |mask, (at, word)| {
        mask | (u64::from_le_bytes(*word).wrapping_mul(SIDE_BY_SIDE) >> 56) << (at * 8)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Evidence: a byte-by-byte comparison.
        #[test]
        fn masks_have_a_bit_for_each_special_byte(
            text in proptest::collection::vec(any::<u8>(), 0..200),
            specials in proptest::collection::btree_set(any::<u8>(), 1..20),
            from in 0..200_usize,
        ) {
            let scanner = Scanner::new(specials.iter().copied().collect());
            let (mask, length) = scanner.mask(&text, from);
            prop_assert_eq!(length, text.len().saturating_sub(from).min(STEP));
            for at in 0..STEP {
                let is_special = text.get(from + at).is_some_and(|byte| specials.contains(byte));
                prop_assert_eq!(mask >> at & 1 == 1, is_special, "{}", at);
            }
        }
    }
}
