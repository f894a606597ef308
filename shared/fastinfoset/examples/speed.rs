//! Compares the speed of reading and writing with the Java implementation that Debian packages, on the same
//! documents in one run: `cargo run --release -p satsuma-fastinfoset --example speed [ROUNDS]`.
//!
//! The documents are those of the real streams (`SATSUMA_STREAMS`). The two implementations alternate, three
//! times each, and the best round counts for both. Java has compiled its code by then. On Linux, processor
//! time of the thread counts, so that a busy machine has no influence; Java's garbage collector and compiler
//! have threads of their own and do not count. Prints a Markdown table.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, unreachable_pub)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::hint::black_box;
use std::sync::LazyLock;
use std::time::Instant;

use satsuma_fastinfoset::{Attribute, Event, Name, Reader, Writer, WriterOptions};

/// An event with its own strings, so that only writing is timed.
enum Recorded {
    Start(String, Vec<(String, String)>),
    Text(String),
    End,
}

fn main() {
    let rounds = std::env::args().nth(1).map_or(30, |text| text.parse().expect("a number of rounds"));
    let documents: Vec<_> = common::stream_documents().into_iter().map(|(_, bytes)| bytes).collect();
    if documents.is_empty() {
        return;
    }
    let bytes: usize = documents.iter().map(Vec::len).sum();
    let recorded: Vec<_> = documents.iter().map(|document| record(document)).collect();
    let events: usize = recorded.iter().map(Vec::len).sum();

    let (mut read, mut plain, mut indexing) = (f64::INFINITY, f64::INFINITY, f64::INFINITY);
    let mut java: Vec<(String, f64)> = Vec::new();
    for _turn in 0..3 {
        let write_all = |options: &WriterOptions| recorded.iter().map(|events| write(events, options)).sum();
        read = read.min(best(rounds, || documents.iter().map(|document| self::read(document)).sum()));
        plain = plain.min(best(rounds, || write_all(&WriterOptions::default())));
        indexing = indexing.min(best(rounds, || write_all(&WriterOptions::indexing())));
        let turn = self::java(&documents, rounds);
        java = match java.is_empty() {
            true => turn,
            false => {
                java.into_iter().zip(turn).map(|((name, one), (_, other))| (name, one.min(other))).collect()
            }
        };
    }

    println!(
        "{} documents, {bytes} bytes, {events} events; best of 3 times {rounds} rounds\n",
        documents.len()
    );
    println!("| | ms | MB/s | ns an event |\n|---|---:|---:|---:|");
    let row = |what: &str, nanoseconds: f64| {
        let speed = bytes as f64 / nanoseconds * 1e3;
        println!("| {what} | {:.2} | {speed:.0} | {:.0} |", nanoseconds / 1e6, nanoseconds / events as f64);
    };
    row("read, here", read);
    java.iter()
        .filter(|(name, _)| name != "write")
        .for_each(|(name, best)| row(&format!("read, Java, {name}"), *best));
    row("write, here, all tables", indexing);
    java.iter()
        .filter(|(name, _)| name == "write")
        .for_each(|(_, best)| row("write, Java, all tables", *best));
    row("write, here, tables of names alone", plain);
}

fn best(rounds: usize, mut run: impl FnMut() -> usize) -> f64 {
    let times = (0..rounds).map(|_| {
        let start = clock();
        black_box(run());
        clock() - start
    });
    times.fold(f64::INFINITY, f64::min)
}

/// Processor time of this thread in nanoseconds or, if the system does not report it, wall time.
fn clock() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let processor = schedule.and_then(|text| text.split(' ').next()?.parse().ok());
    processor.unwrap_or_else(|| START.elapsed().as_nanos() as f64)
}

fn read(document: &[u8]) -> usize {
    let mut reader = Reader::new(document).expect("a document");
    let mut seen = 0;
    while let Some(event) = reader.next_event().expect("an event") {
        seen += match event {
            Event::Start(element) => element.attributes().map(|attribute| attribute.value.len()).sum(),
            Event::Text(text) | Event::CData(text) => text.len(),
            _ => 1,
        };
    }
    seen
}

fn record(document: &[u8]) -> Vec<Recorded> {
    let mut reader = Reader::new(document).expect("a document");
    let mut events = Vec::new();
    while let Some(event) = reader.next_event().expect("an event") {
        match event {
            Event::Start(element) => {
                let attributes = element
                    .attributes()
                    .map(|attribute| (attribute.name.local.to_owned(), attribute.value.to_owned()));
                events.push(Recorded::Start(element.name().local.to_owned(), attributes.collect()));
            }
            Event::Text(text) | Event::CData(text) => events.push(Recorded::Text(text.to_owned())),
            Event::End => events.push(Recorded::End),
            _ => {}
        }
    }
    events
}

fn write(events: &[Recorded], options: &WriterOptions) -> usize {
    let mut writer = Writer::with_options(Vec::new(), options).expect("a header");
    let mut list = Vec::new();
    for event in events {
        match event {
            Recorded::Start(name, attributes) => {
                list.clear();
                list.extend(
                    attributes
                        .iter()
                        .map(|(name, value)| Attribute { name: Name::local(name), value: value.as_str() }),
                );
                writer.start_element(&Name::local(name), &list).expect("an element");
            }
            Recorded::Text(text) => writer.text(text).expect("text"),
            Recorded::End => writer.end_element().expect("an end"),
        }
    }
    writer.finish().expect("a document").len()
}

/// The peer's best times in nanoseconds, by operation.
fn java(documents: &[Vec<u8>], rounds: usize) -> Vec<(String, f64)> {
    let folder = tempfile::tempdir().expect("a folder");
    for (number, document) in documents.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{number:03}.finf")), document).expect("a file");
    }
    let folder = folder.path().to_str().expect("a path");
    let times = common::peer(&["time", folder, &rounds.to_string()]).unwrap_or_default();
    let pairs = times.lines().filter_map(|line| line.split_once(' '));
    let pairs = pairs.filter(|(name, _)| *name != "seen");
    pairs.filter_map(|(name, best)| Some((name.to_owned(), best.parse().ok()?))).collect()
}
