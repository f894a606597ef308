//! The meaning of each byte for the splitter.

use super::dialect::{Dialect, QuoteMode};

/// The meaning of a byte in a dialect.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Text,
    Delimiter,
    /// A space or tab as delimiter, of which several in a row count as one.
    Blank,
    CarriageReturn,
    LineFeed,
    DroppedQuote,
    PairedQuote,
    Comment,
    Null,
}

/// The meaning of all bytes in one dialect.
pub(super) struct Classes([Class; 256]);

impl Classes {
    pub(super) fn of(dialect: &Dialect) -> Self {
        let mut classes = [Class::Text; 256];
        let mut set = |byte: u8, class: Class| {
            if let Some(slot) = classes.get_mut(usize::from(byte)) {
                *slot = class;
            }
        };
        if dialect.non_printing_delimit {
            (1..0x20).chain([0x7F]).for_each(|byte| set(byte, Class::Delimiter));
        }
        set(0, Class::Null);
        set(b'\r', Class::CarriageReturn);
        set(b'\n', Class::LineFeed);
        for (mark, mode) in dialect.quote_modes() {
            match mode {
                QuoteMode::Discard => set(mark, Class::DroppedQuote),
                QuoteMode::PairDiscard => set(mark, Class::PairedQuote),
                QuoteMode::Include => {}
            }
        }
        for &mark in &dialect.comments {
            set(mark, Class::Comment);
        }
        let tab = dialect.non_printing_delimit.then_some(b'\t');
        for delimiter in dialect.delimiters.iter().copied().chain(tab) {
            let merged = dialect.merge_blanks && matches!(delimiter, b' ' | b'\t');
            set(delimiter, if merged { Class::Blank } else { Class::Delimiter });
        }
        Self(classes)
    }

    #[inline]
    pub(super) fn of_byte(&self, byte: u8) -> Class {
        // A byte is always below 256; the default avoids an index that could panic.
        self.0.get(usize::from(byte)).copied().unwrap_or(Class::Text)
    }

    /// The bytes that are not plain text.
    pub(super) fn specials(&self) -> Vec<u8> {
        (0..=u8::MAX).filter(|byte| self.of_byte(*byte) != Class::Text).collect()
    }

    pub(super) fn bytes_of(&self, class: Class) -> Vec<u8> {
        (0..=u8::MAX).filter(|byte| self.of_byte(*byte) == class).collect()
    }
}
