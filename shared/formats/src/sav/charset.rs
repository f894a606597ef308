//! Character encodings of SAV files.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::error::FormatError;

/// The encoding of a file: the name in record 7/20, otherwise the code in record 7/3, otherwise Windows-1252,
/// in which most files without either were written.
pub(super) fn encoding(name: Option<&[u8]>, code: Option<i32>) -> Result<&'static Encoding, FormatError> {
    if let Some(name) = name {
        let label = String::from_utf8_lossy(name).trim_matches(['\0', ' ']).to_ascii_lowercase();
        return of_name(&label).ok_or_else(|| unsupported(&label));
    }
    match code {
        None => Ok(WINDOWS_1252),
        Some(code) => of_code(code).ok_or_else(|| unsupported(&format!("code page {code}"))),
    }
}

fn unsupported(name: &str) -> FormatError {
    FormatError::Unsupported(format!("the character encoding {name:?} of the SAV file"))
}

fn of_name(label: &str) -> Option<&'static Encoding> {
    let code =
        ["windows-", "cp", "ibm-", "ibm"].iter().find_map(|prefix| label.strip_prefix(prefix)?.parse().ok());
    Encoding::for_label(label.as_bytes()).or_else(|| code.and_then(of_code))
}

/// The encodings that Windows numbers; 2 is ASCII and 3 is "8-bit ASCII" in record 7/3.
fn of_code(code: i32) -> Option<&'static Encoding> {
    let label: &str = match code {
        2 | 3 | 20127 => return Some(WINDOWS_1252),
        65001 => return Some(UTF_8),
        874 => "windows-874",
        932 | 943 => "shift_jis",
        936 | 1386 => "gbk",
        949 | 1363 => "euc-kr",
        950 => "big5",
        1250..=1258 => return Encoding::for_label(format!("windows-{code}").as_bytes()),
        10000 => "macintosh",
        20866 => "koi8-r",
        20932 | 51932 => "euc-jp",
        21866 => "koi8-u",
        28591..=28606 => return Encoding::for_label(format!("iso-8859-{}", code - 28590).as_bytes()),
        51936 => "gb2312",
        51949 => "euc-kr",
        54936 => "gb18030",
        866 => "ibm866",
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}

/// Text without the spaces and zero bytes that pad it.
pub(super) fn trimmed(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| !matches!(byte, b' ' | 0)).map_or(0, |last| last + 1);
    bytes.get(..end).unwrap_or_default()
}

/// Padded text, decoded. Bytes that are not in the encoding become U+FFFD.
pub(super) fn text(encoding: &'static Encoding, bytes: &[u8]) -> String {
    encoding.decode_without_bom_handling(trimmed(bytes)).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_goes_before_the_code() {
        assert_eq!(encoding(Some(b"GBK\0"), Some(1252)).unwrap().name(), "GBK");
        assert_eq!(encoding(Some(b"CP1250"), None).unwrap().name(), "windows-1250");
        assert_eq!(encoding(None, Some(65001)).unwrap().name(), "UTF-8");
        assert_eq!(encoding(None, None).unwrap().name(), "windows-1252");
        let error = encoding(None, Some(1)).unwrap_err().to_string();
        insta::assert_snapshot!(error, @r#"the character encoding "code page 1" of the SAV file is not supported"#);
    }
}
