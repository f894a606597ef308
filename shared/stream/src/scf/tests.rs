use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compress, Compression, FlushCompress};
use proptest::prelude::*;

use crate::{Limits, ScfContainer, ScfEntry};

fn read(bytes: &[u8]) -> crate::Result<ScfContainer> {
    ScfContainer::read(bytes, &Limits::default())
}

fn block(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    framed(&encoder.finish().unwrap(), content.len())
}

/// A block as IBM's C++ programs write it: flushed, but without final block and checksum.
fn unfinished_block(content: &[u8]) -> Vec<u8> {
    let mut compressor = Compress::new(Compression::default(), true);
    let mut stored = Vec::with_capacity(content.len() + 100);
    compressor.compress_vec(content, &mut stored, FlushCompress::Sync).unwrap();
    assert!(stored.ends_with(&[0, 0, 0xFF, 0xFF]));
    framed(&stored, content.len())
}

fn framed(stored: &[u8], size: usize) -> Vec<u8> {
    let length = |length: usize| u32::try_from(length).unwrap().to_be_bytes();
    [&length(stored.len())[..], &length(size), stored].concat()
}

fn container(blocks: &[Vec<u8>], directory: &[u8]) -> Vec<u8> {
    let offset = 12 + blocks.iter().map(Vec::len).sum::<usize>() as u64;
    let header = [b"SCF\x01".as_slice(), &offset.to_be_bytes()].concat();
    [header, blocks.concat(), directory.to_vec()].concat()
}

#[test]
fn the_minimal_example_of_the_format_is_read() {
    let name = b"\0\0\0\0\x03\0\x38mimeType=application/vnd.spss.pmml+xml\ntypeId=MEpmml.xml";
    let entry = [name.as_slice(), b"<?xml?>"].concat();
    let directory = [b"\0\0\0\x01\0\0\0\0\0\0\0\x0C".as_slice(), name].concat();
    for block in [block, unfinished_block] {
        let bytes = container(&[block(&entry)], &block(&directory));
        let read = read(&bytes).unwrap();
        assert_eq!(read.entries, [ScfEntry::pmml("<?xml?>")]);
        assert_eq!(read.pmml().count(), 1);
    }
}

#[test]
fn split_models_have_keys_and_may_have_no_properties() {
    let (first, second) = (b"\0\0\0\x01\x03\0\x01A".as_slice(), b"\0\0\0\x01\x03\0\x01B".as_slice());
    let blocks = [
        block(&[first, b"one"].concat()),
        block(b"an old directory that nothing leads to"),
        block(&[second, b"two"].concat()),
    ];
    let second_offset = 12 + blocks[0].len() as u64 + blocks[1].len() as u64;
    let directory = [&[0, 0, 0, 2][..], &12_u64.to_be_bytes(), first, &second_offset.to_be_bytes(), second];
    let read = read(&container(&blocks, &block(&directory.concat()))).unwrap();
    let entries: Vec<_> =
        read.entries.iter().map(|entry| (entry.keys[0].as_str(), entry.payload.as_slice())).collect();
    assert_eq!(entries, [("A", b"one".as_slice()), ("B", b"two")]);
    assert!(read.entries.iter().all(|entry| entry.properties.is_none()));
}

#[test]
fn damage_is_reported() {
    let good = ScfContainer { entries: vec![ScfEntry::pmml("<PMML/>")] }.write().unwrap();
    let zeros = vec![0; 4 << 20];
    let messages = [
        read(b"PK").unwrap_err(),
        read(&good[..8]).unwrap_err(),
        read(&good[..good.len() - 1]).unwrap_err(),
        read(b"SCF\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF").unwrap_err(),
        read(b"SCF\x01\0\0\0\0\0\0\0\x04").unwrap_err(),
        read(&container(&[], &framed(b"not zlib", 100))).unwrap_err(),
        read(&container(&[], &block(b"\0\0\0\x02"))).unwrap_err(),
        read(&container(&[], &block(b"\xFF\xFF\xFF\xFF"))).unwrap_err(),
        read(&container(&[], &block(b"\0\0\0\x01\0\0\0\0\0\0\0\x0C\0\0\x03\xE9"))).unwrap_err(),
        read(&container(&[], &block(&zeros))).unwrap_err(),
    ];
    let messages: Vec<_> = messages.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(messages.join("\n"), @r"
    the model container cannot be read: it does not start with SCF, version 1, at byte 0
    the model container cannot be read: it ends too early, at byte 8
    the model container cannot be read: it ends too early, at byte 177
    the model container cannot be read: it ends too early, at byte 12
    the model container cannot be read: a block lies inside the header, at byte 4
    the data is damaged: deflate decompression error: incorrect header check, at byte 12
    the model container cannot be read: it ends too early, at byte 4
    entries in a container: 4294967295 is more than the 20000 allowed
    keys of an entry in a container: 1001 is more than the 1000 allowed
    compression ratio of one entry: 1027 is more than the 200 allowed
    ");
}

fn entry() -> impl Strategy<Value = ScfEntry> {
    let text = "[^\n=]{1,20}";
    let properties = proptest::collection::vec((text, text), 0..4);
    let keys = proptest::collection::vec(".{0,20}", 0..3);
    let payload = proptest::collection::vec(any::<u8>(), 0..500);
    (keys, proptest::option::of(properties), payload).prop_map(|(keys, properties, payload)| ScfEntry {
        keys,
        properties,
        payload,
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(entries in proptest::collection::vec(entry(), 0..5)) {
        let mut container = ScfContainer { entries };
        // Line ends inside a value look like those between values.
        for (key, value) in container.entries.iter_mut().flat_map(|entry| entry.properties.iter_mut().flatten()) {
            key.retain(|c| c != '\r');
            value.retain(|c| c != '\r');
            key.push('k');
        }
        prop_assert_eq!(read(&container.write().unwrap()).unwrap(), container);
    }

    #[test]
    fn no_damage_panics(
        entries in proptest::collection::vec(entry(), 0..3),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = ScfContainer { entries }.write().unwrap();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = read(&bytes);
    }
}
