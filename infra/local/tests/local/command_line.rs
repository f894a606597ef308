//! The command line: its errors, and the output of the demo.

use std::path::Path;
use std::process::Command;

use crate::service::{Service, command};

fn refused(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn the_demo_scores_the_sample_and_shows_the_first_predictions() {
    let output = Command::new(env!("CARGO_BIN_EXE_satsuma")).arg("--demo").output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{shown}\n{}", String::from_utf8_lossy(&output.stderr));
    let table: Vec<&str> = shown.lines().skip_while(|line| !line.contains("$NC-Late")).collect();
    insta::assert_snapshot!(table.join("\n"), @"
    Parcel  Distance  Weight  Carrier  Weekend  $N-Late            $NC-Late
    P-1001        42     0.8  road     no       no       0.9838874667080258
    P-1002       610     2.5  rail     no       no       0.8907485803904504
    P-1003      1480    12.0  rail     yes      yes       0.956836411167039
    P-1004        95     1.1  road     yes      no       0.8096914659096588
    P-1005      2300     0.4  air      no       no       0.9671087752911149
    … and 7 more
    ");
}

#[test]
fn startup_errors_name_the_problem_and_the_fix() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path());
    let port = service.base_url.rsplit(':').next().unwrap();
    let other = tempfile::tempdir().unwrap();
    let taken = refused(command(other.path()).args(["--port", port]));
    assert!(taken.contains("in use by another program") && taken.contains("--port"), "{taken}");
    let locked = refused(command(folder.path()).args(["--port", "0"]));
    assert!(locked.contains("another satsuma process") && locked.contains("--data"), "{locked}");
    let unwritable = refused(command(Path::new("/proc/satsuma")).args(["--port", "0"]));
    assert!(unwritable.contains("cannot use") && unwritable.contains("--data"), "{unwritable}");
    let weak = refused(command(other.path()).args(["--access-key", "1234"]));
    assert!(weak.contains("8 to 128 characters"), "{weak}");
}

#[test]
fn a_given_key_replaces_the_former_one() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path());
    let former = service.key.clone();
    service.stop();
    let mut with_key = command(folder.path());
    with_key.args(["--port", "0", "--access-key", "given-by-hand"]);
    let service = Service::start_as(&mut with_key, folder.path());
    assert_eq!(service.get("/pm/v1/jobs").status, 200);
    let url = format!("{}/pm/v1/jobs?accesskey={former}", service.base_url);
    assert_eq!(service.send_to("GET", &url, "", b"").status, 401);
}

#[test]
fn an_empty_folder_is_enough() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path());
    assert_eq!(service.get("/pm/v1/jobs").text, "[]");
}

#[test]
fn a_stream_is_inspected_without_a_service() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample/late-parcels.str");
    let inspect = |path: &Path, form: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_satsuma"));
        command.arg("inspect").arg(path).args(form.split_whitespace()).output().unwrap()
    };
    insta::assert_snapshot!(String::from_utf8(inspect(&sample, "").stdout).unwrap());
    let shown = String::from_utf8(inspect(&sample, "--svg").stdout).unwrap();
    assert!(shown.starts_with("<svg ") && shown.ends_with("</svg>\n"), "{shown}");
    let explained: serde_json::Value = serde_json::from_slice(&inspect(&sample, "--json").stdout).unwrap();
    assert_eq!(explained["actions"][3]["canRun"], true);

    let output = inspect(&sample.with_file_name("parcels.csv"), "--json");
    let refused = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && refused.contains("cannot inspect"), "{refused}");
}

#[test]
fn names_are_escaped_and_all_file_kinds_open() {
    let folder = tempfile::tempdir().unwrap();
    let inspect = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_satsuma")).arg("inspect").arg(path).output().unwrap();
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
    };
    let mut stream = satsuma_stream::StreamBuilder::new("quiet");
    let table = stream.table();
    stream.label(table, "\u{1b}[2J\u{9b}31mred\nTRAINING      yes");
    let shown = inspect("hostile.str", &stream.write().unwrap());
    assert!(!shown.contains(['\u{1b}', '\u{9b}']) && !shown.contains("\nTRAINING"), "{shown}");

    let node = "<node id='1' uid='id1' class='a.TypeNode'><properties><name>Type</name></properties></node>";
    let palette = format!("<clementineNode version='18.0'>{node}</clementineNode>");
    let bytes = satsuma_stream::write_archive([("a.xml", palette.as_bytes())]).unwrap();
    assert_eq!(inspect("type.nod", &bytes), "Nodes\n  Type (TypeNode)\n");
}

#[test]
fn a_stream_runs_without_a_service() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample/late-parcels.str");
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_satsuma"));
        command.arg("run").arg(&sample).args(arguments).current_dir(folder.path()).output().unwrap()
    };
    let done = run(&["--action", "batch_score"]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let results = std::fs::read_dir(folder.path().join("late-parcels-results")).unwrap();
    let results =
        results.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect::<Vec<_>>();
    assert_eq!(results.len(), 1);
    assert!(results[0].contains("0.9838874667080258"), "{}", results[0]);

    assert_eq!(run(&["--check"]).status.code(), Some(0));
    assert_eq!(run(&["--format", "nothing"]).status.code(), Some(2));
    let nothing = run(&["--action", "AUTO_REFRESH"]);
    assert_eq!(nothing.status.code(), Some(1), "{}", String::from_utf8_lossy(&nothing.stderr));
    let missing = run(&["--input", "No such node=x.csv"]);
    let message = String::from_utf8(missing.stderr).unwrap();
    assert!(missing.status.code() == Some(1) && message.contains("No such node"), "{message}");
}
