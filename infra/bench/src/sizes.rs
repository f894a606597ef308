//! Sizes of the functions, as they are deployed.

use std::fs;
use std::path::Path;

use crate::Result;

/// Prints the table, by size.
pub(crate) fn print(functions: &Path) -> Result<()> {
    let mut sizes = Vec::new();
    for entry in fs::read_dir(functions)? {
        let entry = entry?;
        let Ok(binary) = fs::metadata(entry.path().join("bootstrap")) else {
            continue;
        };
        sizes.push((binary.len(), entry.file_name().to_string_lossy().into_owned()));
    }
    sizes.sort_unstable();
    println!("## Size of the functions\n");
    println!("| function | stripped binary, MB |");
    println!("|---|---:|");
    for (bytes, name) in sizes {
        println!("| {name} | {:.1} |", bytes as f64 / 1e6);
    }
    println!();
    Ok(())
}
