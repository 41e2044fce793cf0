//! Starts a real server of `tests/parts`; stopped at the end.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

pub(crate) struct Part {
    script: PathBuf,
    dir: tempfile::TempDir,
    pub(crate) ready: Value,
}

impl Part {
    /// Starts it, installing it first where that is needed.
    pub(crate) fn start(name: &str) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("parts/{name}.sh"));
        let dir = tempfile::tempdir().unwrap();
        let out = Command::new("bash").arg(&script).arg("start").arg(dir.path()).output().unwrap();
        assert!(out.status.success(), "{name} did not start:\n{}", String::from_utf8_lossy(&out.stderr));
        Self { script, dir, ready: serde_json::from_slice(&out.stdout).unwrap() }
    }

    pub(crate) fn text(&self, key: &str) -> String {
        self.ready[key].as_str().unwrap_or_else(|| panic!("`{key}` is not in {}", self.ready)).to_owned()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = Command::new("bash").arg(&self.script).arg("stop").arg(self.dir.path()).status();
    }
}
