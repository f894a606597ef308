use super::{read_pairs, unwrap_content, wrap_content, write_pairs};
use crate::Limits;

#[test]
fn content_is_its_length_and_bytes() {
    let file = wrap_content(b"<PMML/>").unwrap();
    assert_eq!(file, b"\0\0\0\x07<PMML/>");
    assert_eq!(unwrap_content(&file).unwrap(), b"<PMML/>");
    assert_eq!(unwrap_content(b"").unwrap(), b"");
    assert!(unwrap_content(b"\0\0\0\x08<PMML/>").is_err());
}

/// The bytes follow the description of the format.
#[test]
fn pairs_are_two_lengths_and_two_texts() {
    let pairs = [("name".to_owned(), "model".to_owned())];
    let file = write_pairs(&pairs).unwrap();
    assert_eq!(file, b"\0\0\0\x01\0\0\0\x04\0\0\0\x05namemodel");
    assert_eq!(read_pairs(&file, &Limits::default()).unwrap(), pairs);
    for length in 0..file.len() {
        assert!(read_pairs(&file[..length], &Limits::default()).is_err(), "{length}");
    }
    assert!(read_pairs(b"\xFF\xFF\xFF\xFF", &Limits::default()).is_err());
}
