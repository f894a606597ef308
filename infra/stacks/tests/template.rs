//! The template has the routes of this code.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::Path;

use satsuma_stacks::{TemplateError, renewed};

fn template() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../template.yaml")).unwrap()
}

#[test]
fn the_generated_part_of_the_template_is_current() {
    let template = template();
    assert!(
        template == renewed(&template).unwrap(),
        "template.yaml has other routes than the code: cargo run -p satsuma-stacks --example write"
    );
}

#[test]
fn a_route_without_a_function_is_an_error() {
    let template = template().replace("      Handler: submit-job\n", "");
    assert!(matches!(renewed(&template), Err(TemplateError::NoFunction("submit-job"))));
}

#[test]
fn two_functions_with_one_handler_are_an_error() {
    let template = template().replace("      Handler: submit-job\n", "      Handler: get-job\n");
    assert!(matches!(renewed(&template), Err(TemplateError::SameHandler(..))));
}
