//! One set of features: whichever package is built, the AWS SDK and DataFusion are built once.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use satsuma_tests::workspace;

/// The dependencies that cost minutes, and must not be compiled twice.
const COSTLY: [&str; 6] =
    ["aws-config", "aws-sdk-dynamodb", "aws-sdk-eventbridge", "aws-sdk-kms", "aws-sdk-s3", "datafusion"];

/// Packages that people and tools build alone.
const BUILT_ALONE: [&str; 9] = [
    "satsuma-batch",
    "satsuma-authorizer",
    "satsuma-notifier",
    "satsuma-sweeper",
    "satsuma-uploads",
    "satsuma-inspect",
    "satsuma-worker",
    "satsuma-engine",
    "satsuma-nodes",
];

/// Features by package and version.
type Features = BTreeMap<String, BTreeSet<String>>;

/// The dependencies of a selection of packages, as `cargo tree` resolves them for this machine.
fn features(selection: &[&str]) -> Features {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--prefix", "none", "--format", "{p}|{f}"])
        .args(selection)
        .current_dir(workspace())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut found = Features::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let Some((package, features)) = line.trim_end_matches(" (*)").split_once('|') else { continue };
        let features = features.split(',').filter(|feature| !feature.is_empty()).map(str::to_owned);
        found.entry(package.to_owned()).or_default().extend(features);
    }
    found
}

#[test]
fn costly_dependencies_have_the_same_features_everywhere() {
    let everywhere = features(&["--workspace", "--edges", "normal,dev,no-proc-macro"]);
    let of = |package: &str| features(&["--package", package, "--edges", "normal,no-proc-macro"]);
    let below = COSTLY.map(|costly| (costly, of(costly)));
    let mut missing = BTreeSet::new();
    for package in BUILT_ALONE {
        let alone = of(package);
        let uses = |costly: &str| alone.keys().any(|name| name.starts_with(&format!("{costly} v")));
        let used = below.iter().filter(|(costly, _)| uses(costly));
        let watched: BTreeSet<&String> = used.flat_map(|(_, below)| below.keys()).collect();
        for dependency in watched {
            let (Some(wanted), Some(found)) = (everywhere.get(dependency), alone.get(dependency)) else {
                continue;
            };
            let lacks: Vec<&String> = wanted.difference(found).collect();
            if !lacks.is_empty() {
                missing.insert(format!("{dependency} of {package} lacks {lacks:?}"));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "add these features to shared/workspace-hack/Cargo.toml:\n{}",
        missing.into_iter().collect::<Vec<_>>().join("\n")
    );
}
