//! Starting, killing and judging the program that writes.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// The program.
const PROGRAM: &str = env!("CARGO_BIN_EXE_store-crash");

/// The program under load. It is killed when this goes.
pub(crate) struct Writer {
    child: Child,
    last: Arc<AtomicU64>,
    reader: Option<JoinHandle<u64>>,
}

impl Writer {
    /// Starts it on `dir`.
    pub(crate) fn start(dir: &Path) -> Self {
        let mut child = Command::new(PROGRAM)
            .arg("writer")
            .arg(dir)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let last = Arc::new(AtomicU64::new(0));
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let seen = last.clone();
        let reader = std::thread::spawn(move || {
            let mut count = 0;
            for line in lines.map_while(Result::ok) {
                // a line that was cut by the kill is shorter, so smaller
                seen.fetch_max(line.parse().unwrap_or(0), Ordering::Relaxed);
                count += 1;
            }
            count
        });
        Self { child, last, reader: Some(reader) }
    }

    /// Waits until something was acknowledged, and then as long as given.
    pub(crate) fn run(&mut self, time: Duration) {
        while self.last.load(Ordering::Relaxed) == 0 {
            assert!(self.child.try_wait().unwrap().is_none(), "the writer ended by itself");
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(time);
    }

    /// Kills it with SIGKILL, without waiting.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
    }

    /// The last acknowledged number, and how many it printed.
    pub(crate) fn end(mut self) -> (u64, u64) {
        self.child.wait().unwrap();
        let count = self.reader.take().unwrap().join().unwrap();
        (self.last.load(Ordering::Relaxed), count)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Opens the folder as after a crash and says what was found; fails unless everything acknowledged is there.
pub(crate) fn verify(dir: &Path, last: u64) -> String {
    let output = Command::new(PROGRAM).arg("verify").arg(dir).arg(last.to_string()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.starts_with("OK "), "{text}\n{errors}");
    text
}

/// A different time for each round and each run of the tests, up to `most` milliseconds.
pub(crate) fn random_time(round: u64, most: u64) -> Duration {
    use std::hash::{BuildHasher as _, RandomState};
    Duration::from_millis(RandomState::new().hash_one(round) % most)
}
