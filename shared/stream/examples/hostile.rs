//! Feeds damaged files to every reader, as many as asked for, and counts what came of them. None may panic, and
//! none may make its reader hold more than the limits allow.
//!
//! `cargo run --release --example hostile -- 1000000 [FOLDER WITH STREAMS [READER]]`
//!
//! The peak reported is of memory touched. Run it with `ulimit -v 1000000` to see that no more is asked for,
//! either: then an allocation that is too large ends the run.

use std::error::Error;
use std::path::Path;
use std::time::Instant;
use std::{fs, io};

use satsuma_stream::explain::explain;
use satsuma_stream::nodes::{AutoResults, CfParameters};
use satsuma_stream::{
    Archive, Element, Limits, RecordColumn, RecordTable, RecordValues, ScfContainer, ScfEntry, StreamBuilder,
    StreamFile, read_entry_run, read_pairs, svg, unwrap_content, write_archive, write_pairs,
};

/// A seed's bytes and the reader they are for.
struct Seed {
    reader: &'static str,
    bytes: Vec<u8>,
}

/// Tight, so that a breach shows: what a reader may hold is some ten times of it.
const LIMITS: Limits = Limits {
    file_bytes: 4 << 20,
    entries: 1000,
    entry_bytes: 4 << 20,
    total_bytes: 16 << 20,
    ratio: Limits::RATIO,
    document_bytes: 4 << 20,
    depth: 256,
    document_items: 100_000,
    nodes: 5000,
    table_columns: 2000,
    table_values: 200_000,
};
/// A process that held more has gone beyond the limits.
const MOST_KIB: u64 = 256 << 10;
/// Seeds larger than this would make the run long without adding paths.
const LARGEST_SEED: usize = 16 << 10;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let count: u64 = arguments.next().map_or(Ok(100_000), |count| count.parse())?;
    let mut seeds = own_seeds()?;
    if let Some(folder) = arguments.next() {
        gather(Path::new(&folder), &mut seeds)?;
    }
    let only = arguments.next();
    println!("{} seeds, {count} inputs for each reader", seeds.len());
    let mut random = Random(0x5A75_0A00_0000_0001);
    let started = Instant::now();
    let readers = ["archive", "container", "document", "record table", "stream"];
    for reader in readers.into_iter().filter(|reader| only.as_deref().is_none_or(|only| only == *reader)) {
        let mine: Vec<_> = seeds.iter().filter(|seed| seed.reader == reader).collect();
        forget_peak();
        let mut accepted = 0_u64;
        for _ in 0..count {
            let seed = mine[random.below(mine.len())];
            accepted += u64::from(read(reader, random.damaged(&seed.bytes)));
        }
        let peak = peak_kib();
        assert!(peak <= MOST_KIB, "the reader of the {reader} held {peak} KiB");
        let seconds = started.elapsed().as_secs();
        println!(
            "{reader}: {count} inputs, {accepted} accepted, peak {} MiB, {seconds} s so far",
            peak >> 10
        );
    }
    println!("no panic");
    Ok(())
}

/// Reads as far as it goes, and uses what it got.
fn read(reader: &str, bytes: Vec<u8>) -> bool {
    match reader {
        "archive" => match read_entry_run(&bytes, &LIMITS).and(Archive::open(bytes, &LIMITS)) {
            Ok(archive) => archive.names().filter(|name| archive.read(name).is_err()).count() == 0,
            Err(_) => false,
        },
        "container" => {
            let _ = (unwrap_content(&bytes).is_ok(), read_pairs(&bytes, &LIMITS).is_ok());
            ScfContainer::read(&bytes, &LIMITS).is_ok()
        }
        "document" => {
            let _ = CfParameters::read(&bytes, &LIMITS);
            match Element::read(&bytes, &LIMITS) {
                Ok(element) => element.to_fast_infoset().is_ok() && element.to_xml().is_ok(),
                Err(_) => false,
            }
        }
        "record table" => RecordTable::read(&bytes, &LIMITS).is_ok_and(|table| table.write().is_ok()),
        // Damage to the compressed bytes hardly gets past the checksum: here the main document is damaged
        // and put into a zip of its own.
        _ => {
            let Ok(zip) = write_archive([("a.xml", bytes.as_slice())]) else { return false };
            let Ok(file) = StreamFile::open_with(zip, LIMITS) else { return false };
            use_stream(&file);
            true
        }
    }
}

fn use_stream(file: &StreamFile) {
    for node in file.stream().diagram.all_nodes() {
        if let Ok(typed) = node.typed() {
            let _ = typed.write_into(node);
        }
        let _ = (AutoResults::from_node(node).is_ok(), node.model_header().is_ok());
    }
    let _ = (explain(file).problems.len(), svg(file).len(), file.stream().to_document().is_ok());
}

/// A generator of the xorshift family: the same inputs every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, end: usize) -> usize {
        ((self.next() >> 33) as usize) % end.max(1)
    }

    /// The bytes with some of them changed, cut, repeated, removed or replaced by what numbers tend to break at.
    fn damaged(&mut self, bytes: &[u8]) -> Vec<u8> {
        const ODD: [&[u8]; 8] = [
            &[0; 4],
            &[0xFF; 4],
            &[0x7F, 0xFF, 0xFF, 0xFF],
            &[0x80, 0, 0, 0],
            &[0xF0],
            &[0xFF; 8],
            &[0, 0, 0, 1],
            b"<a>",
        ];
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.below(6) {
            let place = self.below(bytes.len() + 1);
            let end = (place + self.below(64)).min(bytes.len());
            match self.below(7) {
                0 => bytes.truncate(place),
                1 => drop(bytes.drain(place..end)),
                2 => bytes.splice(place..place, bytes[place..end].to_vec()).for_each(drop),
                3 => {
                    let odd = ODD[self.below(ODD.len())];
                    let end = (place + odd.len()).min(bytes.len());
                    bytes.splice(place..end, odd.iter().copied()).for_each(drop);
                }
                4 => bytes.iter_mut().skip(place).take(1).for_each(|byte| *byte ^= 1 << (self.0 & 7)),
                _ => {
                    let new = self.next() as u8;
                    bytes.iter_mut().skip(place).take(1).for_each(|byte| *byte = new);
                }
            }
        }
        bytes
    }
}

fn own_seeds() -> Result<Vec<Seed>, Box<dyn Error>> {
    let mut stream = StreamBuilder::new("seed");
    let source = stream.delimited_file("in.csv", &[]);
    let table = stream.table();
    stream.link(source, table).score_with(table).side_file(vec![9; 300]);
    let zip = stream.write()?;
    let texts = (0..300).map(|row| (row % 3 > 0).then(|| format!("row {row}"))).collect();
    let column = RecordColumn { name: "a".to_owned(), letter: 'A', values: RecordValues::Text(texts) };
    let numbers = (0..300).map(|row| (row % 5 > 0).then_some(row)).collect();
    let more = RecordColumn { name: "b".to_owned(), letter: 'J', values: RecordValues::Long(numbers) };
    let mut container = ScfContainer { entries: vec![ScfEntry::pmml("<PMML/>".repeat(50))] };
    container.entries.push(ScfEntry { keys: vec!["k".to_owned()], properties: None, payload: vec![3; 500] });
    let seed = |reader, bytes| Seed { reader, bytes };
    Ok(vec![
        seed("archive", zip),
        seed("container", container.write()?),
        seed("container", write_pairs(&[("name".to_owned(), "model".to_owned())])?),
        seed("document", stream.document().to_fast_infoset()?),
        seed("document", stream.document().to_xml()?),
        seed("record table", RecordTable { columns: vec![column, more] }.write()?),
        seed("stream", stream.document().to_fast_infoset()?),
        seed("stream", stream.document().to_xml()?),
    ])
}

/// Takes real files apart into seeds.
fn gather(folder: &Path, seeds: &mut Vec<Seed>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, seeds)?;
            continue;
        }
        let suffix = path.extension().and_then(|suffix| suffix.to_str());
        if !matches!(suffix, Some("str" | "cou" | "gen" | "nod")) {
            continue;
        }
        let bytes = fs::read(&path)?;
        let Ok(archive) = Archive::open(bytes.clone(), &Limits::default()) else { continue };
        for name in archive.names() {
            let Ok(content) = archive.read(name) else { continue };
            let readers: &[&'static str] = match () {
                () if content.len() > LARGEST_SEED => &[],
                () if ScfContainer::is_scf(&content) => &["container"],
                () if RecordTable::is_table(&content) => &["record table"],
                () if !name.contains('/') && suffix == Some("str") => &["document", "stream"],
                () => &[],
            };
            seeds.extend(readers.iter().map(|reader| Seed { reader, bytes: content.clone() }));
        }
        if bytes.len() <= LARGEST_SEED {
            seeds.push(Seed { reader: "archive", bytes });
        }
    }
    Ok(())
}

/// The most memory that this process has had since [`forget_peak`], in KiB; 0 where nothing says.
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn forget_peak() {
    // Elsewhere than on Linux the peak is that of the whole run.
    let _ = fs::write("/proc/self/clear_refs", "5");
}
