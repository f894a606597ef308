//! Transactions: for each record the items that it has.

/// The records of a training table as sets of items, item by item.
#[derive(Debug, Clone)]
pub struct Transactions {
    /// For each item a bit for each record.
    members: Vec<Vec<u64>>,
    records: usize,
}

/// Records of a word.
const WORD: usize = u64::BITS as usize;

impl Transactions {
    /// No records yet, of this number of different items.
    pub fn new(items: usize) -> Self {
        Self { members: vec![Vec::new(); items], records: 0 }
    }

    /// Adds this many records without items.
    pub fn grow(&mut self, records: usize) {
        self.records += records;
        let words = self.records.div_ceil(WORD);
        self.members.iter_mut().for_each(|words_of_item| words_of_item.resize(words, 0));
    }

    /// Puts an item into a record; a record or item that is not there is left out.
    pub fn add(&mut self, record: usize, item: usize) {
        if let Some(word) = self.members.get_mut(item).and_then(|words| words.get_mut(record / WORD)) {
            *word |= 1 << (record % WORD);
        }
    }

    /// The number of records.
    pub fn records(&self) -> usize {
        self.records
    }

    /// The number of different items.
    pub fn items(&self) -> usize {
        self.members.len()
    }

    /// The records that have an item.
    pub(super) fn of(&self, item: usize) -> &[u64] {
        self.members.get(item).map_or(&[], Vec::as_slice)
    }

    /// For each item the sum of the sizes of all records that have it.
    pub(super) fn sizes(&self) -> Vec<u64> {
        let mut size_of = vec![0_u32; self.records];
        for words in &self.members {
            each_bit(words, |record| {
                if let Some(size) = size_of.get_mut(record) {
                    *size += 1;
                }
            });
        }
        let sum = |words: &Vec<u64>| {
            let mut sum = 0;
            each_bit(words, |record| sum += u64::from(size_of.get(record).copied().unwrap_or_default()));
            sum
        };
        self.members.iter().map(sum).collect()
    }
}

fn each_bit(words: &[u64], mut work: impl FnMut(usize)) {
    for (at, &word) in words.iter().enumerate() {
        let mut left = word;
        while left != 0 {
            work(at * WORD + left.trailing_zeros() as usize);
            left &= left - 1;
        }
    }
}

/// The number of records in a set.
pub(super) fn count(words: &[u64]) -> u64 {
    words.iter().map(|word| u64::from(word.count_ones())).sum()
}

/// The number of records in both sets.
pub(super) fn count_both(one: &[u64], two: &[u64]) -> u64 {
    one.iter().zip(two).map(|(one, two)| u64::from((one & two).count_ones())).sum()
}

/// The records in both sets.
pub(super) fn both(one: &[u64], two: &[u64]) -> Vec<u64> {
    one.iter().zip(two).map(|(one, two)| one & two).collect()
}
