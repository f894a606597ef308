//! Memory that small files cause: a separate process reads each file, and its peak is measured.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Write;
use std::process::Command;

use satsuma_fastinfoset::{Name, WriteError, Writer, WriterOptions};
use satsuma_stream::{StreamFile, write_archive};

/// The memory of a 512 MB function for a stream, beside three copies of the request's body.
const MOST_KB: u64 = 350 << 10;

/// The environment variable with the file to read.
const FILE: &str = "SATSUMA_HOSTILE_FILE";

/// More than any limit.
const MANY: usize = 2_200_000;

/// A long text that one byte repeats once it is in the table.
const LONG: usize = 120;

/// Peak memory of this process, in kB; `None` if the system does not report it.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// Text that does not deflate: a file that deflates by more than a factor of two hundred is refused.
fn noise() -> String {
    let mut random = 7_u64;
    let letters = std::iter::repeat_with(|| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'A' + (random >> 59) as u8)
    });
    letters.take(200_000).collect()
}

/// A document whose root is filled by `write`.
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

/// Every type of content whose memory is many times its size in the file.
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

/// The body of the process that [`peak_of_reading`] starts.
#[test]
#[ignore = "reads the file that another test names"]
fn reads_one_file() {
    let Some(file) = std::env::var_os(FILE) else { return };
    let file = fs::read(file).unwrap();
    let refused = StreamFile::open(file).unwrap_err().to_string();
    println!("refused: {refused}\npeak: {}", peak().map_or("?".to_owned(), |peak| peak.to_string()));
}

/// Total memory for reading a file, in kB, and the error.
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
        // If the system does not report memory, only the limits were tested.
        assert!(peak.is_none_or(|peak| peak < MOST_KB), "{what}: {peak:?} kB");
    }
}
