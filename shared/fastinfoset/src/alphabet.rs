//! Restricted alphabets: packed strings over few characters (X.891 §8.2, §9).

use std::borrow::Cow;
use std::collections::HashSet;

use crate::error::ErrorKind;

/// The first built-in alphabet (X.891 §9.1).
pub(crate) static NUMERIC: Alphabet = Alphabet {
    characters: Cow::Borrowed(&['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '-', '+', '.', 'e', ' ']),
};
/// The second built-in alphabet (X.891 §9.2).
pub(crate) static DATE_AND_TIME: Alphabet = Alphabet {
    characters: Cow::Borrowed(&['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '-', ':', 'T', 'Z', ' ']),
};

/// Number of the first alphabet that a document declares (X.891 §7.2.15).
pub(crate) const FIRST_DECLARED: usize = 16;

/// The characters of an alphabet. The code of a character is its position, in the fewest bits that leave the
/// code of all ones free.
#[derive(Debug, Clone)]
pub(crate) struct Alphabet {
    characters: Cow<'static, [char]>,
}

impl Alphabet {
    pub(crate) fn new(characters: &str) -> Result<Self, ErrorKind> {
        let characters: Vec<char> = characters.chars().collect();
        let different: HashSet<&char> = characters.iter().collect();
        if characters.len() < 2 || different.len() < characters.len() {
            return Err(ErrorKind::InvalidAlphabet);
        }
        Ok(Alphabet { characters: Cow::Owned(characters) })
    }

    /// Bits of one code.
    fn width(&self) -> u32 {
        self.characters.len().ilog2() + 1
    }

    /// Unpacks a string. The remaining bits of the last byte, less than eight, are ones.
    pub(crate) fn decode(&self, bytes: &[u8], out: &mut String, maximum: usize) -> Result<(), ErrorKind> {
        let width = self.width();
        let ones = (1_u64 << width) - 1;
        let start = out.len();
        let (mut window, mut filled) = (0_u64, 0_u32);
        let mut rest = bytes.iter();
        loop {
            while filled < width {
                let Some(byte) = rest.next() else {
                    return check_padding(window, filled);
                };
                window = window << 8 | u64::from(*byte);
                filled += 8;
            }
            let code = window >> (filled - width) & ones;
            if code == ones {
                // Only the padding of the last byte may follow.
                if rest.next().is_some() {
                    return Err(ErrorKind::InvalidString(INVALID));
                }
                return check_padding(window, filled);
            }
            let index = usize::try_from(code).unwrap_or(usize::MAX);
            let character = self.characters.get(index).ok_or(ErrorKind::InvalidString(INVALID))?;
            out.push(*character);
            filled -= width;
            window &= (1 << filled) - 1;
            if out.len() - start > maximum {
                return Err(ErrorKind::Limit { what: "bytes in one string", maximum });
            }
        }
    }

    /// Packs a string; returns the character that is not in the alphabet, if there is one.
    pub(crate) fn encode(&self, text: &str, out: &mut Vec<u8>) -> Result<(), char> {
        let width = self.width();
        let (mut window, mut filled) = (0_u64, 0_u32);
        for character in text.chars() {
            let code = self.characters.iter().position(|known| *known == character).ok_or(character)?;
            window = window << width | code as u64;
            filled += width;
            while filled >= 8 {
                filled -= 8;
                out.push((window >> filled & 0xFF) as u8);
            }
            window &= (1 << filled) - 1;
        }
        if filled > 0 {
            let padding = 8 - filled;
            out.push((window << padding | ((1 << padding) - 1)) as u8);
        }
        Ok(())
    }
}

const INVALID: &str = "in its restricted alphabet";

fn check_padding(window: u64, filled: u32) -> Result<(), ErrorKind> {
    if filled >= 8 || window != (1 << filled) - 1 {
        return Err(ErrorKind::InvalidString(INVALID));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIFTEEN: &str = "0123456789-+.e ";

    fn packed(alphabet: &str, text: &str) -> Vec<u8> {
        packed_in(&Alphabet::new(alphabet).unwrap(), text)
    }

    fn packed_in(alphabet: &Alphabet, text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        alphabet.encode(text, &mut bytes).unwrap();
        bytes
    }

    fn unpacked(alphabet: &str, bytes: &[u8]) -> Result<String, ErrorKind> {
        let mut text = String::new();
        Alphabet::new(alphabet).unwrap().decode(bytes, &mut text, 100).map(|()| text)
    }

    /// Bytes derived by hand from X.891 §8.2: a position in the fewest bits that leave all ones free.
    #[test]
    fn characters_are_packed_in_the_fewest_bits_that_leave_all_ones_free() {
        // 15 characters: four bits. 1=0001 2=0010 .=1100, padding 1111.
        assert_eq!(packed_in(&NUMERIC, "12."), [0x12, 0xCF]);
        assert_eq!(packed_in(&DATE_AND_TIME, "09:Z"), [0x09, 0xBD]);
        // Three characters: two bits. c=10 a=00 b=01 a=00, then c=10 and six ones.
        assert_eq!(packed("abc", "cabac"), [0b1000_0100, 0b1011_1111]);
        // Two characters need two bits as well, four need three: d=011 a=000 and two ones.
        assert_eq!(packed("ab", "ba"), [0b0100_1111]);
        assert_eq!(packed("abcd", "da"), [0b0110_0011]);
        // Sixteen need five: p=01111 a=00000, then six ones, of which five would be a whole code.
        assert_eq!(packed("abcdefghijklmnop", "pa"), [0b0111_1000, 0b0011_1111]);
    }

    #[test]
    fn every_length_of_every_width_comes_back() {
        let many: String = ('\u{4E00}'..).take(300).collect();
        for size in [2, 3, 4, 7, 8, 15, 16, 31, 63, 64, 127, 255, 256, 300] {
            let alphabet: String = many.chars().take(size).collect();
            for length in 0..20 {
                let text: String = alphabet.chars().rev().cycle().take(length).collect();
                assert_eq!(unpacked(&alphabet, &packed(&alphabet, &text)), Ok(text), "{size} {length}");
            }
        }
    }

    #[test]
    fn damage_and_bad_alphabets_are_refused() {
        let invalid = Err(ErrorKind::InvalidString(INVALID));
        assert_eq!(unpacked(FIFTEEN, &[0xFF]), invalid);
        assert_eq!(unpacked(FIFTEEN, &[0x1F, 0x11]), invalid);
        assert_eq!(unpacked(FIFTEEN, &[0x1F, 0xFF]), invalid);
        assert_eq!(unpacked("abcde", &[0b1010_0000]), invalid);
        assert_eq!(unpacked("abcde", &[0b0000_0000]), invalid);
        assert_eq!(
            unpacked("ab", &[0; 26]),
            Err(ErrorKind::Limit { what: "bytes in one string", maximum: 100 })
        );
        assert!(Alphabet::new("a").is_err());
        assert!(Alphabet::new("aba").is_err());
        assert_eq!(Alphabet::new("ab").unwrap().encode("abx", &mut Vec::new()), Err('x'));
    }
}
