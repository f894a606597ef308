//! The example clients in `examples/`, run like their users run them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::sample::PREDICTIONS;
use crate::service::Service;

/// A client: the program that runs it, its script, and the oldest version of the program that it supports.
struct Client {
    program: &'static str,
    script: &'static str,
    oldest: (u32, u32),
}

const PYTHON: Client = Client { program: "python3", script: "python/score.py", oldest: (3, 8) };
const NODE: Client = Client { program: "node", script: "node/score.mjs", oldest: (18, 0) };

impl Client {
    /// Runs the client on the sample; prints a reason and returns `None` without its program.
    fn run(&self, service: &Service, key: &str) -> Option<Output> {
        let version = Command::new(self.program).arg("--version").output().ok().and_then(|output| {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            version(&text)
        });
        if version.is_none_or(|version| version < self.oldest) {
            eprintln!("skipped: there is no {} {}.{} or later", self.program, self.oldest.0, self.oldest.1);
            return None;
        }
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let sample = |name: &str| -> PathBuf { package.join("sample").join(name) };
        let output = Command::new(self.program)
            .arg(package.join("../../examples").join(self.script))
            .args([sample("late-parcels.str"), sample("parcels.csv")])
            .env("SATSUMA_API", format!("{}/pm/v1", service.base_url))
            .env("SATSUMA_KEY", key)
            // A proxy cannot reach this process.
            .env("NO_PROXY", "127.0.0.1")
            .env("no_proxy", "127.0.0.1")
            .output();
        Some(output.unwrap())
    }
}

/// Major and minor version in the output of `--version`, such as `Python 3.11.2` or `v20.19.0`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().rsplit(' ').next()?.trim_start_matches('v').split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn check(client: &Client) {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    let Some(output) = client.run(&service, &service.key) else { return };
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{log}");
    assert_eq!(String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n"), PREDICTIONS);
    assert!(log.contains(": SUCCESS"), "{log}");

    let refused = client.run(&service, "guessed").unwrap();
    let log = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && log.contains("401 unauthorized"), "{log}");
}

#[test]
fn the_python_client_scores_the_sample() {
    check(&PYTHON);
}

#[test]
fn the_node_client_scores_the_sample() {
    check(&NODE);
}

#[test]
fn versions_of_programs_are_parsed() {
    assert_eq!(version("Python 3.11.2\n"), Some((3, 11)));
    assert_eq!(version("v20.19.0\n"), Some((20, 19)));
    assert_eq!(version(""), None);
}
