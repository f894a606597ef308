use super::*;
use crate::writer::codes;

type Write = fn(&mut Vec<u8>, u8, usize);
type Read = fn(&mut Cursor<io::Cursor<Vec<u8>>>, u8) -> Result<usize, Fault>;

/// The first and last values of every form in annexes C.25, C.27 and C.28.
#[test]
fn indexes_of_every_size_come_back() {
    let forms: [(Write, Read, &[usize]); 3] = [
        (codes::index_on_second_bit, Cursor::index_on_second_bit, &[0, 63, 64, 8255, 8256, 1_048_575]),
        (
            codes::index_on_third_bit,
            Cursor::index_on_third_bit,
            &[0, 31, 32, 2079, 2080, 526_367, 526_368, 1_048_575],
        ),
        (
            codes::index_on_fourth_bit,
            Cursor::index_on_fourth_bit,
            &[0, 15, 16, 1039, 1040, 263_183, 263_184, 1_048_575],
        ),
    ];
    for (write, read, indexes) in forms {
        for index in indexes {
            let mut bytes = Vec::new();
            write(&mut bytes, 0, *index);
            let mut cursor = Cursor::new(io::Cursor::new(bytes));
            let first = cursor.byte().unwrap();
            assert_eq!(read(&mut cursor, first), Ok(*index));
            assert_eq!(cursor.at_end(), Ok(true));
        }
    }
    for count in [1, 128, 129, 1 << 20] {
        let mut bytes = Vec::new();
        codes::items(&mut bytes, count).unwrap();
        assert_eq!(Cursor::new(bytes.as_slice()).items(), Ok(count));
    }
}

/// Derived by hand from annex C.
#[test]
fn codes_are_those_of_the_standard() {
    let index = |write: Write, index| {
        let mut bytes = Vec::new();
        write(&mut bytes, 0, index);
        bytes
    };
    assert_eq!(index(codes::index_on_second_bit, 64), [0x40, 0x00]);
    assert_eq!(index(codes::index_on_second_bit, 8256), [0x60, 0x00, 0x00]);
    assert_eq!(index(codes::index_on_third_bit, 2079), [0x27, 0xFF]);
    assert_eq!(index(codes::index_on_third_bit, 2080), [0x28, 0x00, 0x00]);
    assert_eq!(index(codes::index_on_third_bit, 526_368), [0x30, 0x00, 0x00, 0x00]);
    assert_eq!(index(codes::index_on_fourth_bit, 1040), [0x14, 0x00, 0x00]);
    assert_eq!(index(codes::index_on_fourth_bit, 263_185), [0x18, 0x00, 0x00, 0x01]);
    let mut bytes = Vec::new();
    codes::items(&mut bytes, 129).unwrap();
    assert_eq!(bytes, [0x80, 0x00, 0x00]);
}

#[test]
fn forms_that_the_standard_does_not_have_are_refused() {
    let refused: [(Read, u8, &[u8]); 6] = [
        (Cursor::index_on_second_bit, 0x70, &[]),
        (Cursor::index_on_third_bit, 0x31, &[0, 0, 0]),
        (Cursor::index_on_third_bit, 0x30, &[0x10, 0, 0]),
        (Cursor::index_on_fourth_bit, 0x1C, &[0, 0, 0]),
        (Cursor::length_on_second_bit, 0x41, &[0]),
        (Cursor::length_on_fifth_bit, 0x09, &[0]),
    ];
    for (read, first, rest) in refused {
        let error = read(&mut Cursor::new(io::Cursor::new(rest.to_vec())), first).unwrap_err();
        assert!(matches!(error.kind, ErrorKind::UnexpectedByte { .. }), "{error}");
    }
}
