//! Says in plain words what is missing for libtorch, before its bindings try to download something else.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=LIBTORCH");
    if std::env::var_os("CARGO_FEATURE_TORCH").is_none() {
        return;
    }
    let how = "crates/bert/README.md says how to install it";
    match std::env::var("LIBTORCH") {
        Ok(dir) => match wrong(Path::new(&dir)) {
            Some(why) => println!("cargo::error=LIBTORCH={dir}: {why}; {how}"),
            // Nothing else tells our tests and examples where it lies.
            None => println!("cargo::rustc-link-arg=-Wl,-rpath,{dir}/lib"),
        },
        Err(_) => println!(
            "cargo::error=the stronger model needs libtorch 2.4.0: set LIBTORCH to its folder (and LIBTORCH_CXX11_ABI=0 when it comes from the Python package); {how}"
        ),
    }
}

fn wrong(dir: &Path) -> Option<String> {
    if !dir.is_absolute() {
        return Some("the path must be absolute".to_owned());
    }
    for file in [
        "lib/libtorch_cpu.so",
        "lib/libtorch.so",
        "lib/libc10.so",
        "include/torch/csrc/api/include/torch/torch.h",
    ] {
        if !dir.join(file).exists() {
            return Some(format!("{file} is missing there"));
        }
    }
    let version = std::fs::read_to_string(dir.join("build-version")).unwrap_or_default();
    let version = version.trim().split('+').next().unwrap_or_default();
    (!version.is_empty() && version != "2.4.0")
        .then(|| format!("that is libtorch {version}, and 2.4.0 is needed"))
}
