//! An emulator of AWS that runs the built binaries: ministack, in a folder of its own, gone with the test.
//!
//! With `AUTH` it refuses what a role does not grant, so that a missing permission fails the test as it
//! would fail in an account.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The region that everything is in.
pub const REGION: &str = "us-east-1";

/// Access key id and secret of the emulator's root user.
pub const CREDENTIALS: (&str, &str) = ("test", "test");

/// How long the emulator may take to start.
const START: Duration = Duration::from_secs(60);

/// How long it may take to stop its functions and itself.
const STOP: Duration = Duration::from_secs(10);

/// A running emulator.
pub struct Emulator {
    process: Child,
    port: u16,
    folder: TempDir,
}

impl Emulator {
    /// Starts an emulator on a free port; `ministack` is looked for in `PATH`.
    ///
    /// # Panics
    /// Where it does not start.
    #[must_use]
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let log = File::create(folder.path().join("emulator.log")).unwrap();
        let process = Command::new("ministack")
            .current_dir(folder.path())
            .env("AUTH", "true")
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("TMPDIR", folder.path())
            .env("S3_DATA_DIR", folder.path().join("s3"))
            .envs(environment(port))
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            // Its functions are its children: the group is what has to end.
            .process_group(0)
            .spawn()
            .expect("ministack can be started; `.ci/venv emulator` prints the folder that it is in");
        let mut emulator = Self { process, port, folder };
        emulator.await_start();
        emulator
    }

    fn await_start(&mut self) {
        let started = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            let ended = self.process.try_wait().unwrap();
            assert!(
                ended.is_none() && started.elapsed() < START,
                "ministack does not start:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Where it listens: `127.0.0.1:4566`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Environment variables that direct the SDK, the SAM CLI and the functions to the emulator.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        environment(self.port)
    }

    /// The log of the emulator and its functions.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("emulator.log")).unwrap_or_default()
    }

    fn signal(&self, signal: &str) {
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill").args([signal, "--", &group]).status();
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let from = log.char_indices().rev().nth(20_000).map_or(0, |(index, _)| index);
            eprintln!("the end of the emulator's log:\n{}", log.get(from..).unwrap_or_default());
        }
        self.signal("-TERM");
        let asked = Instant::now();
        while asked.elapsed() < STOP && matches!(self.process.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(100));
        }
        self.signal("-KILL");
        let _ = self.process.wait();
    }
}

fn environment(port: u16) -> Vec<(&'static str, String)> {
    let (id, secret) = CREDENTIALS;
    vec![
        ("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}")),
        ("AWS_DEFAULT_REGION", REGION.to_owned()),
        ("AWS_REGION", REGION.to_owned()),
        ("AWS_ACCESS_KEY_ID", id.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", secret.to_owned()),
        // A user's own account must not be used.
        ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ("SAM_CLI_TELEMETRY", "0".to_owned()),
    ]
}
