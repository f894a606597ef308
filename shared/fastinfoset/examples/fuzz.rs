//! Reads damaged documents in an endless loop, and measures the reader's allocations for each: `cargo run
//! --release -p satsuma-fastinfoset --example fuzz [INPUTS] [SEED] [FILE…]`.
//!
//! Files are further documents to damage. The program panics at the first input for which the reader panics,
//! allocates beyond its limits, or returns other events for a document that is read in pieces or written
//! again.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, unreachable_pub)]

#[path = "../tests/common/mutate.rs"]
mod mutate;

use std::collections::BTreeMap;
use std::time::Instant;

use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default| arguments.next().map_or(default, |text| text.parse().expect("a number"));
    let (inputs, seed): (u64, u64) = (number(1_000_000), number(1));
    let files: Vec<_> = arguments.map(|path| std::fs::read(path).expect("a file")).collect();
    let known = mutate::known();
    let mut mutator = mutate::Mutator::new(seed, files);
    let mut outcomes: BTreeMap<String, u64> = BTreeMap::new();
    let (mut bytes, mut most) = (0, 0);
    let start = Instant::now();
    for number in 0..inputs {
        let input = mutator.next_input();
        bytes += input.len();
        ALLOCATOR.reset_peak_usage();
        let before = ALLOCATOR.current_usage();
        let outcome = mutate::read(&input, &known);
        let peak = ALLOCATOR.peak_usage().saturating_sub(before);
        assert!(peak <= mutate::MOST_BYTES, "input {number} makes the reader allocate {peak} bytes");
        most = most.max(peak);
        let name = outcome.map_or_else(|error| mutate::kind(&error.kind), |_| "(read to its end)".to_owned());
        *outcomes.entry(name).or_default() += 1;
        // The second check costs ten times the first.
        if number % 8 == 0 {
            let _ = mutate::check(&input);
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{inputs} inputs, {bytes} bytes, seed {seed}, {seconds:.1} s: no panic");
    println!("most allocated for one input: {most} bytes; allowed: {}", mutate::MOST_BYTES);
    for (outcome, count) in outcomes {
        println!("{count:>9}  {outcome}");
    }
}
