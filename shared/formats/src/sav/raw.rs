//! The dictionary of a SAV file as bytes. Texts are decoded when the encoding is known, which is at the
//! dictionary's end.

use super::source::ByteOrder;

/// The number of 8-byte values of a case. Statistics allows 2^31 variables; a case of this many takes 8 MB.
pub(super) const MAX_SLOTS: u64 = 1 << 20;

/// Variable records; each takes about a kilobyte in all. Surveys have up to some ten thousand.
pub(super) const MAX_RECORDS: u64 = 1 << 17;

/// Compression of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compression {
    /// None.
    None,
    /// One byte for small whole numbers and blanks, as in `.sav` files.
    #[default]
    Bytecode,
    /// The same in zlib blocks, as in `.zsav` files.
    Zlib,
}

/// The records of a dictionary.
pub(super) struct RawDictionary {
    pub(super) order: ByteOrder,
    pub(super) product: [u8; 60],
    pub(super) compression: Compression,
    /// The place of the weight variable's value in a case, from 1; 0 for none.
    pub(super) weight_slot: i32,
    /// The number of cases; `None` if the writer did not know it.
    pub(super) cases: Option<u64>,
    /// The offset of small numbers in the bytecode.
    pub(super) bias: f64,
    pub(super) file_label: [u8; 64],
    pub(super) variables: Vec<RawVariable>,
    /// The number of 8-byte values of a case.
    pub(super) slots: usize,
    pub(super) value_labels: Vec<RawValueLabels>,
    pub(super) extensions: Extensions,
}

/// A variable record; a very long string has several.
pub(super) struct RawVariable {
    /// The place of its first 8-byte value in a case, from 0.
    pub(super) slot: usize,
    /// Bytes of a string; 0 for a number.
    pub(super) width: u8,
    pub(super) name: [u8; 8],
    pub(super) label: Option<Vec<u8>>,
    pub(super) print: i32,
    /// A number of single missing values, or minus 2 for a range, or minus 3 for a range and a value.
    pub(super) missing_code: i32,
    pub(super) missing: Vec<[u8; 8]>,
}

/// Labels of values, and the variables that have them.
pub(super) struct RawValueLabels {
    pub(super) labels: Vec<([u8; 8], Vec<u8>)>,
    /// Places of variables in a case, from 0.
    pub(super) slots: Vec<usize>,
}

/// Records of type 7.
pub(super) struct Extensions {
    /// 7/3.
    pub(super) character_code: Option<i32>,
    /// 7/4: the number for system-missing.
    pub(super) sysmis: f64,
    /// 7/4: the number that means the highest value.
    pub(super) highest: f64,
    /// 7/4: the number that means the lowest value.
    pub(super) lowest: f64,
    /// 7/11: measure, width and alignment, or measure and alignment, of each variable record.
    pub(super) display: Vec<i32>,
    /// 7/13: `SHORT=Long name`, tabs between.
    pub(super) long_names: Vec<u8>,
    /// 7/14: `SHORT=length`, a zero byte and a tab behind each.
    pub(super) very_long: Vec<u8>,
    /// 7/18: attributes of variables.
    pub(super) attributes: Vec<u8>,
    /// 7/20.
    pub(super) encoding: Option<Vec<u8>>,
    /// 7/21: labels of strings of more than 8 bytes.
    pub(super) long_labels: Vec<u8>,
    /// 7/22: missing values of strings of more than 8 bytes.
    pub(super) long_missing: Vec<u8>,
}

impl Default for Extensions {
    fn default() -> Self {
        Self {
            character_code: None,
            sysmis: SYSMIS,
            highest: f64::MAX,
            lowest: lowest(),
            display: Vec::new(),
            long_names: Vec::new(),
            very_long: Vec::new(),
            attributes: Vec::new(),
            encoding: None,
            long_labels: Vec::new(),
            long_missing: Vec::new(),
        }
    }
}

/// The number that means system-missing.
pub(super) const SYSMIS: f64 = f64::MIN;

/// The number that means the lowest value: the one next to system-missing.
pub(super) fn lowest() -> f64 {
    SYSMIS.next_up()
}

/// The 8-byte values that a string of some bytes takes.
pub(super) fn slots_of(width: usize) -> usize {
    width.div_ceil(8).max(1)
}
