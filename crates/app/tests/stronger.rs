//! The program, built with the stronger model, on a real (small, random) checkpoint.

mod support;

use std::path::PathBuf;

use serde_json::Value;
use support::{gehoor, with_input};

fn checkpoint(family: &str) -> PathBuf {
    let dir = std::env::var("GEHOOR_CHECKPOINTS").expect(
        "GEHOOR_CHECKPOINTS is the folder that tests/parts/checkpoints.sh filled; `cargo xtask test` sets it",
    );
    PathBuf::from(dir).join(family)
}

#[test]
fn a_folder_in_which_nothing_is_missing_is_loaded_and_judges_a_text() {
    for family in ["bert", "roberta", "xlm-roberta", "distilbert"] {
        let out = gehoor().args(["models", "check", "--json"]).arg(checkpoint(family)).output().unwrap();
        assert!(
            out.status.success(),
            "{}{}",
            String::from_utf8_lossy(&out.stdout),
            String::from_utf8_lossy(&out.stderr)
        );
        let told: Value = serde_json::from_slice(&out.stdout).unwrap();
        assert_eq!((told["usable"].clone(), told["built"].clone()), (true.into(), true.into()));
        let last = told["findings"].as_array().unwrap().last().unwrap()["what"].as_str().unwrap();
        assert!(
            last.starts_with(&format!("random-{family} (")) && last.contains("first text judged"),
            "{last}"
        );
    }
}

#[test]
fn the_program_judges_with_a_checkpoint() {
    let input = "{\"id\":1,\"text\":\"Wat een slechte winkel\"}\n{\"id\":2,\"text\":\"\"}\n";
    let out = with_input(gehoor().args(["assess", "--model"]).arg(checkpoint("bert")), input);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let lines: Vec<Value> =
        String::from_utf8(out.stdout).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    for line in &lines {
        let model = line["model"].as_str().unwrap();
        assert!(model.starts_with("random-bert (") && model.contains(" + gehoor-builtin"), "{model}");
    }
}
