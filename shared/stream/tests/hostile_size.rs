//! What small files can make their reader hold: each is read by a process of its own, whose peak of memory
//! is looked at.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Write;
use std::process::Command;

use satsuma_fastinfoset::{Name, WriteError, Writer, WriterOptions};
use satsuma_stream::{StreamFile, write_archive};

/// What a function of 512 MB has for a stream beside the request's body, which it holds three times.
const MOST_KB: u64 = 350 << 10;

/// The variable that names the file to read.
const FILE: &str = "SATSUMA_HOSTILE_FILE";

/// More than any limit.
const MANY: usize = 2_200_000;

/// Text that a byte stands for once it is in the table.
const LONG: usize = 120;

/// The most that this process ever held, in kB; nothing where the system does not tell.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// Text that does not deflate: what deflates to less than a two-hundredth is not read at all.
fn noise() -> String {
    let mut random = 7_u64;
    let letters = std::iter::repeat_with(|| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'A' + (random >> 59) as u8)
    });
    letters.take(200_000).collect()
}

/// A document whose root `write` fills.
fn document(
    options: &WriterOptions,
    write: impl FnOnce(&mut Writer) -> Result<(), WriteError>,
) -> Result<Vec<u8>, WriteError> {
    let options =
        WriterOptions { index_values_below: 1 << 10, index_chunks_below: 1 << 10, ..options.clone() };
    let mut writer = Writer::with_options(Vec::new(), &options)?;
    writer.start_element(&Name::local("clementineStream"), &[])?;
    writer.text(&noise())?;
    write(&mut writer)?;
    writer.end_element()?;
    writer.finish()
}

/// Every kind of thing that costs its reader many times what it costs its writer.
fn documents() -> Result<Vec<(&'static str, Vec<u8>)>, WriteError> {
    let (long, name) = ("x".repeat(LONG), Name::local("a"));
    let plain = WriterOptions::default();
    let mut filled = WriterOptions::default();
    let entries = || (0..MANY / 4).map(|number| format!("{number:x}")).collect::<Vec<_>>();
    filled.initial.attribute_values = entries();
    filled.initial.chunks = entries();
    filled.initial.other_strings = entries();
    Ok(vec![
        (
            "elements within elements",
            document(&plain, |writer| {
                for _ in 0..MANY / 200 {
                    (0..200).try_for_each(|_| writer.start_element(&name, &[]))?;
                    (0..200).try_for_each(|_| writer.end_element())?;
                }
                Ok(())
            })?,
        ),
        (
            "elements with text",
            document(&plain, |writer| {
                (0..MANY).try_for_each(|_| {
                    writer.start_element(&name, &[])?;
                    writer.text(&long)?;
                    writer.end_element()
                })
            })?,
        ),
        ("tables and nothing else", document(&filled, |_| Ok(()))?),
    ])
}

/// The process of its own that [`peak_of_reading`] starts.
#[test]
#[ignore = "reads the file that another test names"]
fn reads_one_file() {
    let Some(file) = std::env::var_os(FILE) else { return };
    let file = fs::read(file).unwrap();
    let refused = StreamFile::open(file).unwrap_err().to_string();
    println!("refused: {refused}\npeak: {}", peak().map_or("?".to_owned(), |peak| peak.to_string()));
}

/// What reading a file takes in all, in kB, and why it is refused.
fn peak_of_reading(file: &[u8]) -> (Option<u64>, String) {
    let mut stored = tempfile::NamedTempFile::new().unwrap();
    stored.write_all(file).unwrap();
    let mut reader = Command::new(std::env::current_exe().unwrap());
    reader.args(["--exact", "reads_one_file", "--ignored", "--nocapture"]).env(FILE, stored.path());
    let said = String::from_utf8(reader.output().unwrap().stdout).unwrap();
    let after = |label: &str| said.lines().find_map(|line| line.strip_prefix(label)).map(str::trim);
    let peak = after("peak:").unwrap_or_else(|| panic!("{said}")).parse().ok();
    (peak, after("refused:").unwrap_or_default().to_owned())
}

#[test]
fn a_small_file_makes_its_reader_hold_no_more_than_the_smallest_function_has() {
    for (what, document) in documents().unwrap() {
        let file = write_archive([("main.xml", document.as_slice())]).unwrap();
        assert!(file.len() < 4_400_000, "{what}: one request carries it");
        let (peak, refused) = peak_of_reading(&file);
        assert!(refused.contains("more than"), "{what}: {refused}");
        // Where the system does not tell, the limits alone were tested.
        assert!(peak.is_none_or(|peak| peak < MOST_KB), "{what}: {peak:?} kB");
    }
}
