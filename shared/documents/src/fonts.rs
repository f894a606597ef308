//! The fonts of pictures. They are part of the program, so that a picture is the same everywhere.
//!
//! `fonts/make.py` makes them; `fonts/OFL.txt` is their licence. Latin, Greek and Cyrillic come from Noto Sans, the
//! common Chinese, Japanese and Korean characters from Noto Sans CJK.

use std::sync::{Arc, OnceLock};

use resvg::usvg::fontdb::{Database, Source};

/// Noto Sans: Latin, Greek, Cyrillic and signs.
static LATIN: &[u8] = include_bytes!("../fonts/NotoSans.ttf");
/// Noto Sans CJK, with the forms of simplified Chinese.
static CJK: &[u8] = include_bytes!("../fonts/NotoSansCJK.otf");

/// The family of the first font; the renderer takes missing characters from the other one.
pub(crate) const FAMILY: &str = "Noto Sans";

/// Both fonts.
pub(crate) fn all() -> Arc<Database> {
    static FONTS: OnceLock<Arc<Database>> = OnceLock::new();
    let read = || {
        let mut fonts = Database::new();
        for font in [LATIN, CJK] {
            fonts.load_font_source(Source::Binary(Arc::new(font)));
        }
        // The renderer looks for the serif family where it knows no family that a picture names.
        fonts.set_sans_serif_family(FAMILY);
        fonts.set_serif_family(FAMILY);
        Arc::new(fonts)
    };
    Arc::clone(FONTS.get_or_init(read))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // in tests a panic is the answer

    /// A character as a picture of ink.
    fn drawn(character: char) -> Vec<u8> {
        let svg =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 20 20\" width=\"20\" height=\"20\">";
        let text = format!(
            "{svg}<text y=\"16\" font-size=\"14\" font-family=\"system-ui\">{character}</text></svg>"
        );
        crate::picture::png(&text).unwrap().0
    }

    #[test]
    fn characters_of_each_script_have_a_form() {
        // No font has a character of private use.
        let missing = drawn('\u{E000}');
        for character in "AäŁΩЖ薬药藥か한，→€".chars() {
            assert!(drawn(character) != missing && drawn(character) != drawn(' '), "{character}");
        }
    }
}
