//! Tells the program where libtorch lies, when it is built with the stronger model.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=LIBTORCH");
    if std::env::var_os("CARGO_FEATURE_BERT").is_none() {
        return;
    }
    // What is wrong with it is told by the crate `gehoor-bert`.
    if let Ok(dir) = std::env::var("LIBTORCH") {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{dir}/lib");
    }
}
