//! The values of a field that a document mentions, with codes.

use std::collections::HashMap;

/// Values with codes from 1; 0 means every other value.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    texts: HashMap<String, u32>,
    numbers: HashMap<u64, u32>,
}

impl Vocabulary {
    /// The number of values, without "every other".
    pub(crate) fn len(&self) -> usize {
        self.texts.len() + self.numbers.len()
    }

    /// The code of a text, assigned if new.
    pub(crate) fn add_text(&mut self, text: &str) -> u32 {
        let next = self.texts.len() as u32 + 1;
        match self.texts.get(text) {
            Some(code) => *code,
            None => *self.texts.entry(text.to_owned()).or_insert(next),
        }
    }

    /// The code of a number, assigned if new.
    pub(crate) fn add_number(&mut self, number: f64) -> u32 {
        let next = self.numbers.len() as u32 + 1;
        *self.numbers.entry(key(number)).or_insert(next)
    }

    pub(crate) fn text(&self, text: &str) -> u32 {
        self.texts.get(text).copied().unwrap_or(0)
    }

    pub(crate) fn number(&self, number: f64) -> u32 {
        self.numbers.get(&key(number)).copied().unwrap_or(0)
    }
}

/// Equal numbers have equal keys; there are no NaNs.
fn key(number: f64) -> u64 {
    // −0 + 0 is +0.
    (number + 0.0).to_bits()
}
