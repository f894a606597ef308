//! Wall and processor seconds for planning, reading and writing a delimited file of ids, whole numbers,
//! reals, dates and short texts:
//!
//! `cargo bench -p satsuma-formats -- [file] [millions of records] [threads]`
//!
//! The file is created if it is missing, so that other programs can be measured on the same one.

#![allow(clippy::unwrap_used)] // a bench may stop at the first surprise

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use arrow_array::RecordBatch;
use satsuma_formats::delimited::{ByteRange, DelimitedFile, Dialect, Layout, QuoteMode, format_batch};

/// Bytes of a range, a few times the bytes that a thread reads before it checks the others.
const RANGE: u64 = 8 << 20;

fn main() {
    let arguments =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect::<Vec<_>>();
    let path =
        arguments.first().map_or_else(|| std::env::temp_dir().join("satsuma-delimited.csv"), PathBuf::from);
    let millions: f64 = arguments.get(1).map_or(0.5, |text| text.parse().unwrap());
    let threads: usize = arguments.get(2).map_or(2, |text| text.parse().unwrap());
    if !path.exists() {
        make(&path, (millions * 1e6) as u64);
    }
    println!("{}: {} MB", path.display(), std::fs::metadata(&path).unwrap().len() / 1_000_000);
    for (name, quotes) in [("pairs of quotes", QuoteMode::PairDiscard), ("no pairs", QuoteMode::Include)] {
        let dialect = Dialect { double_quotes: quotes, ..Dialect::standard(b',') };
        let file = DelimitedFile::open(&path, dialect, &[]).unwrap();
        let columns = (0..file.fields().len()).collect::<Vec<_>>();
        let ranges =
            timed(&format!("plan, {threads} threads, {name}"), || file.plan_ranges(RANGE, threads).unwrap());
        let rows = timed("read one after another", || read(&file, &[file.whole()], &columns, 1));
        let parallel = timed(&format!("read, {threads} threads"), || read(&file, &ranges, &columns, threads));
        assert_eq!(rows, parallel);
        timed(&format!("read two columns, {threads} threads"), || read(&file, &ranges, &[0, 5], threads));
        println!("  {rows} records in {} ranges", ranges.len());
    }
    write(&path, threads);
}

/// Number of records read. Every batch is dropped at once, as by a fast consumer.
fn read(file: &DelimitedFile, ranges: &[ByteRange], columns: &[usize], threads: usize) -> usize {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut rows = 0;
        while let Some(range) = ranges.get(next.fetch_add(1, Ordering::Relaxed)) {
            for batch in file.read_range(*range, columns, Some("__row")).unwrap() {
                rows += std::hint::black_box(batch.unwrap()).records.num_rows();
            }
        }
        rows
    };
    std::thread::scope(|scope| {
        let others = (1..threads).map(|_| scope.spawn(work)).collect::<Vec<_>>();
        work() + others.into_iter().map(|other| other.join().unwrap()).sum::<usize>()
    })
}

fn write(path: &Path, threads: usize) {
    let file = DelimitedFile::open(path, Dialect::standard(b','), &[]).unwrap();
    let columns = (0..file.fields().len()).collect::<Vec<_>>();
    let batches = file.read_range(file.whole(), &columns, None).unwrap();
    let batches = batches.map(|batch| batch.unwrap().records).collect::<Vec<_>>();
    let layout = Layout::csv();
    let bytes = timed("format one after another", || format(&batches, &layout));
    let share = batches.len().div_ceil(threads);
    let parallel = timed(&format!("format, {threads} threads"), || {
        std::thread::scope(|scope| {
            let parts = batches.chunks(share).map(|part| scope.spawn(|| format(part, &layout)));
            parts.collect::<Vec<_>>().into_iter().map(|part| part.join().unwrap()).sum::<usize>()
        })
    });
    assert_eq!(bytes, parallel);
    println!("  {bytes} bytes");
}

fn format(batches: &[RecordBatch], layout: &Layout) -> usize {
    let mut text = Vec::new();
    let mut bytes = 0;
    for batch in batches {
        text.clear();
        format_batch(batch, layout, &mut text).unwrap();
        bytes += std::hint::black_box(&text).len();
    }
    bytes
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let (start, processor) = (Instant::now(), processor_seconds());
    let result = work();
    let processor = processor_seconds() - processor;
    println!("{what:40} {:7.2} s {processor:7.2} s of the processor", start.elapsed().as_secs_f64());
    result
}

/// User and system time of this process in seconds (Linux).
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn make(path: &Path, rows: u64) {
    let mut random = fastrand::Rng::with_seed(7);
    let mut out = BufWriter::new(File::create(path).unwrap());
    writeln!(out, "id,code,age,visits,amount,score,ratio,born,since,city,segment,flag").unwrap();
    let cities = ["Zürich", "Basel", "Bern", "Geneva", "Lausanne", "Winterthur", "St. Gallen"];
    let segments = ["basic", "plus", "premium"];
    for id in 0..rows {
        writeln!(
            out,
            "{id},CUST{:08},{},{},{:.2},{},{:.4},{}-{:02}-{:02},20{:02}-{:02}-{:02},{},{},{}",
            random.u32(0..100_000_000),
            random.u8(18..90),
            random.u32(0..100_000),
            random.f64() * 10_000.0,
            random.f64(),
            random.f64() * 10.0 - 5.0,
            random.u32(1930..2010),
            random.u8(1..13),
            random.u8(1..29),
            random.u8(0..26),
            random.u8(1..13),
            random.u8(1..29),
            random.choice(cities).unwrap(),
            random.choice(segments).unwrap(),
            if random.bool() { "T" } else { "F" },
        )
        .unwrap();
    }
    out.flush().unwrap();
}
