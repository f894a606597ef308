# Common tasks: `just` lists them, `just test domain` runs one. Each is a plain command that works without just.

# Lists the tasks.
default:
    @just --list

# Starts the whole service on this machine; options are passed on, such as `--demo`.
run *options:
    cargo run --profile demo -- {{ options }}

# Tests one crate by its name without `satsuma-`, with an optional filter: `just test domain transition`.
test crate *filter:
    cargo test -p satsuma-{{ crate }} {{ filter }}

# Formats all code.
fmt:
    cargo fmt --all
    cargo fmt --manifest-path tests/fuzz/Cargo.toml

# Checks one crate like CI: clippy and documentation without warnings.
lint crate:
    cargo clippy -p satsuma-{{ crate }} --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc -p satsuma-{{ crate }} --no-deps

# Counts mannered phrases by folder.
prose:
    cargo test -p satsuma-tests --test plain_english -- --nocapture

# Regenerates docs/openapi.json after a change of the API.
openapi:
    cargo run -p satsuma-openapi --example write > docs/openapi.json

# Renews the routes in template.yaml after a change of the route table.
template:
    cargo run -p satsuma-stacks --example write

# Builds the wheel of the command line, installs it into a fresh Python environment and runs the demo there.
wheel *options:
    .ci/wheel {{ options }}

# Fuzzes all parsers, or some: `just fuzz 1000000 stream node`.
fuzz *arguments:
    .ci/fuzz {{ arguments }}

# Runs everything that CI runs.
ci:
    .ci/run
