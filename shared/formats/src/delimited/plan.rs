//! Splits a file into ranges at record starts.

use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::class::Classes;
use super::dialect::Dialect;
use super::walk::{Marks, Walk};
use crate::text::{ByteRange, fill};

/// Bytes that a thread scans at once.
const STEP: usize = 1 << 20;

/// Most ranges of a file: more would cost more than they gain.
const MOST_RANGES: u64 = 1 << 20;

/// Splits `all` into ranges of about `target` bytes.
pub(crate) fn plan(
    path: &Path,
    dialect: &Dialect,
    all: ByteRange,
    target: u64,
    threads: usize,
) -> io::Result<Vec<ByteRange>> {
    let length = all.end - all.start;
    if length <= target || dialect.wraps() || !dialect.splits_bytes() {
        return Ok(vec![all]);
    }
    let target = target.max(length / MOST_RANGES + 1);
    let parts = (0..length.div_ceil(target)).map(|at| {
        let start = all.start + at * target;
        ByteRange { start, end: all.end.min(start + target) }
    });
    let parts = parts.collect::<Vec<_>>();
    let marks = Marks::new(Classes::of(dialect));
    let walks = walk_all(path, &marks, &parts, all.end, threads)?;
    let mut cuts = vec![all.start];
    let mut state = 0;
    for (at, walk) in walks.iter().enumerate() {
        let first = walk.firsts.get(usize::from(state)).copied().flatten();
        let is_cut = |cut: &u64| at > 0 && *cut < all.end && cuts.last().is_some_and(|last| last < cut);
        let cut = first.filter(is_cut);
        cuts.extend(cut);
        state = walk.ends.get(usize::from(state)).copied().unwrap_or_default();
    }
    let ends = cuts.iter().skip(1).copied().chain([all.end]);
    Ok(cuts.iter().zip(ends).map(|(start, end)| ByteRange { start: *start, end }).collect())
}

fn walk_all(
    path: &Path,
    marks: &Marks,
    parts: &[ByteRange],
    end: u64,
    threads: usize,
) -> io::Result<Vec<Walk>> {
    let next = AtomicUsize::new(0);
    let work = || -> io::Result<Vec<(usize, Walk)>> {
        let mut file = File::open(path)?;
        let mut buffer = vec![0; STEP + 1];
        let mut walked = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(part) = parts.get(at) else { return Ok(walked) };
            walked.push((at, walk_part(&mut file, marks, *part, end, &mut buffer)?));
        }
    };
    let mut walked = thread::scope(|scope| {
        let others = (1..threads.min(parts.len())).map(|_| scope.spawn(work)).collect::<Vec<_>>();
        let mut walked = work()?;
        for other in others {
            let stopped = || io::Error::other("a thread that cuts the file into ranges has stopped");
            walked.extend(other.join().map_err(|_| stopped())??);
        }
        Ok::<_, io::Error>(walked)
    })?;
    walked.sort_unstable_by_key(|(at, _)| *at);
    Ok(walked.into_iter().map(|(_, walk)| walk).collect())
}

fn walk_part(
    file: &mut File,
    marks: &Marks,
    part: ByteRange,
    end: u64,
    buffer: &mut [u8],
) -> io::Result<Walk> {
    let mut walk = Walk::default();
    let mut offset = part.start;
    // If every line end ends a record, the first one is sufficient.
    while offset < part.end && !(marks.are_plain() && walk.firsts.first().is_some_and(Option::is_some)) {
        let step = usize::try_from(part.end - offset).unwrap_or(STEP).min(STEP);
        let ahead = step + usize::from(offset + (step as u64) < end);
        file.seek(SeekFrom::Start(offset))?;
        let read = fill(file, buffer.get_mut(..ahead).unwrap_or_default())?;
        let bytes = buffer.get(..read.min(step)).unwrap_or_default();
        walk.over(marks, bytes, offset, buffer.get(..read).unwrap_or_default().get(step).copied());
        if read < step {
            break;
        }
        offset += step as u64;
    }
    Ok(walk)
}
