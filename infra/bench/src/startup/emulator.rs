//! A function under AWS's Lambda runtime interface emulator, which starts it at the first request.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::store::Store;
use crate::{Result, usage};

/// Longest time until the emulator listens, and until a function has ended.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running emulator; dropping it ends it and its function.
pub(crate) struct Emulator {
    process: Child,
    url: String,
    agent: ureq::Agent,
    log: PathBuf,
    _folder: TempDir,
}

impl Emulator {
    /// Starts the emulator for a function, which does not run yet; `handler` is its `Handler`.
    pub(crate) fn start(
        program: &Path,
        function: &[&OsStr],
        handler: &str,
        folder: &Path,
        store: &Store,
    ) -> Result<Self> {
        let logs = tempfile::tempdir()?;
        let log = logs.path().join("log");
        let file = File::create(&log)?;
        let (address, runtime_api) = (free_address()?, free_address()?);
        let process = Command::new(program)
            .args(["--runtime-interface-emulator-address", &address])
            .args(["--runtime-api-address", &runtime_api])
            .args(function)
            .current_dir(folder)
            .envs(store.environment.iter().map(|(name, value)| (*name, value)))
            .env("LAMBDA_TASK_ROOT", folder)
            .env("_HANDLER", handler)
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .stdout(Stdio::from(file.try_clone()?))
            .stderr(Stdio::from(file))
            .spawn()?;
        let url = format!("http://{address}/2015-03-31/functions/function/invocations");
        let started = Self { process, url, agent: ureq::Agent::new_with_defaults(), log, _folder: logs };
        let begin = Instant::now();
        while TcpStream::connect(&address).is_err() {
            if begin.elapsed() > PATIENCE {
                return Err(started.failure("the emulator does not listen"));
            }
            sleep(Duration::from_millis(2));
        }
        Ok(started)
    }

    /// Sends an event and waits for the answer.
    pub(crate) fn invoke(&self, event: &Value) -> Result<Value> {
        let sent = self.agent.post(&self.url).send(event.to_string());
        let text = sent.and_then(|mut answer| answer.body_mut().read_to_string());
        let text = text.map_err(|error| self.failure(&error.to_string()))?;
        serde_json::from_str(&text).map_err(|error| self.failure(&format!("{error} in {text}")))
    }

    /// The peak memory of the function.
    pub(crate) fn peak_bytes(&self) -> Option<u64> {
        usage::children(self.process.id()).into_iter().filter_map(usage::peak_bytes).max()
    }

    fn failure(&self, what: &str) -> crate::Error {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        format!("{what}; log of the emulator:\n{log}").into()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let functions = usage::children(self.process.id());
        let _ = self.process.kill();
        let _ = self.process.wait();
        // A function exits by itself once it finds no runtime API: wait, so that it does not slow the next
        // one.
        let begin = Instant::now();
        let alive = |process: &u32| Path::new(&format!("/proc/{process}")).exists();
        while functions.iter().any(alive) && begin.elapsed() < PATIENCE {
            sleep(Duration::from_millis(5));
        }
    }
}

fn free_address() -> std::io::Result<String> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.to_string())
}
