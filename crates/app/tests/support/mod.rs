//! Starts the program, and the real servers of `tests/parts`, for tests that see the whole thing work.

#![allow(dead_code, reason = "each test program uses its own part of this")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    unreachable_pub,
    missing_docs,
    reason = "a test may fail, and looks at the clock of the machine"
)]

pub mod proxy;

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How every configuration begins: where it serves, where its data are, and one team.
const HEAD: &str = r#"
[server]
listen = "127.0.0.1:{port}"
base_url = "http://127.0.0.1:{port}"
instance = "test"

[data]
dir = "{data}"

[[team]]
id = "webcare"
name = "Webcare"
lead = "admin"
calendar = "default"
"#;

/// The program.
pub fn gehoor() -> Command {
    Command::new(env!("CARGO_BIN_EXE_gehoor"))
}

/// A running program; told to stop at the end.
pub struct Running {
    pub child: Child,
}

impl Running {
    /// Asks it to stop, and waits for that.
    pub fn stop(&mut self) -> std::process::ExitStatus {
        let _ = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status();
        let until = Instant::now() + Duration::from_secs(30);
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("it did not stop within 30 seconds of SIGTERM");
    }
}

impl Running {
    /// Ends it at once, as a power cut of the process would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The most memory that it has had so far, in bytes.
    pub fn peak_memory(&self) -> u64 {
        self.status("VmHWM:")
    }

    /// Memory of its own now, without mapped files, in bytes.
    pub fn memory(&self) -> u64 {
        self.status("RssAnon:")
    }

    fn status(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }
}

/// A folder that other users of the machine may pass through: some servers do not run as root.
pub fn folder() -> tempfile::TempDir {
    tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o711)).tempdir().unwrap()
}

/// All mentions that the API gives, page by page: also copies and what is gone.
pub fn mentions(url: &str, token: &str) -> Vec<Value> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let address = format!("{url}/api/v1/mentions?copies=1&withdrawn=1&limit=200{after}");
        // A busy machine may take its time.
        let answer = curl(&["-s", "-w", "\n%{http_code}", "--max-time", "90", &address], Some(token));
        let (_, body) = answer.unwrap_or_else(|| panic!("no answer from {address}"));
        let page: Value = serde_json::from_str(&body).unwrap_or_else(|e| panic!("{e}: {body}"));
        all.extend(page["items"].as_array().unwrap_or_else(|| panic!("no mentions: {page}")).iter().cloned());
        let Some(next) = page["next"].as_str() else { return all };
        after = format!("&after={next}");
    }
}

/// Mentions that hold a word.
pub fn search(url: &str, token: &str, word: &str) -> Vec<Value> {
    let found = get_json(&format!("{url}/api/v1/mentions?copies=1&withdrawn=1&q={word}"), Some(token));
    found["items"].as_array().unwrap_or_else(|| panic!("no mentions: {found}")).clone()
}

/// The platform's ids of mentions, sorted; each must be there once.
pub fn ids(mentions: &[Value]) -> Vec<String> {
    let mut ids: Vec<String> =
        mentions.iter().map(|m| m["external_id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    let doubled: Vec<&[String]> = ids.windows(2).filter(|two| two[0] == two[1]).collect();
    let names: Vec<(&str, &str)> = mentions
        .iter()
        .filter(|m| doubled.iter().any(|two| m["external_id"] == two[0].as_str()))
        .map(|m| (m["id"].as_str().unwrap(), m["seen"].as_str().unwrap()))
        .collect();
    assert!(doubled.is_empty(), "these came twice: {doubled:?}, as {names:?}");
    ids
}

/// How a source does, as the API tells it.
pub fn source(url: &str, token: &str, id: &str) -> Value {
    let all = get_json(&format!("{url}/api/v1/sources"), Some(token));
    let found = all["items"].as_array().unwrap().iter().find(|source| source["id"] == id);
    found.unwrap_or_else(|| panic!("no source {id} in {all}")).clone()
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The demo, ready: what it printed.
pub fn demo(data: &Path, days: u16) -> (Running, Value) {
    let mut child = gehoor()
        .args(["demo", "--json", "--port", "0", "--days", &days.to_string(), "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let running = Running { child };
    (running, serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}")))
}

/// A folder with a configuration, a user `admin` and data.
pub struct House {
    dir: PathBuf,
    url: String,
    secrets: Vec<(String, String)>,
}

impl House {
    /// Writes the configuration behind [`HEAD`] (`{port}` and `{data}` are filled in) and adds the user.
    pub fn new(dir: &Path, config: &str, secrets: &[(&str, String)]) -> Self {
        let port = free_port();
        let data = dir.join("data").display().to_string();
        std::fs::write(
            dir.join("gehoor.toml"),
            format!("{HEAD}{config}").replace("{port}", &port.to_string()).replace("{data}", &data),
        )
        .unwrap();
        let secrets = secrets.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let house = Self { dir: dir.to_owned(), url: format!("http://127.0.0.1:{port}"), secrets };
        let added =
            with_input(&mut house.command(&["user", "add", "admin", "--role", "admin"]), "wachtwoord-1234\n");
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        house
    }

    /// The file that says by how much the clock of [`House::serve_at`] is ahead.
    fn clock(&self) -> PathBuf {
        self.dir.join("clock")
    }

    /// A command of the program on this configuration.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = gehoor();
        command.args(args).arg("--config").arg(self.dir.join("gehoor.toml"));
        command.envs(self.secrets.iter().map(|(name, value)| (name, value))).env("GEHOOR_LOG", "warn");
        command
    }

    /// Runs a command that has to succeed; its standard output.
    pub fn run(&self, args: &[&str]) -> String {
        let out = self.command(args).output().unwrap();
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    }

    /// A token for the API; only while it is not served.
    pub fn token(&self) -> String {
        self.run(&["token", "add", "test", "--user", "admin"]).trim().to_owned()
    }

    /// Serves it; returns when it is ready.
    pub fn serve(&self) -> (Running, String) {
        self.serve_at(None)
    }

    /// Sets the clock of [`House::serve_at`], at one stroke: a file read half-written would be another time.
    pub fn set_clock(&self, ahead: &str) {
        let (file, new) = (self.clock(), self.dir.join("clock.new"));
        std::fs::write(&new, ahead).unwrap();
        std::fs::rename(new, file).unwrap();
    }

    /// Serves it on a clock that is ahead by a span such as `+13h`; only the wall clock is. [`House::set_clock`] sets
    /// it while the program runs.
    pub fn serve_at(&self, ahead: Option<&str>) -> (Running, String) {
        let mut command = self.command(&["serve"]);
        if let Some(ahead) = ahead {
            let library = Path::new("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1");
            assert!(library.exists(), "libfaketime is needed: apt-get install libfaketime");
            self.set_clock(ahead);
            command.env("LD_PRELOAD", library).env("FAKETIME_TIMESTAMP_FILE", self.clock());
            command.env("DONT_FAKE_MONOTONIC", "1").env("FAKETIME_NO_CACHE", "1");
        }
        let running = Running { child: command.spawn().unwrap() };
        let ready = format!("{}/health/ready", self.url);
        wait_for("the pages", Duration::from_secs(60), || {
            get(&ready, None).is_some_and(|(status, _)| status == 200)
        });
        (running, self.url.clone())
    }
}

/// Runs a command with text on its standard input.
pub fn with_input(command: &mut Command, input: &str) -> std::process::Output {
    use std::io::Write as _;
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// A port that nobody uses at the moment.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A GET by curl: status and body; none when nobody answers.
pub fn get(url: &str, token: Option<&str>) -> Option<(u16, String)> {
    curl(&["-s", "-w", "\n%{http_code}", url], token)
}

/// Curl with these arguments and a bearer token: status and body.
pub fn curl(args: &[&str], token: Option<&str>) -> Option<(u16, String)> {
    let mut command = Command::new("curl");
    command.args(["--max-time", "20"]).args(args);
    if let Some(token) = token {
        command.arg("-H").arg(format!("Authorization: Bearer {token}"));
    }
    let out = command.output().expect("curl is needed: apt-get install curl");
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let (body, status) = text.rsplit_once('\n')?;
    Some((status.trim().parse().ok().filter(|s| *s != 0)?, body.to_owned()))
}

/// What a program sends to the API; the status and the body of the answer.
pub fn post_json(url: &str, token: &str, body: &Value) -> (u16, String) {
    let (kind, body) = ("Content-Type: application/json", body.to_string());
    let args = ["-s", "-w", "\n%{http_code}", "-X", "POST", "-H", kind, "-d", &body, url];
    curl(&args, Some(token)).unwrap_or_else(|| panic!("no answer from {url}"))
}

/// A GET that answers with JSON.
pub fn get_json(url: &str, token: Option<&str>) -> Value {
    let (status, body) = get(url, token).unwrap_or_else(|| panic!("no answer from {url}"));
    serde_json::from_str(&body).unwrap_or_else(|e| panic!("{url} answered {status}, {e}: {body}"))
}

/// Looks again and again until it holds.
pub fn wait_for(what: &str, longest: Duration, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + longest;
    while Instant::now() < until {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(250));
    }
    panic!("waited {longest:?} in vain for {what}");
}

/// A real server of `tests/parts`, stopped at the end.
pub struct Part {
    script: PathBuf,
    dir: PathBuf,
    /// What it printed when it was ready.
    pub ready: Value,
}

impl Part {
    /// Starts it, installing it first where that is needed.
    pub fn start(name: &str, dir: &Path) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../tests/parts/{name}.sh"));
        let dir = dir.join(name);
        let out = Command::new("bash").arg(&script).arg("start").arg(&dir).output().unwrap();
        assert!(out.status.success(), "{name} did not start:\n{}", String::from_utf8_lossy(&out.stderr));
        let ready = serde_json::from_slice(&out.stdout).unwrap();
        Self { script, dir, ready }
    }

    /// One of the texts it printed.
    pub fn text(&self, key: &str) -> &str {
        self.ready[key].as_str().unwrap_or_else(|| panic!("`{key}` is not in {}", self.ready))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = Command::new("bash").arg(&self.script).arg("stop").arg(&self.dir).status();
    }
}

/// Delivers to a webhook source with a Standard Webhooks signature made by openssl; the status.
pub fn deliver(url: &str, source: &str, id: &str, body: &str) -> u16 {
    let at = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    // The key is that of the published test vectors of Standard Webhooks, as hexadecimal digits.
    let script = format!(
        "printf '%s' \"$1\" | openssl dgst -sha256 -mac HMAC -macopt hexkey:{KEY} -binary | base64 -w0"
    );
    let signed = format!("{id}.{at}.{body}");
    let out = Command::new("bash").args(["-c", &script, "sign", &signed]).output().unwrap();
    let signature = String::from_utf8(out.stdout).unwrap();
    let answer = curl(
        &[
            "-s",
            "-w",
            "\n%{http_code}",
            "-X",
            "POST",
            "-H",
            "Content-Type: application/json",
            "-H",
            &format!("webhook-id: {id}"),
            "-H",
            &format!("webhook-timestamp: {at}"),
            "-H",
            &format!("webhook-signature: v1,{signature}"),
            "-d",
            body,
            &format!("{url}/ingest/{source}"),
        ],
        None,
    );
    answer.map_or(0, |(status, _)| status)
}

const KEY: &str = "31f290f6bf06298aab4f08d43c3f082cf648a362da2da4b0";
