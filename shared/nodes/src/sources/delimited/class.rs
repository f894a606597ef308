//! What each byte means to the splitter.

use super::dialect::{Dialect, QuoteMode};

/// What a byte means in a dialect.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Text,
    Delimiter,
    /// A delimiter that is a space or a tab, of which several in a row count as one.
    Blank,
    CarriageReturn,
    LineFeed,
    DroppedQuote,
    PairedQuote,
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
        set(0, Class::Null);
        set(b'\r', Class::CarriageReturn);
        set(b'\n', Class::LineFeed);
        for (mark, mode) in [(b'\'', dialect.single_quotes), (b'"', dialect.double_quotes)] {
            match mode {
                QuoteMode::Discard => set(mark, Class::DroppedQuote),
                QuoteMode::PairDiscard => set(mark, Class::PairedQuote),
                QuoteMode::Include => {}
            }
        }
        for &delimiter in &dialect.delimiters {
            let merged = dialect.merge_blanks && matches!(delimiter, b' ' | b'\t');
            set(delimiter, if merged { Class::Blank } else { Class::Delimiter });
        }
        Self(classes)
    }

    pub(super) fn of_byte(&self, byte: u8) -> Class {
        self.0.get(usize::from(byte)).copied().unwrap_or(Class::Text)
    }
}
