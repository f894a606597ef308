//! Writes a folder of seeds for each target: `seeds FOLDER [FOLDER WITH REAL STREAMS]`.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

// Instrumented code calls into it.
use libfuzzer_sys as _;
use satsuma_fuzz::seeds;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = arguments.next().map(PathBuf::from).ok_or("which folder?")?;
    let mut seeds = seeds::made()?;
    if let Some(streams) = arguments.next() {
        seeds::gathered(Path::new(&streams), &mut seeds)?;
    }
    for (target, _) in satsuma_fuzz::TARGETS {
        let folder = folder.join(target);
        fs::create_dir_all(&folder)?;
        let mine = seeds.iter().filter(|(name, _)| name == target);
        for (number, (_, bytes)) in mine.enumerate() {
            fs::write(folder.join(format!("seed-{number:04}")), bytes)?;
        }
    }
    Ok(())
}
