//! The program under test, and a client of its API.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::Agent;
use ureq::http::Request;

/// Longest time that anything may take: test machines are slow, and hanging is a failure.
const PATIENCE: Duration = Duration::from_secs(120);

const BOUNDARY: &str = "test-boundary";

/// The command with a data folder and a free port, and its own log level.
pub(crate) fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_satsuma"));
    command.arg("--data").arg(data).env_remove("RUST_LOG").stdin(Stdio::null());
    command
}

/// A running service. Killed at the end of its test.
pub(crate) struct Service {
    child: Child,
    out: Receiver<String>,
    log: Option<JoinHandle<String>>,
    /// Its banner.
    pub(crate) banner: String,
    pub(crate) base_url: String,
    pub(crate) key: String,
    pub(crate) data: PathBuf,
    agent: Agent,
}

/// An answer: its status and text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Service {
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_as(command(data).args(["--port", "0"]), data)
    }

    /// The same service again, where clients look for it.
    pub(crate) fn start_at(data: &Path, base_url: &str) -> Self {
        let port = base_url.rsplit(':').next().unwrap();
        Self::start_as(command(data).args(["--port", port]), data)
    }

    pub(crate) fn start_as(command: &mut Command, data: &Path) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let log = collect(child.stderr.take().unwrap());
        let out = lines(child.stdout.take().unwrap());
        let banner = read_banner(&out);
        let after = |label: &str| {
            let line = banner.lines().find(|line| line.trim_start().starts_with(label));
            line.unwrap_or_else(|| panic!("no {label} in {banner}"))
                .split_whitespace()
                .last()
                .unwrap()
                .to_owned()
        };
        let base_url = after("API").trim_end_matches("/pm/v1").to_owned();
        let key = after("access key");
        let config = Agent::config_builder().http_status_as_error(false).proxy(None);
        let agent = config.timeout_global(Some(PATIENCE)).build().into();
        Self { child, out, log: Some(log), banner, base_url, key, data: data.to_owned(), agent }
    }

    /// Sends a request to a path of the API, with the access key.
    pub(crate) fn send(&self, method: &str, path: &str, content_type: &str, body: &[u8]) -> Answer {
        let url = format!("{}{path}?accesskey={}", self.base_url, self.key);
        self.send_to(method, &url, content_type, body)
    }

    pub(crate) fn send_to(&self, method: &str, url: &str, content_type: &str, body: &[u8]) -> Answer {
        let request = Request::builder().method(method).uri(url);
        let mut answer = if body.is_empty() && content_type.is_empty() {
            self.agent.run(request.body(()).unwrap()).unwrap()
        } else {
            self.agent.run(request.header("content-type", content_type).body(body).unwrap()).unwrap()
        };
        let status = answer.status().as_u16();
        let text = answer.body_mut().with_config().limit(1 << 30).read_to_vec().unwrap();
        Answer { status, text: String::from_utf8_lossy(&text).into_owned() }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "", b"")
    }

    /// A list, and where its `Link` header leads.
    pub(crate) fn page(&self, url: &str) -> (Value, Option<String>) {
        let request = Request::builder().method("GET").uri(url).body(()).unwrap();
        let mut answer = self.agent.run(request).unwrap();
        assert_eq!(answer.status(), 200);
        let link = answer.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        let next = link.map(|link| link.strip_prefix('<').unwrap().split('>').next().unwrap().to_owned());
        let list = answer.body_mut().read_to_string().unwrap();
        (serde_json::from_str(&list).unwrap(), next)
    }

    /// The bytes behind a URL, or a range of them.
    pub(crate) fn fetch(&self, url: &str, range: Option<&str>) -> (u16, Vec<u8>) {
        let mut request = Request::builder().method("GET").uri(url);
        if let Some(range) = range {
            request = request.header("range", range);
        }
        let mut answer = self.agent.run(request.body(()).unwrap()).unwrap();
        let bytes = answer.body_mut().with_config().limit(1 << 30).read_to_vec().unwrap();
        (answer.status().as_u16(), bytes)
    }

    /// Uploads a file as a form.
    pub(crate) fn upload(&self, id: &str, bytes: &[u8]) -> Answer {
        let mut form = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"upload\"\r\n\r\n"
        )
        .into_bytes();
        form.extend_from_slice(bytes);
        form.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send("PUT", &format!("/pm/v1/file/{id}"), &content_type, &form)
    }

    pub(crate) fn submit(&self, id: &str, definition: &Value) -> Answer {
        let path = format!("/pm/v1/jobs/{id}");
        self.send("POST", &path, "application/json", definition.to_string().as_bytes())
    }

    pub(crate) fn status(&self, id: &str) -> Value {
        let answer = self.get(&format!("/pm/v1/jobs/{id}/status"));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// The job's status once it has ended.
    pub(crate) fn ended(&self, id: &str) -> Value {
        self.wait_for(&format!("the end of {id}"), || {
            let status = self.status(id);
            let over = ["SUCCESS", "FAILED", "CANCELED"].iter().any(|state| status["jobStatus"] == *state);
            over.then_some(status)
        })
    }

    /// The content behind the job's `dataUrl`.
    pub(crate) fn result(&self, id: &str) -> String {
        let status = self.ended(id);
        assert_eq!(status["jobStatus"], "SUCCESS", "{status}");
        let url = status["dataUrl"].as_str().unwrap();
        let answer = self.send_to("GET", &format!("{url}?accesskey={}", self.key), "", b"");
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.text
    }

    pub(crate) fn wait_for<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if let Some(found) = look() {
                return found;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("waited {} s for {what}", PATIENCE.as_secs());
    }

    /// The id of its process.
    pub(crate) fn pid(&self) -> String {
        self.child.id().to_string()
    }

    /// SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and SIGKILL before what runs has come to its end.
    pub(crate) fn stop_at_once(mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let data = self.data.clone();
        self.wait_for("the note of the stop", || data.join("stopped").exists().then_some(()));
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; waits for the end, and gives what was printed after the banner, and the log.
    pub(crate) fn stop(mut self) -> (String, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        let printed: Vec<String> = self.out.iter().collect();
        let log = self.log.take().unwrap().join().unwrap();
        assert!(status.success(), "{status}\n{log}");
        (printed.join("\n"), log)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(log) = self.log.take().filter(|_| std::thread::panicking()) {
            eprintln!("--- log of the service\n{}", log.join().unwrap_or_default());
        }
    }
}

fn lines(out: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

fn collect(mut log: ChildStderr) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut text = Vec::new();
        // The rest of its output until the process ends.
        let _ = log.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    })
}

fn read_banner(out: &Receiver<String>) -> String {
    let mut banner = String::new();
    while !banner.contains("Ctrl-C stops") {
        let line = out.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no banner, only: {banner}"));
        banner.push_str(&line);
        banner.push('\n');
    }
    banner
}
