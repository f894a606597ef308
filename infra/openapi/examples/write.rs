//! Prints the document: `cargo run -p satsuma-openapi --example write > docs/openapi.json`.

fn main() {
    print!("{}", satsuma_openapi::text(&satsuma_openapi::document()));
}
