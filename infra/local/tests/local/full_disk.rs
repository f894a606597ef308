//! A disk without space.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::json;

use crate::restarts::running_job;
use crate::sample;
use crate::service::{Answer, Service, command};

/// More than any disk has, in MB: the disk is full for the service.
const ALL: &str = "1000000000";

/// Long enough for a worker to take a job.
const A_WHILE: Duration = Duration::from_secs(3);

fn start(data: &Path, keep_free: &str) -> Service {
    Service::start_as(command(data).args(["--port", "0", "--keep-free", keep_free]), data)
}

fn assert_full(answer: &Answer) {
    assert_eq!((answer.status, &answer.json()["code"]), (503, &json!("disk_full")), "{answer:?}");
    assert!(answer.text.contains("disk full"), "{answer:?}");
}

#[test]
fn a_full_disk_takes_no_data_but_deletes_them_and_jobs_wait() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    sample::upload(&service);
    running_job(&service, "waiting");
    service.kill();

    let service = start(data.path(), ALL);
    assert_full(&service.upload("more.csv", b"1"));
    assert_full(&service.submit("another", &sample::definition()));
    assert_eq!(service.get("/pm/v1/file/parcels.csv").status, 200);
    assert_eq!(service.send("DELETE", "/pm/v1/file/parcels.csv", "", b"").status, 200);
    assert_eq!(service.get("/pm/v1/file/parcels.csv").status, 404);
    std::thread::sleep(A_WHILE);
    assert_eq!(service.status("waiting")["jobStatus"], "PENDING");
    let (_, log) = service.stop();
    assert!(log.contains("the disk is full: jobs wait"), "{log}");

    let service = Service::start(data.path());
    assert_eq!(service.upload("more.csv", b"1").status, 200);
    assert_eq!(service.ended("waiting")["jobStatus"], "SUCCESS");
}

/// A small disk, which only root can make; unmounted in the end.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mounted(folder: &Path) -> Option<Self> {
        let mount =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=64m", "none"]).arg(folder).output();
        let is_mounted = mount.is_ok_and(|mount| mount.status.success());
        if !is_mounted {
            eprintln!("skipped: this user cannot mount a small disk");
        }
        is_mounted.then(|| Self(folder.to_owned()))
    }

    /// Takes all space that is left.
    fn fill(&self) -> PathBuf {
        let path = self.0.join("foreign");
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&path).unwrap();
        for block in [1 << 20, 4_096, 1] {
            while file.write_all(&vec![b'x'; block]).is_ok() {}
        }
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_service_starts_on_a_disk_that_others_filled() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mounted(folder.path()) else { return };
    let data = folder.path().join("data");
    let service = start(&data, "8");
    sample::upload(&service);
    service.wait_for("the reserve", || data.join("reserve").exists().then_some(()));
    // What an upload takes, until the floor.
    let block = vec![b'x'; 4 << 20];
    let refused =
        (0..20).map(|at| service.upload(&format!("{at}.csv"), &block)).find(|answer| answer.status != 200);
    assert_full(&refused.unwrap());
    service.kill();

    let foreign = disk.fill();
    let service = start(&data, "8");
    assert_full(&service.upload("more.csv", b"1"));
    assert_eq!(service.send("DELETE", "/pm/v1/file/0.csv", "", b"").status, 200);
    assert_eq!(service.send("DELETE", "/pm/v1/file/1.csv", "", b"").status, 200);
    std::fs::remove_file(foreign).unwrap();
    assert_eq!(service.upload("more.csv", b"1").status, 200);
    service.submit("late", &sample::definition());
    assert_eq!(service.ended("late")["jobStatus"], "SUCCESS");
}
