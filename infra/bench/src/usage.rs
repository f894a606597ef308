//! Resource usage of a process, from `/proc` on Linux.

use std::fs;
use std::time::Duration;

/// Ticks of the processor clock in a second, as `/proc` counts them on every common Linux.
const TICKS: f64 = 100.0;

/// The peak memory of a process, in bytes (`VmHWM`).
pub(crate) fn peak_bytes(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// Processor time that this process has used so far, all threads together.
pub(crate) fn processor_time() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the program's name in parentheses, which may hold anything.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(11).map_while(|ticks| ticks.parse::<f64>().ok());
    let (user, system) = (times.next()?, times.next()?);
    Some(Duration::from_secs_f64((user + system) / TICKS))
}

/// The processes that `process` started.
pub(crate) fn children(process: u32) -> Vec<u32> {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else {
        return Vec::new();
    };
    let lists =
        threads.flatten().filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    lists
        .flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>())
        .collect()
}
