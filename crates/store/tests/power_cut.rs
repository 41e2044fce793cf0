//! A power cut, as near as one machine can come to it.
//!
//! The program runs on ext4 on a loop device whose image lies on XFS. At a random moment it is killed and the image is
//! cloned at once: the clone holds what had reached the device, and nothing of what was only in the page cache. The
//! clone is mounted and looked at. (The kind case: a device without a cache of its own.)
#![cfg(test)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::crash::{Writer, random_time, verify};

const ROUNDS: u64 = 10;

/// Runs a program; an error says what is missing.
fn run(program: &str, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| {
        panic!(
            "{program}: {error}; this test needs it: `apt-get install -y xfsprogs e2fsprogs mount coreutils`"
        )
    });
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{program} {arguments:?} failed: {errors}\nThis test mounts images, so it has to run as root with loop devices"
    );
}

/// A mounted image; unmounted when it goes, also on failure.
struct Mounted(PathBuf);

impl Mounted {
    fn new(image: &Path, at: PathBuf) -> Self {
        fs::create_dir_all(&at).unwrap();
        run("mount", &["-o", "loop", image.to_str().unwrap(), at.to_str().unwrap()]);
        Self(at)
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // a writer that was just killed may still be on its way out
        for _ in 0..50 {
            if Command::new("umount").arg(&self.0).output().is_ok_and(|output| output.status.success()) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

/// An empty image file.
fn image(path: &Path, bytes: u64) {
    fs::File::create(path).unwrap().set_len(bytes).unwrap();
}

#[test]
fn nothing_acknowledged_is_lost_when_the_power_is_cut() {
    let work = tempfile::tempdir().unwrap();
    let base = work.path().join("base.img");
    image(&base, 1500 << 20);
    run("mkfs.xfs", &["-q", "-m", "reflink=1", base.to_str().unwrap()]);
    let xfs = Mounted::new(&base, work.path().join("xfs"));
    let (disk, cut) = (xfs.0.join("disk.img"), xfs.0.join("cut.img"));
    let mut acknowledged = 0;
    for part in 0..2 {
        image(&disk, 300 << 20);
        run("mkfs.ext4", &["-q", "-F", disk.to_str().unwrap()]);
        let live = Mounted::new(&disk, work.path().join("live"));
        let mut last = 0;
        // the first round begins with an empty folder, the others with what the killed ones left
        for round in 0..ROUNDS / 2 {
            let mut writer = Writer::start(&live.0.join("data"));
            writer.run(random_time(round, 1200));
            writer.kill();
            run("cp", &["--reflink=always", disk.to_str().unwrap(), cut.to_str().unwrap()]);
            let (head, count) = writer.end();
            last = last.max(head);
            acknowledged += count;
            let clone = Mounted::new(&cut, work.path().join("clone"));
            let found = verify(&clone.0.join("data"), last);
            println!("round {}: {count} acknowledged; {found}", part * ROUNDS / 2 + round + 1);
        }
    }
    println!("{ROUNDS} power cuts, {acknowledged} acknowledged commits, none lost");
    assert!(acknowledged > ROUNDS);
}
