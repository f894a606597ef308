//! Names of encodings in streams and jobs.

use encoding_rs::Encoding;
use thiserror::Error;

/// The meaning of a node's symbolic encodings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Defaults<'a> {
    /// The stream's `fileEncoding`, the meaning of `streamDefault` and `default`.
    pub stream: &'a str,
    /// The meaning of `serverDefault`, `systemDefault` and `clientDefault`: the encoding of the computer in
    /// Modeler, a setting of the job or the deployment here.
    pub system: &'static Encoding,
}

/// An unknown encoding.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the encoding {0:?} is not known; name one by its IANA label, such as UTF-8 or Shift_JIS")]
pub struct UnknownEncoding(pub String);

/// The encoding of a symbolic name, an IANA label or a code page.
///
/// Labels have the meaning of the WHATWG Encoding Standard: `ISO-8859-1` is windows-1252, and `Shift_JIS` is
/// Windows-31J, as on Modeler's own servers on Windows.
///
/// # Errors
/// [`UnknownEncoding`] for other names, including UTF-32 and UTF-7.
pub fn resolve(name: &str, defaults: Defaults<'_>) -> Result<&'static Encoding, UnknownEncoding> {
    match name {
        "" | "default" | "streamDefault" if is_stream_word(defaults.stream) => Ok(defaults.system),
        "" | "default" | "streamDefault" => resolve(defaults.stream, defaults),
        "serverDefault" | "systemDefault" | "clientDefault" => Ok(defaults.system),
        label => of_label(label).ok_or_else(|| UnknownEncoding(label.to_owned())),
    }
}

fn is_stream_word(name: &str) -> bool {
    matches!(name, "" | "default" | "streamDefault")
}

fn of_label(label: &str) -> Option<&'static Encoding> {
    let label = label.trim().to_ascii_lowercase();
    Encoding::for_label_no_replacement(label.as_bytes())
        .or_else(|| of_code_page(&label))
        // Java's names: EUC_JP, ISO8859_1.
        .or_else(|| Encoding::for_label_no_replacement(label.replace('_', "-").as_bytes()))
        .or_else(|| Encoding::for_label_no_replacement(label.strip_prefix("x-")?.as_bytes()))
}

/// Code pages without a label of their own.
fn of_code_page(label: &str) -> Option<&'static Encoding> {
    let prefixes = ["windows-", "cp", "ms", "ibm-", "ibm", "x-ibm"];
    let number = prefixes.iter().find_map(|prefix| label.strip_prefix(prefix)).unwrap_or(label);
    Some(match number {
        "932" | "943" | "943c" | "31j" => encoding_rs::SHIFT_JIS,
        "936" | "1386" => encoding_rs::GBK,
        "949" => encoding_rs::EUC_KR,
        "950" => encoding_rs::BIG5,
        "54936" => encoding_rs::GB18030,
        "51932" => encoding_rs::EUC_JP,
        "20866" => encoding_rs::KOI8_R,
        "1200" => encoding_rs::UTF_16LE,
        "1201" => encoding_rs::UTF_16BE,
        "65001" => encoding_rs::UTF_8,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULTS: Defaults<'_> = Defaults { stream: "serverDefault", system: encoding_rs::SHIFT_JIS };

    /// Evidence: the names in real streams, and IANA's labels.
    #[test]
    fn words_and_labels_are_encodings() {
        for (name, encoding) in [
            ("serverDefault", encoding_rs::SHIFT_JIS),
            ("clientDefault", encoding_rs::SHIFT_JIS),
            ("streamDefault", encoding_rs::SHIFT_JIS),
            ("default", encoding_rs::SHIFT_JIS),
            ("UTF-8", encoding_rs::UTF_8),
            ("cp932", encoding_rs::SHIFT_JIS),
            ("Windows-31J", encoding_rs::SHIFT_JIS),
            ("GB2312", encoding_rs::GBK),
            ("EUC_JP", encoding_rs::EUC_JP),
            ("UTF-16BE", encoding_rs::UTF_16BE),
            ("Big5", encoding_rs::BIG5),
        ] {
            assert_eq!(resolve(name, DEFAULTS), Ok(encoding), "{name}");
        }
        let stream = Defaults { stream: "UTF-8", ..DEFAULTS };
        assert_eq!(resolve("streamDefault", stream), Ok(encoding_rs::UTF_8));
        assert_eq!(resolve("", Defaults { stream: "default", ..DEFAULTS }), Ok(encoding_rs::SHIFT_JIS));
        for unknown in ["UTF-32", "UTF-7", "hz-gb-2312", "klingon"] {
            assert_eq!(resolve(unknown, DEFAULTS), Err(UnknownEncoding(unknown.to_owned())));
        }
    }
}
