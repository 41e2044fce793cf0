//! The program, built with the stronger model, on a real (small, random) checkpoint.

#![expect(clippy::expect_used, reason = "helpers of a test")]

mod support;

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use support::{House, gehoor, with_input};

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

const CONFIG: &str = r#"
[brand]
name = "Bouwhoek"

[[source]]
id = "archief"
kind = "webhook"
credential = "env:TEST_SECRET"

[classifier]
stronger = "{stronger}"
"#;

#[test]
fn an_urgent_post_is_looked_at_again_by_the_checkpoint_while_gehoor_serves() {
    let dir = tempfile::tempdir().unwrap();
    let config = CONFIG.replace("{stronger}", &checkpoint("roberta").display().to_string());
    let secret = ("TEST_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
    let house = House::new(dir.path(), &config, &[secret]);
    house.run(&["check"]);
    let (mut running, url) = house.serve();
    let body = "{\"external_id\":\"1\",\"text\":\"Ik ruik gas bij het fornuis en niemand neemt op!\",\"author\":{\"id\":\"k1\"}}";
    assert_eq!(support::deliver(&url, "archief", "msg_1", body), 202);
    support::wait_for("the second look", Duration::from_secs(60), || {
        let metrics = support::get(&format!("{url}/metrics"), None).map(|(_, body)| body).unwrap_or_default();
        metrics.lines().any(|line| line == "gehoor_second_looks_total 1")
    });
    assert!(running.stop().success());
    let kept = house.run(&["export", "mentions"]);
    assert!(kept.contains("random-roberta (") && kept.contains(" + gehoor-builtin"), "{kept}");
}

#[test]
fn a_checkpoint_in_which_something_is_missing_stops_the_start_and_says_what() {
    let (dir, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let secret = ("TEST_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
    let config = CONFIG.replace("{stronger}", &folder.path().display().to_string());
    let house = House::new(dir.path(), &config, &[secret]);
    assert_eq!(house.run(&["export", "mentions"]), "", "commands that judge nothing need no model");
    for command in ["check", "serve"] {
        let out = house.command(&[command]).output().unwrap();
        let said = String::from_utf8_lossy(&out.stderr);
        assert!(!out.status.success() && said.contains("[classifier] stronger"), "{command}: {said}");
        assert!(said.contains("config.json is missing") && said.contains("gehoor models check"), "{said}");
    }
}
