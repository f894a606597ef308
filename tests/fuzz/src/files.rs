//! The zip, and its members beside the main document.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use satsuma_stream::nodes::CfParameters;
use satsuma_stream::{
    Archive, ModelerFile, ModelerFileKind, RecordTable, ScfContainer, StreamFile, read_entry_run, read_pairs,
    unwrap_content, wrap_content, write_archive, write_pairs,
};

use crate::stream::LIMITS;

/// A whole file as it comes from outside.
pub fn archive(data: &[u8]) {
    let _ = read_entry_run(data, &LIMITS);
    let Ok(archive) = Archive::open(data.to_vec(), &LIMITS) else { return };
    for name in archive.names() {
        let _ = archive.read(name);
    }
    if let Ok(mut file) = StreamFile::open_with(data.to_vec(), LIMITS) {
        assert_eq!(file.write().expect("nothing was changed"), data);
        let added = file.edit(|edit| edit.add_side_file(b"new".to_vec()));
        if let Ok(bytes) = added.and_then(|_| file.write()) {
            let again = StreamFile::open_with(bytes, LIMITS).expect("what was written can be opened");
            assert_eq!(again.document(), file.document());
        }
    }
}

/// A palette, node or saved output: the main document and one side file, in a zip that is whole.
pub fn modeler_file(data: &[u8]) {
    let (main, side) = cut(data);
    let Ok(zip) = write_archive([("a.xml", main), ("data/0001.dat", side)]) else { return };
    let Ok(file) = ModelerFile::open_with(zip, LIMITS) else { return };
    if let ModelerFileKind::Output(output) = file.kind() {
        for table in &output.tables {
            let _ = file.table(table);
        }
    }
    file.write().expect("nothing was changed");
}

/// A container whose blocks are compressed correctly: the input is their content.
pub fn container(data: &[u8]) {
    let mut file = b"SCF\x01\0\0\0\0\0\0\0\0".to_vec();
    let mut offsets = Vec::new();
    let mut rest = data;
    // The last block is the directory.
    while let Some((head, behind)) = rest.split_at_checked(2) {
        let length = usize::from(u16::from_be_bytes([head[0], head[1]]));
        let (block, behind) = behind.split_at(length.min(behind.len()));
        rest = behind;
        let block = with_offsets(block, &offsets, rest.is_empty());
        offsets.push(file.len() as u64);
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        let packed = zlib.write_all(&block).and_then(|()| zlib.finish()).expect("in memory");
        file.extend((packed.len() as u32).to_be_bytes());
        file.extend((block.len() as u32).to_be_bytes());
        file.extend(packed);
    }
    let directory = offsets.last().copied().unwrap_or_default();
    file[4..12].copy_from_slice(&directory.to_be_bytes());
    container_bytes(&file);
}

/// In the directory, numbers of blocks become their offsets: no mutation would guess them.
fn with_offsets(block: &[u8], offsets: &[u64], is_directory: bool) -> Vec<u8> {
    let mut block = block.to_vec();
    if !is_directory {
        return block;
    }
    let mut at = 4;
    while let Some(number) =
        block.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map(u64::from_be_bytes)
    {
        let offset = usize::try_from(number).ok().and_then(|number| offsets.get(number));
        if let Some(offset) = offset {
            block[at..at + 8].copy_from_slice(&offset.to_be_bytes());
            at += 7;
        }
        at += 1;
    }
    block
}

/// A container as it comes.
pub fn container_bytes(data: &[u8]) {
    let Ok(container) = ScfContainer::read(data, &LIMITS) else { return };
    let _ = container.pmml().count();
    let written = container.write().expect("what was read can be written");
    let again = ScfContainer::read(&written, &LIMITS).expect("what was written can be read");
    assert_eq!(again, container);
}

/// A parameter file of the component framework.
pub fn parameters(data: &[u8]) {
    let Ok(parameters) = CfParameters::read(data, &LIMITS) else { return };
    let _ = parameters.iter().count();
    let written = parameters.write().expect("what was read can be written");
    let again = CfParameters::read(&written, &LIMITS).expect("what was written can be read");
    assert_eq!(again, parameters);
}

/// A binary table of records.
pub fn record_table(data: &[u8]) {
    let Ok(table) = RecordTable::read(data, &LIMITS) else { return };
    let written = table.write().expect("what was read can be written");
    let again = RecordTable::read(&written, &LIMITS).expect("what was written can be read");
    // By their text: a NaN is no other NaN's equal.
    assert_eq!(format!("{again:?}"), format!("{table:?}"));
}

/// Content of extensions.
pub fn extension(data: &[u8]) {
    if let Ok(content) = unwrap_content(data) {
        let wrapped = wrap_content(content).expect("it came from a file");
        assert_eq!(unwrap_content(&wrapped).expect("wrapped here"), content);
        let _ = Archive::open(content.to_vec(), &LIMITS);
    }
    if let Ok(pairs) = read_pairs(data, &LIMITS) {
        let written = write_pairs(&pairs).expect("what was read can be written");
        assert_eq!(read_pairs(&written, &LIMITS).expect("written here"), pairs);
    }
    let _ = read_entry_run(data, &LIMITS);
}

/// The input in two, at a length that it starts with.
fn cut(data: &[u8]) -> (&[u8], &[u8]) {
    let Some((head, rest)) = data.split_at_checked(2) else { return (data, &[]) };
    let length = usize::from(u16::from_be_bytes([head[0], head[1]]));
    rest.split_at(length.min(rest.len()))
}
