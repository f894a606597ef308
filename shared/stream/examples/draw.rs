//! Draws a stream: `cargo run --example draw -- FILE.str > drawing.svg`. With `--json`, explains it.

use std::error::Error;

use satsuma_stream::{StreamFile, explain::explain, svg};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let path = arguments.iter().find(|argument| !argument.starts_with("--"));
    let path = path.ok_or("the path of a stream is missing")?;
    let file = StreamFile::open(std::fs::read(path)?)?;
    match arguments.iter().any(|argument| argument == "--json") {
        true => println!("{}", serde_json::to_string_pretty(&explain(&file))?),
        false => print!("{}", svg(&file)),
    }
    Ok(())
}
