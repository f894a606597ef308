//! Renews the generated part of `template.yaml`: `cargo run -p satsuma-stacks --example write`.

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../template.yaml");
    let template = std::fs::read_to_string(&path)?;
    std::fs::write(&path, satsuma_stacks::renewed(&template)?)?;
    Ok(())
}
