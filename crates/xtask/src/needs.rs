//! Programs that tests need: looked for, and installed from Debian's packages where we may.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

/// A file that a package brings, and the package.
const NEEDS: &[(&str, &str)] = &[
    ("/usr/bin/chromium", "chromium"),
    ("/usr/bin/chromedriver", "chromium-driver"),
    ("/usr/share/request-tracker5", "request-tracker5"),
    ("/usr/share/dbconfig-common/scripts/request-tracker5", "rt5-db-sqlite"),
    ("/usr/sbin/mkfs.xfs", "xfsprogs"),
    ("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", "libfaketime"),
    ("/usr/bin/curl", "curl"),
    ("/usr/bin/python3", "python3"),
];

/// The same for tests that take minutes.
const LONG: &[(&str, &str)] = &[
    ("/usr/bin/node", "nodejs"),
    ("/usr/bin/npm", "npm"),
    ("/usr/lib/postgresql", "postgresql"),
    ("/usr/bin/redis-server", "redis-server"),
    ("/usr/bin/g++", "g++"),
    ("/usr/bin/make", "make"),
];

/// Sees to it that all are there; `long`: also for the tests that take minutes.
pub(crate) fn provide(long: bool) -> Result<()> {
    let long = if long { LONG } else { &[] };
    let missing: Vec<&str> = NEEDS
        .iter()
        .chain(long)
        .filter(|(file, _)| !Path::new(file).exists())
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages = missing.join(" ");
    if !is_root() || !Path::new("/usr/bin/apt-get").exists() {
        bail!(
            "tests need programs that are missing; install them with: sudo apt-get install -y --no-install-recommends {packages}"
        );
    }
    println!("installing what tests need: {packages}");
    apt(&["update", "-qq"])?;
    let mut install = vec!["install", "-y", "-qq", "--no-install-recommends"];
    install.extend(&missing);
    apt(&install)
}

fn apt(args: &[&str]) -> Result<()> {
    let done = Command::new("apt-get")
        .args(args)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdout(std::process::Stdio::null())
        .status()
        .context("cannot run apt-get")?;
    if !done.success() {
        bail!("apt-get {} failed", args.join(" "));
    }
    Ok(())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.trim_ascii() == b"0")
}
