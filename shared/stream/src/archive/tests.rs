use proptest::prelude::*;
use rawzip::path::EntryPath;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use std::io::Write;

use crate::{Archive, Limits, write_archive};

fn open(bytes: Vec<u8>) -> crate::Result<Archive> {
    Archive::open(bytes, &Limits::default())
}

fn message(bytes: Vec<u8>) -> String {
    open(bytes).unwrap_err().to_string()
}

/// A zip with a single stored entry of any name.
fn zip_with_name(name: &[u8]) -> Vec<u8> {
    zip_with_names(&[name])
}

fn zip_with_names(names: &[&[u8]]) -> Vec<u8> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for name in names {
        let (mut entry, config) = archive
            .new_file(EntryPath::verbatim(name.to_vec()))
            .compression_method(CompressionMethod::STORE)
            .start()
            .unwrap();
        let mut writer = config.wrap(&mut entry);
        writer.write_all(b"content").unwrap();
        let (_, descriptor) = writer.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap()
}

/// Overwrites bytes of the first central directory record.
fn patch_directory(zip: &mut [u8], offset: usize, bytes: &[u8]) {
    let record = zip.windows(4).position(|window| window == b"PK\x01\x02");
    let place = record.unwrap() + offset;
    zip[place..place + bytes.len()].copy_from_slice(bytes);
}

#[test]
fn files_come_back_in_order_and_unchanged() {
    let files: [(&str, &[u8]); 3] =
        [("漢字.xml", b"<a/>"), ("data/0001.dat", b""), ("data/0002.dat", &[7; 10_000])];
    let archive = open(write_archive(files).unwrap()).unwrap();
    let names: Vec<_> = archive.names().collect();
    assert_eq!(names, ["漢字.xml", "data/0001.dat", "data/0002.dat"]);
    for (name, content) in files {
        assert_eq!(archive.read(name).unwrap(), content);
        assert_eq!(archive.size(name), Some(content.len()));
    }
    let missing = archive.read("data/0003.dat").unwrap_err();
    insta::assert_snapshot!(missing, @r#"there is no entry "data/0003.dat""#);
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let names: [&[u8]; 10] = [
        b"../../etc/passwd",
        b"/etc/passwd",
        b"C:/boot.ini",
        b"data\\0001.dat",
        b"data//0001.dat",
        b"data/./0001.dat",
        b"data/..",
        b"",
        b"line\nbreak",
        b"\xFF\xFE",
    ];
    let messages: Vec<_> = names.iter().map(|name| message(zip_with_name(name))).collect();
    insta::assert_snapshot!(messages.join("\n"), @r#"
    entry name "../../etc/passwd" is not a plain relative path
    entry name "/etc/passwd" is not a plain relative path
    entry name "C:/boot.ini" is not a plain relative path
    entry name "data\\0001.dat" is not a plain relative path
    entry name "data//0001.dat" is not a plain relative path
    entry name "data/./0001.dat" is not a plain relative path
    entry name "data/.." is not a plain relative path
    entry name "" is not a plain relative path
    entry name "line\nbreak" is not a plain relative path
    entry name "��" is not a plain relative path
    "#);
}

#[test]
fn tricks_with_entries_are_refused() {
    let mut encrypted = zip_with_name(b"a.xml");
    patch_directory(&mut encrypted, 8, &[1, 0]);
    let mut method = zip_with_name(b"a.xml");
    patch_directory(&mut method, 10, &[14, 0]);
    let mut overlapping = zip_with_names(&[b"a.xml", b"b.xml"]);
    // The first record gets the offset of the second one's data.
    let second = overlapping.windows(4).skip(1).position(|window| window == b"PK\x03\x04");
    let second = u32::try_from(second.unwrap() + 1).unwrap();
    patch_directory(&mut overlapping, 42, &second.to_le_bytes());
    let messages = [
        message(zip_with_names(&[b"a.xml", b"b.xml", b"a.xml"])),
        message(encrypted),
        message(method),
        message(overlapping),
    ];
    insta::assert_snapshot!(messages.join("\n"), @r#"
    entry "a.xml" occurs twice
    the entry is encrypted, entry "a.xml"
    compression method 14 is not supported; only stored and deflated entries are read, entry "a.xml"
    entries "a.xml" and "b.xml" overlap
    "#);
}

#[test]
fn what_is_no_zip_is_said_to_be_none() {
    let zip = zip_with_name(b"a.xml");
    let messages = [
        message(b"{\\rtf1}".to_vec()),
        message(Vec::new()),
        message(zip[..zip.len() - 30].to_vec()),
        message(zip[40..].to_vec()),
    ];
    insta::assert_snapshot!(messages.join("\n"), @r#"
    not a readable zip archive (missing end of central directory); a stream file is one
    not a readable zip archive (missing end of central directory); a stream file is one
    not a readable zip archive (missing end of central directory); a stream file is one
    not a readable zip archive (invalid signature: expected 0x04034b50, got 0x4b50746e); a stream file is one, entry "a.xml"
    "#);
}

#[test]
fn bombs_are_refused_before_anything_is_inflated() {
    let zeros = vec![0; 4 << 20];
    let bomb = write_archive([("a.xml", zeros.as_slice())]).unwrap();
    let few = Limits { entries: 2, ..Limits::default() };
    let small = Limits { total_bytes: 1000, ..Limits::default() };
    let many: [(&str, &[u8]); 3] = [("a", &[1; 500]), ("b", &[2; 500]), ("c", &[3; 500])];
    let many = write_archive(many).unwrap();
    let messages = [
        message(bomb),
        Archive::open(many.clone(), &few).unwrap_err().to_string(),
        Archive::open(many, &small).unwrap_err().to_string(),
    ];
    insta::assert_snapshot!(messages.join("\n"), @r#"
    compression ratio of one entry: 1027 is more than the 200 allowed, entry "a.xml"
    entries in the zip: 3 is more than the 2 allowed
    bytes in all entries: 1500 is more than the 1000 allowed
    "#);
}

#[test]
fn data_that_is_not_what_the_directory_says_is_damaged() {
    let content: Vec<u8> = (0..5000_u32).flat_map(u32::to_le_bytes).collect();
    let zip = write_archive([("a.xml", content.as_slice())]).unwrap();
    let with = |offset, bytes: &[u8]| {
        let mut zip = zip.clone();
        patch_directory(&mut zip, offset, bytes);
        open(zip).unwrap().read("a.xml").unwrap_err().to_string()
    };
    let mut scrambled = zip.clone();
    scrambled[200] ^= 0x55;
    let messages = [
        with(16, &[0; 4]),
        with(24, &19_999_u32.to_le_bytes()),
        with(24, &20_001_u32.to_le_bytes()),
        open(scrambled).unwrap().read("a.xml").unwrap_err().kind().to_string(),
    ];
    // The size at which a scrambled stream fails depends on the inflater.
    insta::assert_snapshot!(messages[..3].join("\n"), @r#"
    the data is damaged: it does not match its checksum, entry "a.xml"
    the data is damaged: it inflates to more than the 19999 bytes declared, entry "a.xml"
    the data is damaged: it inflates to fewer than the 20001 bytes declared, entry "a.xml"
    "#);
    assert!(messages[3].starts_with("the data is damaged"), "{}", messages[3]);
}

/// Containers inside nuggets have an extra field of four zero bytes, which strict readers refuse.
#[test]
fn odd_extra_fields_are_passed_over() {
    let mut local = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0".to_vec();
    let crc = rawzip::crc32(b"hi").to_le_bytes();
    let sizes = [crc, 2_u32.to_le_bytes(), 2_u32.to_le_bytes()].concat();
    let lengths = [1, 0, 4, 0];
    local.extend([sizes.as_slice(), &lengths, b"a\0\0\0\0hi"].concat());
    let mut zip = local.clone();
    zip.extend(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0");
    zip.extend([sizes.as_slice(), &lengths, &[0; 14], b"a\0\0\0\0"].concat());
    let directory = u32::try_from(zip.len() - local.len()).unwrap().to_le_bytes();
    let offset = u32::try_from(local.len()).unwrap().to_le_bytes();
    zip.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    zip.extend([directory, offset].concat());
    zip.extend([0, 0]);
    assert_eq!(open(zip).unwrap().read("a").unwrap(), b"hi");
}

proptest! {
    #[test]
    fn no_bytes_panic(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let files: [(&str, &[u8]); 2] = [("a.xml", b"<a/>"), ("data/0001.dat", &[9; 300])];
        let mut zip = write_archive(files).unwrap();
        for (place, byte) in changes {
            let place = place.index(zip.len());
            zip[place] = byte;
        }
        zip.truncate(cut.index(zip.len() * 2));
        if let Ok(archive) = open(zip) {
            for name in archive.names() {
                let _ = archive.read(name);
            }
        }
    }
}

#[test]
fn entries_are_laid_out_as_modeler_does() {
    let zip = write_archive([("a.xml", [b'x'; 1000].as_slice())]).unwrap();
    assert_eq!(&zip[8..10], [8, 0], "deflate");
    assert_eq!(zip[6] & 8, 8, "sizes follow the data");
}
